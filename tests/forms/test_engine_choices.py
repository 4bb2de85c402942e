"""Choices that depend on answers: what can no longer be chosen goes, and comes back."""

from __future__ import annotations

from forms.engine.instance import Instance
from tests.support.forms import interview

PLACES = """
| survey | | | | |
| | type | name | label::English (en) | label::Kiswahili (sw) | choice_filter |
| | select_one town | town | Town | Mji | |
| | select_one lane | lane | Lane | Njia | town = ${town} |
| | select_multiple lane | lanes | Lanes | Njia | town = ${town} or ${town} = 'all' |
| choices | | | | |
| | list_name | name | label::English (en) | label::Kiswahili (sw) | town |
| | town | k | Kibera | Kibera | |
| | town | m | Mathare | Mathare | |
| | town | all | All | Yote | |
| | lane | l1 | Lane 1 | Njia 1 | k |
| | lane | l2 | Lane 2 | Njia 2 | m |
| | lane | l3 | Lane 3 | Njia 3 | m |
"""

RIVALS = """
| survey | | | | |
| | type | name | label | choice_filter |
| | select_one source | first | First | name != ${second} |
| | select_one source | second | Second | name != ${first} |
| choices | | | |
| | list_name | name | label |
| | source | tap | Tap |
| | source | well | Well |
"""


def opened() -> Instance:
    place = interview(PLACES)
    place.answer("/data/town", "m")
    place.answer("/data/lane", "l2")
    return place


def test_answer_goes_when_it_can_no_longer_be_chosen() -> None:
    place = opened()
    place.answer("/data/town", "k")
    assert place.node("/data/lane").value == ""
    assert place.finalise().answers.values.get("/data/lane") is None


def test_answer_comes_back_when_it_can_be_chosen_again() -> None:
    place = opened()
    place.answer("/data/town", "k")
    place.answer("/data/town", "m")
    assert place.node("/data/lane").value == "l2"


def test_answer_given_meanwhile_is_not_replaced() -> None:
    place = opened()
    place.answer("/data/town", "k")
    place.answer("/data/lane", "l1")
    place.answer("/data/town", "m")
    assert place.node("/data/lane").value == ""
    place.answer("/data/town", "k")
    assert place.node("/data/lane").value == "l1"


def test_select_multiple_keeps_what_can_still_be_chosen() -> None:
    place = opened()
    place.answer("/data/town", "all")
    place.answer("/data/lanes", "l1 l3")
    place.answer("/data/town", "m")
    assert place.node("/data/lanes").value == "l3"


def test_choices_are_shown_in_the_language_and_by_the_filter() -> None:
    place = opened()
    place.set_language("Kiswahili (sw)")
    choices = place.node("/data/lane").choices()
    assert [(c.value, c.label) for c in choices] == [("l2", "Njia 2"), ("l3", "Njia 3")]


def test_answers_of_two_questions_that_leave_out_each_others_choice_stand() -> None:
    water = interview(RIVALS)
    water.answer("/data/first", "tap")
    water.answer("/data/second", "well")
    assert [water.node(f"/data/{name}").value for name in ("first", "second")] == ["tap", "well"]
    assert [c.value for c in water.node("/data/first").choices()] == ["tap"]

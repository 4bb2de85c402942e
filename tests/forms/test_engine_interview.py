"""An interview as an enumerator lives it: skips, rows, constraints, languages, drafts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.engine.instance import Instance
from forms.errors import NotValid, XFormError
from tests.support.forms import form, interview, settings

HOUSE = """
| survey | | | | | | | | |
| | type | name | label::English (en) | label::Kiswahili (sw) | relevant | constraint | required | calculation |
| | integer | members | Members | Watu | | . > 0 and . < 41 | yes | |
| | select_one source | water | Main source | Chanzo | ${members} > 0 | | | |
| | integer | minutes | Minutes | Dakika | ${water} = 'tap' | . >= 0 | | |
| | calculate | rung | | | | | | if(${minutes}>30, 'limited', 'basic') |
| | note | shown | Water: ${rung} | Maji: ${rung} | | | | |
| choices | | | | |
| | list_name | name | label::English (en) | label::Kiswahili (sw) |
| | source | tap | Public tap | Bomba |
| | source | river | River | Mto |
"""  # noqa: E501

ROSTER = """
| survey | | | | | |
| | type | name | label | calculation | repeat_count |
| | integer | n | People | | |
| | begin repeat | person | Person | | ${n} |
| | integer | age | Age | | |
| | calculate | older | | ${age} + 1 | |
| | end repeat | person | | | |
| | calculate | total | | sum(${age}) | |
| | begin repeat | visit | Visit | | |
| | text | what | What | | |
| | calculate | place | | position(..) | |
| | end repeat | visit | | | |
"""


def test_question_is_asked_only_while_its_condition_holds() -> None:
    house = interview(HOUSE)
    house.answer("/data/members", "4")
    house.answer("/data/water", "river")
    assert not house.node("/data/minutes").relevant
    house.answer("/data/water", "tap")
    assert house.node("/data/minutes").relevant


def test_answer_comes_back_when_its_question_is_asked_again() -> None:
    house = interview(HOUSE)
    for ref, text in (("members", "4"), ("water", "tap"), ("minutes", "35"), ("water", "river")):
        house.answer(f"/data/{ref}", text)
    assert b"<minutes>" not in house.submission_xml()
    house.answer("/data/water", "tap")
    assert house.node("/data/minutes").value == "35"
    assert house.node("/data/rung").value == "limited"


def test_calculation_sees_a_skipped_question_as_empty() -> None:
    house = interview(HOUSE)
    for ref, text in (("members", "4"), ("water", "tap"), ("minutes", "35"), ("water", "river")):
        house.answer(f"/data/{ref}", text)
    assert house.node("/data/rung").value == "basic"


def test_answer_that_breaks_its_constraint_is_kept_and_reported() -> None:
    house = interview(HOUSE)
    house.answer("/data/members", "99")
    assert house.node("/data/members").value == "99"
    assert house.node("/data/members").violation == "constraint"
    assert [problem.code for problem in house.validate()] == ["XF-304"]


def test_answer_of_the_wrong_type_is_not_stored() -> None:
    house = interview(HOUSE)
    house.answer("/data/members", "4")
    changes = house.answer("/data/members", "four")
    assert [problem.code for problem in changes.problems] == ["XF-302"]
    assert house.node("/data/members").value == "4"


def test_interview_with_a_missing_answer_is_not_finalised() -> None:
    house = interview(HOUSE)
    with pytest.raises(NotValid) as refused:
        house.finalise()
    assert refused.value.code == "XF-303"


def test_label_and_choices_follow_the_language() -> None:
    house = interview(HOUSE)
    house.answer("/data/members", "4")
    house.answer("/data/water", "tap")
    assert house.node("/data/shown").label == "Water: basic"
    house.set_language("Kiswahili (sw)")
    assert house.node("/data/shown").label == "Maji: basic"
    assert [choice.label for choice in house.node("/data/water").choices()] == ["Bomba", "Mto"]


def test_language_of_the_device_finds_the_forms_language() -> None:
    house = Instance.new(form(HOUSE), settings(language="sw"))
    assert house.language == "Kiswahili (sw)"


def test_counted_repeat_has_as_many_rows_as_its_count() -> None:
    home = interview(ROSTER)
    home.answer("/data/n", "3")
    for place, age in enumerate((30, 5, 2), 1):
        home.answer(f"/data/person[{place}]/age", str(age))
    assert home.node("/data/total").value == "37"
    home.answer("/data/n", "1")
    assert home.node("/data/total").value == "30"


def test_rows_that_a_smaller_count_took_come_back_with_their_answers() -> None:
    home = interview(ROSTER)
    home.answer("/data/n", "12")
    home.answer("/data/person[12]/age", "70")
    home.answer("/data/n", "1")
    home.answer("/data/n", "12")
    assert home.node("/data/person[12]/age").value == "70"


def test_rows_are_numbered_again_when_one_is_removed() -> None:
    home = interview(ROSTER)
    while len(home.root.rows("visit")) < 3:
        home.add_repeat("/data/visit")
    for place in (1, 2, 3):
        home.answer(f"/data/visit[{place}]/what", f"visit {place}")
    home.remove_repeat("/data/visit[1]")
    assert home.node("/data/visit[2]/what").value == "visit 3"
    assert home.node("/data/visit[2]/place").value == "2"


def test_rows_of_a_counted_repeat_are_not_added_by_hand() -> None:
    with pytest.raises(NotValid) as refused:
        interview(ROSTER).add_repeat("/data/person")
    assert refused.value.code == "XF-306"


def test_unknown_question_is_refused() -> None:
    with pytest.raises(XFormError) as refused:
        interview(HOUSE).answer("/data/nothing", "1")
    assert refused.value.code == "XF-301"


def test_choices_from_a_file_follow_the_answer_before() -> None:
    place = interview(
        """
        | survey | | | | |
        | | type | name | label | choice_filter |
        | | select_one_from_file towns.csv | town | Town | |
        | | select_one_from_file lanes.csv | lane | Lane | town = ${town} |
        """,
        towns_csv="name,label\nk,Kibera\nm,Mathare\n",
        lanes_csv="name,label,town\nl1,Lane 1,k\nl2,Lane 2,m\nl3,Lane 3,m\n",
    )
    place.answer("/data/town", "m")
    assert [choice.value for choice in place.node("/data/lane").choices()] == ["l2", "l3"]


def test_screens_go_through_rows_and_end_with_the_end() -> None:
    home = interview(ROSTER)
    home.answer("/data/n", "2")
    refs = [step.ref for step in home.steps() if step.kind == "question"]
    assert refs[:3] == ["/data/n", "/data/person[1]/age", "/data/person[2]/age"]
    assert [step.kind for step in home.steps()][-2:] == ["repeat-prompt", "end"]


def test_submission_keeps_rows_as_rows() -> None:
    home = interview(ROSTER)
    home.answer("/data/n", "2")
    home.answer("/data/person[1]/age", "30")
    answers = home.finalise().answers
    ages = [row.values.get("/data/person/age") for row in answers.repeats["/data/person"]]
    assert ages == ["30", None]


def test_submission_hides_its_answers_when_it_is_printed() -> None:
    home = interview(ROSTER)
    home.answer("/data/n", "1")
    home.answer("/data/person[1]/age", "777777777")
    assert "777777777" not in repr(home.finalise())


ANSWERS = st.lists(
    st.tuples(
        st.sampled_from(["members", "water", "minutes"]),
        st.sampled_from(["", "1", "7", "35", "99", "tap", "river"]),
    ),
    max_size=12,
)


@given(ANSWERS)
def test_restoring_a_draft_changes_nothing(answers: list[tuple[str, str]]) -> None:
    house = interview_of_house()
    for name, text in answers:
        house.answer(f"/data/{name}", text)
    again = Instance.restore(house.form, house.draft(), house.settings)
    assert again.draft() == house.draft()
    assert facts(again) == facts(house)


@given(st.permutations(["n", "age1", "age2", "age3"]))
def test_result_does_not_depend_on_the_order_of_answers(order: list[str]) -> None:
    home = interview_of_home()
    home.answer("/data/n", "3")
    for name in order:
        if name == "n":
            home.answer("/data/n", "3")
        else:
            home.answer(f"/data/person[{name[-1]}]/age", str(int(name[-1]) * 10))
    assert home.node("/data/total").value == "60"
    assert home.node("/data/person[2]/older").value == "21"


_HOUSE, _HOME = form(HOUSE), form(ROSTER)


def interview_of_house() -> Instance:
    return Instance.new(_HOUSE, settings())


def interview_of_home() -> Instance:
    return Instance.new(_HOME, settings())


def facts(instance: Instance) -> list[tuple[str, str, bool, bool]]:
    nodes = [instance.node(inner.ref) for inner in instance.root_node.walk()]
    return [(node.ref, node.value, node.relevant, node.required) for node in nodes]

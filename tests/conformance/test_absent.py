"""Questions that are not asked, in conditions: beside JavaRosa, and by the rule that is written."""

from __future__ import annotations

import pytest

from forms.engine.instance import Instance
from forms.xform.reader import read_form
from tests.support import javarosa
from tests.support.forms import interview, settings, xform

CONDITIONS = (
    "${x} = ''",
    "'' = ${x}",
    "${x} != ''",
    "${x} != 'no'",
    "${x} = 'no' or ${x} != 'yes'",
    "${x} = ${y}",
    "${x} != ${y}",
    "${x} = ${z}",
    "${x} = 0",
    "${x} < 3",
    "${x} >= 0",
    "${x} = false()",
    "${x} = true()",
    "not(${x})",
    "boolean(${x})",
    "string(${x}) = ''",
    "count(${x}) = 0",
    "coalesce(${x}, 'd') = 'd'",
    "selected(${x}, 'a')",
    "join('-', ${x}, ${y}) = '-'",
    "sum(${x}) = 0",
    "int(${x}) = 0",
)
FORM = (
    "| survey | | | | |\n| | type | name | label | relevant |\n| | text | c | C | |\n"
    "| | text | y | Y | |\n| | begin_group | g | G | ${c} = '1' |\n| | text | x | X | |\n"
    "| | text | z | Z | |\n| | end_group | | | |\n"
)
ASKED = "".join(f"| | text | r{place} | R | {each} |\n" for place, each in enumerate(CONDITIONS))
ANSWERS = (("c", "1"), ("x", "no"), ("c", ""), ("y", "no"), ("c", "1"), ("x", "3"), ("c", "2"))


def shown(facts: dict[str, bool]) -> dict[str, bool]:
    return {each: facts[f"/data/r{place}"] for place, each in enumerate(CONDITIONS)}


@pytest.mark.oracle
def test_conditions_on_what_is_not_asked_are_those_of_collect() -> None:
    javarosa.need_javarosa()
    xml = xform(FORM + ASKED)
    ours, theirs = Instance.new(read_form(xml), settings()), javarosa.Interview(xml)
    try:
        for name, answer in (("c", ""), *ANSWERS):
            ours.answer(f"/data/{name}" if name in "cy" else f"/data/g/{name}", answer)
            theirs.restart()
            while theirs.controller.stepToNextEvent() != theirs.controller.EVENT_END_OF_FORM:
                ref = theirs.ref_of(theirs.model.getFormIndex())
                if ref.rpartition("/")[2] == name:
                    theirs.store(answer)
            mine = {ref: ours.node(ref).relevant for ref in theirs.facts()}
            his = {ref: fact.relevant for ref, fact in theirs.facts().items()}
            assert shown(mine) == shown(his), f"after {name} = {answer!r}"
    finally:
        theirs.close()


def test_condition_on_what_is_not_asked_takes_it_for_empty() -> None:
    filled = interview(
        FORM + "| | text | blank | B | ${x} = '' |\n| | text | other | O | ${x} != 'no' |\n"
        "| | text | counted | N | count(${x}) = 1 |\n"
    )
    states = []
    for ref, answer in (("/data/c", "1"), ("/data/g/x", "no"), ("/data/c", "2")):
        filled.answer(ref, answer)
        names = ("blank", "other", "counted")
        states.append([filled.node(f"/data/{name}").relevant for name in names])
    assert states == [[True, True, True], [False, False, True], [True, True, False]]


LIST = """
| survey | | | | |
| | type | name | label | relevant | choice_filter |
| | text | asked | Asked | false() | |
| | select_one lane | lane | Lane | | block=${asked} |
| choices | | | | |
| | list_name | name | label | block |
| | lane | one | One | a |
| | lane | two | Two | |
"""


def test_filter_by_what_is_not_asked_offers_what_has_no_value() -> None:
    assert [c.value for c in interview(LIST).node("/data/lane").choices()] == ["two"]


ROWS = """
| survey | | | | |
| | type | name | label | calculation |
| | begin_repeat | person | Person | |
| | integer | age | Age | |
| | end_repeat | | | |
| | calculate | older | | count(${person}[${age} > 4]) |
| | calculate | years | | sum(${age}) |
"""


def test_filter_looks_at_the_row_that_it_filters_and_a_sum_leaves_out_blanks() -> None:
    filled = interview(ROWS)
    seen = []
    for place, age in ((1, "9"), (2, ""), (3, "2")):
        if place > 1:
            filled.add_repeat("/data/person")
        filled.answer(f"/data/person[{place}]/age", age)
        seen.append((filled.node("/data/older").value, filled.node("/data/years").value))
    assert seen == [("1", "9"), ("1", "9"), ("1", "11")]

"""What expressions make of answers: the readings of Collect on which skips of real forms rest."""

from __future__ import annotations

import pytest

from tests.support.forms import evaluated, interview

SKIP = """
| survey | | | | | |
| | type | name | label | relevant | calculation |
| | integer | age | Age | | |
| | calculate | adult | | | if(${age} > 17, 1, 0) |
| | calculate | old | | | ${age} > 60 |
| | text | work | Work | ${adult} | |
| | text | pension | Pension | ${old} | |
| | text | no_work | Why | ${work} = '' | |
| | calculate | told | | | concat(${old}, '') |
"""


def relevant(age: str, name: str) -> bool:
    filled = interview(SKIP)
    filled.answer("/data/age", age)
    return filled.node(f"/data/{name}").relevant


def test_question_is_skipped_when_its_calculation_gives_zero() -> None:
    assert not relevant("9", "work")
    assert relevant("30", "work")


def test_question_is_skipped_when_its_calculation_is_a_false_condition() -> None:
    assert not relevant("30", "pension")
    assert relevant("70", "pension")


def test_answer_is_empty_text_when_its_question_is_not_asked() -> None:
    assert relevant("9", "no_work")


def test_condition_reads_as_a_word_when_it_is_put_into_a_text() -> None:
    filled = interview(SKIP)
    filled.answer("/data/age", "70")
    assert filled.node("/data/told").value == "true"


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("max(${a}, ${b})", "4"),
        ("min(${a}, ${b})", "4"),
        ("sum(/data/a | /data/b)", "4"),
        ("join('|', ${a}, ${b})", "4|"),
        ("coalesce(${b}, 7) + 1", "8"),
        ("if(${a} = '4', 'same', 'other')", "same"),
    ],
)
def test_expression_leaves_out_what_is_not_answered(expression: str, wanted: str) -> None:
    assert evaluated(expression, a="4", b="") == wanted


def test_row_has_no_place_when_it_is_not_asked() -> None:
    filled = interview(
        "| survey | | | | | |\n| | type | name | label | relevant | calculation |\n"
        "| | integer | n | N | | |\n| | begin_repeat | r | R | ${n} > 1 | |\n"
        "| | calculate | at | | | position(..) |\n| | text | t | T | | |\n"
        "| | end_repeat | | | | |\n"
    )
    assert filled.node("/data/r[1]/at").value == "0"
    filled.answer("/data/n", "2")
    assert filled.node("/data/r[1]/at").value == "1"


def test_count_leaves_out_rows_of_the_repeat_beside_it_when_both_change() -> None:
    filled = interview(
        "| survey | | | | | |\n| | type | name | label | calculation | repeat_count |\n"
        "| | begin_repeat | house | House | | |\n| | text | a | A | | |\n| | end_repeat | | | | |\n"
        "| | calculate | houses | | count(${house}) | |\n"
        "| | begin_repeat | copy | Copy | | ${houses} |\n"
        "| | text | b | B | | |\n| | end_repeat | | | | |\n"
    )
    filled.add_repeat("/data/house")
    assert filled.node("/data/houses").value == "2"
    filled.remove_repeat("/data/house[1]")
    assert filled.node("/data/houses").value == "1"


def test_once_sees_a_default_that_is_computed_when_an_interview_begins() -> None:
    filled = interview(
        "| survey | | | | | |\n| | type | name | label | calculation | default |\n"
        "| | text | code | Code | | concat('A', 1) |\n"
        "| | calculate | first | | once(${code}) | |\n"
    )
    assert filled.node("/data/first").value == "A1"
    filled.answer("/data/code", "B2")
    assert filled.node("/data/first").value == "A1"


def test_text_is_no_date_when_somebody_wrote_it_as_a_text() -> None:
    assert evaluated("number(${a})", a="2020-01-01") == ""
    assert evaluated("number('2020-01-01')") == "18262"


def test_sum_leaves_out_a_row_that_a_smaller_count_took_away() -> None:
    filled = interview(
        "| survey | | | | | |\n| | type | name | label | calculation | repeat_count |\n"
        "| | select_multiple l | of | Of | | |\n"
        "| | begin_repeat | r | R | | count-selected(${of}) |\n"
        "| | calculate | code | | selected-at(${of}, position(..) - 1) | |\n"
        "| | integer | n | N | | |\n"
        "| | calculate | worth | | ${n} * string-length(${code}) | |\n| | end_repeat | | | | |\n"
        "| | calculate | all | | sum(${worth}) | |\n"
        "| choices | | | |\n| | list_name | name | label |\n"
        "| | l | goat | Goat |\n| | l | cow | Cow |\n| | l | hen | Hen |\n"
    )
    filled.answer("/data/of", "goat cow")
    filled.answer("/data/r[2]/n", "40")
    assert filled.node("/data/all").value == "120"
    filled.answer("/data/of", "hen")
    assert filled.node("/data/all").value == "0"


def test_action_is_set_off_by_what_another_action_changed() -> None:
    filled = interview(
        "| survey | | | | | |\n| | type | name | label | calculation | trigger |\n"
        "| | integer | a | A | | |\n| | integer | b | B | ${a} * 2 | ${a} |\n"
        "| | integer | c | C | ${b} + 1 | ${b} |\n"
    )
    filled.answer("/data/a", "4")
    assert filled.node("/data/c").value == "9"

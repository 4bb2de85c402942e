"""Sums and counts that are kept between answers are what they are when computed afresh."""

from __future__ import annotations

from random import Random

import pytest

from forms.engine.instance import Instance
from forms.errors import FormsError
from tests.support import forms

HEADS = "| survey | | | | | |\n| | type | name | label | relevant | calculation |\n"
ROSTER = HEADS + (
    "| | text | asked | Asked | | |\n"
    "| | begin group | house | House | ${asked} != 'no' | |\n"
    "| | begin repeat | person | Person | | |\n"
    "| | decimal | age | Age | | |\n"
    "| | text | works | Works | ${age} > 14 | |\n"
    "| | begin repeat | job | Job | | |\n"
    "| | integer | hours | Hours | | |\n"
    "| | end repeat | | | | |\n"
    "| | calculate | month | | | coalesce(${age}, 0) * 12 |\n"
    "| | calculate | own | | | sum(/data/house/person/job/hours) |\n"
    "| | calculate | all | | | count(/data/house/person) |\n"
    "| | end repeat | | | | |\n"
    "| | end group | | | | |\n"
    "| | calculate | people | | | count(${person}) |\n"
    "| | calculate | ages | | | sum(${age}) |\n"
    "| | calculate | months | | | sum(${month}) |\n"
    "| | calculate | hours_all | | | sum(${hours}) |\n"
    "| | calculate | young | | | count(/data/house/person[age < 5]) |\n"
    "| | calculate | working | | | count(/data/house/person[works = 'yes' and age > 20]/job) |\n"
    "| | calculate | older | | | count(/data/house/person[age > /data/asked]) |\n"
)
AGES = ("3", "40", "16.5", "0.1", "", "71", "-2", "1e9")


def _act(filled: Instance, chance: Random) -> None:
    people = filled.root.children[1].rows("person")
    person = chance.choice(people) if people else None
    kind = chance.randrange(8)
    if person is None or kind == 0:
        filled.add_repeat("/data/house/person")
    elif kind == 1:
        filled.remove_repeat(person.ref)
    elif kind == 2:
        filled.add_repeat(f"{person.ref}/job")
    elif kind == 3 and person.rows("job"):
        filled.remove_repeat(chance.choice(person.rows("job")).ref)
    elif kind == 4 and person.rows("job"):
        filled.answer(f"{chance.choice(person.rows('job')).ref}/hours", str(chance.randrange(50)))
    elif kind == 5:
        filled.answer("/data/asked", chance.choice(["no", "yes", "30", ""]))
    elif kind == 6:
        filled.answer(f"{person.ref}/works", chance.choice(["yes", "no"]))
    else:
        filled.answer(f"{person.ref}/age", chance.choice(AGES))


@pytest.mark.parametrize("seed", range(6))
def test_sums_are_those_of_a_fresh_start_when_rows_come_go_and_change(seed: int) -> None:
    filled, chance = forms.interview(ROSTER), Random(seed)
    for _ in range(60):
        _act(filled, chance)
        fresh = Instance.restore(filled.form, filled.draft(), forms.settings())
        assert filled.draft() == fresh.draft()


def test_sum_of_whole_numbers_is_exact_when_a_row_changes_often() -> None:
    filled = forms.interview(ROSTER)
    for _ in range(3):
        filled.add_repeat("/data/house/person")
    for age in range(500):
        filled.answer("/data/house/person[2]/age", str(age))
    for number in (1, 3, 4):
        filled.answer(f"/data/house/person[{number}]/age", "1")
    assert filled.node("/data/ages").value == "502"


def test_sum_adds_fractions_in_order_when_a_row_changes() -> None:
    filled = forms.interview(ROSTER)
    filled.add_repeat("/data/house/person")
    for age in ("0.1", "7", "0.1"):
        filled.answer("/data/house/person[1]/age", age)
        filled.answer("/data/house/person[2]/age", "0.2")
    assert filled.node("/data/ages").value == "0.30000000000000004"


def test_bad_pattern_in_a_filter_fails_again_when_asked_again() -> None:
    filled = forms.interview(
        HEADS + "| | begin repeat | person | Person | | |\n| | text | name | Name | | |\n"
        "| | end repeat | | | | |\n"
        "| | calculate | odd | | | count(/data/person[regex(name, name) and 1 = 1]) |\n"
    )
    for name in ("a(", "b("):
        problems = filled.answer("/data/person[1]/name", name).problems
        assert [problem.code for problem in problems] == ["XF-307"]
    with pytest.raises(FormsError, match="XF-301"):
        filled.node("/data/person[2]/name")


def test_choices_are_those_of_every_condition_when_a_filter_joins_them() -> None:
    lanes = "\n".join(f"l{n},Lane {n},t{n % 5},{n % 3},{n}" for n in range(60))
    filled = forms.interview(
        "| survey | | | | |\n| | type | name | label | choice_filter |\n"
        "| | text | town | Town | |\n| | text | kind | Kind | |\n"
        "| | select_one_from_file lanes.csv | lane | Lane | town = ${town} and ${kind} = kind |\n"
        "| | select_one_from_file lanes.csv | far | Far | town = ${town} and number(size) > 30 |\n",
        lanes_csv=f"name,label,town,kind,size\n{lanes}\n",
    )
    filled.answer("/data/town", "t2")
    filled.answer("/data/kind", "1")
    both = [choice.value for choice in filled.node("/data/lane").choices()]
    assert both == [f"l{n}" for n in range(60) if n % 5 == 2 and n % 3 == 1]
    far = [choice.value for choice in filled.node("/data/far").choices()]
    assert far == [f"l{n}" for n in range(60) if n % 5 == 2 and n > 30]

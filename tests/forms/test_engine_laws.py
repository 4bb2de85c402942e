"""Laws of the engine, on interviews by chance: what is computed follows from the answers alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.authoring import build_form
from forms.definition import FormDefinition
from forms.engine.instance import Instance
from forms.errors import NotValid, XFormError
from tests.support import forms
from tests.support.walk import answer_for, facts, questions, wander

LIBRARY = Path(__file__).resolve().parents[2] / "forms/library"
RICH = """
| survey | | | | | | | |
| | type | name | label | relevant | calculation | repeat_count | choice_filter |
| | integer | n | People | | | | |
| | select_one kind | kind | Kind | ${n} > 1 | | | |
| | select_one town | town | Town | | | | |
| | select_multiple lane | lanes | Lanes | ${kind} != 'b' | | | town = ${town} |
| | begin_repeat | person | Person | | | ${n} | |
| | integer | age | Age | | | | |
| | calculate | before | | | if(position(..) > 1, indexed-repeat(${age}, ${person}, position(..) - 1), 0) | | |
| | begin_group | adult | Adult | ${age} > 14 | | | |
| | text | work | Work | | | | |
| | calculate | worked | | | if(${work} != '', 1, 0) | | |
| | end_group | | | | | | |
| | end_repeat | | | | | | |
| | calculate | workers | | | sum(${worked}) | | |
| | begin_repeat | tap | Tap | ${workers} < 3 | | | |
| | decimal | litres | Litres | | | | |
| | calculate | share | | | ${litres} div ${n} | | |
| | end_repeat | | | | | | |
| | calculate | total | | | sum(/data/tap/litres) + ${workers} | | |
| | note | shown | You have ${total} | ${total} > 3 | | | |
| choices | | | | |
| | list_name | name | label | town |
| | kind | a | A | |
| | kind | b | B | |
| | town | k | Kibera | |
| | town | m | Mathare | |
| | lane | l1 | Lane 1 | k |
| | lane | l2 | Lane 2 | m |
| | lane | l3 | Lane 3 | m |
"""  # noqa: E501
NAMES = ("rich", *sorted(p.name for p in LIBRARY.iterdir() if (p / "survey.csv").is_file()))


@cache
def definition(name: str) -> FormDefinition:
    return forms.form(RICH) if name == "rich" else build_form(LIBRARY / name).form


def opened(name: str) -> Instance:
    return Instance.new(definition(name), forms.settings())


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=8)
@given(seed=st.integers(0, 2**32))
def test_draft_of_any_interview_opens_as_it_was(name: str, seed: int) -> None:
    """What an answer changed is what computing everything anew gives: nothing was forgotten."""
    interview = opened(name)
    wander(interview, Random(seed), 60)
    again = Instance.restore(interview.form, interview.draft(), interview.settings)
    assert facts(again) == facts(interview)
    assert again.draft() == interview.draft()


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=6)
@given(seed=st.integers(0, 2**32))
def test_state_does_not_depend_on_the_order_of_answers(name: str, seed: int) -> None:
    interview, chance = opened(name), Random(seed)
    wander(interview, chance, 40)
    given_ = [(node.ref, node.value) for node in questions(interview)]
    other = Instance.restore(interview.form, interview.draft(), interview.settings)
    for ref, _ in given_:
        if other.node(ref).control.kind != "input" or "[" in ref:  # type: ignore[union-attr]
            other.answer(ref, "")
    chance.shuffle(given_)
    for ref, value in given_:
        other.answer(ref, value)
    assert facts(other) == facts(interview)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=6)
@given(seed=st.integers(0, 2**32))
def test_answer_and_its_withdrawal_leave_no_trace(name: str, seed: int) -> None:
    interview, chance = opened(name), Random(seed)
    wander(interview, chance, 30)
    node = chance.choice([n for n in questions(interview) if not n.value])
    before = facts(interview)
    rows = len(before)
    interview.answer(node.ref, answer_for(node, chance))
    interview.answer(node.ref, "")
    if len(facts(interview)) == rows:  # a count that was answered keeps no rows, and makes none
        assert facts(interview) == before


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=6)
@given(seed=st.integers(0, 2**32))
def test_interview_is_finalised_or_refused_with_its_problems(name: str, seed: int) -> None:
    interview = opened(name)
    wander(interview, Random(seed), 40)
    problems = interview.validate()
    before = facts(interview)
    if problems:
        with pytest.raises(NotValid) as refused:
            interview.finalise()
        assert refused.value.problems == problems
        assert facts(interview) == before
    else:
        submission = interview.finalise()
        hidden = [ref for ref, value, relevant, *_ in before if value and not relevant]
        tops = {ref.split("[")[0] for ref in hidden if "[" not in ref}
        assert not tops & set(submission.answers.values)


@given(text=st.text(alphabet=st.characters(), max_size=30))
def test_draft_of_any_text_opens_with_the_same_text(text: str) -> None:
    home = forms.interview("| survey | | | |\n| | type | name | label |\n| | text | q | Q |\n")
    home.answer("/data/q", text)
    again = Instance.restore(home.form, home.draft(), home.settings)
    assert again.node("/data/q").value == home.node("/data/q").value
    assert home.node("/data/q").value == "".join(
        c
        for c in text.replace("\r\n", "\n").replace("\r", "\n")
        if c in "\t\n" or c.isprintable() or ord(c) > 0x7E
    ).translate(dict.fromkeys([*range(0xD800, 0xE000), 0xFFFE, 0xFFFF]))


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_damaged_draft_opens_or_says_what_is_wrong(place: int, bit: int) -> None:
    interview = opened("rich")
    wander(interview, Random(3), 30)
    damaged = bytearray(interview.draft())
    damaged[place % len(damaged)] ^= 1 << bit
    codes = set()
    try:
        Instance.restore(interview.form, bytes(damaged), interview.settings)
    except XFormError as error:
        codes.add(error.code)
    assert codes <= {"XF-101", "XF-103", "XF-104", "XF-110"}

"""Laws of three-valued facts: to forget an answer never changes a verdict to its opposite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.interviews import TRANSCRIBED, derived, interview, path_of

if TYPE_CHECKING:
    from forms.definition import FormDefinition

VERDICTS: Final = (
    "dep_water", "dep_water_strict", "dep_sanitation", "dep_living_area", "dep_durability",
    "dep_floor", "dep_tenure", "slum_5", "slum_4", "unaffordable",
)  # fmt: skip
ASKED: Final = (
    "r_n", "h_rooms_sleep", "h_floor", "h_roof", "h_wall", "h_cond", "h_hazard", "t_status",
    "t_doc", "t_fear", "t_bequeath", "t_cost", "t_income", "ws1", "ws2", "ws11",
)  # fmt: skip
NUMBERS: Final = {"r_n": range(1, 15), "h_rooms_sleep": range(6), "t_cost": range(0, 900, 100)}


@pytest.fixture(scope="module")
def codes(household: FormDefinition) -> dict[str, list[str]]:
    """Every answer of each question that has choices."""
    blank = interview(household, {"ws1": "bottled", "t_status": "own_dwelling_only"})
    return {
        name: [choice.value for choice in blank.node(path_of(household, name)).choices()]
        for name in ASKED
        if household.control_of(path_of(household, name)).kind != "input"
    }


@given(data=st.data())
def test_verdict_never_turns_round_when_an_answer_is_forgotten(
    data: st.DataObject, household: FormDefinition, codes: dict[str, list[str]]
) -> None:
    answers = {
        name: str(data.draw(st.sampled_from(codes.get(name) or list(NUMBERS.get(name, (300,))))))
        for name in ASKED
    }
    kept = data.draw(st.sets(st.sampled_from(ASKED)))
    whole = derived(household, answers, VERDICTS)
    less = derived(household, {n: a for n, a in answers.items() if n in kept}, VERDICTS)
    for verdict in VERDICTS:
        assert whole[verdict] in {"yes", "no", "unknown"}
        assert less[verdict] in {whole[verdict], "unknown"}, verdict


@given(data=st.data())
def test_verdicts_do_not_depend_on_the_order_of_answers(
    data: st.DataObject, household: FormDefinition, codes: dict[str, list[str]]
) -> None:
    answers = {
        name: str(data.draw(st.sampled_from(codes.get(name) or list(NUMBERS.get(name, (300,))))))
        for name in ASKED
    }
    order = data.draw(st.permutations(ASKED))
    shuffled = {name: answers[name] for name in order}
    wanted = (*VERDICTS, "water_ladder", "sanitation_ladder", "dep_count", "severity")
    assert derived(household, shuffled, wanted) == derived(household, answers, wanted)


def test_verdicts_are_all_unknown_when_nothing_was_said(household: FormDefinition) -> None:
    assert set(derived(household, {}, VERDICTS, TRANSCRIBED).values()) == {"unknown"}

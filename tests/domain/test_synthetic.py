"""Synthetic households: the form asks for every answer they give, and accepts them whole."""

from __future__ import annotations

import random
import re
from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from forms.engine.instance import Instance
from server_stub.demo import scripted, synthetic
from tests.domain.interviews import interview, settings

if TYPE_CHECKING:
    from forms.definition import FormDefinition

SEED = 20261125


def told(form: FormDefinition, answers: synthetic.Answers) -> Instance:
    """The interview, each answer given where it is asked for."""
    instance = interview(form, {}, {})
    for ref, text in answers:
        assert instance.answer(ref, text).problems == ()
        assert instance.node(ref).relevant, ref
    return instance


def submitted(instance: Instance) -> tuple[dict[str, str], object]:
    """The answers of the submission, without the id that every interview has of its own."""
    answers = instance.finalise().answers
    own = {path: text for path, text in answers.values.items() if "/meta/" not in path}
    return own, answers.repeats


def test_synthetic_households_can_be_finalised_and_fill_every_rung(
    household: FormDefinition,
) -> None:
    source = random.Random(SEED)
    seen: Counter[tuple[str, str]] = Counter()
    for _ in range(150):
        values = told(household, synthetic.household(source, ())).finalise().answers.values
        seen.update((path.rpartition("/")[2], text) for path, text in values.items())
    for name, fewest in {
        "c_settlement": 8, "c_cluster": 40, "k_consent": 3, "k_share": 2, "r_n": 9,
        "water_ladder": 6, "sanitation_ladder": 6, "hygiene_ladder": 4, "waste_ladder": 5,
        "crowding": 4, "slum_5": 3, "head_sex": 3, "hh_disability": 3, "unaffordable": 3,
    }.items():  # fmt: skip
        assert sum(1 for field, _ in seen if field == name) >= fewest, name


@given(st.integers())
def test_synthetic_household_is_the_same_when_the_seed_is(seed: int) -> None:
    one, other = (synthetic.household(random.Random(seed), ()) for _ in range(2))
    assert one == other


def test_synthetic_household_plants_only_into_what_identifies() -> None:
    planted = synthetic.canaries(random.Random(SEED), 12)
    source = random.Random(SEED)
    places: set[str] = set()
    for _ in range(120):
        for ref, text in synthetic.household(source, planted):
            if any(canary in text for canary in planted):
                places.add(ref.rpartition("/")[2])
    assert places == {"p_name", "p_phone", "c_gps", "e_note"}


def test_canaries_are_different_and_unmistakable() -> None:
    made = synthetic.canaries(random.Random(SEED), 400)
    assert len(set(made)) == 400
    kinds = (r"\w+ Canary-[A-Z]{8}", r"\+999\d{9}", r"1\.0\d{6}[1-9]", r"2\.0\d{6}[1-9]")
    for number, text in enumerate(made):
        assert re.fullmatch(kinds[number % 4], text)
    assert not [a for a in made for b in made if a != b and a in b]


def test_scripted_household_answers_every_screen_that_asks(household: FormDefinition) -> None:
    answers = synthetic.scripted_household()
    filled = told(household, answers)
    assert filled.validate() == ()
    screens = [step.ref for step in filled.steps() if step.kind == "question"]
    notes = {ref for ref in screens if filled.node(ref).read_only}
    assert [ref for ref, _ in answers] == [ref for ref in screens if ref not in notes]
    assert {ref.rpartition("/")[2] for ref in notes} == {
        "k_text", "e_rungs", "e_deprived", "e_end",
    }  # fmt: skip


def test_scripted_household_carries_its_canaries() -> None:
    text = " ".join(answer for _, answer in synthetic.scripted_household())
    assert [canary for canary in scripted.CANARIES if canary not in text] == []


def test_synthetic_household_is_whole_after_its_draft_was_put_away(
    household: FormDefinition,
) -> None:
    source = random.Random(SEED)
    for _ in range(8):
        answers = synthetic.household(source, ())
        cut = source.randrange(len(answers))
        interrupted = Instance.restore(
            household, told(household, answers[:cut]).draft(), settings()
        )
        for ref, text in answers[cut:]:
            assert interrupted.answer(ref, text).problems == ()
        assert submitted(interrupted) == submitted(told(household, answers))

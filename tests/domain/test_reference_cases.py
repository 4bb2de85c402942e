"""The worked cases of the domain reference, through the shipped form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.domain.interviews import derived
from tests.domain.reference_cases import NOT_OF_THIS_FORM, Case, form_case

if TYPE_CHECKING:
    from pathlib import Path

    from forms.definition import FormDefinition

FEWEST = 85
"""Cases that the form must be able to run; a mapping that falls away would show here."""


@pytest.fixture(scope="module")
def cases(shared: Path) -> list[Case]:
    file = shared / "reference" / "domain" / "examples.json"
    if not file.is_file():
        pytest.skip(f"no domain reference at {file}")
    found: list[Case] = json.loads(file.read_text("utf-8"))["cases"]
    return found


def test_reference_cases_hold_when_told_to_the_form(
    cases: list[Case], household: FormDefinition
) -> None:
    wrong, ran = [], 0
    for case in cases:
        told = form_case(case)
        if told is None:
            continue
        ran += 1
        found = derived(household, told.answers, told.expected, told.start)
        if found != dict(told.expected):
            wrong.append((case["id"], dict(told.expected), found))
    assert not wrong
    assert ran >= FEWEST


def test_reference_cases_are_accounted_for_when_the_form_does_not_compute_them(
    cases: list[Case],
) -> None:
    unseen = [
        case["id"]
        for case in cases
        if form_case(case) is None
        and case["kind"] not in NOT_OF_THIS_FORM
        and "rule" not in case["inputs"]
    ]
    assert not unseen

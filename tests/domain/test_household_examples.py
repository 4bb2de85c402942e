"""The worked cases that are shipped beside the household form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.domain.interviews import AGREED, TRANSCRIBED, derived, examples

if TYPE_CHECKING:
    from forms.definition import FormDefinition

STARTS = {"transcribed": TRANSCRIBED, "agreed": AGREED}


@pytest.mark.parametrize("case", [pytest.param(c, id=str(c["id"])) for c in examples()])
def test_household_derives_what_its_example_says(
    case: dict[str, Any], household: FormDefinition
) -> None:
    found = derived(household, case["answers"], case["expected"], STARTS[case["start"]])
    assert found == case["expected"], case["why"]

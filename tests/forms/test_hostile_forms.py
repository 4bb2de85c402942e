"""No form can hang, crash or half load: it works, or it is refused with a code, within bounds.

The long run, with other seeds: `make fuzz-forms`.
"""

from __future__ import annotations

import pytest

from tests.fuzz.bounds import judged, watched
from tests.fuzz.damage import damaged
from tests.fuzz.hostile import Hostile, hostile

SLOW = ("million rows in the form", "too many bytes", "count 1", "everybody reads everything")
"""Names of hostile forms that take seconds; they are tried in the long run."""


def _quick() -> list[Hostile]:
    return [case for case in hostile() if not case.name.startswith(SLOW)]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in _quick()])
def test_hostile_form_is_answered_with_its_code_when_opened(case: Hostile) -> None:
    assert judged(case).failure == ""


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_damaged_form_works_or_says_why_when_opened(seed: int) -> None:
    broken = [
        (number, outcome.failure)
        for number, xml in enumerate(damaged(seed, 150))
        if (outcome := watched(xml)).failure
    ]
    assert broken == []

"""The fewest steps that still show a difference."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.conformance.differential_pair import Step


def shrunk(
    steps: Sequence[Step], fails: Callable[[Sequence[Step]], bool], seconds: float
) -> list[Step]:
    """Steps without those that the difference does not need.

    Halves are left out first, then smaller and smaller pieces, down to single steps.

    Args:
        steps: A walk that shows the difference.
        fails: Whether a walk still shows it.
        seconds: After which the shortest so far is given.
    """
    best, size, stop = list(steps), max(1, len(steps) // 2), time.monotonic() + seconds
    while time.monotonic() < stop:
        smaller = _without_a_piece(best, size, fails, stop)
        if smaller is not None:
            best = smaller
        elif size == 1:
            break
        size = max(1, min(size, len(best)) // 2) if smaller is None else min(size, len(best) or 1)
    return best


def _without_a_piece(
    steps: list[Step], size: int, fails: Callable[[Sequence[Step]], bool], stop: float
) -> list[Step] | None:
    for start in range(len(steps), 0, -size):
        fewer = [*steps[: max(0, start - size)], *steps[start:]]
        if time.monotonic() > stop:
            return None
        if len(fewer) < len(steps) and fails(fewer):
            return fewer
    return None

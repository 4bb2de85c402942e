"""Where the caret stands in a line that may run both ways.

Kivy measures the text before the caret, which is right only when everything runs left to right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobile.text.runs import visual_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mobile.text.runs import Run


def stops(line: str, base: int, width_of: Callable[[Run, str], float]) -> list[float]:
    """Distance of the caret from the left end of a line: before each character, and at the end.

    Pure.

    Args:
        line: One line.
        base: Level of its paragraph, 0 or 1.
        width_of: Width in pixels of a part of a run, drawn in that run's font.
    """
    found = [0.0] * (len(line) + 1)
    left = 0.0
    ends: dict[int, float] = {}
    for run in visual_runs(line, base):
        width = width_of(run, line[run.start : run.end])
        for i in range(run.start, run.end):
            before = width_of(run, line[run.start : i]) if i > run.start else 0.0
            found[i] = left + (width - before if run.rtl else before)
        ends[run.end] = left if run.rtl else left + width
        left += width
    found[len(line)] = ends.get(len(line), 0.0)
    return found


def nearest(places: Sequence[float], x: float) -> int:
    """The index of the caret that is nearest to a distance from the left."""
    return min(range(len(places)), key=lambda i: abs(places[i] - x))

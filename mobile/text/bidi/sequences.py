"""Isolating run sequences: what weak and neutral types are resolved on (UAX #9, X9 and X10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mobile.text.bidi.classes import ISOLATES, REMOVED
from mobile.text.bidi.explicit import matching_pdis

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class IsolatingSequence:
    """Characters that see each other as neighbours.

    Attributes:
        indices: Positions in the line, in order.
        level: Their embedding level.
        sos: Direction before the first, "L" or "R".
        eos: Direction after the last.
    """

    indices: tuple[int, ...]
    level: int
    sos: str
    eos: str

    @property
    def direction(self) -> str:
        """The embedding direction, "L" or "R"."""
        return "R" if self.level % 2 else "L"


def isolating_sequences(
    original: Sequence[str], levels: Sequence[int], base: int
) -> list[IsolatingSequence]:
    """Level runs, joined over isolates (BD13), with the directions at their borders."""
    kept = [i for i, kind in enumerate(original) if kind not in REMOVED]
    place = {index: position for position, index in enumerate(kept)}
    pdis = matching_pdis(original)
    closed = set(pdis.values())
    starts = {run[0]: run for run in _level_runs(kept, levels)}
    found = []
    for first, run in starts.items():
        if first in closed:
            continue
        indices = list(run)
        while (following := starts.get(pdis.get(indices[-1], -1))) is not None:
            indices += following
        level = levels[first]
        before = place[first] - 1
        outside = levels[kept[before]] if before >= 0 else base
        found.append(
            IsolatingSequence(
                tuple(indices),
                level,
                _direction(max(level, outside)),
                _direction(max(level, _level_after(indices[-1], original, levels, kept, base))),
            )
        )
    return found


def _level_runs(kept: Sequence[int], levels: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for index in kept:
        if runs and levels[runs[-1][-1]] == levels[index]:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def _level_after(
    last: int, original: Sequence[str], levels: Sequence[int], kept: Sequence[int], base: int
) -> int:
    """Level of what follows; an isolate that is never ended looks past everything, at the base."""
    if original[last] in ISOLATES:
        return base
    after = next((index for index in kept if index > last), None)
    return base if after is None else levels[after]


def _direction(level: int) -> str:
    return "R" if level % 2 else "L"

"""Explicit levels: embeddings, overrides and isolates (UAX #9, rules BD9, P2, P3 and X1 to X8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mobile.text.bidi.classes import EMBEDDINGS, ISOLATES, PARAGRAPH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Source: UAX #9, BD2.
MAX_DEPTH = 125


def matching_pdis(classes: Sequence[str]) -> dict[int, int]:
    """Index of the matching PDI of each isolate initiator that has one (BD9)."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for i, kind in enumerate(classes):
        if kind in ISOLATES:
            opened.append(i)
        elif kind == "PDI" and opened:
            found[opened.pop()] = i
        elif kind == PARAGRAPH:
            opened.clear()
    return found


def first_strong(
    classes: Sequence[str], start: int, end: int, pdis: Mapping[int, int]
) -> int | None:
    """0 or 1 for the first L, R or AL in [start, end) outside isolates, else None (P2, P3)."""
    i = start
    while i < end:
        kind = classes[i]
        if kind == "L":
            return 0
        if kind in {"R", "AL"}:
            return 1
        if kind in ISOLATES:
            i = pdis.get(i, end)
        i += 1
    return None


@dataclass(frozen=True, slots=True)
class _Status:
    level: int
    override: str | None = None
    isolate: bool = False


@dataclass(slots=True)
class _Walk:
    """The directional status stack and its three counters (X1)."""

    original: Sequence[str]
    base: int
    levels: list[int]
    classes: list[str]
    pdis: Mapping[int, int]
    stack: list[_Status] = field(default_factory=list)
    overflow_isolates: int = 0
    overflow_embeddings: int = 0
    valid_isolates: int = 0

    def begin(self) -> None:
        self.stack[:] = [_Status(self.base)]
        self.overflow_isolates = self.overflow_embeddings = self.valid_isolates = 0

    def place(self, i: int) -> None:
        """Give a character the level, and the override if any, of the innermost status (X6)."""
        status = self.stack[-1]
        self.levels[i] = status.level
        if status.override:
            self.classes[i] = status.override

    def next_level(self, rtl: bool) -> int:
        level = self.stack[-1].level
        return (level + 1) | 1 if rtl else (level + 2) & ~1

    def fits(self, level: int) -> bool:
        return level <= MAX_DEPTH and not self.overflow_isolates and not self.overflow_embeddings

    def embed(self, i: int) -> None:
        """X2 to X5."""
        kind = self.original[i]
        rtl = kind[0] == "R"
        level = self.next_level(rtl)
        if self.fits(level):
            override = ("R" if rtl else "L") if kind[2] == "O" else None
            self.stack.append(_Status(level, override))
        elif not self.overflow_isolates:
            self.overflow_embeddings += 1

    def isolate(self, i: int) -> None:
        """X5a to X5c."""
        self.place(i)
        kind = self.original[i]
        if kind == "FSI":
            end = self.pdis.get(i, len(self.original))
            rtl = first_strong(self.original, i + 1, end, self.pdis) == 1
        else:
            rtl = kind == "RLI"
        level = self.next_level(rtl)
        if self.fits(level):
            self.valid_isolates += 1
            self.stack.append(_Status(level, isolate=True))
        else:
            self.overflow_isolates += 1

    def end_isolate(self, i: int) -> None:
        """X6a."""
        if self.overflow_isolates:
            self.overflow_isolates -= 1
        elif self.valid_isolates:
            self.overflow_embeddings = 0
            while not self.stack[-1].isolate:
                self.stack.pop()
            self.stack.pop()
            self.valid_isolates -= 1
        self.place(i)

    def end_embedding(self) -> None:
        """X7."""
        if self.overflow_isolates:
            return
        if self.overflow_embeddings:
            self.overflow_embeddings -= 1
        elif not self.stack[-1].isolate and len(self.stack) > 1:
            self.stack.pop()

    def step(self, i: int) -> None:
        kind = self.original[i]
        if kind in EMBEDDINGS:
            self.embed(i)
        elif kind in ISOLATES:
            self.isolate(i)
        elif kind == "PDI":
            self.end_isolate(i)
        elif kind == "PDF":
            self.end_embedding()
        elif kind == PARAGRAPH:
            self.begin()
        elif kind != "BN":
            self.place(i)


def explicit_levels(original: Sequence[str], base: int) -> tuple[list[int], list[str]]:
    """Levels after the explicit rules, and the classes with overrides applied."""
    walk = _Walk(original, base, [base] * len(original), list(original), matching_pdis(original))
    walk.begin()
    for i in range(len(original)):
        walk.step(i)
    return walk.levels, walk.classes

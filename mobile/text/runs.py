"""Cuts a line into runs of one level and one script, in their order on the screen."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from mobile.text import bidi
from mobile.text.bidi.classes import REMOVED
from mobile.text.scripts import SHARED, Script, is_plain, script_of

_INVISIBLE = REMOVED | {"LRI", "RLI", "FSI", "PDI", "B"}
_MARKS = frozenset({"Mn", "Mc", "Me", "Cf"})
# Zero-width joiner and non-joiner change shapes: drawn, though their bidi class is removed.
_JOINERS = frozenset("\u200c\u200d")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a line that one font object draws.

    Attributes:
        start: First character in the line.
        end: Behind the last character.
        text: What is drawn: the stretch without its invisible controls.
        script: None for the label's own font.
        level: Bidi level; odd = right-to-left.
    """

    start: int
    end: int
    text: str
    script: Script | None
    level: int

    @property
    def rtl(self) -> bool:
        """Whether the run is drawn from right to left."""
        return bool(self.level % 2)


@lru_cache(maxsize=2048)
def base_level(text: str) -> int | None:
    """Level of the first strong character, or None when there is none (digits, punctuation)."""
    if text.isascii():
        return 0 if any(char.isalpha() for char in text) else None
    return bidi.base_level(text)


def needs_runs(text: str, base: int | None) -> bool:
    """Whether the plain path would draw the text wrongly."""
    return not is_plain(text) or base == 1


@lru_cache(maxsize=2048)
def visual_runs(text: str, base: int | None = None) -> tuple[Run, ...]:
    """Runs of one line from left to right on the screen.

    Pure; bounded cache.

    Args:
        text: One line.
        base: Level of its paragraph, 0 or 1; None takes it from the line.
    """
    if base is None:
        base = base_level(text) or 0
    logical = _logical_runs(text, bidi.levels(text, base))
    order = bidi.visual_order([run.level for run in logical])
    return tuple(logical[i] for i in order)


def _logical_runs(text: str, levels: list[int]) -> list[Run]:
    scripts = _scripts(text)
    runs: list[Run] = []
    start = 0
    for i in range(1, len(text) + 1):
        if i == len(text) or levels[i] != levels[start] or scripts[i] != scripts[start]:
            drawn = "".join(char for char in text[start:i] if not _is_invisible(char))
            runs.append(Run(start, i, drawn, scripts[start], levels[start]))
            start = i
    return runs


def _scripts(text: str) -> list[Script | None]:
    """Marks, joiners, spaces and shared signs take the script of what they follow."""
    found: list[Script | None] = []
    last: Script | None = None
    for char in text:
        joins = char == " " or char in SHARED or unicodedata.category(char) in _MARKS
        if not (joins and found and (last is not None or script_of(char) is None)):
            last = script_of(char)
        found.append(last)
    return found


def _is_invisible(char: str) -> bool:
    return bidi.class_of(char) in _INVISIBLE and char not in _JOINERS

"""The Unicode bidirectional algorithm (UAX #9) for one line of text, in pure Python.

The one subtle thing: a line is resolved by itself, with the base level of its paragraph. UAX #9
resolves the paragraph and breaks afterwards; the two differ only when an explicit embedding, or the
digits after an Arabic letter, straddle a line break. Source: Unicode Standard Annex #9, revision 48
(Unicode 15.1); rule names are in the docstrings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobile.text.bidi.classes import ISOLATES, PARAGRAPH, REMOVED, SEGMENT, WHITESPACE, class_of
from mobile.text.bidi.explicit import explicit_levels, first_strong, matching_pdis
from mobile.text.bidi.neutral import resolve_neutrals
from mobile.text.bidi.sequences import isolating_sequences
from mobile.text.bidi.weak import resolve_weak

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["base_level", "class_of", "levels", "visual_order"]


def base_level(text: str) -> int | None:
    """Level of the first strong character, 0 left-to-right or 1 right-to-left; None without one.

    Characters between an isolate and its end do not count. Source: UAX #9, P2 and P3.
    """
    classes = [class_of(char) for char in text]
    return first_strong(classes, 0, len(classes), matching_pdis(classes))


def levels(text: str, base: int) -> list[int]:
    """Embedding level of every character of one line, in logical order; odd = right-to-left.

    Pure. Characters that UAX #9 removes (X9: embeddings, boundary neutrals) get the level of the
    character before them.

    Args:
        text: One line; a paragraph separator in it starts again at the base level.
        base: Level of the paragraph, 0 or 1.
    """
    original = [class_of(char) for char in text]
    found, classes = explicit_levels(original, base)
    for sequence in isolating_sequences(original, found, base):
        types = [classes[i] for i in sequence.indices]
        resolve_weak(types, sequence.sos)
        resolve_neutrals(types, sequence, text, original)
        for index, kind in zip(sequence.indices, types, strict=True):
            found[index] = _implicit(found[index], kind)
    _level_removed(found, original, base)
    _reset_whitespace(found, original, base)
    return found


def visual_order(run_levels: Sequence[int]) -> list[int]:
    """Indices of runs from left to right on the screen, given their levels in logical order.

    Source: UAX #9, L2: from the highest level down to the lowest odd one, reverse every stretch at
    that level or above.
    """
    order = list(range(len(run_levels)))
    for level in range(max(run_levels, default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and run_levels[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = max(end, start + 1)
    return order


def _implicit(level: int, kind: str) -> int:
    """Rules I1 and I2."""
    if level % 2:
        return level + 1 if kind in {"L", "EN", "AN"} else level
    if kind == "R":
        return level + 1
    return level + 2 if kind in {"EN", "AN"} else level


def _level_removed(found: list[int], original: Sequence[str], base: int) -> None:
    before = base
    for i, kind in enumerate(original):
        if kind in REMOVED:
            found[i] = before
        before = found[i]


def _reset_whitespace(found: list[int], original: Sequence[str], base: int) -> None:
    """Rule L1: separators, and white space before them or at the end, take the base level."""
    trailing = True
    for i in range(len(original) - 1, -1, -1):
        kind = original[i]
        if kind in {PARAGRAPH, SEGMENT}:
            trailing = True
        elif not (kind == WHITESPACE or kind in ISOLATES or kind == "PDI" or kind in REMOVED):
            trailing = False
        if trailing:
            found[i] = base

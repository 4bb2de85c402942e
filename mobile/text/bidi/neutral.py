"""Neutral types: brackets in pairs, then what has no direction of its own (UAX #9, N0 to N2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobile.text.bidi.classes import NEUTRALS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobile.text.bidi.sequences import IsolatingSequence

# Opening and closing in turn. Source: BidiBrackets.txt, Unicode 15.1.
_PAIRS = (
    "()[]{}༺༻༼༽᚛᚜⁅⁆⁽⁾₍₎⌈⌉⌊⌋\u2329\u232a❨❩❪❫❬❭❮❯❰❱❲❳❴❵⟅⟆⟦⟧⟨⟩⟪⟫⟬⟭⟮⟯⦃⦄⦅⦆⦇⦈⦉⦊⦋⦌⦍⦐⦏⦎⦑⦒⦓⦔⦕⦖⦗⦘⧘⧙⧚⧛⧼⧽"
    "⸢⸣⸤⸥⸦⸧⸨⸩⹕⹖⹗⹘⹙⹚⹛⹜〈〉《》「」『』【】〔〕〖〗〘〙〚〛﹙﹚﹛﹜﹝﹞（）［］｛｝｟｠｢｣"
)
OPENING = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
CLOSING = frozenset(_PAIRS[1::2])
# Canonically equivalent angle brackets count as one pair.
EQUIVALENT = {"\u2329": "\u3008", "\u232a": "\u3009"}
# Source: UAX #9, BD16.
MAX_OPEN = 63


def resolve_neutrals(
    types: list[str], sequence: IsolatingSequence, text: str, original: Sequence[str]
) -> None:
    """Apply N0, N1 and N2 to the types of one isolating run sequence, in place."""
    chars = [text[i] for i in sequence.indices]
    own = [original[i] for i in sequence.indices]
    for start, end in _bracket_pairs(chars, types):
        kind = _pair_type(types, sequence, start, end)
        if kind is not None:
            for position in (start, end):
                _set_bracket(types, position, kind, own)
    _between(types, sequence)


def _bracket_pairs(chars: Sequence[str], types: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs by position of the opening bracket; those found before brackets nest too deep."""
    opened: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for i, char in enumerate(chars):
        if types[i] != "ON":
            continue
        if char in OPENING:
            if len(opened) == MAX_OPEN:
                break
            opened.append((_canonical(OPENING[char]), i))
        elif char in CLOSING:
            _close(opened, pairs, _canonical(char), i)
    return sorted(pairs)


def _close(
    opened: list[tuple[str, int]], pairs: list[tuple[int, int]], char: str, position: int
) -> None:
    for depth in range(len(opened) - 1, -1, -1):
        if opened[depth][0] == char:
            pairs.append((opened[depth][1], position))
            del opened[depth:]
            return


def _canonical(char: str) -> str:
    return EQUIVALENT.get(char, char)


def _strong(kind: str) -> str | None:
    """For brackets and neutrals, numbers count as right-to-left."""
    if kind in {"EN", "AN"}:
        return "R"
    return kind if kind in {"L", "R"} else None


def _pair_type(
    types: Sequence[str], sequence: IsolatingSequence, start: int, end: int
) -> str | None:
    inside = {_strong(kind) for kind in types[start + 1 : end]} - {None}
    own = sequence.direction
    if own in inside:
        return own
    if not inside:
        return None
    return next((s for kind in reversed(types[:start]) if (s := _strong(kind))), sequence.sos)


def _set_bracket(types: list[str], position: int, kind: str, original: Sequence[str]) -> None:
    types[position] = kind
    for i in range(position + 1, len(types)):
        if original[i] != "NSM":
            return
        types[i] = kind


def _between(types: list[str], sequence: IsolatingSequence) -> None:
    """N1 and N2: neutrals between equals follow them, the others follow the embedding."""
    i = 0
    while i < len(types):
        end = i
        while end < len(types) and types[end] in NEUTRALS:
            end += 1
        if end > i:
            before = _strong(types[i - 1]) if i else sequence.sos
            after = _strong(types[end]) if end < len(types) else sequence.eos
            types[i:end] = [before if before and before == after else sequence.direction] * (
                end - i
            )
        i = max(end, i + 1)

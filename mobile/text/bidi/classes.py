"""Names of the bidi classes, and the class of a character from Python's own Unicode tables."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

ISOLATES = frozenset({"LRI", "RLI", "FSI"})
EMBEDDINGS = frozenset({"LRE", "RLE", "LRO", "RLO"})
# Rule X9: these are taken out before weak types are resolved.
REMOVED = EMBEDDINGS | {"PDF", "BN"}
NEUTRALS = frozenset({"B", "S", "WS", "ON", "PDI"}) | ISOLATES
PARAGRAPH, SEGMENT, WHITESPACE = "B", "S", "WS"
# What Python calls '' is unassigned; these blocks are right-to-left by default.
# Source: DerivedBidiClass.txt, @missing lines.
UNASSIGNED_ARABIC = ((0x0600, 0x07BF), (0x0860, 0x08FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF))
UNASSIGNED_HEBREW = ((0x0590, 0x05FF), (0x07C0, 0x085F), (0xFB1D, 0xFB4F), (0x10800, 0x10FFF))


@lru_cache(maxsize=2048)
def class_of(char: str) -> str:
    """Bidi class of a character, such as "L" or "EN"; an unassigned one has its block's default."""
    known = unicodedata.bidirectional(char)
    if known:
        return known
    point = ord(char)
    if any(first <= point <= last for first, last in UNASSIGNED_ARABIC):
        return "AL"
    return "R" if any(first <= point <= last for first, last in UNASSIGNED_HEBREW) else "L"

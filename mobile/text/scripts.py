"""Which script a character is written in, and whether a text needs more than the plain path.

Only scripts that the bundle has a font for are told apart; everything else is drawn with the
label's own font.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Script:
    """A script with a font of its own.

    Attributes:
        tag: ISO 15924 code, as HarfBuzz wants it.
        font: Stem of its font files in `mobile/assets/fonts`.
        strong: Whether there is a file for the strong weight; else the regular one is emboldened.
    """

    tag: str
    font: str
    strong: bool = False


ARABIC = Script("Arab", "NotoSansArabicUI", strong=True)
HEBREW = Script("Hebr", "NotoSansHebrew")
DEVANAGARI = Script("Deva", "NotoSansDevanagari")
BENGALI = Script("Beng", "NotoSansBengali")
TAMIL = Script("Taml", "NotoSansTamil")
THAI = Script("Thai", "NotoSansThaiUI")
ETHIOPIC = Script("Ethi", "NotoSansEthiopic")
SCRIPTS = (ARABIC, HEBREW, DEVANAGARI, BENGALI, TAMIL, THAI, ETHIOPIC)

# First and last code point. Source: Blocks.txt, Unicode 15.1.
_BLOCKS: tuple[tuple[int, int, Script], ...] = (
    (0x0590, 0x05FF, HEBREW),
    (0x0600, 0x06FF, ARABIC),
    (0x0750, 0x077F, ARABIC),
    (0x0900, 0x097F, DEVANAGARI),
    (0x0980, 0x09FF, BENGALI),
    (0x0B80, 0x0BFF, TAMIL),
    (0x0E00, 0x0E7F, THAI),
    (0x1200, 0x139F, ETHIOPIC),
)
_STARTS = [first for first, _, _ in _BLOCKS]
# Shared by the scripts of India: they take the script of what they follow.
SHARED = frozenset("\u0964\u0965")
# Everything that one left-to-right font draws without shaping: Latin, Greek, Cyrillic, Armenian,
# punctuation without bidi controls and joiners, currency, arrows, mathematics, and the private
# plane of the icon font.
_PLAIN = (
    "\u0000-\u02ff\u0370-\u058f\u1e00-\u1fff\u2000-\u200a\u2010-\u2029\u202f-\u205f\u2070-\u23ff"
    "\u2460-\u27bf\U000f0000-\U000f2fff"
)
_COMPLEX = re.compile(f"[^{_PLAIN}]")


def is_plain(text: str) -> bool:
    """Whether the text is left-to-right, unshaped, and drawn with one font."""
    return text.isascii() or _COMPLEX.search(text) is None


@lru_cache(maxsize=4096)
def script_of(char: str) -> Script | None:
    """The script whose font draws the character; None for the label's own font."""
    point = ord(char)
    i = bisect_right(_STARTS, point) - 1
    if i >= 0 and point <= _BLOCKS[i][1]:
        return _BLOCKS[i][2]
    return None

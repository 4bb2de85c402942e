"""Reads the catalogue of the app's own words and speaks one language of it.

The catalogue is data, one entry a key with its four languages side by side, so that a translator
sees them together. A key that is not there is a fault of ours and raises; a language that is not
there falls back to English, because a form may be in any language.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Direction = Literal["ltr", "rtl"]

LANGUAGES: Final[Mapping[str, str]] = {
    "en": "English",
    "fr": "Français",
    "sw": "Kiswahili",
    "ar": "العربية",
}
"""What the app speaks: ISO 639-1 code to the language's own name."""

FALLBACK: Final = "en"
FSI: Final = "\u2068"
PDI: Final = "\u2069"
_RIGHT_TO_LEFT: Final = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur"})
_CODE: Final = re.compile(r"\(([a-zA-Z]{2,3})(?:[-_][\w-]+)?\)\s*$")


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every text by `screen.key` and language. Read once."""
    raw = tomllib.loads((files("mobile.i18n") / "catalogue.toml").read_text(encoding="utf-8"))
    return {
        f"{section}.{key}": dict(words)
        for section, entries in raw.items()
        for key, words in entries.items()
    }


def language_code(name: str) -> str:
    """The code in a form's language name, `Kiswahili (sw)` gives `sw`; empty when it has none."""
    found = _CODE.search(name)
    if found is not None:
        return found[1].lower()
    return name.lower() if name.lower() in LANGUAGES else ""


def direction_of(code: str) -> Direction:
    """The way in which a language is written."""
    return "rtl" if code in _RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True, slots=True)
class Strings:
    """The app's words in one language.

    Attributes:
        language: Its code, one of `LANGUAGES`.
    """

    language: str
    _texts: Mapping[str, Mapping[str, str]] = field(repr=False, compare=False)

    @classmethod
    def of(cls, language: str) -> Strings:
        """The words of a language, given by its code or by a form's name for it."""
        code = language if language in LANGUAGES else language_code(language)
        return cls(code if code in LANGUAGES else FALLBACK, catalogue())

    @property
    def direction(self) -> Direction:
        """The way in which it is written."""
        return direction_of(self.language)

    def text(self, key: str, **values: object) -> str:
        """A text with its values put in; in a right-to-left language each keeps its own direction.

        Args:
            key: `screen.key` of the catalogue.
            values: What its placeholders stand for.

        Raises:
            KeyError: There is no such text, or a value is missing; a fault of the caller.
        """
        template = self._texts[key][self.language]
        if not values:
            return template
        if self.direction == "rtl":
            # Without isolates "2026-W48" in an Arabic sentence would read W48-2026 (UAX #9, W2).
            return template.format(**{k: f"{FSI}{v}{PDI}" for k, v in values.items()})
        return template.format(**values)

    def has(self, key: str) -> bool:
        """Whether the catalogue has a text."""
        return key in self._texts

"""The pages' own words in four languages; every language says everything (a test checks it)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES: Final = ("en", "fr", "sw", "ar")
FOLDER: Final = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Words:
    """One language.

    Attributes:
        language: Its code.
        texts: By key.
    """

    language: str
    texts: Mapping[str, str]

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return self.texts["direction"]

    def say(self, key: str, *values: object, **named: object) -> str:
        """A text with its values put in."""
        return self.texts[key].format(*values, **named)

    def percent(self, share: float, digits: int = 1) -> str:
        """A share of 0 to 1 as percent."""
        return self.say("percent", self.number(100 * share, digits))

    def number(self, number: float, digits: int = 0) -> str:
        """A number with this language's decimal sign, thousands apart by a narrow space."""
        text = f"{number:,.{digits}f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
        return text.replace(".", self.texts["decimal"])


def words_of(language: str) -> Words:
    """The words of a language; of English when there is no such language."""
    return _read(language if language in LANGUAGES else LANGUAGES[0])


@cache
def _read(language: str) -> Words:
    with (FOLDER / f"{language}.toml").open("rb") as file:
        return Words(language, tomllib.load(file))

"""The words of a privacy declaration: four classes, a closed list of treatments, their arguments.

Values are read to the letter: no capital too many, no space too many. A tolerant reader would let
a slip of the author's hand decide what leaves a household.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NAMESPACE: Final = "urn:makazi:privacy:1"
"""XML namespace of the declaration; the form's settings bind `pvy` to it."""
CLASS: Final = f"{{{NAMESPACE}}}class"
DO: Final = f"{{{NAMESPACE}}}do"
CONSENT: Final = f"{{{NAMESPACE}}}consent"
OTHER: Final = "other"
"""What `only` shows in place of an answer that is not in its list."""

_CODE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_WHOLE = re.compile(r"[1-9]\d{0,8}")


class PrivacyClass(StrEnum):
    """How an answer can point at somebody."""

    DIRECT = "A"
    QUASI = "B"
    NEITHER = "C"
    SENSITIVE = "D"


class Word(StrEnum):
    """What the release does with an answer."""

    KEEP = "keep"
    DROP = "drop"
    SEAL = "seal"
    WITHHOLD = "withhold"
    BAND = "band"
    TOP = "top"
    ROUND = "round"
    WEEK = "week"
    MONTH = "month"
    LADDER = "ladder"
    ONLY = "only"
    GRID = "grid"
    PSEUDONYM = "pseudonym"


@dataclass(frozen=True, slots=True)
class Treatment:
    """One word of the closed list with its arguments.

    Attributes:
        word: What is done.
        arguments: Band edges (numbers, ascending), the top, the step, the rung, the allowed codes,
            the cell size in metres, `tablet` or `round`; empty for the words that take none.
        codes: For `band`, `top` and `round`: answers that are codes and not amounts, such as 99
            for unknown; they are shown as they are.
    """

    word: Word
    arguments: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def number(self) -> Decimal:
        """The single argument as a number."""
        return Decimal(self.arguments[0])

    @property
    def releases(self) -> bool:
        """Whether anything of the answer is shown in the release."""
        if self.word is Word.PSEUDONYM:
            return self.arguments == ("tablet",)
        return self.word not in {Word.DROP, Word.SEAL, Word.WITHHOLD}

    @property
    def seals(self) -> bool:
        """Whether the answer goes into the vault.

        A `pseudonym:round` is computed by the coordinator who opens the vault: with its key on
        every tablet, one stolen tablet would be a dictionary of the whole survey.
        """
        return self.word is Word.SEAL or (
            self.word is Word.PSEUDONYM and self.arguments == ("round",)
        )

    def __str__(self) -> str:
        """The treatment as a form writes it, in its one spelling."""
        tail = f" codes=[{','.join(self.codes)}]" if self.codes else ""
        if self.word in {Word.BAND, Word.ONLY}:
            return f"{self.word}:[{','.join(self.arguments)}]{tail}"
        return ":".join([self.word, *self.arguments]) + tail


@dataclass(frozen=True, slots=True)
class Consent:
    """The answer that must have been given before a field may leave, in whatever treatment.

    Attributes:
        path: Path of the question that asks.
        code: The answer that agrees.
    """

    path: str
    code: str = "yes"


def read_treatment(text: str) -> Treatment:
    """The treatment that `text` declares.

    Raises:
        ValueError: Not in the closed list, or its arguments are not what the word takes. The
            message says which; it never holds an answer, because a form holds none.
    """
    head, _, tail = text.partition(" codes=")
    name, colon, argument = head.partition(":")
    if name not in set(Word):
        raise ValueError(f"the word is none of {', '.join(Word)}")
    word = Word(name)
    reader = _READERS.get(word)
    if reader is None:
        if colon or tail:
            raise ValueError(f"{word} takes no argument")
        return Treatment(word)
    codes = _listed(tail, _NUMBER) if " codes=" in text else ()
    if codes and word not in {Word.BAND, Word.TOP, Word.ROUND}:
        raise ValueError(f"{word} takes no codes")
    return Treatment(word, reader(argument), codes)


def _listed(text: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
    parts = text.removeprefix("[").removesuffix("]").split(",")
    if not (text.startswith("[") and text.endswith("]") and all(map(pattern.fullmatch, parts))):
        raise ValueError("a list is written [a,b,c], without spaces")
    if len(set(parts)) != len(parts):
        raise ValueError("a list names nothing twice")
    return tuple(parts)


def _edges(text: str) -> tuple[str, ...]:
    edges = _listed(text, _NUMBER)
    numbers = [Decimal(edge) for edge in edges]
    if numbers != sorted(set(numbers)):
        raise ValueError("band edges ascend")
    return edges


def _positive(text: str) -> tuple[str, ...]:
    if not _NUMBER.fullmatch(text) or Decimal(text) <= 0:
        raise ValueError("the argument is a number above 0")
    return (text,)


def _whole(text: str) -> tuple[str, ...]:
    if not _WHOLE.fullmatch(text):
        raise ValueError("the argument is a whole number above 0")
    return (text,)


def _scope(text: str) -> tuple[str, ...]:
    if text not in {"tablet", "round"}:
        raise ValueError("a pseudonym is of the tablet or of the round")
    return (text,)


def _codes(text: str) -> tuple[str, ...]:
    return _listed(text, _CODE)


_READERS: Mapping[Word, Callable[[str], tuple[str, ...]]] = {
    Word.BAND: _edges,
    Word.TOP: _positive,
    Word.ROUND: _positive,
    Word.LADDER: _whole,
    Word.ONLY: _codes,
    Word.GRID: _whole,
    Word.PSEUDONYM: _scope,
}

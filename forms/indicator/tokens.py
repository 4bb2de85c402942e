"""Cuts a condition into words: the only characters and words that an indicator may use.

A closed language, not "SQL minus what is known to be bad": what is not listed here cannot be said,
so a definition can neither reach another table nor mean two things in two databases.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from forms.errors import IndicatorError
from forms.problems import Problem

LONGEST: Final = 2000
"""Longest condition in characters. Source: our limit; the longest shipped one has about 200."""
KEYWORDS: Final = frozenset(
    [
        "and",
        "or",
        "not",
        "in",
        "is",
        "null",
        "between",
        "case",
        "when",
        "then",
        "else",
        "end",
        "cast",
        "as",
        "double",
        "coalesce",
        "selected",
        "true",
        "false",
    ]
)
_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>\d+(?:\.\d+)?(?![\w.]))
      | (?P<text>'(?:[^']|'')*')
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<mark><=|>=|<>|!=|[=<>+\-*/(),])""",
    re.VERBOSE,
)


class TokenKind(StrEnum):
    """What a token is."""

    NUMBER = "number"
    TEXT = "text"
    KEYWORD = "keyword"
    LEAF = "leaf"
    MARK = "mark"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a condition.

    Attributes:
        kind: What it is.
        text: As written; keywords in lower case, texts without their quotes.
        at: Position of its first character, from 1.
    """

    kind: TokenKind
    text: str
    at: int


def bad_condition(at: int, message: str, code: str = "XF-705") -> IndicatorError:
    """The error of a condition, with the position in its text; the reader adds file and line."""
    return IndicatorError(Problem(code, f"character {at}", message))


def tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens of a condition, an `END` at their end.

    Raises:
        IndicatorError: XF-705, for a character that the language does not have.
    """
    if len(text) > LONGEST:
        raise bad_condition(LONGEST, f"The condition is longer than {LONGEST} characters.")
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise bad_condition(at + 1, f"{text[at]!r} has no meaning here.")
        found += _token(match)
        at = match.end()
    return (*found, Token(TokenKind.END, "", at + 1))


def _token(match: re.Match[str]) -> list[Token]:
    text, at = match.group(), match.start() + 1
    if match.lastgroup == "space":
        return []
    if match.lastgroup == "text":
        return [Token(TokenKind.TEXT, text[1:-1].replace("''", "'"), at)]
    if match.lastgroup != "word":
        return [Token(TokenKind(match.lastgroup or ""), text, at)]
    if text.lower() in KEYWORDS:
        return [Token(TokenKind.KEYWORD, text.lower(), at)]
    return [Token(TokenKind.LEAF, text, at)]

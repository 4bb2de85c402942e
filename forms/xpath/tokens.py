"""XPath 1.0 text to tokens, with the two rules that make the language lexable.

After an operand, `*` and the names `and or div mod` are operators; elsewhere they are names. A `-`
belongs to a name, so `a-b` is one name and `a -b` a subtraction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from forms.errors import XPathError
from forms.problems import Problem

LONGEST_TEXT = 200_000
_NAME = r"[^\W\d][\w.\-·]*"
_TOKEN = re.compile(
    rf"""(?P<space>\s+)
    |(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<literal>"[^"]*"|'[^']*')
    |(?P<variable>\${_NAME}(?::{_NAME})?)
    |(?P<name>{_NAME}(?::(?!:)(?:{_NAME}|\*))?)
    |(?P<symbol>::|//|!=|<=|>=|\.\.|[()\[\]@,/|+\-=<>*.])
    """,
    re.VERBOSE,
)
_OPERATOR_NAME = re.compile("and|or|div|mod")
_OPERATORS = frozenset({"/", "//", "|", "+", "-", "=", "!=", "<", "<=", ">", ">="})
_BEFORE_OPERAND = frozenset({"@", "::", "(", "[", ","})


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind (number, literal, name, symbol, operator, variable, end), text, place."""

    kind: str
    text: str
    position: int


def tokens_of(text: str) -> list[Token]:
    """Split an expression.

    Raises:
        XPathError: XF-201 a character that no token begins with; XF-204 the text is too long.
    """
    if len(text) > LONGEST_TEXT:
        raise XPathError(Problem("XF-204", "expression", f"{len(text):,} characters long"))
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise XPathError(
                Problem(
                    "XF-201",
                    f"character {position + 1}",
                    f"{text[position : position + 20]!r} is not XPath",
                    "Check quotes and brackets before this place.",
                )
            )
        kind = match.lastgroup or "symbol"
        if kind == "space":
            position = match.end()
            continue
        found.append(_classified(kind, match.group(), position, found))
        position += len(found[-1].text)
    found.append(Token("end", "", len(text)))
    return found


def _classified(kind: str, text: str, position: int, before: list[Token]) -> Token:
    after_operand = (
        bool(before) and before[-1].kind != "operator" and before[-1].text not in _BEFORE_OPERAND
    )
    if kind == "name" and after_operand:
        # Where no name can stand, `and1` is `and 1`: the operator ends where its letters end.
        word = _OPERATOR_NAME.match(text)
        return Token("operator", word.group() if word else text, position)
    if text == "*":
        return Token("operator" if after_operand else "name", text, position)
    if text in _OPERATORS:
        return Token("operator", text, position)
    return Token(kind, text, position)

"""Tokens to syntax: XPath 1.0 by precedence climbing, with ODK's liberties.

Depth is bounded so that a hostile form gives an error with a place instead of ending the process.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NoReturn

from forms.errors import XPathError
from forms.problems import Problem
from forms.xpath.syntax import (
    Binary,
    Call,
    Filter,
    Literal,
    Negate,
    Number,
    Path,
    Step,
    Syntax,
    Variable,
    is_taller,
)
from forms.xpath.tokens import Token, tokens_of

DEEPEST = 100
"""Nested brackets and operators; the deepest of 15,035 expressions of real forms has under 40."""

TALLEST = 150
"""Operators, calls and steps within each other; each is a call of Python's, which allows 1,000."""
_BINDS: dict[str, int] = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(("=", "!="), 3),
    **dict.fromkeys(("<", "<=", ">", ">="), 4),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "div", "mod"), 6),
}
"""How tightly an operator binds. Source: XPath 1.0, section 3.5."""
AXES = frozenset(
    {
        "ancestor",
        "ancestor-or-self",
        "attribute",
        "child",
        "descendant",
        "descendant-or-self",
        "following",
        "following-sibling",
        "namespace",
        "parent",
        "preceding",
        "preceding-sibling",
        "self",
    }
)
_NODE_TYPES = frozenset({"node", "text", "comment", "processing-instruction"})
_ANY_DEPTH = Step("descendant-or-self", "node()")


@lru_cache(maxsize=8192)
def parse(text: str) -> Syntax:
    """The syntax of one expression; the same text is parsed once.

    Raises:
        XPathError: XF-201 to XF-204, with the place.
    """
    parser = _Parser(tokens_of(text))
    syntax = parser.expression()
    parser.expect_end()
    if is_taller(syntax, TALLEST):
        raise XPathError(Problem("XF-203", "expression", f"more than {TALLEST} parts in a row"))
    return syntax


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _fail(self, wanted: str) -> NoReturn:
        token = self._next
        found = "the end" if token.kind == "end" else repr(token.text)
        raise XPathError(
            Problem(
                "XF-202", f"character {token.position + 1}", f"{wanted} expected, {found} found"
            )
        )

    def _expect(self, text: str) -> None:
        if self._next.text != text or self._next.kind in {"literal", "end"}:
            self._fail(repr(text))
        self._at += 1

    def expect_end(self) -> None:
        if self._next.kind != "end":
            self._fail("an operator or the end")

    def expression(self) -> Syntax:
        self._depth += 1
        if self._depth > DEEPEST:
            place = f"character {self._next.position + 1}"
            raise XPathError(Problem("XF-203", place, f"more than {DEEPEST} levels of nesting"))
        syntax = self._binary(1)
        self._depth -= 1
        return syntax

    def _binary(self, weakest: int) -> Syntax:
        """Operators that bind at least as tightly as `weakest`, left to right."""
        left = self._unary()
        while self._next.kind == "operator":
            strength = _BINDS.get(self._next.text, 0)
            if strength < weakest:
                break
            operator = self._take().text
            operands = [left, self._binary(strength + 1)]
            while operator in {"and", "or"} and self._next.text == operator:
                self._at += 1
                operands.append(self._binary(strength + 1))
            left = _joined(operator, operands)
        return left

    def _unary(self) -> Syntax:
        negations = 0
        while self._next.kind == "operator" and self._next.text == "-":
            self._at += 1
            negations += 1
        syntax = self._union()
        if negations:
            syntax = Negate(syntax) if negations % 2 else Negate(Negate(syntax))
        return syntax

    def _union(self) -> Syntax:
        left = self._path()
        while self._next.kind == "operator" and self._next.text == "|":
            self._at += 1
            left = Binary("|", left, self._path())
        return left

    def _path(self) -> Syntax:
        token = self._next
        if token.text in {"/", "//"} and token.kind == "operator":
            return self._absolute()
        if not self._starts_primary(token):
            return Path(absolute=False, base=None, steps=tuple(self._steps()))
        syntax = self._primary()
        predicates = self._predicates()
        if predicates:
            syntax = Filter(syntax, predicates)
        if self._next.kind == "operator" and self._next.text in {"/", "//"}:
            steps = [_ANY_DEPTH] if self._take().text == "//" else []
            return Path(absolute=False, base=syntax, steps=(*steps, *self._steps()))
        return syntax

    def _absolute(self) -> Syntax:
        if self._take().text == "//":
            return Path(absolute=True, base=None, steps=(_ANY_DEPTH, *self._steps()))
        if self._starts_step(self._next):
            return Path(absolute=True, base=None, steps=tuple(self._steps()))
        return Path(absolute=True, base=None, steps=())

    def _starts_primary(self, token: Token) -> bool:
        if token.kind in {"number", "literal", "variable"} or token.text == "(":
            return True
        following = self._tokens[self._at + 1] if token.kind == "name" else None
        return following is not None and following.text == "(" and token.text not in _NODE_TYPES

    @staticmethod
    def _starts_step(token: Token) -> bool:
        return token.kind == "name" or (token.kind == "symbol" and token.text in {".", "..", "@"})

    def _steps(self) -> list[Step]:
        steps = [self._step()]
        while self._next.kind == "operator" and self._next.text in {"/", "//"}:
            if self._take().text == "//":
                steps.append(_ANY_DEPTH)
            steps.append(self._step())
        return steps

    def _step(self) -> Step:
        token = self._next
        if token.kind == "symbol" and token.text in {".", ".."}:
            self._at += 1
            return Step("self" if token.text == "." else "parent", "node()", self._predicates())
        axis = "child"
        if token.kind == "symbol" and token.text == "@":
            self._at += 1
            axis = "attribute"
        elif token.text in AXES and self._tokens[self._at + 1].text == "::":
            axis = token.text
            self._at += 2
        return Step(axis, self._node_test(), self._predicates())

    def _node_test(self) -> str:
        if self._next.kind != "name":
            self._fail("a name, '*' or '.'")
        name = self._take().text
        if name in _NODE_TYPES and self._next.text == "(":
            self._at += 1
            target = self._take().text[1:-1] if self._next.kind == "literal" else ""
            self._expect(")")
            return f"{name}({target})"
        return name

    def _predicates(self) -> tuple[Syntax, ...]:
        found = []
        while self._next.kind == "symbol" and self._next.text == "[":
            self._at += 1
            found.append(self.expression())
            self._expect("]")
        return tuple(found)

    def _primary(self) -> Syntax:
        token = self._take()
        if token.kind == "number":
            return Number(float(token.text))
        if token.kind == "literal":
            return Literal(token.text[1:-1])
        if token.kind == "variable":
            return Variable(token.text[1:])
        if token.text == "(":
            inner = self.expression()
            self._expect(")")
            return inner
        return self._call(token)

    def _call(self, name: Token) -> Call:
        self._expect("(")
        arguments: list[Syntax] = []
        if self._next.text != ")" or self._next.kind == "literal":
            arguments.append(self.expression())
            while self._next.kind == "symbol" and self._next.text == ",":
                self._at += 1
                arguments.append(self.expression())
        self._expect(")")
        return Call(name.text, tuple(arguments), name.position)


def _joined(operator: str, operands: list[Syntax]) -> Syntax:
    """`a or b or c or d` as `(a or b) or (c or d)`: the same value, and hundreds are not tall."""
    if len(operands) == 1:
        return operands[0]
    half = len(operands) // 2
    left, right = _joined(operator, operands[:half]), _joined(operator, operands[half:])
    return Binary(operator, left, right)

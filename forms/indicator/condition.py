"""Conditions over released fields: one text, the same meaning in SQLite and in DuckDB.

Both databases are strict in different places: one compares texts with numbers, the other refuses;
one divides integers, the other does not; one casts a word to 0, the other fails. So a condition is
parsed here with three kinds of value (text, number, truth), and written out for each database in
the spelling on which they agree. A cast of what is no number is unknown (NULL), never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from forms.indicator.tokens import Token, TokenKind, bad_condition, tokens_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

DEEPEST: Final = 40
"""Deepest nesting. Source: our limit, well below what either database bears."""
_ORDER: Final = frozenset({"<", "<=", ">", ">="})
_EQUAL: Final = {"=": "=", "<>": "<>", "!=": "<>"}
_NUMBER_SQLITE: Final = (
    "case when ltrim({0}, '-') glob '[0-9]*' and ltrim({0}, '-') not glob '*[^0-9.]*' "
    "and {0} not glob '--*' and {0} not glob '*.*.*' then cast({0} as double) end"
)
_NUMBER_DUCKDB: Final = (
    "case when regexp_full_match({0}, '-?[0-9]+([.][0-9]*)?') then try_cast({0} as double) end"
)


class Dialect(StrEnum):
    """A database that evaluates conditions."""

    SQLITE = "sqlite"
    DUCKDB = "duckdb"


class Kind(StrEnum):
    """What a part of a condition gives."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "truth"
    UNKNOWN = "null"


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition.

    Attributes:
        text: As its author wrote it.
        kind: What it gives.
        leaves: The released fields that it reads.
        compared: Fields and the texts that they are compared with.
    """

    text: str
    kind: Kind
    leaves: frozenset[str]
    _sqlite: str
    _duckdb: str
    compared: frozenset[tuple[str, str]] = frozenset()

    def sql(self, dialect: Dialect) -> str:
        """The expression for a database; fields are quoted column names, all of type text."""
        return self._sqlite if dialect is Dialect.SQLITE else self._duckdb


@dataclass(frozen=True, slots=True)
class _Term:
    """A part that was read: what it gives, and how each database says it."""

    kind: Kind
    sqlite: str
    duckdb: str
    leaf: str = ""
    literal: str | None = None


def parse_condition(text: str, leaves: Collection[str], kind: Kind) -> Condition:
    """The condition that `text` writes. Pure.

    Args:
        text: What the author wrote.
        leaves: Names of the released fields that it may read.
        kind: What it must give.

    Raises:
        IndicatorError: XF-705 not in the language, XF-706 an unknown field, XF-707 wrong kinds.
    """
    parser = _Parser(tokens_of(text), leaves)
    term = parser.whole()
    if term.kind is not kind:
        raise bad_condition(1, f"This gives a {term.kind}; a {kind} is needed.", "XF-707")
    return Condition(
        text, kind, frozenset(parser.read), term.sqlite, term.duckdb, frozenset(parser.compared)
    )


def _say(kind: Kind, template: str, *terms: _Term) -> _Term:
    return _Term(
        kind,
        template.format(*(term.sqlite for term in terms)),
        template.format(*(term.duckdb for term in terms)),
    )


def _plain(kind: Kind, text: str) -> _Term:
    return _Term(kind, text, text)


class _Parser:
    """Recursive descent, one method a level of precedence."""

    def __init__(self, tokens: tuple[Token, ...], leaves: Collection[str]) -> None:
        self._tokens, self._leaves = tokens, leaves
        self._next = 0
        self._depth = 0
        self._casting = False
        self.read: set[str] = set()
        self.compared: set[tuple[str, str]] = set()

    def whole(self) -> _Term:
        term = self._either()
        if self._token.kind is not TokenKind.END:
            raise self._unexpected()
        return term

    # ---- words -------------------------------------------------------------------------------

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._token
        self._next += 1
        return token

    def _is(self, *words: str) -> bool:
        return self._token.kind in {TokenKind.KEYWORD, TokenKind.MARK} and self._token.text in words

    def _if(self, word: str) -> bool:
        if not self._is(word):
            return False
        self._next += 1
        return True

    def _must(self, word: str) -> None:
        if not self._if(word):
            raise bad_condition(self._token.at, f"{word!r} is needed here.")

    def _unexpected(self) -> Exception:
        found = self._token.text or "the end"
        return bad_condition(self._token.at, f"{found!r} is not expected here.")

    def _of(self, kind: Kind, term: _Term, at: int) -> _Term:
        if term.kind is not kind:
            advice = " Cast the field: cast(… as double)." if kind is Kind.NUMBER else ""
            raise bad_condition(at, f"A {kind} is needed, this is a {term.kind}.{advice}", "XF-707")
        return term

    # ---- truth -------------------------------------------------------------------------------

    def _either(self) -> _Term:
        self._depth += 1
        if self._depth > DEEPEST:
            raise bad_condition(self._token.at, f"It is nested deeper than {DEEPEST}.")
        term = self._joined("or", self._both)
        self._depth -= 1
        return term

    def _both(self) -> _Term:
        return self._joined("and", self._negated)

    def _joined(self, word: str, part: Callable[[], _Term]) -> _Term:
        at = self._token.at
        term = part()
        while self._if(word):
            left = self._of(Kind.TRUTH, term, at)
            at = self._token.at
            right = self._of(Kind.TRUTH, part(), at)
            term = _say(Kind.TRUTH, f"({{}} {word} {{}})", left, right)
        return term

    def _negated(self) -> _Term:
        negations = 0
        while self._if("not"):
            negations += 1
        at = self._token.at
        term = self._compared()
        if negations:
            term = _say(Kind.TRUTH, "(not {})", self._of(Kind.TRUTH, term, at))
        return _say(Kind.TRUTH, "(not {})", term) if negations and negations % 2 == 0 else term

    def _compared(self) -> _Term:
        at = self._token.at
        left = self._sum()
        if self._if("is"):
            word = "is not null" if self._if("not") else "is null"
            self._must("null")
            return _say(Kind.TRUTH, f"({{}} {word})", left)
        negated = "not " if self._if("not") else ""
        if self._if("in"):
            return self._one_of(left, negated)
        if self._if("between"):
            return self._between(self._of(Kind.NUMBER, left, at), negated)
        if negated:
            raise self._unexpected()
        return self._beside(left, at)

    def _beside(self, left: _Term, at: int) -> _Term:
        sign = self._token.text if self._token.kind is TokenKind.MARK else ""
        if sign in _ORDER:
            self._next += 1
            right_at = self._token.at
            numbers = self._of(Kind.NUMBER, left, at), self._of(Kind.NUMBER, self._sum(), right_at)
            return _say(Kind.TRUTH, f"({{}} {sign} {{}})", *numbers)
        if sign in _EQUAL:
            self._next += 1
            right_at = self._token.at
            right = self._of(left.kind, self._sum(), right_at)
            self._note(left, right)
            return _say(Kind.TRUTH, f"({{}} {_EQUAL[sign]} {{}})", left, right)
        return left

    def _note(self, left: _Term, *others: _Term) -> None:
        """Remember a field that is compared with texts: each must be something it can be."""
        pairs = [(left, other) for other in others] + [(other, left) for other in others]
        self.compared |= {(a.leaf, b.literal) for a, b in pairs if a.leaf and b.literal is not None}

    def _one_of(self, left: _Term, negated: str) -> _Term:
        members = self._list(left.kind)
        self._note(left, *members)
        template = ", ".join("{}" for _ in members)
        return _say(Kind.TRUTH, f"({{}} {negated}in ({template}))", left, *members)

    def _list(self, kind: Kind) -> list[_Term]:
        """Terms of one kind in brackets, at least one."""
        self._must("(")
        members: list[_Term] = []
        while not members or self._if(","):
            at = self._token.at
            members.append(self._of(kind, self._sum(), at))
        self._must(")")
        return members

    def _between(self, left: _Term, negated: str) -> _Term:
        at = self._token.at
        low = self._of(Kind.NUMBER, self._sum(), at)
        self._must("and")
        at = self._token.at
        high = self._of(Kind.NUMBER, self._sum(), at)
        return _say(Kind.TRUTH, f"({{}} {negated}between {{}} and {{}})", left, low, high)

    # ---- numbers -----------------------------------------------------------------------------

    def _sum(self) -> _Term:
        return self._calculated({"+": "({} + {})", "-": "({} - {})"}, self._product)

    def _product(self) -> _Term:
        # a division by nothing is unknown in both, not infinite in one
        return self._calculated({"*": "({} * {})", "/": "({} / nullif({}, 0e0))"}, self._signed)

    def _calculated(self, signs: dict[str, str], part: Callable[[], _Term]) -> _Term:
        at = self._token.at
        term = part()
        while self._is(*signs):
            template = signs[self._take().text]
            left = self._of(Kind.NUMBER, term, at)
            at = self._token.at
            term = _say(Kind.NUMBER, template, left, self._of(Kind.NUMBER, part(), at))
        return term

    def _signed(self) -> _Term:
        if not self._if("-"):
            return self._single()
        at = self._token.at
        return _say(Kind.NUMBER, "(- {})", self._of(Kind.NUMBER, self._single(), at))

    # ---- single values -----------------------------------------------------------------------

    def _single(self) -> _Term:
        token = self._take()
        if token.kind is TokenKind.NUMBER:
            return _plain(Kind.NUMBER, f"{token.text}e0")  # a double in both, never a decimal
        if token.kind is TokenKind.TEXT:
            quoted = _quoted(token.text)
            return _Term(Kind.TEXT, quoted, quoted, literal=token.text)
        if token.kind is TokenKind.LEAF:
            return self._leaf(token)
        if token.text in {"true", "false"}:
            return _plain(Kind.TRUTH, token.text)
        return self._built(token)

    def _built(self, token: Token) -> _Term:
        if token.text == "(":
            term = self._either()
            self._must(")")
            return term
        makers = {
            "cast": self._cast,
            "coalesce": self._coalesce,
            "case": self._case,
            "selected": self._selected,
        }
        if token.kind is not TokenKind.KEYWORD or token.text not in makers:
            self._next -= 1
            raise self._unexpected()
        return makers[token.text]()

    def _leaf(self, token: Token) -> _Term:
        if token.text not in self._leaves:
            message = f"{token.text} is not a released field that is visible at this level."
            raise bad_condition(token.at, message, "XF-706")
        self.read.add(token.text)
        name = f'"{token.text}"'
        return _Term(Kind.TEXT, name, name, leaf=token.text)

    def _cast(self) -> _Term:
        self._must("(")
        at = self._token.at
        if self._casting:  # each cast repeats its text: nested ones would grow without bound
            raise bad_condition(at, "A cast stands inside another cast.")
        self._casting = True
        inner = self._of(Kind.TEXT, self._either(), at)
        self._casting = False
        for word in ("as", "double", ")"):
            self._must(word)
        return _Term(
            Kind.NUMBER,
            f"({_NUMBER_SQLITE.format(inner.sqlite)})",
            f"({_NUMBER_DUCKDB.format(inner.duckdb)})",
        )

    def _coalesce(self) -> _Term:
        self._must("(")
        at = self._token.at
        members = [self._either()]
        while self._if(","):
            at = self._token.at
            members.append(self._of(members[0].kind, self._either(), at))
        self._must(")")
        if len(members) < 2:
            raise bad_condition(at, "'coalesce' needs a second value.")
        return _say(members[0].kind, f"coalesce({', '.join('{}' for _ in members)})", *members)

    def _case(self) -> _Term:
        parts: list[_Term] = []
        template = "(case"
        while self._if("when"):
            at = self._token.at
            parts.append(self._of(Kind.TRUTH, self._either(), at))
            self._must("then")
            template += " when {} then {}"
            parts.append(self._result(parts))
        if not parts:
            raise self._unexpected()
        if self._if("else"):
            template += " else {}"
            parts.append(self._result(parts))
        self._must("end")
        return _say(parts[1].kind, f"{template} end)", *parts)

    def _result(self, parts: list[_Term]) -> _Term:
        at = self._token.at
        term = self._either()
        return self._of(parts[1].kind, term, at) if len(parts) > 1 else term

    def _selected(self) -> _Term:
        self._must("(")
        leaf = self._leaf(self._take())
        self._must(",")
        code = self._take()
        if code.kind is not TokenKind.TEXT or not code.text or " " in code.text:
            raise bad_condition(code.at, "'selected' needs one choice in quotes.")
        self._must(")")
        padded = _quoted(f" {code.text} ")
        return _say(Kind.TRUTH, f"(instr(' ' || {{}} || ' ', {padded}) > 0)", leaf)


def _quoted(text: str) -> str:
    """`text` as a literal. No braces: templates are filled more than once on its way.

    Raises:
        IndicatorError: XF-705, for braces, a NUL or a line end, which no code of a choice has.
    """
    if any(mark in text for mark in "{}\0\n\r"):
        raise bad_condition(1, "A text in a condition has no braces and no line ends.")
    return "'" + text.replace("'", "''") + "'"

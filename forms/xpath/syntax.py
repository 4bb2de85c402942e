"""What an expression says, as a tree: made by the parser, read by the compiler and by the lints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    value: float


@dataclass(frozen=True, slots=True)
class Literal:
    """A quoted text."""

    value: str


@dataclass(frozen=True, slots=True)
class Variable:
    """`$name`; no XForm has any, but the grammar does."""

    name: str


@dataclass(frozen=True, slots=True)
class Negate:
    """Unary minus."""

    operand: Syntax


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator between two operands: `or and = != < <= > >= + - * div mod |`."""

    operator: str
    left: Syntax
    right: Syntax


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; the name keeps its prefix."""

    name: str
    arguments: tuple[Syntax, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: axis, node test (a name, `*`, `p:*`, `node()` …), filters."""

    axis: str
    test: str
    predicates: tuple[Syntax, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """An expression with predicates: `(…)[1]`."""

    base: Syntax
    predicates: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from the context node, from the root (`absolute`), or from an expression's nodes."""

    absolute: bool
    base: Syntax | None
    steps: tuple[Step, ...]


Syntax: TypeAlias = Number | Literal | Variable | Negate | Binary | Call | Filter | Path

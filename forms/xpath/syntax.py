"""What an expression says, as a tree: made by the parser, read by the compiler and by the lints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


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


def parts_of(syntax: Syntax) -> Iterator[Syntax]:
    """What stands directly within a part of an expression, in the order of the text."""
    match syntax:
        case Negate(operand):
            yield operand
        case Binary(_, left, right):
            yield from (left, right)
        case Call(_, arguments):
            yield from arguments
        case Filter(base, predicates):
            yield from (base, *predicates)
        case Path(_, base, steps):
            if base is not None:
                yield base
            for step in steps:
                yield from step.predicates
        case _:
            pass


def is_taller(syntax: Syntax, most: int) -> bool:
    """Whether more than so many parts stand within each other; told without recursion."""
    level: list[tuple[Syntax, int]] = [(syntax, 1)]
    while level:
        part, height = level.pop()
        steps = len(part.steps) if isinstance(part, Path) else 0
        if height + steps > most:
            return True
        level += [(inner, height + steps + 1) for inner in parts_of(part)]
    return False


def packed_syntax(syntax: Syntax) -> Any:
    """An expression as JSON values, to be kept in a file."""
    packed: Any
    match syntax:
        case Number(value) | Literal(value):
            packed = value
        case Variable(name):
            packed = ["$", name]
        case Negate(operand):
            packed = ["~", packed_syntax(operand)]
        case Binary(operator, left, right):
            packed = ["2", operator, packed_syntax(left), packed_syntax(right)]
        case Call(name, arguments, position):
            packed = ["f", name, [packed_syntax(each) for each in arguments], position]
        case Filter(base, predicates):
            packed = ["[", packed_syntax(base), [packed_syntax(each) for each in predicates]]
        case Path():
            packed = _packed_path(syntax)
    return packed


def _packed_path(path: Path) -> list[Any]:
    steps = [
        [step.axis, step.test, [packed_syntax(each) for each in step.predicates]]
        for step in path.steps
    ]
    return ["/", path.absolute, None if path.base is None else packed_syntax(path.base), steps]


def unpacked_syntax(packed: Any) -> Syntax:
    """The expression of JSON values that `packed_syntax` made."""
    if isinstance(packed, str):
        return Literal(packed)
    if isinstance(packed, float):
        return Number(packed)
    kind, *parts = packed
    return _UNPACK[kind](*parts)


def _to_path(absolute: bool, base: Any, steps: list[Any]) -> Path:
    start = None if base is None else unpacked_syntax(base)
    return Path(
        absolute,
        start,
        tuple(
            Step(axis, test, tuple(map(unpacked_syntax, predicates)))
            for axis, test, predicates in steps
        ),
    )


_UNPACK: dict[str, Callable[..., Syntax]] = {
    "$": Variable,
    "~": lambda operand: Negate(unpacked_syntax(operand)),
    "2": lambda sign, left, right: Binary(sign, unpacked_syntax(left), unpacked_syntax(right)),
    "f": lambda name, arguments, at: Call(name, tuple(map(unpacked_syntax, arguments)), at),
    "[": lambda base, predicates: Filter(
        unpacked_syntax(base), tuple(map(unpacked_syntax, predicates))
    ),
    "/": _to_path,
}

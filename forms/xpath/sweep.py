"""Paths of plain names from the root, and sums and counts over them, told apart when compiling.

Nearly every path of a real form is one of these. An engine that keeps its own index answers them
without walking: a path that leads through no repeat always means the same node, and a sum across
rows changes only by the rows that changed. What the engine cannot answer is walked as any path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.xpath.syntax import Binary, Call, Literal, Negate, Number, Path, Step, Syntax

if TYPE_CHECKING:
    from collections.abc import Callable

    from forms.xpath.environment import Context
    from forms.xpath.tree import Value

_COMPARED = frozenset({"=", "!=", "<", "<=", ">", ">=", "and", "or"})
_STEADY = frozenset(
    {
        "boolean", "coalesce", "concat", "contains", "count-selected", "ends-with", "false", "if",
        "int", "not", "number", "regex", "round", "selected", "starts-with", "string",
        "string-length", "true",
    }
)  # fmt: skip
"""Functions whose value follows from their arguments alone."""


@dataclass(frozen=True, slots=True, eq=False)
class PlainPath:
    """An absolute path of names: `/data/water/ws1`.

    Attributes:
        names: Local names, from the root element down.
        spaces: Namespaces in which each name is accepted.
    """

    names: tuple[str, ...]
    spaces: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """`sum` or `count` over a plain path, of which one step may have a filter of its own.

    Attributes:
        function: `sum` or `count`.
        path: Where.
        filtered: Which step has the filter, from 0; -1 when none has.
        keep: The filter; it reads nothing but what stands below the node that it filters.
        reads: What the filter reads, as steps from that node.
    """

    function: str
    path: PlainPath
    filtered: int = -1
    keep: Callable[[Context], Value] | None = None
    reads: tuple[tuple[str, ...], ...] = ()


def is_plain(path: Path) -> bool:
    """Whether a path is absolute and made of names alone."""
    return _named(path) and not any(step.predicates for step in path.steps)


def is_near(path: Path) -> bool:
    """Whether a path goes up from its node, or stays, and then down by names alone."""
    if path.absolute or path.base is not None or any(step.predicates for step in path.steps):
        return False
    up = sum(1 for step in path.steps if step == Step("parent", "node()"))
    first, last = path.steps[:up], path.steps[up:]
    return all(step.axis == "parent" for step in first) and all(map(_is_name, last))


def filter_place(path: Path) -> int | None:
    """Which step of a path has its only filter; -1: none has; None: it cannot be swept."""
    if not _named(path):
        return None
    places = [place for place, step in enumerate(path.steps) if step.predicates]
    if not places:
        return -1
    only = path.steps[places[0]].predicates
    if len(places) > 1 or len(only) > 1 or not (_is_condition(only[0]) and _is_own(only[0])):
        return None
    return places[0]


def _named(path: Path) -> bool:
    return (
        path.absolute and path.base is None and bool(path.steps) and all(map(_is_name, path.steps))
    )


def _is_name(step: Step) -> bool:
    return step.axis == "child" and step.test != "*" and not step.test.endswith((")", ":*"))


def _is_condition(syntax: Syntax) -> bool:
    """Whether a filter says true or false, and not a place in the list."""
    return isinstance(syntax, Binary) and syntax.operator in _COMPARED


def _is_own(syntax: Syntax) -> bool:
    """Whether a value follows from the node and what stands below it."""
    parts: tuple[Syntax, ...]
    match syntax:
        case Number() | Literal():
            parts = ()
        case Negate(operand):
            parts = (operand,)
        case Binary(_, left, right):
            parts = (left, right)
        case Call(name, arguments) if arguments and name in _STEADY:
            parts = arguments
        case Path(False, None, steps):
            return all(step.axis in {"child", "self"} and not step.predicates for step in steps)
        case _:
            return False
    return all(map(_is_own, parts))

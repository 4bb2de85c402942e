"""The open table of functions: a newcomer adds one by decorating it in the module of its kind.

A function gets its arguments unevaluated, so that `if`, `coalesce` and `once` can be lazy; most
evaluate them at once with the small readers below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from forms.errors import XPathError, XPathUnsupported
from forms.problems import Problem
from forms.xpath.values import to_boolean, to_number, to_string

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from forms.xpath.environment import Context
    from forms.xpath.tree import Value, XNode

Argument: TypeAlias = "Callable[[Context], Value]"
Body: TypeAlias = "Callable[[Context, tuple[Argument, ...]], Value]"
MANY = 1000
"""An upper bound for functions that take any number of arguments."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function that expressions may call: its name with prefix, its arity, what it does."""

    name: str
    fewest: int
    most: int
    body: Body


class FunctionRegistry:
    """Functions by name; other platforms' functions are added under their own prefix."""

    def __init__(self, functions: Iterable[Function] = ()) -> None:
        self._functions = {function.name: function for function in functions}

    def extended(self, *functions: Function) -> FunctionRegistry:
        """A registry with more functions; an equal name replaces."""
        return FunctionRegistry([*self._functions.values(), *functions])

    @property
    def names(self) -> frozenset[str]:
        """Every name that can be called."""
        return frozenset(self._functions)

    def problem_of(self, name: str, count: int) -> Problem | None:
        """Why a call cannot work: XF-208 no such function, XF-209 wrong number of arguments."""
        function = self._functions.get(name)
        if function is None:
            advice = "Check the spelling, or whether another platform's function was meant."
            return Problem("XF-208", f"{name}()", "there is no such function", advice)
        if function.fewest <= count <= function.most:
            return None
        takes = str(function.fewest)
        if function.most != function.fewest:
            takes += " or more" if function.most == MANY else f" to {function.most}"
        return Problem("XF-209", f"{name}()", f"it takes {takes} arguments, {count} are given")

    def find(self, name: str, count: int) -> Body:
        """The body of a function for a number of arguments.

        Raises:
            XPathUnsupported: XF-208.
            XPathError: XF-209.
        """
        function = self._functions.get(name)
        if function is not None and function.fewest <= count <= function.most:
            return function.body
        problem = self.problem_of(name, count)
        if problem is None:  # pragma: no cover -- the two conditions are each other's opposite
            raise AssertionError(name)
        raise (XPathUnsupported if problem.code == "XF-208" else XPathError)(problem)


TABLE: list[Function] = []
"""Filled by the decorator when the modules of this package are imported."""


def function(name: str, fewest: int, most: int | None = None) -> Callable[[Body], Body]:
    """Register a function of ODK XForms under its name.

    Args:
        name: With its prefix, e.g. `jr:itext`.
        fewest: Arguments at least.
        most: Arguments at most; the same as `fewest` when left out.
    """

    def register(body: Body) -> Body:
        TABLE.append(Function(name, fewest, fewest if most is None else most, body))
        return body

    return register


def text(c: Context, argument: Argument) -> str:
    """An argument as text."""
    return to_string(argument(c))


def number(c: Context, argument: Argument) -> float:
    """An argument as a number."""
    return to_number(argument(c), c.environment.timezone)


def boolean(c: Context, argument: Argument) -> bool:
    """An argument as a condition."""
    return to_boolean(argument(c))


def nodes(c: Context, argument: Argument, name: str) -> list[XNode]:
    """An argument that must be a node-set.

    Raises:
        XPathError: XF-210.
    """
    value = argument(c)
    if isinstance(value, list):
        return value
    raise XPathError(Problem("XF-210", f"{name}()", "it needs nodes, such as a path to a repeat"))


def texts(c: Context, arguments: tuple[Argument, ...]) -> list[str]:
    """All arguments as texts, node-sets flattened to the text of every node."""
    found: list[str] = []
    for argument in arguments:
        value = argument(c)
        if isinstance(value, list) and not (
            c.environment.typed and len(arguments) > 1 and not value
        ):
            found += [node.string_value() for node in value]
        else:
            found.append(to_string(value))
    return found

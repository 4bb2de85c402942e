"""The room's face: text in, a compiled expression out, and the problems of a form's expressions."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from forms.errors import XPathError
from forms.problems import Problem, Severity
from forms.xpath.compiler import Compiler
from forms.xpath.parser import parse
from forms.xpath.reads import UNSTEADY, calls_of, functions_of, reads_of
from forms.xpath.values import to_number, to_string

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forms.xpath.environment import Context
    from forms.xpath.functions import FunctionRegistry
    from forms.xpath.reads import PathRead
    from forms.xpath.syntax import Syntax
    from forms.xpath.tree import Value


class Expression:
    """One expression, compiled.

    Attributes:
        text: As it was written.
        syntax: What it says.
    """

    def __init__(
        self, text: str, namespaces: Mapping[str, str], syntax: Syntax | None = None
    ) -> None:
        self.text = text
        self.syntax = parse(text) if syntax is None else syntax
        self._run = Compiler(namespaces).compile(self.syntax)

    def evaluate(self, context: Context) -> Value:
        """Its value at a context.

        Raises:
            XPathError: An unknown function, a wrong number of arguments, a type that cannot be.
        """
        try:
            return self._run(context)
        except RecursionError as error:
            raise _too_deep(self.text) from error

    def evaluate_number(self, context: Context) -> float:
        """Its value as a number; NaN when it is none."""
        return to_number(self.evaluate(context), context.environment.timezone)

    def evaluate_string(self, context: Context) -> str:
        """Its value as text."""
        return to_string(self.evaluate(context))

    @cached_property
    def reads(self) -> tuple[PathRead, ...]:
        """What it reads: the edges of the recalculation graph."""
        return reads_of(self.syntax)

    @cached_property
    def functions(self) -> frozenset[str]:
        """The functions that it calls."""
        return functions_of(self.syntax)

    @property
    def volatile(self) -> bool:
        """Whether it can change although nothing that it reads did: clock or chance."""
        return not self.functions.isdisjoint(UNSTEADY)

    def check(self, registry: FunctionRegistry) -> tuple[Problem, ...]:
        """Unknown functions (XF-208) and wrong arities (XF-209), without running it."""
        found = []
        for call in calls_of(self.syntax):
            problem = registry.problem_of(call.name, len(call.arguments))
            if problem is not None:
                found.append(
                    Problem(
                        problem.code, self.text, problem.message, problem.advice, Severity.ERROR
                    )
                )
        return tuple(found)


def compile_expression(
    text: str, namespaces: Mapping[str, str] | None = None, syntax: Syntax | None = None
) -> Expression:
    """Compile one expression.

    Args:
        text: XPath with ODK's functions.
        namespaces: Prefix to URI; the empty prefix is the form's default namespace.
        syntax: The parsed text, where it is known already.

    Raises:
        XPathError: XF-201 to XF-207; the problem says where in the text.
    """
    try:
        return Expression(text, namespaces or {}, syntax)
    except RecursionError as error:
        raise _too_deep(text) from error


def _too_deep(text: str) -> XPathError:
    return XPathError(Problem("XF-203", "expression", f"{text[:40]!r} is nested too deep"))

"""Filters that an index can answer: `item[region = /data/region and kind = 'x']`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.xpath.reads import calls_of
from forms.xpath.syntax import Binary, Call, Literal, Negate, Number, Path, Step, Syntax

if TYPE_CHECKING:
    from forms.xpath.tree import Value


def equalities_of(step: Step) -> tuple[list[tuple[str, Syntax]], tuple[Syntax, ...]]:
    """`child = value` of a step's first filter, and what is still to be asked of the hits.

    Of `a = 1 and b > 2` the whole is asked again, because an operand of `and` is no filter.
    """
    if step.axis != "child" or not step.predicates or ":" in step.test or step.test == "*":
        return [], ()
    first, *others = step.predicates
    parts = _conjuncts(first)
    found = [equality for part in parts if (equality := _equality(part)) is not None]
    if len(found) == len(parts):
        return found, tuple(others)
    if any(call.name in {"position", "last"} for part in parts for call in calls_of(part)):
        return [], ()
    return found, step.predicates


def _conjuncts(syntax: Syntax) -> list[Syntax]:
    if isinstance(syntax, Binary) and syntax.operator == "and":
        return [*_conjuncts(syntax.left), *_conjuncts(syntax.right)]
    return [syntax]


def _equality(syntax: Syntax) -> tuple[str, Syntax] | None:
    if not isinstance(syntax, Binary) or syntax.operator != "=":
        return None
    for mine, other in ((syntax.left, syntax.right), (syntax.right, syntax.left)):
        child = _child_name(mine)
        if child and not reads_context(other):
            return child, other
    return None


def one_text(value: Value) -> str | None:
    """A text, or the text of a single node; None for what an index cannot answer."""
    if isinstance(value, list):
        return value[0].string_value() if len(value) == 1 else None
    return value if isinstance(value, str) else None


def _child_name(syntax: Syntax) -> str:
    if isinstance(syntax, Path) and not syntax.absolute and syntax.base is None:
        steps = syntax.steps
        if len(steps) == 1 and steps[0].axis == "child" and not steps[0].predicates:
            test = steps[0].test
            return "" if test == "*" or ":" in test or test.endswith(")") else test
    return ""


def reads_context(syntax: Syntax) -> bool:
    """Whether a value can differ between the items of a list that it is compared with."""
    parts: tuple[Syntax, ...]
    match syntax:
        case Number() | Literal() | Path(absolute=True):
            parts = ()
        case Negate(operand):
            parts = (operand,)
        case Binary(_, left, right):
            parts = (left, right)
        case Path(base=base) if base is not None:
            parts = (base,)
        case Call(name, arguments) if arguments or name not in {"position", "last", "once"}:
            parts = arguments
        case _:
            return True
    return any(reads_context(part) for part in parts)

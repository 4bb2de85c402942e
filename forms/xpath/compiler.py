"""Syntax to closures: each expression becomes a Python function of its context.

Child steps, which are nearly all steps of real forms, and equality filters over choice lists have
paths of their own; the rest is XPath 1.0 by the book.
"""

from __future__ import annotations

import math
import operator
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from forms.errors import XPathError
from forms.problems import Problem
from forms.xpath import axes
from forms.xpath.comparison import compare, equal
from forms.xpath.environment import Context
from forms.xpath.indexed import equalities_of, one_text
from forms.xpath.reads import reads_of
from forms.xpath.sweep import PlainPath, Sweep, filter_place, is_near, is_plain
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
)
from forms.xpath.values import to_boolean, to_number, to_string

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forms.xpath.functions.registry import Body, FunctionRegistry
    from forms.xpath.tree import Value, XNode

Run: TypeAlias = "Callable[[Context], Value]"
Nodes: TypeAlias = "Callable[[Context], list[XNode]]"


class Compiler:
    """Compiles syntax with one set of namespace prefixes.

    Args:
        namespaces: Prefix to URI; the empty prefix is the form's default namespace.
    """

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        self._known = tuple(namespaces.items())

    def compile(self, syntax: Syntax) -> Run:
        """The closure of any syntax."""
        run: Run
        match syntax:
            case Number(value) | Literal(value):
                run = _constant(value)
            case Binary():
                run = self._binary(syntax)
            case Negate(operand):
                run = _negated(self.compile(operand))
            case Call():
                run = self._call(syntax)
            case Path() | Filter():
                run = self._nodes(syntax)
            case Variable(name):
                run = _missing_variable(name)
        return run

    def _binary(self, syntax: Binary) -> Run:
        left, right = self.compile(syntax.left), self.compile(syntax.right)
        sign = syntax.operator
        known: dict[str, Run] = {
            "or": lambda c: to_boolean(left(c)) or to_boolean(right(c)),
            "and": lambda c: to_boolean(left(c)) and to_boolean(right(c)),
            "=": lambda c: equal(left(c), right(c), c),
            "!=": lambda c: equal(left(c), right(c), c, negated=True),
            "|": lambda c: axes.united(_set(left(c)), _set(right(c))),
        }
        if sign in {"<", "<=", ">", ">="}:
            return lambda c: compare(sign, left(c), right(c), c)
        return known.get(sign) or _arithmetic(sign, left, right)

    def _call(self, syntax: Call) -> Run:
        name = syntax.name
        arguments = tuple(self.compile(argument) for argument in syntax.arguments)
        count = len(arguments)
        known: list[tuple[FunctionRegistry, Body]] = []

        def run(c: Context) -> Value:
            registry = c.environment.functions
            if not known or known[0][0] is not registry:
                known[:] = [(registry, registry.find(name, count))]
            return known[0][1](c, arguments)

        return self._swept(syntax, run) or run

    def _swept(self, syntax: Call, walked: Run) -> Run | None:
        """`sum` and `count` across rows, from what the engine keeps of them."""
        path = syntax.arguments[0] if len(syntax.arguments) == 1 else None
        if syntax.name not in {"sum", "count"} or not isinstance(path, Path):
            return None
        place = filter_place(path)
        if place is None:
            return None
        condition = path.steps[place].predicates[0] if place >= 0 else Literal("")
        reads = tuple(read.steps for read in reads_of(condition))
        sweep = Sweep(syntax.name, self._plain(path), place, self.compile(condition), reads)

        def run(c: Context) -> Value:
            kept = c.environment.swept(sweep, c)
            return walked(c) if kept is None else kept

        return run

    def _plain(self, path: Path) -> PlainPath:
        tests = [self._test(step) for step in path.steps]
        names, spaces = zip(*((test.plain_name, test.namespaces) for test in tests), strict=True)
        return PlainPath(names, spaces)

    def _nodes(self, syntax: Path | Filter) -> Nodes:
        if isinstance(syntax, Filter):
            return self._filtered(self.compile(syntax.base), syntax.predicates)
        if is_near(syntax):
            return self._near(syntax)
        if not is_plain(syntax):
            return self._walked(syntax)
        path = self._plain(syntax)
        walked: list[Nodes] = []  # made when it is needed, which it is only in rows

        def run(c: Context) -> list[XNode]:
            found = c.environment.fixed(path)
            if found is not None:
                return found
            if not walked:
                walked.append(self._walked(syntax))
            return walked[0](c)

        return run

    def _near(self, path: Path) -> Nodes:
        """`../age`: up, and down by names."""
        up = sum(1 for step in path.steps if step.axis == "parent")
        tests = [self._test(step) for step in path.steps[up:]]
        named = [(test.plain_name, test.namespaces) for test in tests]

        def run(c: Context) -> list[XNode]:
            node: XNode | None = c.node
            for _ in range(up):
                node = node.parent if node is not None else None
            found = [node] if node is not None else []
            for name, spaces in named:
                found = [k for n in found for k in n.children_named(name) if k.namespace in spaces]
            return found

        return _asked(run)

    def _walked(self, syntax: Path) -> Nodes:
        start = self._start(syntax)
        for place, step in enumerate(syntax.steps, 1):
            start = self._step(start, step)
            if syntax.absolute and place < len(syntax.steps) and not step.predicates:
                start = _own_row(start)
        return _asked(start) if _climbs(syntax) else start

    def _start(self, path: Path) -> Nodes:
        if path.base is not None:
            base = self.compile(path.base)
            return lambda c: _set(base(c))
        if path.absolute:
            return lambda c: [c.environment.root]
        return lambda c: [c.node]

    def _step(self, before: Nodes, step: Step) -> Nodes:
        indexed = self._indexed(before, step)
        if indexed is not None:
            return indexed
        select = self._selector(step)
        if not step.predicates and step.axis in axes.BACKWARDS:
            return lambda c: axes.in_document_order(select(before(c)))
        if not step.predicates:
            return lambda c: select(before(c))
        filters = [self.compile(predicate) for predicate in step.predicates]
        ordered = step.axis in axes.MAY_REPEAT

        def run(c: Context) -> list[XNode]:
            found: list[XNode] = []
            for node in before(c):
                found += _kept(select([node]), filters, c)
            return axes.in_document_order(found) if ordered else found

        return run

    def _selector(self, step: Step) -> Callable[[list[XNode]], list[XNode]]:
        test = self._test(step)
        if step.axis == "child" and test.plain_name:
            name, spaces = test.plain_name, test.namespaces
            return lambda nodes: [
                k for n in nodes for k in n.children_named(name) if k.namespace in spaces
            ]
        return axes.selector(step.axis, test.matches)

    def _test(self, step: Step) -> axes.NodeTest:
        return _node_test(step.test, step.axis, self._known)

    def _filtered(self, base: Run, predicates: tuple[Syntax, ...]) -> Nodes:
        filters = [self.compile(predicate) for predicate in predicates]
        return lambda c: _kept(_set(base(c)), filters, c)

    def _indexed(self, before: Nodes, step: Step) -> Nodes | None:
        """`item[child = value and …]` from an index, where the values do not read the item."""
        equalities, others = equalities_of(step)
        if not equalities:
            return None
        children = tuple(child for child, _ in equalities)
        values = [self.compile(value) for _, value in equalities]
        rest = [self.compile(predicate) for predicate in others]
        whole = self._unindexed(before, step)

        def run(c: Context) -> list[XNode]:
            wanted = tuple(text for value in values if (text := one_text(value(c))) is not None)
            if len(wanted) < len(values):
                return whole(c)
            nodes: list[XNode] = []
            for parent in before(c):
                hits = c.environment.lookup(parent, step.test, children, wanted)
                if hits is None:
                    return whole(c)
                nodes += _kept(list(hits), rest, c) if rest else hits
            return nodes

        return run

    def _unindexed(self, before: Nodes, step: Step) -> Nodes:
        select = self._selector(step)
        filters = [self.compile(predicate) for predicate in step.predicates]
        return lambda c: [k for n in before(c) for k in _kept(select([n]), filters, c)]


@lru_cache(maxsize=4096)
def _node_test(test: str, axis: str, namespaces: tuple[tuple[str, str], ...]) -> axes.NodeTest:
    return axes.NodeTest.of(test, axis, dict(namespaces))


def _kept(nodes: list[XNode], filters: list[Run], c: Context) -> list[XNode]:
    for keep in filters:
        size = len(nodes)
        passed = []
        for position, node in enumerate(nodes, 1):
            value = keep(c.at(node, position, size))
            if value == position if type(value) is float else to_boolean(value):
                passed.append(node)
        nodes = passed
    return nodes


def _climbs(path: Path) -> bool:
    """Whether a path begins at the question itself, or goes up from it."""
    if path.base is not None:
        return isinstance(path.base, Call) and path.base.name == "current"
    return not path.absolute and bool(path.steps) and path.steps[0].axis in {"parent", "self"}


def _asked(before: Nodes) -> Nodes:
    """From a question that is not asked, of what lies around it only what is asked."""

    def run(c: Context) -> list[XNode]:
        found = before(c)
        return [n for n in found if getattr(n, "relevant", True)] if found and c.hidden else found

    return run


def _own_row(before: Nodes) -> Nodes:
    """Of several rows on an absolute path, the one that holds the question that asks.

    `/data/person/age` written on `/data/person/name` means this person's age; the last step of a
    path, as in `count(/data/person)`, still means them all (decision 0103).
    """

    def run(c: Context) -> list[XNode]:
        found = before(c)
        if len(found) < 2:
            return found
        own = c.environment.own_row(found, c.node)  # in a filter: the row that is looked at
        if len(own) == 1 or c.current is None:
            return own
        return c.environment.own_row(found, c.current)

    return run


def _constant(value: float | str) -> Run:
    return lambda _: value


def _negated(run: Run) -> Run:
    return lambda c: -to_number(run(c), c.environment.timezone)


def _arithmetic(sign: str, left: Run, right: Run) -> Run:
    work = _ARITHMETIC.get(sign) or (lambda a, b: _divided(sign, a, b))

    def run(c: Context) -> Value:
        a, b = left(c), right(c)
        if type(a) is not float:
            a = to_number(a, c.environment.timezone)
        if type(b) is not float:
            b = to_number(b, c.environment.timezone)
        return work(a, b)

    return run


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


def _divided(sign: str, a: float, b: float) -> float:
    if math.isnan(a) or math.isnan(b):
        return math.nan
    if sign == "mod":
        if b == 0 or math.isinf(a):
            return math.nan
        return math.fmod(a, b)
    if b == 0:
        return math.nan if a == 0 else math.copysign(math.inf, a) * math.copysign(1.0, b)
    return a / b


def _set(value: Value) -> list[XNode]:
    if isinstance(value, list):
        return value
    what = to_string(value)[:40]
    raise XPathError(
        Problem("XF-205", "expression", f"a path continues from {what!r}, which is not a node")
    )


def _missing_variable(name: str) -> Run:
    def run(_: Context) -> Value:
        raise XPathError(Problem("XF-206", "expression", f"${name} is not defined in XForms"))

    return run

"""A form compiled to run: expressions as closures, and who must be computed again when.

Made once a form and shared by every interview of it. Each *rule* is one facet of one path
(relevance, calculation, count of a repeat); rules are ranked so that computing them in order of
rank computes everything that a change touches once. Required, read-only and constraint are asked
when needed, because nothing depends on them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from forms.definition import Bind
from forms.engine.dependencies import Edge, edges_of, ranked, reads_itself
from forms.errors import XFormError, XPathError
from forms.problems import Problem
from forms.uncollected import uncollected
from forms.xform.reader import paths_of
from forms.xpath.evaluate import Expression, compile_expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.definition import Control, Element, FormDefinition, Repeat

_NAME = re.compile(r"[A-Za-z_][\w.-]*")
MOST_PATHS = 50_000
"""Questions, groups and calculations of one form; the largest field form measured has 913 binds."""
MOST_EDGES = 1_000_000
"""Who reads whom; `//*` on every question would square them."""
CONSTANTS = {"true()": True, "false()": False, "1": True, "0": False, "true": True, "false": False}


@dataclass(slots=True, eq=False)
class Rule:
    """One facet of one path that is computed: `relevant`, `calculate`, `count` or `choices`."""

    path: str
    facet: str
    expression: Expression
    rank: int = 0


@dataclass(slots=True, eq=False)
class PathProgram:
    """What the form says of one path, compiled.

    Attributes:
        path: Absolute path.
        depth: Steps in it; the root element has 1.
        bind: Its bind; a plain one when the form has none.
        is_repeat: Whether instances of it are rows.
        prefix: What the form writes before the node's name; empty for its default namespace.
        row_depth: Depth of the outermost repeat around it, or of itself; 0 when there is none.
        size: Nodes of one instance of it, itself and all that the form has below.
        triggers: Whom a change of this path's value, relevance or rows touches.
    """

    path: str
    depth: int
    bind: Bind
    is_repeat: bool
    element: Element
    control: Control | None
    repeat: Repeat | None
    prefix: str = ""
    row_depth: int = 0
    size: int = 1
    relevant: Rule | None = None
    calculate: Rule | None = None
    count: Rule | None = None
    choices: Rule | None = None
    required: Expression | None = None
    read_only: Expression | None = None
    constraint: Expression | None = None
    triggers: list[Edge] = field(default_factory=list)
    asks: list[Edge] = field(default_factory=list)
    below: dict[str, PathProgram] = field(default_factory=dict)

    @property
    def rules(self) -> list[Rule]:
        """Its rules, in no order."""
        facets = (self.relevant, self.calculate, self.count, self.choices)
        return [rule for rule in facets if rule is not None]


class Program:
    """The compiled form.

    Args:
        form: What the reader made.

    Raises:
        XFormError: XF-105 expressions that do not parse, XF-107 a circle; every one is named.
    """

    def __init__(self, form: FormDefinition) -> None:
        self._namespaces = form.namespaces
        self._syntax = form.syntax
        self._problems: list[Problem] = []
        self._expressions: dict[str, Expression] = {}
        self.paths = self._paths(form)
        if self._problems:
            raise XFormError(*self._problems)
        self._connect()
        if self._problems:
            raise XFormError(*self._problems)
        rules = [rule for program in self.paths.values() for rule in program.rules]
        self.rules = sorted(ranked(rules, self.paths), key=lambda rule: rule.rank)

    def expression(self, text: str, where: str) -> Expression | None:
        """A compiled expression; None, and a problem, when it does not parse."""
        found = self._expressions.get(text)
        if found is None:
            try:
                found = compile_expression(text, self._namespaces, self._syntax.get(text))
            except XPathError as error:
                what = "; ".join(problem.message for problem in error.problems)
                advice = f"Mend the expression {text!r}."
                self._problems.append(Problem("XF-105", where, what, advice))
                return None
            self._expressions[text] = found
        return found

    def _paths(self, form: FormDefinition) -> dict[str, PathProgram]:
        elements = _elements(form.root)
        prefixes = {uri: prefix for prefix, uri in form.namespaces.items() if uri and prefix}
        prefixes[form.namespaces.get("", "")] = ""
        found: dict[str, PathProgram] = {}
        paths = paths_of(form.root)
        if len(paths) > MOST_PATHS:
            raise _too_large(f"/{form.root_name}", f"it has {len(paths):,} questions and groups")
        for path in sorted(paths, key=lambda p: p.count("/")):
            bind, repeat = form.binds.get(path) or Bind(path), form.repeats.get(path)
            program = PathProgram(
                path,
                path.count("/"),
                bind,
                repeat is not None,
                elements[path],
                form.controls.get(path),
                repeat,
                prefixes.get(elements[path].namespace, ""),
            )
            self._facets(program)
            found[path] = program
            parent = found.get(path.rpartition("/")[0])
            around = parent.row_depth if parent is not None else 0
            program.row_depth = around or (program.depth if program.is_repeat else 0)
            if parent is not None:
                parent.below[elements[path].name] = program
        for program in reversed(found.values()):
            parent = found.get(program.path.rpartition("/")[0])
            if parent is not None:
                parent.size += program.size
        return found

    def _facets(self, program: PathProgram) -> None:
        bind = program.bind
        program.relevant = self._rule(program.path, "relevant", bind.relevant)
        program.calculate = self._rule(program.path, "calculate", bind.calculate)
        program.count = self._rule(program.path, "count", _count_of(program))
        program.choices = self._choices(program)
        program.required = self._maybe(bind.required, program.path)
        program.read_only = self._maybe(bind.read_only, program.path)
        program.constraint = self._maybe(bind.constraint, program.path)

    def _choices(self, program: PathProgram) -> Rule | None:
        """A list that answers decide on; a list that is always the same is no rule."""
        itemset = program.control.itemset if program.control is not None else None
        rule = self._rule(program.path, "choices", itemset.nodeset if itemset else None)
        if rule is None or all(read.origin == "instance" for read in rule.expression.reads):
            return None
        return rule

    def _rule(self, path: str, facet: str, text: str | None) -> Rule | None:
        if not text or (facet == "relevant" and CONSTANTS.get(text.strip()) is True):
            return None
        expression = self.expression(text, f"{path} ({facet})")
        return Rule(path, facet, expression) if expression is not None else None

    def _maybe(self, text: str | None, path: str) -> Expression | None:
        return self.expression(text, path) if text else None

    def _connect(self) -> None:
        edges = 0
        for program in self.paths.values():
            for edge in self._edges(program):
                edges += 1
                if edges > MOST_EDGES:
                    raise _too_large(program.path, f"its expressions read {MOST_EDGES:,} times")
                source = self.paths[edge.source]
                (source.asks if edge.rule is None else source.triggers).append(edge)
            self._refuse_self_reference(program)

    def _edges(self, program: PathProgram) -> Iterator[Edge]:
        for rule in program.rules:
            yield from edges_of(rule.expression, program, rule, self.paths)
        for expression in (program.required, program.read_only, program.constraint):
            if expression is not None:
                yield from edges_of(expression, program, None, self.paths)

    def _refuse_self_reference(self, program: PathProgram) -> None:
        """Only a constraint and a choice filter may look at their own answer.

        A count reads the rows that it makes.
        """
        rules = [rule.expression for rule in (program.relevant, program.calculate) if rule]
        for expression in (*rules, program.required, program.read_only):
            if expression is not None and reads_itself(expression, program, self.paths):
                what = f"{expression.text!r} reads the node that it is written on"
                advice = "Only a constraint may; take it out."
                self._problems.append(Problem("XF-107", program.path, what, advice))


def _count_of(program: PathProgram) -> str | None:
    """The count of a repeat; a bare name is the node beside the repeat, as JavaRosa reads it."""
    count = program.repeat.count if program.repeat is not None else None
    if count and _NAME.fullmatch(count) and count not in {c.name for c in program.element.children}:
        return f"../{count}"
    return count


def _too_large(path: str, what: str) -> XFormError:
    return XFormError(Problem("XF-104", path, what, "Part the form into smaller ones."))


def _elements(root: Element) -> dict[str, Element]:
    """Elements by path; where a repeat stands several times, its template or the first."""
    found: dict[str, Element] = {}
    waiting = [(root, f"/{root.name}")]
    while waiting:
        element, path = waiting.pop()
        if path not in found or element.template:
            found[path] = element
        waiting += [(child, f"{path}/{child.name}") for child in reversed(element.children)]
    return found


_PROGRAMS: WeakKeyDictionary[FormDefinition, Program] = WeakKeyDictionary()


@uncollected()
def program_of(form: FormDefinition) -> Program:
    """The compiled form; the same form is compiled once.

    Raises:
        XFormError: As `Program` does.
    """
    found = _PROGRAMS.get(form)
    if found is None:
        found = _PROGRAMS[form] = Program(form)
    return found

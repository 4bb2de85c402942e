"""What is odd in a form that compiles: every engine loads it, and no author means it.

Questions that nobody will see, defaults that are refused, lists that a filter leaves empty.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Final

from forms.authoring.truth import Known, truth_of
from forms.datatypes import decode
from forms.engine.instance import Instance
from forms.engine.settings import EngineSettings
from forms.errors import FormsError, XPathError
from forms.problems import Problem, Severity
from forms.xform.body import absolute_path
from forms.xpath.evaluate import compile_expression
from forms.xpath.functions.pattern import matcher
from forms.xpath.parser import parse
from forms.xpath.reads import calls_of
from forms.xpath.syntax import Call, Literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from forms.definition import Control, FormDefinition
    from forms.engine.node import Node
    from forms.lists import DataNode
    from forms.xpath.reads import PathRead
    from forms.xpath.syntax import Path

_NOON: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""Any instant will do: expressions that look at the clock are not judged."""
_WORD: Final = re.compile(r"[\w.-]+")
_SELECTS: Final = frozenset({"select1", "select", "rank"})


def lint(form: FormDefinition) -> tuple[Problem, ...]:
    """Warnings about a form whose expressions all compile. Pure."""
    lists = _Lists(form)
    return (*_unreachable(form, lists), *_filters(form, lists), *_defaults(form, lists))


def patterns(written: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    """Regular expressions that engines read differently, or not at all.

    Args:
        written: Expressions that parse, each with its place.
    """
    for where, text in written:
        for call in calls_of(parse(text)):
            match call:
                case Call("regex", (_, Literal(pattern))):
                    yield from _pattern(where, pattern)
                case _:
                    pass


def _pattern(where: str, pattern: str) -> Iterator[Problem]:
    try:
        matcher(pattern)
    except XPathError as error:
        message = f"{error.problems[0].message} [{error.code}]."
        advice = "Nothing will match it here; write it with plain classes such as [A-Za-z]."
        yield Problem("XF-620", where, message, advice, Severity.WARNING)
        return
    if not (pattern.startswith("^") and pattern.endswith("$")):
        message = f"{pattern!r} must match the whole answer here, and a part of it in web forms."
        advice = f"Write {'^' + pattern.strip('^$') + '$'!r}, so that all agree."
        yield Problem("XF-620", where, message, advice, Severity.WARNING)


class _Lists:
    """The lists of a form, each read once however many questions offer it."""

    def __init__(self, form: FormDefinition) -> None:
        self._form = form
        self._reads: dict[str, list[PathRead]] = {}
        self._rows: dict[tuple[str, tuple[str, ...]], list[DataNode]] = {}
        self._cells: dict[tuple[str, str], frozenset[str]] = {}
        self._columns: dict[str, frozenset[str]] = {}

    def reads(self, control: Control) -> list[PathRead]:
        """What a question's choices read of lists; the rows themselves are the shortest of it."""
        if control.itemset is None:
            return []
        text = control.itemset.nodeset
        if text not in self._reads:
            expression = compile_expression(text, self._form.namespaces)
            found = [read for read in expression.reads if read.origin == "instance"]
            self._reads[text] = sorted(found, key=lambda read: len(read.steps))
        return self._reads[text]

    def rows(self, control: Control) -> list[DataNode]:
        """The rows of the list that a question offers, before any filter."""
        reads = self.reads(control)
        if len({read.instance for read in reads}) != 1:
            return []
        instance, steps = self._form.instances.get(reads[0].instance), reads[0].steps
        if instance is None:
            return []
        key = (instance.name, steps)
        if key not in self._rows:
            nodes = [instance.top]
            for step in steps:
                nodes = [kid for node in nodes for kid in node.children_named(step)]
            self._rows[key] = nodes
        return self._rows[key]

    def columns(self, control: Control) -> frozenset[str]:
        """Names of what the rows of a list have."""
        name = self.reads(control)[0].instance
        if name not in self._columns:
            kids = (kid.name for row in self.rows(control) for kid in row.children())
            self._columns[name] = frozenset(kids)
        return self._columns[name]

    def values(self, control: Control) -> frozenset[str] | None:
        """What a question can be answered with, when that is a list of the form."""
        if control.kind not in _SELECTS or _written(self._form, control.path):
            return None
        if control.itemset is None:
            return frozenset(item.value for item in control.items) or None
        rows = self.rows(control)
        if not rows:
            return None
        key = (self.reads(control)[0].instance, control.itemset.value)
        if key not in self._cells:
            cells = (kid.string_value() for row in rows for kid in row.children_named(key[1]))
            self._cells[key] = frozenset(cells)
        return self._cells[key]


# Questions that nobody will see ----------------------------------------------------------------


def _unreachable(form: FormDefinition, lists: _Lists) -> Iterator[Problem]:
    never: dict[str, str] = {}
    values = {path: lists.values(control) for path, control in form.controls.items()}
    searching = True
    while searching:
        found = {
            path: bind.relevant
            for path, bind in form.binds.items()
            if bind.relevant and path not in never
            if truth_of(parse(bind.relevant), _known(form, path, values)) is False
        }
        never |= found
        searching = bool(found)
        for path in form.controls:  # what is never asked never has an answer
            if _inside(path, found) and not _written(form, path):
                values[path] = frozenset()
    named = _named_for_their_words(form)
    for path, text in never.items():
        if path not in named and not _inside(path.rpartition("/")[0], never):
            message = f"It is never asked: {' '.join(text.split())!r} can never hold."
            advice = "Check the values that it is compared with, or take it out."
            yield Problem("XF-617", f"{path} (relevant)", message, advice, Severity.WARNING)


def _named_for_their_words(form: FormDefinition) -> frozenset[str]:
    """Selects that are there so that `jr:choice-name` finds their list: hidden on purpose."""
    words = {
        word
        for bind in form.binds.values()
        if bind.calculate and "jr:choice-name" in bind.calculate
        for word in _WORD.findall(bind.calculate)
    }
    return frozenset(path for path in form.controls if path.rpartition("/")[2] in words)


def _inside(path: str, tops: Collection[str]) -> bool:
    return any(path == top or path.startswith(f"{top}/") for top in tops)


def _written(form: FormDefinition, path: str) -> bool:
    """Whether something other than an enumerator gives a node its value."""
    bind = form.binds.get(path)
    computed = bind is not None and (bind.calculate or bind.preload)
    return bool(computed) or any(action.target == path for action in form.actions)


def _known(form: FormDefinition, path: str, values: Mapping[str, frozenset[str] | None]) -> Known:
    def leads(to: Path) -> str | None:
        text = _plain(to)
        try:
            return absolute_path(text, path) if text else None
        except FormsError:  # it leads above the form, which has been said
            return None

    def several(where: str) -> bool:
        control = form.controls.get(where)
        return control is None or control.kind in {"select", "rank"} or where in _rows(form, where)

    return Known(leads, values.get, several)


def _rows(form: FormDefinition, where: str) -> frozenset[str]:
    """The node itself when it stands in a repeat: a path to it may find several."""
    inside = any(where.startswith(f"{repeat}/") for repeat in form.repeat_paths)
    return frozenset({where}) if inside else frozenset()


def _plain(path: Path) -> str:
    """A path as text when it has names and `..` only; empty otherwise."""
    names = []
    for step in path.steps:
        if step.predicates or step.axis not in {"child", "parent", "self"}:
            return ""
        name = {"parent": "..", "self": "."}.get(step.axis, step.test)
        if name.endswith(")") or name == "*":
            return ""
        names.append(name.rpartition(":")[2])
    if path.base is not None and not _is_current(path):
        return ""
    return ("/" if path.absolute else "") + "/".join(names)


def _is_current(path: Path) -> bool:
    return getattr(path.base, "name", "") == "current"


# Lists that a filter leaves empty --------------------------------------------------------------


def _filters(form: FormDefinition, lists: _Lists) -> Iterator[Problem]:
    for control in form.controls.values():
        if not lists.rows(control):
            continue
        have = lists.columns(control)
        first, *others = lists.reads(control)
        depth = len(first.steps)
        for read in others:
            column = read.steps[depth] if len(read.steps) == depth + 1 else ""
            if column and column not in have and not column.startswith(("@", "*", "..")):
                message = f"The list has no column {column}, which the filter looks at."
                advice = f"Columns of the list: {', '.join(sorted(have))}."
                where = f"{control.path} (choice_filter)"
                yield Problem("XF-619", where, message, advice)


# Defaults that are refused ---------------------------------------------------------------------


def _defaults(form: FormDefinition, lists: _Lists) -> Iterator[Problem]:
    settings = EngineSettings(
        lambda: _NOON,
        UTC,
        "",
        Random(1),  # noqa: S311 -- no secret: it shuffles choices
        lambda: "00000000-0000-4000-8000-000000000000",
    )
    try:
        instance = Instance.new(form, settings)
    except FormsError:
        return  # what stops the form has been said
    waiting = [instance.root]
    while waiting:
        node = waiting.pop()
        waiting += reversed(node.children)
        if node.kind == "question" and node.value and _own_default(form, node.path):
            yield from _refused(form, node, lists)


def _own_default(form: FormDefinition, path: str) -> bool:
    """Whether what stands there at first is a default in which the clock has no part."""
    bind = form.binds.get(path)
    if bind is None or bind.calculate or bind.preload:
        return False
    texts = [a.expression for a in form.actions if a.target == path and a.expression]
    return not any(compile_expression(t, form.namespaces).volatile for t in texts)


def _refused(form: FormDefinition, node: Node, lists: _Lists) -> Iterator[Problem]:
    bind, control = form.binds[node.path], form.controls[node.path]
    wrong = decode(bind.type, node.value, node.path)
    advice = "Change the default, or what the question takes."
    where = f"{node.path} (default)"
    if isinstance(wrong, Problem):
        message = f"The default {node.value!r} is not of type {bind.type}."
        yield Problem("XF-618", where, message, advice, Severity.WARNING)
    elif node.violation == "constraint" and _alone(form, bind.constraint or ""):
        message = f"The default {node.value!r} breaks the constraint {bind.constraint!r}."
        yield Problem("XF-618", where, message, advice, Severity.WARNING)
    elif (values := lists.values(control)) is not None:
        strange = [value for value in node.value.split() if value not in values]
        if control.kind == "select1":
            strange = [node.value] if node.value not in values else []
        if strange:
            message = f"The default {' '.join(strange)!r} is no choice of the question."
            yield Problem("XF-618", where, message, advice, Severity.WARNING)


def _alone(form: FormDefinition, constraint: str) -> bool:
    """Whether a constraint looks at its own answer only, and not at the clock."""
    expression = compile_expression(constraint, form.namespaces)
    reads = [read for read in expression.reads if read.origin != "instance"]
    return not expression.volatile and all(
        read.origin == "context" and not read.steps for read in reads
    )

"""Rows of repeats: made from the template, added, removed, counted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from forms.datatypes import default
from forms.engine.nodes import InstanceAttribute, InstanceNode
from forms.errors import NotValid
from forms.problems import Problem, Severity
from forms.xform.names import split

if TYPE_CHECKING:
    from forms.definition import Element
    from forms.engine.instance import Instance
    from forms.engine.program import PathProgram
    from forms.engine.recalculate import Wave

MOST_ROWS = 10_000
"""Rows of one repeat; a count above it is cut, because it is a mistyped number."""
MOST_NODES = 200_000
"""Nodes of all the rows that counts may make in one interview: counts within counts multiply."""


class Rows:
    """The rows of every repeat of one interview."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._made = 0

    def build(
        self, program: PathProgram, parent: InstanceNode | None, written: Element | None = None
    ) -> InstanceNode:
        """A node and everything below it from the form, with defaults and one row a repeat.

        Args:
            program: What the form says of the path.
            parent: Where it will stand.
            written: The row that the form itself writes; its template when there is none.
        """
        first = written or program.element
        top = self._one(first, parent, program)
        waiting = [(top, first, program)]
        while waiting:
            node, element, at = waiting.pop()
            for child in element.children:
                below = at.below[child.name]
                if below.is_repeat and not _stands(child, element, below):
                    continue
                kid = self._one(child, node, below)
                node.kids.append(kid)
                waiting.append((kid, child, below))
        return top

    @staticmethod
    def _one(element: Element, parent: InstanceNode | None, program: PathProgram) -> InstanceNode:
        node = InstanceNode(element.name, element.namespace, parent, program)
        node.text = default(program.bind.type, element.text)
        for key, text in element.attributes.items():
            uri, name = split(key)
            node.attrs.append(InstanceAttribute(name, uri, text, node))
        return node

    def add(
        self, parent: InstanceNode, program: PathProgram, wave: Wave, *, tell: bool = True
    ) -> InstanceNode:
        """One more row after the last; its defaults, events and rules.

        Args:
            parent: Where it will stand.
            program: The repeat.
            wave: What the row sets in motion.
            tell: Whether readers of any row are asked; who adds many tells them once.
        """
        name = program.element.name
        spare = parent.spare.get(name)
        back = spare.pop() if spare else None
        row = back if back is not None else self.build(program, parent, _written(parent, name))
        first, row.gone = len(parent.named(name)), False
        parent.insert(self.end(parent, program), row)
        self._instance.columns.came(row)
        if back is None:
            self._instance.events.new_row(row, wave)
        wave.ask_all(row)
        if tell:
            wave.rows_changed(parent, program.path, first)
        for node in row.walk():
            wave.mark(node)
        return row

    @staticmethod
    def outline(parent: InstanceNode, path: str) -> InstanceNode:
        """A row that is not in the tree: where a count is read from, also while there is no row."""
        program = parent.program.below[path.rpartition("/")[2]]
        return InstanceNode(program.element.name, program.element.namespace, parent, program)

    def sibling(self, parent: InstanceNode, name: str) -> InstanceNode:
        """A value node that the form itself does not have, such as deprecatedID."""
        like = parent.kids[0]
        node = InstanceNode(name, like.namespace, parent, like.program)
        parent.insert(len(parent.kids), node)
        return node

    @staticmethod
    def end(parent: InstanceNode, program: PathProgram) -> int:
        """Where the next row goes: after the last, or where the form has the repeat."""
        rows = parent.named(program.element.name)
        if rows:
            last, kids = rows[-1], parent.kids  # sought from the end, where it nearly always is
            return next(place for place in range(len(kids), 0, -1) if kids[place - 1] is last)
        names = list(parent.program.below)
        later = set(names[names.index(program.element.name) + 1 :])
        return next((i for i, kid in enumerate(parent.kids) if kid.name in later), len(parent.kids))

    def remove(self, row: InstanceNode, wave: Wave, *, keep: bool = False) -> None:
        """Take a row out; `keep` sets it aside for when a count grows again."""
        parent = row.parent
        if parent is None:
            raise NotValid(Problem("XF-306", row.ref, "the form itself cannot be removed"))
        first = row.place - 1
        parent.remove(row)
        row.gone = True
        self._instance.columns.gone(parent, row)
        if keep:
            parent.spare.setdefault(row.name, []).append(row)
        wave.rows_changed(parent, row.program.path, first)
        wave.mark(parent)

    def set_count(self, parent: InstanceNode, path: str, wanted: float, wave: Wave) -> None:
        """Make a counted repeat have as many rows as its count says; NaN is none."""
        program = parent.program.below[path.rpartition("/")[2]]
        if math.isnan(wanted):
            return
        number = int(max(0, min(MOST_ROWS, wanted)))
        rows = parent.named(program.element.name)
        for row in reversed(rows[number:]):
            self.remove(row, wave, keep=True)
        first = len(rows)
        for _ in range(number - first):
            self._made += 0 if parent.spare.get(program.element.name) else program.size
            if self._made > MOST_NODES:
                break
            self.add(parent, program, wave, tell=False)
        if number > first:
            wave.rows_changed(parent, path, first)
        if number < wanted:
            wave.problems.append(_too_many(parent, path, f"{MOST_ROWS:,} rows of one repeat"))
        if self._made > MOST_NODES:
            wave.problems.append(_too_many(parent, path, f"{MOST_NODES:,} answers in rows"))


def _too_many(parent: InstanceNode, path: str, most: str) -> Problem:
    advice = "Check the number that was typed; rows beyond it are not made."
    return Problem("XF-308", f"{parent.ref} ({path})", f"at most {most}", advice, Severity.WARNING)


def _stands(child: Element, around: Element, repeat: PathProgram) -> bool:
    """Whether a row that the form writes is there from the start.

    A template is not, unless rows can neither be added nor counted: then it is the only row.
    """
    if not child.template:
        return True
    if repeat.count is not None:
        return False
    alone = all(other.name != child.name or other is child for other in around.children)
    return alone and repeat.repeat is not None and repeat.repeat.fixed


def _written(parent: InstanceNode, name: str) -> Element | None:
    """The next row of a counted repeat, when the form writes that row with its own defaults."""
    rows = [e for e in parent.program.element.children if e.name == name and not e.template]
    place = len(parent.named(name))
    counted = parent.program.below[name].count is not None
    return rows[place] if counted and place < len(rows) else None

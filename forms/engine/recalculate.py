"""Computing again what a change touches, each thing once, in order of rank.

A heap of (rank, node) is the whole algorithm: what changes puts its readers on the heap, and their
rank is always higher, so an answer costs what it changes and not what the form holds. A rule that
reads itself through another row (a running total) may come back a bounded number of times.
"""

from __future__ import annotations

import heapq
from itertools import count
from typing import TYPE_CHECKING

from forms.datatypes import stored
from forms.errors import XPathError
from forms.problems import Problem, Severity
from forms.xpath.values import to_boolean

if TYPE_CHECKING:
    from forms.engine.dependencies import Edge
    from forms.engine.instance import Instance
    from forms.engine.nodes import InstanceNode
    from forms.engine.program import Rule
    from forms.xpath.tree import Value

MOST_RETURNS = 4
"""How often one rule of one node may be computed in one wave."""


def truth(value: Value) -> bool:
    """A condition's value as true or false.

    A node of type boolean is what it says, not whether it is there (decision 0123).
    """
    if isinstance(value, list) and len(value) == 1:
        program = getattr(value[0], "program", None)
        if program is not None and program.bind.type == "boolean":
            return value[0].string_value() in {"1", "true"}
    return to_boolean(value)


class Wave:
    """Everything that one change sets in motion.

    Attributes:
        changed: Nodes of which some fact changed or may have changed.
        problems: Calculations that failed; their nodes are empty.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._heap: list[tuple[int, int, InstanceNode, Rule]] = []
        self._waiting: set[tuple[int, int]] = set()
        self._done: dict[tuple[int, int], int] = {}
        self._order = count()
        self.changed: dict[int, InstanceNode] = {}
        self.problems: list[Problem] = []

    def mark(self, node: InstanceNode) -> None:
        """Note that some fact of a node changed."""
        self.changed[id(node)] = node

    def ask(self, node: InstanceNode, rule: Rule) -> None:
        """Put one rule of one node on the heap, once."""
        key = (id(node), id(rule))
        if key not in self._waiting and self._done.get(key, 0) < MOST_RETURNS:
            self._waiting.add(key)
            heapq.heappush(self._heap, (rule.rank, next(self._order), node, rule))

    def ask_all(self, top: InstanceNode) -> None:
        """Put every rule of a subtree on the heap."""
        for node in top.walk():
            for rule in node.program.rules:
                if rule.facet != "count":
                    self.ask(node, rule)
            self.ask_counts(node)

    def ask_counts(self, node: InstanceNode) -> None:
        """Put the counts of the repeats that stand in a node on the heap."""
        for below in node.program.below.values():
            if below.count is not None:
                self.ask(node, below.count)

    def value_changed(self, node: InstanceNode) -> None:
        """A node has another value: its readers are asked, and those of the groups around it."""
        self.mark(node)
        for edge in node.program.triggers:
            self._follow(node, edge)
        for edge in node.program.asks:
            self._touch(node, edge)

    def relevance_changed(self, node: InstanceNode) -> None:
        """A node came or went: everybody who reads it or anything below it is asked."""
        for each in node.walk():
            self.value_changed(each)

    def rows_changed(self, parent: InstanceNode, path: str) -> None:
        """Rows of a repeat were added or removed: readers of any row are asked."""
        program = parent.program.below[path.rpartition("/")[2]]
        waiting = [program]
        while waiting:
            below = waiting.pop()
            for edge in (*below.triggers, *below.asks):
                shared = parent.program.depth if edge.in_place else edge.shared
                if shared <= parent.program.depth:
                    self._reach(parent, edge, min(edge.shared, parent.program.depth))
                elif edge.in_place:
                    self._reach(parent, edge, parent.program.depth)
            waiting += below.below.values()

    def run(self) -> None:
        """Compute until nothing is waiting."""
        while self._heap:
            _, _, node, rule = heapq.heappop(self._heap)
            key = (id(node), id(rule))
            self._waiting.discard(key)
            self._done[key] = self._done.get(key, 0) + 1
            try:
                self._compute(node, rule)
            except XPathError as error:
                self._failed(node, rule, error)

    def _compute(self, node: InstanceNode, rule: Rule) -> None:
        context = self._instance.context(node)
        if rule.facet == "relevant":
            shown = truth(rule.expression.evaluate(context))
            if shown != node.shown:
                node.shown = shown
                self.relevance_changed(node)
        elif rule.facet == "calculate":
            value = rule.expression.evaluate(context)
            text = stored(node.program.bind.type, value, self._instance.settings.timezone)
            if text != node.text and not node.kids:
                node.text = text
                self.value_changed(node)
        elif rule.facet == "choices":
            self._filter(node)
        else:
            row = self._instance.rows.outline(node, rule.path)
            wanted = rule.expression.evaluate_number(self._instance.context(row))
            self._instance.rows.set_count(node, rule.path, wanted, self)

    def _filter(self, node: InstanceNode) -> None:
        """Take out of an answer what can no longer be chosen; it is back when it can be again."""
        answer = node.kept or node.text
        offered = self._instance.texts.offered(node) if answer else None
        if offered is None:
            return
        single = node.program.control is not None and node.program.control.kind == "select1"
        words = [answer] if single else answer.split()
        text = " ".join(word for word in words if word in offered)
        node.kept = answer if text != " ".join(words) else ""
        if text != node.text:
            node.text = text
            self.value_changed(node)

    def _failed(self, node: InstanceNode, rule: Rule, error: XPathError) -> None:
        self.problems.append(
            Problem(
                "XF-307",
                node.ref,
                f"{rule.facet} failed: {error.problems[0].message}",
                "The author of the form must mend the expression.",
                Severity.WARNING,
            )
        )
        if rule.facet == "calculate" and node.text:
            node.text = ""
            self.value_changed(node)

    def _follow(self, node: InstanceNode, edge: Edge) -> None:
        shared = edge.shared
        if edge.in_place:
            shared = min(shared, node.program.depth - 1)
        self._reach(node, edge, shared)

    def _reach(self, node: InstanceNode, edge: Edge, shared: int) -> None:
        top = self._instance.root_node if shared < 1 else node.above(shared)
        for reader in self._instances(top, edge.target, edge.rule):
            if edge.rule is None:
                self.mark(reader)
            else:
                self.ask(reader, edge.rule)

    def _touch(self, node: InstanceNode, edge: Edge) -> None:
        top = self._instance.root_node if edge.shared < 1 else node.above(edge.shared)
        for reader in self._instances(top, edge.target, None):
            self.mark(reader)

    @staticmethod
    def _instances(top: InstanceNode, path: str, rule: Rule | None) -> list[InstanceNode]:
        """Every node of a path below (or at) a node; for a count, where its repeat stands."""
        if rule is not None and rule.facet == "count":
            path = path.rpartition("/")[0]
        steps = path.split("/")[top.program.depth + 1 :]
        level = [top]
        for step in steps:
            level = [kid for node in level for kid in node.named(step)]
        return level

"""Computing again what a change touches, each thing once, in order of rank.

A heap of ranks, each with a queue of nodes, is the whole algorithm: what changes queues its
readers, and their rank is always higher, so an answer costs what it changes and not what the form
holds. A rule that reads itself through another row (a running total) may come back a bounded
number of times.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from forms.datatypes import stored
from forms.engine.nodes import kind_of
from forms.errors import XPathError
from forms.problems import Problem, Severity
from forms.xpath.environment import Context
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
    """A condition's value as true or false (decisions 0123 and 0127)."""
    return to_boolean(value)


def readers(node: InstanceNode, edge: Edge) -> list[InstanceNode]:
    """Everyone who reads a node along an edge: up to what both share, and down to the reader."""
    top = node
    for _ in range(edge.climb):
        if top.parent is None or top.parent.parent is None:
            break
        top = top.parent
    level = [top]
    for step in edge.down:
        if len(level) == 1:
            level = level[0].named(step)
        else:
            level = [kid for each in level for kid in each.named(step)]
    return level


class Queue:
    """The nodes for which one rule is to be computed.

    Attributes:
        rule: What is computed.
        nodes: Every node that was ever queued, in order.
        next: Which of them is the next.
        waiting: Ids of those that are still to come.
        done: How often each node was computed, by id.
    """

    __slots__ = ("done", "next", "nodes", "rule", "waiting")

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.nodes: list[InstanceNode] = []
        self.next = 0
        self.waiting: set[int] = set()
        self.done: dict[int, int] = {}


class Wave:
    """Everything that one change sets in motion.

    Attributes:
        changed: Nodes of which some fact changed or may have changed.
        problems: Calculations that failed; their nodes are empty.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._scope = instance.scope
        self._zone = instance.settings.timezone
        self._ranks: list[int] = []
        self._queues: dict[int, Queue] = {}
        self.changed: dict[int, InstanceNode] = {}
        self.problems: list[Problem] = []

    def mark(self, node: InstanceNode) -> None:
        """Note that some fact of a node changed."""
        self.changed[id(node)] = node

    def ask(self, node: InstanceNode, rule: Rule) -> None:
        """Queue one rule of one node, once."""
        rank = rule.rank
        queue = self._queues.get(rank)
        if queue is None:
            queue = self._queues[rank] = Queue(rule)
        key = id(node)
        if key in queue.waiting or queue.done.get(key, 0) >= MOST_RETURNS:
            return
        if not queue.waiting:
            heapq.heappush(self._ranks, rank)
        queue.waiting.add(key)
        queue.nodes.append(node)

    def ask_all(self, top: InstanceNode) -> None:
        """Queue every rule of a subtree."""
        for node in top.walk():
            for rule in node.program.rules:
                if rule.facet != "count":
                    self.ask(node, rule)
            self.ask_counts(node)

    def ask_counts(self, node: InstanceNode) -> None:
        """Queue the counts of the repeats that stand in a node."""
        for below in node.program.below.values():
            if below.count is not None:
                self.ask(node, below.count)

    def value_changed(self, node: InstanceNode) -> None:
        """A node has another value: its readers are asked, and those of the groups around it."""
        self.changed[id(node)] = node
        program = node.program
        if program.row_depth:
            self._instance.columns.changed(node)
        for edge in program.triggers:
            rule = edge.rule
            if rule is not None:
                for reader in readers(node, edge):
                    self.ask(reader, rule)
        for edge in program.asks:
            for reader in readers(node, edge):
                self.changed[id(reader)] = reader

    def relevance_changed(self, node: InstanceNode) -> None:
        """A node came or went: everybody who reads it or anything below it is asked."""
        for each in node.walk():
            self.value_changed(each)

    def rows_changed(self, parent: InstanceNode, path: str, first: int) -> None:
        """Rows of a repeat were added or removed: readers of any row are asked.

        Args:
            parent: Where the rows stand.
            path: The repeat.
            first: Index of the first row that has another place now.
        """
        program = parent.program.below[path.rpartition("/")[2]]
        depth = parent.program.depth
        waiting = [program]
        while waiting:
            below = waiting.pop()
            for edge in (*below.triggers, *below.asks):
                if edge.in_place and below is program and edge.shared > depth:
                    for row in parent.named(program.element.name)[first:]:
                        self._reach(row, edge, row.program.depth)
                elif edge.in_place or edge.shared <= depth:
                    self._reach(parent, edge, min(edge.shared, depth))
            waiting += below.below.values()

    def run(self) -> None:
        """Compute until nothing is waiting."""
        ranks = self._ranks
        while ranks:
            queue = self._queues[ranks[0]]
            node = queue.nodes[queue.next]
            queue.next += 1
            key = id(node)
            queue.waiting.discard(key)
            if not queue.waiting:
                heapq.heappop(ranks)
            queue.done[key] = queue.done.get(key, 0) + 1
            try:
                self._compute(node, queue.rule)
            except XPathError as error:
                self._failed(node, queue.rule, error)

    def _compute(self, node: InstanceNode, rule: Rule) -> None:
        facet = rule.facet
        if facet == "calculate":
            value = rule.expression.evaluate(Context(node, self._scope, 1, 1, node))
            text = stored(node.program.bind.type, value, self._zone)
            node.made = kind_of(value)
            if text != node.text and not node.kids:
                node.text = text
                self.value_changed(node)
        elif facet == "relevant":
            shown = truth(rule.expression.evaluate(self._instance.context(node)))
            if shown != node.shown:
                node.shown = shown
                self.relevance_changed(node)
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

    def _reach(self, node: InstanceNode, edge: Edge, shared: int) -> None:
        top = self._instance.root_node if shared < 1 else node.above(shared)
        for reader in self._instances(top, edge.target, edge.rule):
            if edge.rule is None:
                self.mark(reader)
            else:
                self.ask(reader, edge.rule)

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

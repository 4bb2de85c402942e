"""What one interview lets its expressions ask: clock, chance, lists, texts, and its own index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.engine.columns import nodes_down
from forms.engine.nodes import InstanceNode
from forms.lists import DataNode
from forms.xform.body import absolute_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, tzinfo
    from random import Random

    from forms.engine.instance import Instance
    from forms.xpath.environment import Context
    from forms.xpath.functions import FunctionRegistry
    from forms.xpath.sweep import PlainPath, Sweep
    from forms.xpath.tree import XNode


class Scope:
    """The environment of one interview's expressions."""

    typed = True

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        settings = instance.settings
        self.timezone: tzinfo = settings.timezone
        self.random: Random = settings.random
        self.properties: Mapping[str, str] = settings.properties
        self.functions: FunctionRegistry = settings.functions
        self._fixed: dict[PlainPath, tuple[InstanceNode, ...] | None] = {}

    @property
    def language(self) -> str:
        """The language shown."""
        return self._instance.texts.language

    @property
    def root(self) -> XNode:
        """The parent of the root element."""
        return self._instance.top

    def now(self) -> datetime:
        """The caller's clock."""
        return self._instance.settings.now()

    def new_uuid(self) -> str:
        """The caller's chance."""
        return self._instance.settings.new_uuid()

    def instance(self, name: str) -> XNode | None:
        """A secondary instance, or the primary one by its name."""
        found = self._instance.form.instances.get(name)
        if found is not None:
            return found.top
        return self._instance.top if name == self._instance.form.root_name else None

    def itext(self, name: str, node: XNode) -> str:
        """A text of the form."""
        at = node if isinstance(node, InstanceNode) else self._instance.root_node
        return self._instance.texts.itext(name, at)

    def choice_label(self, value: str, path: str, node: XNode) -> str:
        """The label of a choice."""
        if not isinstance(node, InstanceNode):
            node = self._instance.root_node
        path = absolute_path(path, node.program.path)  # pyxform writes it relative in a row
        return self._instance.texts.choice_label(value, path, node)

    def own_row(self, rows: list[XNode], node: XNode) -> list[XNode]:
        """The row that holds the question which asks, when these are rows of one repeat."""
        first = rows[0]
        if not isinstance(first, InstanceNode) or not first.program.is_repeat:
            return rows
        depth, own = first.program.depth, node
        if not isinstance(own, InstanceNode) or own.program.depth < depth:
            return rows
        above = own.above(depth)
        return [above] if above.program is first.program else rows

    def fixed(self, path: PlainPath) -> list[XNode] | None:
        """What a path finds that leads through no repeat: always the same node."""
        try:
            nodes = self._fixed[path]
        except KeyError:
            nodes = self._fixed[path] = self._down(path)
        if nodes is None:
            return None
        for node in nodes:
            if not node.shown:
                return []
        return [nodes[-1]]

    def _down(self, path: PlainPath) -> tuple[InstanceNode, ...] | None:
        nodes = nodes_down(self._instance.top, path.names)
        spaces = path.spaces
        if nodes is None or any(n.namespace not in s for n, s in zip(nodes, spaces, strict=True)):
            return None
        return nodes

    def swept(self, sweep: Sweep, c: Context) -> float | None:
        """A sum or a count across rows, from what is kept of it."""
        asker = c.current or c.node
        own = asker if isinstance(asker, InstanceNode) else None
        return self._instance.columns.swept(sweep, own, self)

    def lookup(
        self, parent: XNode, item: str, children: tuple[str, ...], values: tuple[str, ...]
    ) -> Sequence[XNode] | None:
        """Items of a list by texts of their children, from the list's index."""
        top = parent
        while top.parent is not None:
            top = top.parent
        for found in self._instance.form.instances.values():
            if found.top is top and isinstance(parent, DataNode):
                return found.lookup(parent, item, children, values)
        return None

"""Secondary instances: lists that expressions and questions read, with an index of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TypeAlias

Texts: TypeAlias = tuple[str, ...]


class DataNode:
    """A node of a secondary instance: made once, never changed, shared by every interview."""

    __slots__ = ("_attributes", "_named", "_text", "kids", "name", "namespace", "parent")
    kind = "element"
    prefix = ""

    def __init__(
        self,
        name: str,
        text: str = "",
        parent: DataNode | None = None,
        namespace: str = "",
        attributes: tuple[DataAttribute, ...] = (),
    ) -> None:
        self.name = name
        self.namespace = namespace
        self.parent = parent
        self.kids: list[DataNode] = []
        self._text = text
        self._attributes = attributes
        self._named: dict[str, list[DataNode]] | None = None

    def children(self) -> list[DataNode]:
        """Child elements."""
        return self.kids

    def children_named(self, name: str) -> list[DataNode]:
        """Child elements of one name, from an index made at the first question."""
        if self._named is None:
            self._named = {}
            for kid in self.kids:
                self._named.setdefault(kid.name, []).append(kid)
        return self._named.get(name, _NOTHING)

    def attributes(self) -> tuple[DataAttribute, ...]:
        """Attributes."""
        return self._attributes

    def namespaces(self) -> tuple[DataAttribute, ...]:
        """None."""
        return ()

    def string_value(self) -> str:
        """Text of the node, or of everything below it."""
        if self.kids:
            return "".join(kid.string_value() for kid in self.kids)
        return self._text


_NOTHING: list[DataNode] = []


@dataclass(frozen=True, slots=True)
class DataAttribute:
    """An attribute of a secondary instance's node."""

    name: str
    text: str
    parent: DataNode | None = None
    namespace: str = ""
    kind: str = "attribute"
    prefix: str = ""

    def children(self) -> tuple[DataNode, ...]:
        """None."""
        return ()

    def children_named(self, name: str) -> tuple[DataNode, ...]:
        """None."""
        del name
        return ()

    def attributes(self) -> tuple[DataAttribute, ...]:
        """None."""
        return ()

    def namespaces(self) -> tuple[DataAttribute, ...]:
        """None."""
        return ()

    def string_value(self) -> str:
        """Its text."""
        return self.text


@dataclass(frozen=True, eq=False)
class SecondaryInstance:
    """A list that expressions read: in the form, or from a file of the bundle.

    Attributes:
        name: Its id.
        top: The parent of its root element.
        source: `jr://…` of an external one, else empty.
    """

    name: str
    top: DataNode
    source: str = ""
    _indexes: dict[tuple[int, str, Texts], dict[Texts, list[DataNode]]] = field(
        default_factory=dict
    )

    def lookup(self, parent: DataNode, item: str, children: Texts, values: Texts) -> list[DataNode]:
        """Items whose children have these texts, from an index made at the first question."""
        key = (id(parent), item, children)
        index = self._indexes.get(key)
        if index is None:
            index = self._indexes[key] = {}
            for node in parent.children_named(item):
                # what an item does not have is compared as empty (decision 0127)
                cells = (
                    [c.string_value() for c in node.children_named(n)] or [""] for n in children
                )
                for texts in dict.fromkeys(product(*cells)):
                    index.setdefault(texts, []).append(node)
        return index.get(values, _NOTHING)

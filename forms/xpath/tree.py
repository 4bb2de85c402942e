"""What XPath needs to know of a node: the seam between expressions and whatever tree they walk.

The engine's instance, a choice list and a test's XML document all show this face. `children` gives
only what expressions may see: the engine leaves non-relevant nodes out of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence


class XNode(Protocol):
    """A node of any tree that expressions walk."""

    @property
    def kind(self) -> str:
        """One of root, element, attribute, text, comment, processing-instruction."""

    @property
    def name(self) -> str:
        """Local name; empty for root, text and comment."""

    @property
    def namespace(self) -> str:
        """Namespace URI; empty for none."""

    @property
    def prefix(self) -> str:
        """What `name()` writes before the local name; empty for none."""

    @property
    def parent(self) -> XNode | None:
        """The node above; an attribute's owner."""

    def children(self) -> Sequence[XNode]:
        """Child nodes that expressions may see, in document order."""

    def children_named(self, name: str) -> Sequence[XNode]:
        """Child elements with this local name, whatever their namespace."""

    def attributes(self) -> Sequence[XNode]:
        """Attribute nodes."""

    def namespaces(self) -> Sequence[XNode]:
        """Namespace nodes, where a tree keeps them; the trees of forms do not."""

    def string_value(self) -> str:
        """The text of the node and everything below it."""


NodeSet: TypeAlias = "list[XNode]"
Value: TypeAlias = "float | str | bool | list[XNode]"

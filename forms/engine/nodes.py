"""The tree of an interview: one node an XForm element, with the face that XPath walks.

What expressions may see and what is kept are two things: a node that is not relevant stays in the
tree with its answer, and `children` and `children_named` leave it out (decision 0120).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.xpath.values import unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.engine.program import PathProgram
    from forms.xpath.tree import Value


class InstanceAttribute:
    """An attribute of an instance node, such as the root's `version`."""

    __slots__ = ("name", "namespace", "parent", "text")
    kind = "attribute"
    prefix = ""

    def __init__(self, name: str, namespace: str, text: str, parent: InstanceNode) -> None:
        self.name = name
        self.namespace = namespace
        self.text = text
        self.parent = parent

    def children(self) -> tuple[InstanceNode, ...]:
        """None."""
        return ()

    def children_named(self, name: str) -> tuple[InstanceNode, ...]:
        """None."""
        del name
        return ()

    def attributes(self) -> tuple[InstanceAttribute, ...]:
        """None."""
        return ()

    def namespaces(self) -> tuple[InstanceAttribute, ...]:
        """None."""
        return ()

    def string_value(self) -> str:
        """Its text."""
        return self.text


class InstanceNode:
    """One element of the interview.

    Attributes:
        name: Local name.
        namespace: Namespace URI.
        parent: The node above; None only above the root element.
        program: What the form says of this path.
        text: The answer as stored; empty on nodes with children.
        kids: Children in document order, relevant or not.
        shown: Whether its own relevance holds, whatever holds above it.
        spare: Rows that a smaller count took away, kept for its return.
        gone: Whether it is a row that was taken out.
        made: Whether its text was computed as a condition or as a number; None for other texts.
        kept: The answer from which a choice filter took something; empty when it took nothing.
    """

    __slots__ = (
        "_at",
        "_by_name",
        "attrs",
        "gone",
        "kept",
        "kids",
        "made",
        "name",
        "namespace",
        "parent",
        "program",
        "shown",
        "spare",
        "text",
    )
    kind = "element"

    def __init__(
        self, name: str, namespace: str, parent: InstanceNode | None, program: PathProgram
    ) -> None:
        self.name = name
        self.namespace = namespace
        self.parent = parent
        self.program = program
        self.text = ""
        self.gone = False
        self.kept = ""
        self.made: type[bool | float] | None = None
        self.kids: list[InstanceNode] = []
        self.attrs: list[InstanceAttribute] = []
        self.shown = True
        self.spare: dict[str, list[InstanceNode]] = {}
        self._at = 0
        self._by_name: dict[str, list[InstanceNode]] | None = None

    # What XPath sees -------------------------------------------------------------------------

    def children(self) -> list[InstanceNode]:
        """Children that are relevant."""
        return [kid for kid in self.kids if kid.shown]

    def children_named(self, name: str) -> list[InstanceNode]:
        """Relevant children of one name."""
        found = self.named(name)
        if len(found) == 1:
            return found if found[0].shown else []
        return [kid for kid in found if kid.shown]

    def attributes(self) -> list[InstanceAttribute]:
        """Attributes."""
        return self.attrs

    def namespaces(self) -> tuple[InstanceAttribute, ...]:
        """None."""
        return ()

    @property
    def prefix(self) -> str:
        """The prefix that the form gives the node's namespace."""
        return self.program.prefix

    def string_value(self) -> str:
        """The answer, or the answers of everything relevant below."""
        if not self.kids:
            return self.text
        return "".join(kid.string_value() for kid in self.kids if kid.shown)

    @property
    def is_written(self) -> bool:
        """Whether a person writes it, as a text: no date, number or choice is meant by it."""
        program = self.program
        control = program.control
        return program.calculate is None and program.bind.type == "string" and control is not None

    def typed(self) -> bool | float | str:
        """The answer as the type that it has: a condition, a number or a text (decision 0127)."""
        text = self.text
        if not text or self.kids:
            return ""
        kind = self.made or KINDS.get(self.program.bind.type)
        if kind is bool:
            return text in {"1", "true"}
        if kind is float:
            try:
                return float(text)
            except ValueError:
                return text
        return text

    # What the engine sees --------------------------------------------------------------------

    def named(self, name: str) -> list[InstanceNode]:
        """Children of one name, relevant or not, from an index."""
        if self._by_name is None:
            self._by_name = {}
            for kid in self.kids:
                self._by_name.setdefault(kid.name, []).append(kid)
        return self._by_name.get(name, _NONE)

    def insert(self, place: int, kid: InstanceNode) -> None:
        """Put a child at a place among all children, after every other of its name."""
        kid.parent = self
        self.kids.insert(place, kid)
        if self._by_name is not None:
            self._by_name.setdefault(kid.name, []).append(kid)

    def remove(self, kid: InstanceNode) -> None:
        """Take a child out."""
        self.kids.remove(kid)
        self._by_name = None

    @property
    def relevant(self) -> bool:
        """Whether it and everything above it is relevant."""
        node: InstanceNode | None = self
        while node is not None:
            if not node.shown:
                return False
            node = node.parent
        return True

    @property
    def ref(self) -> str:
        """Absolute reference, 1-based `[n]` on repeat instances only."""
        steps: list[str] = []
        node: InstanceNode | None = self
        while node is not None and node.parent is not None:
            number = f"[{node.place}]" if node.program.is_repeat else ""
            steps.append(f"{node.name}{number}")
            node = node.parent
        return "/" + "/".join(reversed(steps))

    @property
    def place(self) -> int:
        """1-based place among all siblings of its name."""
        if self.parent is None:
            return 1
        brothers = self.parent.named(self.name)
        if self._at >= len(brothers) or brothers[self._at] is not self:
            for place, other in enumerate(brothers):
                other._at = place  # noqa: SLF001 -- of its own kind
        return self._at + 1

    def walk(self) -> Iterator[InstanceNode]:
        """This node and everything below it, in document order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += reversed(node.kids)

    def above(self, depth: int) -> InstanceNode:
        """The ancestor (or self) at a depth; the root element has depth 1."""
        node = self
        for _ in range(self.program.depth - depth):
            if node.parent is None:
                break
            node = node.parent
        return node


_NONE: list[InstanceNode] = []
KINDS: dict[str, type[bool | float]] = {
    "boolean": bool, "int": float, "integer": float, "decimal": float,
}  # fmt: skip
"""Bind types whose answers are no texts in expressions."""


def kind_of(value: Value) -> type[bool | float] | None:
    """What a computed value is, for the node that keeps its text."""
    if isinstance(value, list):
        value = unpacked(value)
    if isinstance(value, bool):
        return bool
    return float if isinstance(value, float) else None

"""The thirteen directions of XPath, node tests, and document order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from forms.errors import XPathError
from forms.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from forms.xpath.tree import XNode

Matches: TypeAlias = "Callable[[XNode], bool]"
MAY_REPEAT = frozenset(
    {
        "ancestor",
        "ancestor-or-self",
        "descendant",
        "descendant-or-self",
        "following",
        "following-sibling",
        "parent",
        "preceding",
        "preceding-sibling",
    }
)
"""Axes on which several context nodes can reach the same node, or reach it out of order."""

XFORMS = "http://www.w3.org/2002/xforms"
"""Where lists stand that a form writes beside its instance; their names are written plainly."""
BACKWARDS = frozenset({"ancestor", "ancestor-or-self", "preceding", "preceding-sibling"})
"""Axes that count positions towards the root. Source: XPath 1.0, section 2.4."""


@dataclass(frozen=True, slots=True)
class NodeTest:
    """A node test with its prefix resolved.

    Attributes:
        plain_name: The local name of a test for one name; empty for `*` and node types.
        namespaces: Namespaces in which that name is accepted.
        matches: Whether a node passes.
    """

    plain_name: str
    namespaces: frozenset[str]
    matches: Matches

    @classmethod
    def of(cls, test: str, axis: str, namespaces: Mapping[str, str]) -> NodeTest:
        """The test written as `test` on `axis`.

        Raises:
            XPathError: XF-207 a prefix that is not declared.
        """
        if test.endswith(")"):
            kind, _, target = test[:-1].partition("(")
            return cls(
                "",
                frozenset(),
                lambda n: kind in ("node", n.kind) and (not target or n.name == target),
            )
        principal = axis if axis in {"attribute", "namespace"} else "element"
        prefix, _, name = test.rpartition(":")
        if prefix and prefix not in namespaces:
            raise XPathError(
                Problem("XF-207", test, f"the prefix {prefix!r} is not declared in the form")
            )
        spaces = _spaces(prefix, principal, namespaces)
        if name == "*":
            anywhere = not prefix
            return cls(
                "", spaces, lambda n: n.kind == principal and (anywhere or n.namespace in spaces)
            )
        return cls(
            name if principal == "element" else "",
            spaces,
            lambda n: n.kind == principal and n.name == name and n.namespace in spaces,
        )


def _spaces(prefix: str, principal: str, namespaces: Mapping[str, str]) -> frozenset[str]:
    if prefix:
        return frozenset({namespaces[prefix]})
    if principal != "element":
        return frozenset({""})
    return frozenset({"", namespaces.get("", ""), XFORMS})


def selector(axis: str, matches: Matches) -> Callable[[list[XNode]], list[XNode]]:
    """A function from context nodes to the nodes of an axis that pass a test."""
    walk = _AXES[axis]

    def select(nodes: list[XNode]) -> list[XNode]:
        found = [other for node in nodes for other in walk(node) if matches(other)]
        if len(nodes) > 1 and axis in MAY_REPEAT:
            return in_document_order(found)
        return found

    return select


def _children(node: XNode) -> Iterator[XNode]:
    return iter(node.children())


def _attributes(node: XNode) -> Iterator[XNode]:
    return iter(node.attributes())


def _namespaces(node: XNode) -> Iterator[XNode]:
    return iter(node.namespaces())


def _self(node: XNode) -> Iterator[XNode]:
    yield node


def _parent(node: XNode) -> Iterator[XNode]:
    if node.parent is not None:
        yield node.parent


def _ancestors(node: XNode) -> Iterator[XNode]:
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def _ancestors_or_self(node: XNode) -> Iterator[XNode]:
    yield node
    yield from _ancestors(node)


def _descendants(node: XNode) -> Iterator[XNode]:
    waiting = [iter(node.children())]
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
        else:
            yield child
            waiting.append(iter(child.children()))


def _descendants_or_self(node: XNode) -> Iterator[XNode]:
    yield node
    yield from _descendants(node)


def _siblings(node: XNode) -> tuple[list[XNode], int]:
    if node.parent is None or node.kind in _BESIDE:
        return [], 0
    brothers = list(node.parent.children())
    place = next((i for i, other in enumerate(brothers) if other is node), len(brothers))
    return brothers, place


def _following_siblings(node: XNode) -> Iterator[XNode]:
    brothers, place = _siblings(node)
    return iter(brothers[place + 1 :])


def _preceding_siblings(node: XNode) -> Iterator[XNode]:
    brothers, place = _siblings(node)
    return iter(brothers[:place][::-1])


def _following(node: XNode) -> Iterator[XNode]:
    if node.kind in _BESIDE and node.parent is not None:
        yield from _descendants(node.parent)
        node = node.parent
    for above in _ancestors_or_self(node):
        for brother in _following_siblings(above):
            yield from _descendants_or_self(brother)


def _preceding(node: XNode) -> Iterator[XNode]:
    for above in _ancestors_or_self(node):
        for brother in _preceding_siblings(above):
            yield from reversed(list(_descendants_or_self(brother)))


_AXES: dict[str, Callable[[XNode], Iterator[XNode]]] = {
    "ancestor": _ancestors,
    "ancestor-or-self": _ancestors_or_self,
    "attribute": _attributes,
    "child": _children,
    "descendant": _descendants,
    "descendant-or-self": _descendants_or_self,
    "following": _following,
    "following-sibling": _following_siblings,
    "namespace": _namespaces,
    "parent": _parent,
    "preceding": _preceding,
    "preceding-sibling": _preceding_siblings,
    "self": _self,
}


def united(left: list[XNode], right: list[XNode]) -> list[XNode]:
    """The union of two node-sets, in document order."""
    return in_document_order(left + right)


def in_document_order(nodes: list[XNode]) -> list[XNode]:
    """Each node once, in document order; nodes of other trees after, in the order they came."""
    once = list({id(node): node for node in nodes}.values())
    if len(once) < 2:
        return once
    return sorted(once, key=order_key)


def order_key(node: XNode) -> tuple[int, ...]:
    """The node's place from the root down; namespaces and attributes come before children."""
    places: list[int] = []
    while node.parent is not None:
        if node.kind in _BESIDE:
            owned = _BESIDE[node.kind](node.parent)
            places += [next(i for i, other in enumerate(owned) if other.name == node.name)]
            places += [-1 if node.kind == "attribute" else -2]
        else:
            brothers = node.parent.children()
            found = (i for i, other in enumerate(brothers) if other is node)
            places.append(next(found, len(brothers)))
        node = node.parent
    return tuple(places[::-1])


_BESIDE = {"attribute": _attributes, "namespace": _namespaces}
"""Nodes that belong to an element without being its children."""

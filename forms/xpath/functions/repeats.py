"""Functions that reach into repeats and lists by place or by key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.errors import XPathError
from forms.problems import Problem
from forms.xpath.functions.core import place_of
from forms.xpath.functions.registry import Argument, function, nodes, number, text

if TYPE_CHECKING:
    from forms.xpath.environment import Context
    from forms.xpath.tree import Value, XNode


@function("indexed-repeat", 3, 7)
def _indexed_repeat(c: Context, a: tuple[Argument, ...]) -> Value:
    if len(a) % 2 == 0:
        raise XPathError(Problem("XF-209", "indexed-repeat()", "a repeat has no index after it"))
    wanted = {}
    for repeat, index in zip(a[1::2], a[2::2], strict=True):
        place = number(c, index)
        for node in _everywhere(nodes(c, repeat, "indexed-repeat")):
            wanted[id(node)] = place
    return [
        target
        for target in _everywhere(nodes(c, a[0], "indexed-repeat"))
        if all(wanted.get(id(above), place) == place for above, place in _places(target))
    ]


def _everywhere(found: list[XNode]) -> list[XNode]:
    """The same path without the place of the question that asks: every instance of each repeat."""
    if not found:
        return []
    names: list[str] = []
    top = found[0]
    while top.parent is not None:
        names.append(top.name)
        top = top.parent
    level = [top]
    for name in reversed(names):
        level = [child for each in level for child in each.children_named(name)]
    return level


def _places(node: XNode) -> list[tuple[XNode, float]]:
    found = []
    above: XNode | None = node
    while above is not None:
        found.append((above, float(place_of(above))))
        above = above.parent
    return found


@function("pulldata", 4)
def _pulldata(c: Context, a: tuple[Argument, ...]) -> Value:
    name, column, key = text(c, a[0]), text(c, a[1]), text(c, a[2])
    top = c.environment.instance(name)
    if top is None:
        raise XPathError(Problem("XF-213", "pulldata()", f"the form has no list {name!r}"))
    value = text(c, a[3])
    for root in top.children():
        rows = c.environment.lookup(root, "item", key, value)
        if rows is None:
            rows = [r for r in root.children() if _cell(r, key) == value]
        if rows:
            return _cell(rows[0], column)
    return ""


def _cell(row: XNode, column: str) -> str:
    found = row.children_named(column)
    return found[0].string_value() if found else ""

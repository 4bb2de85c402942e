"""Functions that reach into repeats and lists by place or by key."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from forms.errors import XPathError
from forms.problems import Problem
from forms.xpath.functions.registry import Argument, function, nodes, text
from forms.xpath.values import to_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forms.xpath.environment import Context
    from forms.xpath.tree import Value, XNode


@function("indexed-repeat", 3, 7)
def _indexed_repeat(c: Context, a: tuple[Argument, ...]) -> Value:
    if len(a) % 2 == 0:
        raise XPathError(Problem("XF-209", "indexed-repeat()", "a repeat has no index after it"))
    wanted: dict[tuple[str, ...], float] = {}
    for repeat, index in zip(a[1::2], a[2::2], strict=True):
        found, place = nodes(c, repeat, "indexed-repeat"), index(c)
        typed = c.environment.typed
        if not found or (place == [] and not typed):
            return []
        row = to_number(place, c.environment.timezone)
        wanted[_names(found[0])] = _answered(row) if typed else row
    targets = nodes(c, a[0], "indexed-repeat")
    return _at(targets[0], wanted) if targets else []


def _answered(place: float) -> float:
    """A place in an interview: without its fraction, and the first while it is not answered."""
    return float(max(1, math.trunc(place))) if math.isfinite(place) else 1.0


def _at(target: XNode, wanted: Mapping[tuple[str, ...], float]) -> list[XNode]:
    """Every node of the target's path whose rows stand at the wanted places.

    The place of the question that asks plays no part: the walk begins at the top.
    """
    top = target
    while top.parent is not None:
        top = top.parent
    level, path = [top], tuple[str, ...]()
    for name in _names(target):
        path = (*path, name)
        level = [kid for node in level for kid in _picked(node, name, wanted.get(path))]
    return level


def _picked(node: XNode, name: str, place: float | None) -> Sequence[XNode]:
    """The row at a place; every row where the place is not answered, as Collect has it."""
    rows = node.children_named(name)
    if place is None or math.isnan(place):
        return rows
    whole = place == place // 1 and 1 <= place <= len(rows)
    return [rows[int(place) - 1]] if whole else []


def _names(node: XNode) -> tuple[str, ...]:
    names: list[str] = []
    at: XNode | None = node
    while at is not None and at.parent is not None:
        names.append(at.name)
        at = at.parent
    return tuple(reversed(names))


@function("pulldata", 4)
def _pulldata(c: Context, a: tuple[Argument, ...]) -> Value:
    name, column, key = text(c, a[0]), text(c, a[1]), text(c, a[2])
    top = c.environment.instance(name)
    if top is None:
        raise XPathError(Problem("XF-213", "pulldata()", f"the form has no list {name!r}"))
    value = text(c, a[3])
    for root in top.children():
        rows = None
        if not key.startswith("@"):
            rows = c.environment.lookup(root, "item", (key,), (value,))
        if rows is None:
            rows = [r for r in root.children() if _cell(r, key) == value]
        if rows:
            return _cell(rows[0], column) or ""
    return ""


def _cell(row: XNode, column: str) -> str | None:
    """A child's text, or an attribute's with `@`; None when the row has none."""
    if column.startswith("@"):
        return next((a.string_value() for a in row.attributes() if a.name == column[1:]), None)
    found = row.children_named(column)
    return found[0].string_value() if found else None

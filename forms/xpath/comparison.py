"""Equality and order between values: XPath 1.0, with ODK's dates and booleans.

A boolean beside a node-set under `<` compares the numbers of the nodes, as both public engines do
and XPath 1.0 does not. `=` between two texts stays textual, also between two dates.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from forms.xpath.values import node_number, to_boolean, to_number, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from forms.xpath.environment import Context
    from forms.xpath.tree import Value

NEAR = 1e-12
"""Numbers nearer than this are equal, so that 6.1 - 7.8 = -1.7. Source: JavaRosa does."""
_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def equal(left: Value, right: Value, c: Context, *, negated: bool = False) -> bool:
    """`left = right`, or `left != right`; true of node-sets when true of any of their nodes."""
    if c.environment.typed:
        left, right = unpacked(left), unpacked(right)
    if isinstance(left, bool) or isinstance(right, bool):
        return (to_boolean(left) == to_boolean(right)) != negated
    left, right = _only(left), _only(right)
    if isinstance(left, list):
        texts = [node.string_value() for node in left]
        return any(equal(text, right, c, negated=negated) for text in texts)
    if isinstance(right, list):
        return equal(right, left, c, negated=negated)
    if isinstance(left, float) or isinstance(right, float):
        zone = c.environment.timezone
        return _same(to_number(left, zone), to_number(right, zone)) != negated
    return (left == right) != negated


def _only(value: Value) -> Value:
    """The value of a single node; any other value as it is."""
    return unpacked(value) if isinstance(value, list) and value else value


def _same(a: float, b: float) -> bool:
    return a == b or abs(a - b) < NEAR


def compare(sign: str, left: Value, right: Value, c: Context) -> bool:
    """`left < right` and its kin, in numbers; true of node-sets when true of any of their nodes."""
    zone, order = c.environment.timezone, _ORDER[sign]
    if isinstance(left, list) and len(left) == 1:
        left = node_number(left[0], zone)
    if isinstance(right, list) and len(right) == 1:
        right = node_number(right[0], zone)
    if not isinstance(left, list) and not isinstance(right, list):
        return order(to_number(left, zone), to_number(right, zone))
    return any(order(a, b) for a in _numbers(left, zone) for b in _numbers(right, zone))


def _numbers(value: Value, zone: tzinfo) -> list[float]:
    """The numbers of all nodes, or of the one value."""
    if isinstance(value, list):
        return [node_number(node, zone) for node in value]
    return [to_number(value, zone)]

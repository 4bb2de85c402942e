"""Sums and counts across the rows of a repeat, kept between answers.

One answer changes one row, so a sum over 500 rows is what it was, less what the row gave, plus what
it gives now. That is exact while every number is whole; with fractions, or with a text that is no
number, the kept numbers are added again in the order of the rows, as XPath adds them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from forms.xpath.environment import Context
from forms.xpath.reads import ANYTHING_BELOW
from forms.xpath.values import node_number, to_boolean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forms.engine.instance import Instance
    from forms.engine.nodes import InstanceNode
    from forms.xpath.environment import Environment
    from forms.xpath.sweep import Sweep

WHOLE_LIMIT = 2.0**53
"""Whole numbers up to here are exact in a float. Source: IEEE 754, binary64."""


class Column:
    """What every row of one repeat gives to one sum or count.

    Args:
        sweep: The expression.
        place: Which of its steps is the repeat; repeats within its rows belong to them.
        parent: The node in which the rows stand.
        environment: What its filter may ask.
    """

    def __init__(
        self, sweep: Sweep, place: int, parent: InstanceNode, environment: Environment
    ) -> None:
        self._sweep = sweep
        self.name = sweep.path.names[place]
        self._place = place
        self.parent = parent
        # an absolute path stays in the row of its reader, but for a last or a filtered step
        self.own_rows = place < len(sweep.path.names) - 1 and sweep.filtered != place  # 0103
        self._environment = environment
        self._given: dict[int, tuple[float, ...]] = {}
        self._whole = 0.0
        self._size = 0.0
        self._uneven = 0
        self._nans = 0
        self._read = _read_by_filter(sweep)
        self.changed: dict[int, InstanceNode] = {}
        self.gone: dict[int, InstanceNode] = {}
        for row in parent.named(self.name):
            self.changed[id(row)] = row

    def watches(self, path: str) -> bool:
        """Whether a change at a path can change what a row gives."""
        own = "/" + "/".join(self._sweep.path.names)
        if f"{own}/".startswith(f"{path}/"):
            return True
        deep = [*self._read, own] if self._sweep.function == "sum" else self._read
        return any(
            path.startswith(f"{each}/") or f"{each}/".startswith(f"{path}/") for each in deep
        )

    def value(self) -> float:
        """The sum or count now."""
        for key in self.gone:
            self._take(key)
        self.gone.clear()
        for key, row in self.changed.items():
            self._take(key)
            self._give(key, self._numbers(row))
        self.changed.clear()
        if self._nans:
            return math.nan
        if self._uneven or self._size >= WHOLE_LIMIT:
            return self._added()
        return self._whole

    def _added(self) -> float:
        total = 0.0
        for row in self.parent.named(self.name):
            for number in self._given.get(id(row), ()):
                total += number
        return total

    def _take(self, key: int) -> None:
        for number in self._given.pop(key, ()):
            if _is_whole(number):
                self._whole -= number
                self._size -= abs(number)
            else:
                self._uneven -= 1
                self._nans -= number != number  # noqa: PLR0124 -- only NaN is not itself

    def _give(self, key: int, numbers: tuple[float, ...]) -> None:
        self._given[key] = numbers
        for number in numbers:
            if _is_whole(number):
                self._whole += number
                self._size += abs(number)
            else:
                self._uneven += 1
                self._nans += number != number  # noqa: PLR0124

    def _numbers(self, row: InstanceNode) -> tuple[float, ...]:
        """What one row gives: its numbers, or 1 for each node that is counted."""
        found = self._kept(self._place, [row] if row.shown else [])
        for place in range(self._place + 1, len(self._sweep.path.names)):
            name = self._sweep.path.names[place]
            found = self._kept(place, [kid for each in found for kid in each.children_named(name)])
        if self._sweep.function == "count":
            return (float(len(found)),)
        zone = self._environment.timezone
        numbers = (node_number(node, zone) for node in found)
        return tuple(number for number in numbers if not math.isnan(number))

    def _kept(self, place: int, found: list[InstanceNode]) -> list[InstanceNode]:
        spaces, keep = self._sweep.path.spaces[place], self._sweep.keep
        found = [node for node in found if node.namespace in spaces]
        if place != self._sweep.filtered or keep is None:
            return found
        here = self._environment
        return [node for node in found if to_boolean(keep(Context(node, here, 1, 1, node)))]


def _read_by_filter(sweep: Sweep) -> list[str]:
    """Paths that the filter reads."""
    base = list(sweep.path.names[: sweep.filtered + 1])
    found = []
    for steps in sweep.reads:
        plain = [step.rpartition(":")[2] for step in steps]
        found.append(base if {"*", ANYTHING_BELOW} & set(plain) else base + plain)
    return ["/" + "/".join(each) for each in found]


def _is_whole(number: float) -> bool:
    return math.isfinite(number) and number.is_integer() and abs(number) < WHOLE_LIMIT


class Columns:
    """The kept sums and counts of one interview."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._known: dict[int, tuple[Sweep, Column | None]] = {}
        self._of: dict[int, list[Column]] = {}
        self._watching: dict[str, list[Column]] = {}

    def swept(self, sweep: Sweep, asker: InstanceNode | None, scope: Environment) -> float | None:
        """The value of a sum or count; None when it must be walked."""
        known = self._known.get(id(sweep))
        if known is None:
            known = self._known[id(sweep)] = (sweep, self._column(sweep, scope))
        column = known[1]
        if column is None or not column.parent.relevant:
            return None
        if column.own_rows and asker is not None and _stands_within(asker, column):
            return None
        return column.value()

    def changed(self, node: InstanceNode) -> None:
        """Something in a row is not what it was."""
        path = node.program.path
        watching = self._watching.get(path)
        if watching is None:
            columns = [column for columns in self._of.values() for column in columns]
            watching = self._watching[path] = [each for each in columns if each.watches(path)]
        if watching:
            row = node.above(node.program.row_depth)
            for column in watching:
                if column.parent is row.parent and not row.gone:
                    column.changed[id(row)] = row

    def came(self, row: InstanceNode) -> None:
        """A row was added: of the repeat itself, or of one within its rows."""
        if row.program.depth != row.program.row_depth:
            self.changed(row)
            return
        for column in self._beside(row.parent, row.name):
            column.gone.pop(id(row), None)
            column.changed[id(row)] = row

    def gone(self, parent: InstanceNode, row: InstanceNode) -> None:
        """A row was taken out of its parent."""
        if row.program.depth != row.program.row_depth:
            self.changed(row)
            return
        for column in self._beside(parent, row.name):
            column.changed.pop(id(row), None)
            column.gone[id(row)] = row

    def _beside(self, parent: InstanceNode | None, name: str) -> list[Column]:
        """Columns of one repeat; several repeats may stand in one node."""
        return [column for column in self._of.get(id(parent), ()) if column.name == name]

    def _column(self, sweep: Sweep, scope: Environment) -> Column | None:
        """A column, when one node alone can hold the rows and filters begin in them."""
        node, path = self._instance.top, sweep.path
        for place, (name, spaces) in enumerate(zip(path.names, path.spaces, strict=True)):
            found = node.named(name)
            program = found[0].program if found else node.program.below.get(name)
            if program is not None and program.is_repeat and place > 0:
                return self._made(sweep, place, node, scope)
            if len(found) != 1 or found[0].namespace not in spaces:
                return None
            node = found[0]
        return None

    def _made(
        self, sweep: Sweep, place: int, parent: InstanceNode, scope: Environment
    ) -> Column | None:
        if 0 <= sweep.filtered < place:
            return None
        column = Column(sweep, place, parent, scope)
        self._of.setdefault(id(parent), []).append(column)
        self._watching.clear()
        return column


def _stands_within(asker: InstanceNode, column: Column) -> bool:
    """Whether the question that asks stands in a row of the column's repeat."""
    depth = column.parent.program.depth + 1
    return asker.program.row_depth == depth and asker.above(depth).name == column.name


def nodes_down(top: InstanceNode, names: Iterable[str]) -> tuple[InstanceNode, ...] | None:
    """The one node at each step of a path; None where there is a repeat, none, or several."""
    node, found = top, []
    for name in names:
        below = node.named(name)
        if len(below) != 1 or below[0].program.is_repeat:
            return None
        node = below[0]
        found.append(node)
    return tuple(found)

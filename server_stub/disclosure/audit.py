"""What an outsider can compute of cells that are not shown: the interval of each, exactly.

Published cells and sums leave a system of linear equations over the hidden ones, which are at least
zero. The smallest and the largest value that fit are found by the simplex method in exact
fractions: "two hidden in every row and column" is not safe, and a rounding error would be a leak.

Source: privacy reference, tables `cells_trap` and `cells_linked`. Bland, R. G. (1977), Mathematics
of Operations Research 2, 103-107, for the choice of pivots that always ends.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence

    Cell = TypeVar("Cell", bound=Hashable)
else:
    Cell = TypeVar("Cell")


@dataclass(frozen=True, slots=True)
class Equation(Generic[Cell]):
    """A total is the sum of its parts."""

    total: Cell
    parts: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells that it speaks of."""
        return (self.total, *self.parts)


Number: TypeAlias = "int | Fraction"
"""Exact. Nearly all are whole: sums of sums pivot on one; a fraction costs ten times the time."""
Interval: TypeAlias = "tuple[Number, Number | None]"
"""Lowest and highest value; None when there is no highest."""


def intervals(
    equations: Sequence[Equation[Cell]], values: Mapping[Cell, int], hidden: Collection[Cell]
) -> dict[Cell, Interval]:
    """The interval of every hidden cell that follows from all cells that are shown. Pure.

    Args:
        equations: What sums to what; all of it is known outside.
        values: The true counts, of all cells.
        hidden: Cells that are not shown.
    """
    return dict(each_interval(equations, values, hidden))


def each_interval(
    equations: Sequence[Equation[Cell]], values: Mapping[Cell, int], hidden: Collection[Cell]
) -> Iterator[tuple[Cell, Interval]]:
    """The same one by one, for who stops at the first that is too narrow."""
    hidden_set = set(hidden)
    free = set(hidden_set)
    for cells, rows in _components(equations, hidden_set):
        free.difference_update(cells)
        system = _System(cells, rows, values)
        for number, cell in enumerate(cells):
            yield cell, (system.lowest(number), system.highest(number))
    yield from ((cell, (0, None)) for cell in free)


def _components(
    equations: Sequence[Equation[Cell]], hidden: set[Cell]
) -> Iterator[tuple[list[Cell], list[Equation[Cell]]]]:
    """Equations that share hidden cells, directly or through others, each set by itself."""
    of_cell: dict[Cell, list[Equation[Cell]]] = defaultdict(list)
    for equation in equations:
        for cell in equation.cells:
            if cell in hidden:
                of_cell[cell].append(equation)
    seen: set[Cell] = set()
    for first in of_cell:
        if first in seen:
            continue
        cells, rows, waiting = [], {}, [first]
        seen.add(first)
        while waiting:
            cells.append(waiting.pop())
            for equation in of_cell[cells[-1]]:
                rows[id(equation)] = equation
                near = [c for c in equation.cells if c in hidden and c not in seen]
                seen.update(near)
                waiting += near
        yield cells, list(rows.values())


class _System:
    """The tableau of one component: each basic variable in terms of the others."""

    def __init__(
        self, cells: Sequence[Cell], equations: Sequence[Equation[Cell]], values: Mapping[Cell, int]
    ) -> None:
        self._rows: list[dict[int, Number]] = []
        self._right: list[Number] = []
        self._basis: list[int] = []
        self._count = len(cells)
        numbers = {cell: number for number, cell in enumerate(cells)}
        for equation in equations:
            self._add(equation, numbers, values)
        self._drop_artificial()

    def _add(
        self, equation: Equation[Cell], numbers: Mapping[Cell, int], values: Mapping[Cell, int]
    ) -> None:
        row: dict[int, Number] = {}
        right = 0
        for cell in equation.cells:
            sign = -1 if cell == equation.total else 1
            if cell in numbers:
                row[numbers[cell]] = row.get(numbers[cell], 0) + sign
                right += sign * values[cell]
        if right < 0:
            row, right = {n: -a for n, a in row.items()}, -right
        artificial = self._count + len(self._rows)
        row[artificial] = 1
        self._rows.append(row)
        self._right.append(right)
        self._basis.append(artificial)

    def _drop_artificial(self) -> None:
        """Drive every artificial variable to zero and out; a row without another says nothing."""
        for artificial in range(self._count, self._count + len(self._rows)):
            self.lowest(artificial)
            if artificial in self._basis:
                at = self._basis.index(artificial)
                own = [n for n, a in self._rows[at].items() if a and n < self._count]
                if own:
                    self._pivot(at, min(own))
                else:
                    for held in (self._rows, self._right, self._basis):
                        del held[at]
            for row in self._rows:
                row.pop(artificial, None)

    def lowest(self, variable: int) -> Number:
        """The smallest value that the variable can have."""
        while variable in self._basis:
            at = self._basis.index(variable)
            lowering = [n for n, a in self._rows[at].items() if a > 0 and n != variable]
            if not lowering:
                return self._right[at]
            self._enter(min(lowering))
        return 0

    def highest(self, variable: int) -> Number | None:
        """The largest value that the variable can have; None when there is none."""
        if variable not in self._basis and not self._enter(variable):
            return None
        while True:
            at = self._basis.index(variable)
            raising = [n for n, a in self._rows[at].items() if a < 0]
            if not raising:
                return self._right[at]
            if not self._enter(min(raising)):
                return None

    def _enter(self, variable: int) -> bool:
        """Let a variable grow until another is zero; False when none ever is."""
        bounds = [
            (_divided(self._right[at], row[variable]), self._basis[at], at)
            for at, row in enumerate(self._rows)
            if row.get(variable, 0) > 0
        ]
        if not bounds:
            return False
        self._pivot(min(bounds)[2], variable)
        return True

    def _pivot(self, at: int, variable: int) -> None:
        factor = self._rows[at][variable]
        pivot = {n: _divided(a, factor) for n, a in self._rows[at].items()}
        right = _divided(self._right[at], factor)
        self._rows[at], self._right[at], self._basis[at] = pivot, right, variable
        for other, row in enumerate(self._rows):
            times = row.get(variable)
            if other == at or not times:
                continue
            for number, amount in pivot.items():
                left = row.get(number, 0) - times * amount
                if left:
                    row[number] = left
                else:
                    row.pop(number, None)
            self._right[other] -= times * right


def _divided(number: Number, by: Number) -> Number:
    if by == 1:
        return number
    return -number if by == -1 else Fraction(number) / by

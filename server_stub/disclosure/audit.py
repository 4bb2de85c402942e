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
    from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence

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
    found: dict[Cell, Interval] = dict.fromkeys(hidden, (0, None))
    index = by_cell(equations)
    waiting = dict.fromkeys(hidden)
    while waiting:
        part = component(index, waiting.keys() | found.keys(), next(iter(waiting)))
        system = _System(part, values, Effort())
        for number, cell in enumerate(part.cells):
            found[cell] = system.lowest(number), system.highest(number)
            del waiting[cell]
    return found


def by_cell(equations: Iterable[Equation[Cell]]) -> Mapping[Cell, Sequence[Equation[Cell]]]:
    """The equations that speak of each cell."""
    found: dict[Cell, list[Equation[Cell]]] = defaultdict(list)
    for equation in equations:
        for cell in equation.cells:
            found[cell].append(equation)
    return found


@dataclass(slots=True)
class Effort:
    """How much was computed: rows changed by pivots, which no machine does faster or slower."""

    rows: int = 0


@dataclass(frozen=True, slots=True)
class Component(Generic[Cell]):
    """Hidden cells that say something about each other, and the equations by which they do."""

    cells: tuple[Cell, ...]
    equations: tuple[Equation[Cell], ...]


def component(
    index: Mapping[Cell, Sequence[Equation[Cell]]], hidden: Collection[Cell], start: Cell
) -> Component[Cell]:
    """The hidden cells that share an equation with `start`, directly or through others."""
    cells: list[Cell] = []
    equations: dict[int, Equation[Cell]] = {}
    seen, waiting = {start}, [start]
    while waiting:
        cells.append(waiting.pop())
        for equation in index.get(cells[-1], ()):
            if id(equation) in equations:
                continue
            equations[id(equation)] = equation
            near = [cell for cell in equation.cells if cell in hidden and cell not in seen]
            seen.update(near)
            waiting += near
    return Component(tuple(cells), tuple(equations.values()))


def first_narrow(
    part: Component[Cell],
    values: Mapping[Cell, int],
    least: Callable[[Cell], int],
    effort: Effort | None = None,
) -> Cell | None:
    """A cell of a component whose interval is narrower than it must be; None when there is none.

    Every solution that is met on the way says something about all cells, so most of them need no
    search of their own.

    Args:
        part: The component.
        values: The true counts, of all cells.
        least: How wide the interval of a cell must be.
        effort: What the search took is added to it.
    """
    system = _System(part, values, effort or Effort())
    narrow = (c for n, c in enumerate(part.cells) if not system.is_wide(n, least(c)))
    return next(narrow, None)


class _System:
    """The tableau of one component: each basic variable in terms of the others."""

    def __init__(self, part: Component[Cell], values: Mapping[Cell, int], effort: Effort) -> None:
        cells = part.cells
        self._effort = effort
        self._rows: list[dict[int, Number]] = []
        self._right: list[Number] = []
        self._basis: list[int] = []
        self._count = len(cells)
        self._least_seen: list[Number] = [values[cell] for cell in cells]
        self._most_seen: list[Number] = [values[cell] for cell in cells]
        numbers = {cell: number for number, cell in enumerate(cells)}
        self._is_solution = False  # not before the artificial variables are gone
        for equation in part.equations:
            self._add(equation, numbers, values)
        self._drop_artificial()
        self._is_solution = True

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

    def is_wide(self, variable: int, least: int) -> bool:
        """Whether two solutions differ in the variable by `least`; searches no further."""
        if self._seen(variable) >= least:
            return True
        low = self.lowest(variable, least)
        if self._seen(variable) >= least:
            return True
        high = self.highest(variable, least)
        return high is None or high - low >= least or self._seen(variable) >= least

    def _seen(self, variable: int) -> Number:
        """How far the solutions that were met lie apart in the variable."""
        if variable >= self._count:
            return 0
        return self._most_seen[variable] - self._least_seen[variable]

    def lowest(self, variable: int, enough: int | None = None) -> Number:
        """The smallest value that the variable can have.

        Args:
            variable: Its number.
            enough: Stop when solutions were seen that lie this far apart.
        """
        while variable in self._basis:
            at = self._basis.index(variable)
            lowering = [n for n, a in self._rows[at].items() if a > 0 and n != variable]
            if not lowering or (enough is not None and self._seen(variable) >= enough):
                return self._right[at]
            self._enter(min(lowering))
        return 0

    def highest(self, variable: int, enough: int | None = None) -> Number | None:
        """The largest value that the variable can have; None when there is none.

        Args:
            variable: Its number.
            enough: Stop when solutions were seen that lie this far apart.
        """
        if variable not in self._basis and not self._enter(variable):
            return None
        while True:
            at = self._basis.index(variable)
            raising = [n for n, a in self._rows[at].items() if a < 0]
            if not raising or (enough is not None and self._seen(variable) >= enough):
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
        left = self._basis[at]
        self._rows[at], self._right[at], self._basis[at] = pivot, right, variable
        for other, row in enumerate(self._rows):
            times = row.get(variable)
            if other != at and times:
                self._right[other] = _whole(self._right[other] - times * right)
                _subtract(row, times, pivot)
                self._effort.rows += 1
        self._note(left, 0)
        for basic, value in zip(self._basis, self._right, strict=True):
            self._note(basic, value)

    def _note(self, variable: int, value: Number) -> None:
        """Remember that a solution gives this value."""
        if variable < self._count and self._is_solution:
            self._least_seen[variable] = min(self._least_seen[variable], value)
            self._most_seen[variable] = max(self._most_seen[variable], value)


def _subtract(row: dict[int, Number], times: Number, pivot: Mapping[int, Number]) -> None:
    for number, amount in pivot.items():
        left = _whole(row.get(number, 0) - times * amount)
        if left:
            row[number] = left
        else:
            row.pop(number, None)


def _divided(number: Number, by: Number) -> Number:
    if by == 1:
        return number
    return -number if by == -1 else _whole(Fraction(number) / by)


def _whole(number: Number) -> Number:
    """The number as a plain one where it is whole: ten times faster from there on."""
    if isinstance(number, int) or number.denominator != 1:
        return number
    return number.numerator

"""Chooses which cells are not shown: the unsafe ones, and enough others that none can be computed.

The cells of an indicator form one system: its groups and categories, their bases, and the row of
all that every breakdown shares. Whatever is hidden in it must be uncertain by at least the smallest
cell that may be shown, whichever of the published figures are combined. Complementary cells are
chosen greedily, cheapest first, and given back where the audit finds that they are not needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from server_stub.disclosure.audit import Equation, too_narrow
from server_stub.indicators.partial import ALL

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from server_stub.indicators.estimate import Estimate, Share

BASE: Final = "/base"
"""Column of the bases; no category has a stroke in its id."""


class Withheld(StrEnum):
    """Why a figure is not shown, as far as it may be said.

    One reason for small cells and for those that protect them: told apart, a small cell would be
    known to be small, and could be computed from the others.
    """

    CONFIDENTIAL = "confidential"
    SMALL_BASE = "small-base"
    SENSITIVE_BASE = "sensitive-base"


class Cell(NamedTuple):
    """One count: a category, or the base, of one group."""

    breakdown: str
    group: str
    column: str


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A rule, as it applies to one indicator; in households."""

    cell: int
    base: int
    largest_part: float
    base_reason: Withheld
    sensitive: bool


@dataclass(frozen=True, slots=True)
class CellSystem:
    """The cells of one indicator and what sums to what.

    Attributes:
        values: Rows in each cell, which add up (households at the level of people do not).
        equations: Base = sum of categories; all = sum of groups.
    """

    values: Mapping[Cell, int]
    equations: tuple[Equation[Cell], ...]

    @classmethod
    def of(cls, groups: Sequence[Estimate]) -> CellSystem:
        """The system of an indicator's groups, the row of all among them."""
        values: dict[Cell, int] = {}
        equations: list[Equation[Cell]] = []
        for group in groups:
            base = Cell(group.breakdown, group.group, BASE)
            values[base] = group.base.rows
            parts = tuple(base._replace(column=share.category) for share in group.shares)
            values |= {c: s.counted.rows for c, s in zip(parts, group.shares, strict=True)}
            equations.append(Equation(base, parts))
        for breakdown in dict.fromkeys(g.breakdown for g in groups if g.breakdown != ALL):
            for column in dict.fromkeys(cell.column for cell in values):
                parts = tuple(c for c in values if (c.breakdown, c.column) == (breakdown, column))
                equations.append(Equation(Cell(ALL, "", column), parts))
        return cls(values, tuple(equations))

    def row(self, cell: Cell) -> Iterator[Cell]:
        """All cells of its group."""
        return (c for c in self.values if c[:2] == cell[:2])


def withheld_cells(groups: Sequence[Estimate], limits: Thresholds) -> dict[Cell, Withheld]:
    """Every cell that is not shown, with its reason. Pure.

    Args:
        groups: Of one indicator.
        limits: Its thresholds.
    """
    system = CellSystem.of(groups)
    primary = dict(_primary(groups, system, limits))
    extra = _complementary(system, set(primary), limits.cell)
    return primary | dict.fromkeys(extra, Withheld.CONFIDENTIAL)


def _primary(
    groups: Sequence[Estimate], system: CellSystem, limits: Thresholds
) -> Iterator[tuple[Cell, Withheld]]:
    for group in groups:
        base = Cell(group.breakdown, group.group, BASE)
        if 0 < group.base.records < limits.cell:
            yield from ((cell, Withheld.CONFIDENTIAL) for cell in system.row(base))
            continue
        reason = _of_group(group, limits)
        for share in group.shares:
            if reason or _is_unsafe(share, limits):
                yield base._replace(column=share.category), reason or Withheld.CONFIDENTIAL


def _of_group(group: Estimate, limits: Thresholds) -> Withheld | None:
    """Why no share of this group is shown, if so."""
    if 0 < group.base.records < limits.base:
        return limits.base_reason
    alike = any(share.counted.rows == group.base.rows for share in group.shares)
    if limits.sensitive and alike and group.base.rows:
        return Withheld.CONFIDENTIAL  # it would tell the same of everybody in the group
    return None


def _is_unsafe(share: Share, limits: Thresholds) -> bool:
    """Whether a cell is too small, or is mostly one household."""
    inside = share.counted
    few = 0 < inside.records < limits.cell
    return few or inside.largest > limits.largest_part * inside.weight


def _complementary(system: CellSystem, primary: set[Cell], least: int) -> set[Cell]:
    """Other cells to hide, so that every hidden one is uncertain by at least `least`."""
    hidden = set(primary)
    while unsafe := _alone(system, hidden) or set(_unsafe(system, hidden, least)):
        hidden |= _unit(system, _cheapest(system, hidden, unsafe))
    for unit in _units(system, hidden - primary):
        if not _alone(system, hidden - unit) and not any(_unsafe(system, hidden - unit, least)):
            hidden -= unit
    return hidden - primary


def _unsafe(system: CellSystem, hidden: set[Cell], least: int) -> Iterator[Cell]:
    """Hidden cells that can be computed too closely; none is when all cells are hidden."""
    return too_narrow(system.equations, system.values, hidden, least)


def _alone(system: CellSystem, hidden: Collection[Cell]) -> set[Cell]:
    """Cells that are the only hidden one of a sum: known without any audit."""
    named = ([c for c in equation.cells if c in hidden] for equation in system.equations)
    return {cells[0] for cells in named if len(cells) == 1}


def _cheapest(system: CellSystem, hidden: set[Cell], unsafe: set[Cell]) -> Cell:
    """The shown cell beside an unsafe one whose loss costs a reader least.

    Bases last, for they take their group with them; cells of nobody hide nobody; then the row of
    all; then what would itself stand alone; then large cells.
    """
    beside = {
        cell
        for equation in system.equations
        if not unsafe.isdisjoint(equation.cells)
        for cell in equation.cells
        if cell not in hidden
    } or set(system.values) - hidden

    def cost(cell: Cell) -> tuple[bool, bool, bool, int, int, Cell]:
        count = system.values[cell]
        alone = len(_alone(system, hidden | {cell}))
        return cell.column == BASE, count == 0, cell.breakdown == ALL, alone, count, cell

    return min(beside, key=cost)


def _unit(system: CellSystem, cell: Cell) -> set[Cell]:
    """What is hidden with a cell: a share beside a hidden base would give the base away."""
    return set(system.row(cell)) if cell.column == BASE else {cell}


def _units(system: CellSystem, extra: set[Cell]) -> Iterator[set[Cell]]:
    """Complementary cells as they can be given back, the largest first."""
    whole = {cell[:2] for cell in extra if cell.column == BASE}
    for cell in sorted(extra, key=lambda c: (-system.values[c], c)):
        if cell[:2] not in whole:
            yield {cell}
        elif cell.column == BASE:
            yield set(system.row(cell)) & extra

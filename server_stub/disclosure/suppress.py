"""Chooses which cells are not shown: the unsafe ones, and enough others that none can be computed.

Whatever is hidden must be uncertain by at least the smallest cell that may be shown, whichever of a
form's published figures are combined. Complementary cells are chosen greedily, cheapest first, and
given back where the audit finds that they are not needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from server_stub.disclosure.audit import Effort, component, first_narrow
from server_stub.disclosure.cells import BASE, UNKNOWN, Cell, CellSystem, cell_of
from server_stub.indicators.partial import ALL, REST

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from server_stub.disclosure.audit import Component, Equation
    from server_stub.indicators.estimate import (
        Estimate,
        FormEstimates,
        IndicatorEstimates,
        Share,
    )


GIVE_BACK_ROWS: Final = 20_000
"""Rows of the audit's tableaus that may be changed to show cells again.

What is left hidden is safe. Without a bound, a survey of a few dozen households, nearly all of
whose cells are small, took a minute for its page.
"""


class Withheld(StrEnum):
    """Why a figure is not shown, as far as it may be said.

    One reason for small cells and for those that protect them: told apart, a small cell would be
    known to be small, and could be computed from the others.
    """

    CONFIDENTIAL = "confidential"
    SMALL_BASE = "small-base"
    SENSITIVE_BASE = "sensitive-base"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A rule, as it applies to one indicator; in households."""

    cell: int
    base: int
    largest_part: float
    base_reason: Withheld
    sensitive: bool


def withheld_cells(form: FormEstimates, limits: Mapping[str, Thresholds]) -> dict[Cell, Withheld]:
    """Every cell that is not shown, with its reason. Pure.

    Args:
        form: All indicators of a form.
        limits: Thresholds by indicator.
    """
    system = CellSystem.of(form)
    primary: dict[Cell, Withheld] = {}
    secret: dict[Cell, int] = {}
    for estimated in form.indicators:
        own = limits[estimated.indicator.id]
        for cell, reason, is_secret in _primary(estimated, system, own):
            primary.setdefault(cell, reason)
            if is_secret:
                secret[cell] = own.cell
    search = _Search(system, {i: own.cell for i, own in limits.items()}, secret)
    return primary | dict.fromkeys(search.complementary(primary), Withheld.CONFIDENTIAL)


def _primary(
    estimated: IndicatorEstimates, system: CellSystem, limits: Thresholds
) -> Iterator[tuple[Cell, Withheld, bool]]:
    """Unsafe cells, why, and whether it must not be possible to compute them.

    What is withheld as unreliable alone may be computed; a cell of nobody hides nobody.
    """
    for group in estimated.groups:
        base = cell_of(estimated, group, BASE)
        if 0 < group.base.records < limits.cell:
            for cell in system.group(base):
                yield cell, Withheld.CONFIDENTIAL, system.values[cell] > 0
            continue
        reason = _of_group(group, limits)
        for share in group.shares:
            unsafe = _is_unsafe(share, limits)
            if reason or unsafe:
                secret = unsafe or (reason is not Withheld.SMALL_BASE and share.counted.rows > 0)
                cell = base._replace(column=share.category)
                yield cell, reason or Withheld.CONFIDENTIAL, secret


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


class _Search:
    """Finds cells to hide beside the primary ones.

    Args:
        system: The cells and their sums.
        least: How uncertain a withheld share must be, by indicator.
        secret: How uncertain the primary cells must be that are not to be computed.
    """

    def __init__(
        self, system: CellSystem, least: Mapping[str, int], secret: Mapping[Cell, int]
    ) -> None:
        self._system, self._least, self._secret = system, least, secret
        self._primary: frozenset[Cell] = frozenset()
        self._hidden: set[Cell] = set()
        self._many: dict[int, int] = {}
        self._effort = Effort()

    def complementary(self, primary: Collection[Cell]) -> set[Cell]:
        """The cells to hide besides."""
        self._primary = frozenset(primary)
        self._hide(primary)
        unsure = set(primary)
        while unsure:
            part = self._part(min(unsure))
            unit = self._next_unit(part)
            if unit:
                self._hide(unit)
                unsure |= unit
            else:
                unsure.difference_update(part.cells)
        most = self._effort.rows + GIVE_BACK_ROWS
        for unit in tuple(self._units(self._hidden - self._primary)):
            if self._effort.rows > most:
                break
            self._give_back(unit)
        return self._hidden - self._primary

    def _next_unit(self, part: Component[Cell]) -> set[Cell]:
        """What to hide next; nothing when all is wide enough, or nothing is left to be hidden."""
        narrow = self._narrow(part)
        if narrow is None:
            return set()
        near = sorted(self._shown_beside(narrow, part))
        costs = [(self._cost(cell, narrow), cell) for cell in near]
        return self._unit(min(costs)[1]) if costs else set()

    def _hide(self, cells: Iterable[Cell]) -> None:
        for cell in set(cells) - self._hidden:
            self._hidden.add(cell)
            for equation in self._system.index.get(cell, ()):
                self._many[id(equation)] = self._many.get(id(equation), 0) + 1

    def _show(self, cells: Iterable[Cell]) -> None:
        for cell in cells:
            self._hidden.discard(cell)
            for equation in self._system.index.get(cell, ()):
                self._many[id(equation)] -= 1

    def _part(self, start: Cell) -> Component[Cell]:
        return component(self._system.index, self._hidden, start)

    def _narrow(self, part: Component[Cell]) -> Cell | None:
        """A cell that can be computed too closely; first those that any reader sees."""
        for equation in part.equations:
            if self._many.get(id(equation)) == 1:
                alone = next(cell for cell in equation.cells if cell in self._hidden)
                if self._wide(alone):
                    return alone
        return first_narrow(part, self._system.values, self._wide, self._effort)

    def _wide(self, cell: Cell) -> int:
        """How wide its interval must be.

        A share that is withheld to protect another is to be as uncertain as that one. A base, what
        is in no category and what is unknown are hidden for the sake of others only.
        """
        if cell in self._primary:
            return self._secret.get(cell, 0)
        if cell.column in {BASE, REST, UNKNOWN} or not self._system.values[cell]:
            return 0
        return self._least[cell.indicator]

    def _shown_beside(self, narrow: Cell, part: Component[Cell]) -> set[Cell]:
        """Shown cells that could protect a cell: the nearest that cost little, else all there are.

        First those in its own sums, then those that cells of its group stand in, then those of its
        whole component.
        """
        found: set[Cell] = set()
        for cells in ((narrow,), [c for c in part.cells if c[1:3] == narrow[1:3]], part.cells):
            equations = (e for cell in cells for e in self._system.index[cell])
            found |= {c for e in equations for c in e.cells if c not in self._hidden}
            if any(self._rank(cell, narrow) == 0 for cell in found):
                break
        return found

    def _rank(self, cell: Cell, narrow: Cell) -> int:
        """How much a reader loses: a share of a group least, the base of all most.

        The row of all is what is read first: to protect a group, another group goes before a share
        of all; within the row of all there is no other way. A cell of nobody hides nobody.
        """
        if cell.column in {BASE, UNKNOWN}:
            return 4 if cell.breakdown == ALL else 2
        if not self._system.values[cell]:
            return 1
        return 3 if cell.breakdown == ALL != narrow.breakdown else 0

    def _cost(self, cell: Cell, narrow: Cell) -> tuple[int, bool, int, int]:
        """What is hidden first: what costs little, then within the same indicator.

        The sums of other indicators say the same in fewer words. Then what would leave fewest sums
        with a single hidden cell; then small cells.
        """
        other = cell.indicator != narrow.indicator
        return self._rank(cell, narrow), other, self._alone(cell), self._system.values[cell]

    def _alone(self, cell: Cell) -> int:
        """How many sums more would have a single hidden cell, if this one were hidden."""
        many = [self._many.get(id(e), 0) for e in self._system.index[cell]]
        return many.count(0) - many.count(1)

    def _unit(self, cell: Cell) -> set[Cell]:
        """What is hidden with a cell: a share beside a hidden base would give the base away."""
        return set(self._system.group(cell)) if cell.column == BASE else {cell}

    def _units(self, extra: set[Cell]) -> Iterator[set[Cell]]:
        """Complementary cells as they can be given back: those of all first, then the largest."""
        whole = {cell[1:3] for cell in extra if cell.column == BASE}
        values = self._system.values
        for cell in sorted(extra, key=lambda c: (c.breakdown != ALL, -values[c], c)):
            if cell[1:3] not in whole:
                yield {cell}
            elif cell.column == BASE:
                yield set(self._system.group(cell)) & extra

    def _give_back(self, unit: set[Cell]) -> None:
        """Show cells again, if everything that depends on them stays uncertain."""
        self._show(unit)
        equations: set[Equation[Cell]] = {e for c in unit for e in self._system.index[c]}
        unsure = {cell for e in equations for cell in e.cells if cell in self._hidden}
        while unsure:
            part = self._part(min(unsure))
            if self._narrow(part) is not None:
                self._hide(unit)
                return
            unsure.difference_update(part.cells)

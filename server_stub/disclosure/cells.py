"""The counts of a form's indicators as one system of sums, through which one gives away another.

A base is the sum of its categories, all is the sum of its groups, and where one indicator's
categories lie within another's, the wider ones are sums of the narrower: a ladder beside "at least
basic" of the same ladder is one table in two places.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from server_stub.disclosure.audit import Equation, by_cell
from server_stub.indicators.partial import ALL, FIRST
from server_stub.indicators.partial import UNKNOWN as UNKNOWN_PLACE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from server_stub.indicators.estimate import Estimate, FormEstimates, IndicatorEstimates
    from server_stub.indicators.links import Link

BASE: Final = "/base"
UNKNOWN: Final = "/unknown"
"""Columns that are no category: no id of one has a stroke in it."""


class Cell(NamedTuple):
    """One count: a category, the base, or what is unknown, of one group of one indicator."""

    indicator: str
    breakdown: str
    group: str
    column: str


@dataclass(frozen=True)
class CellSystem:
    """The cells of a form's indicators and what sums to what.

    Attributes:
        values: Rows in each cell, which add up (households at the level of people do not).
        equations: What sums to what. All of it is taken to be known outside.
        alike: Indicators by whom they speak about: those of one set lose a group together.
    """

    values: Mapping[Cell, int]
    equations: tuple[Equation[Cell], ...]
    alike: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, form: FormEstimates) -> CellSystem:
        """The system of all indicators of a form."""
        values: dict[Cell, int] = {}
        equations: list[Equation[Cell]] = []
        universes: dict[tuple[str, str], list[str]] = {}
        alike: dict[str, Sequence[str]] = {}
        for estimated in form.indicators:
            own = dict(_values(estimated))
            values |= own
            equations += _sums(estimated, own)
            said = estimated.indicator
            alike[said.id] = universes.setdefault((said.level, said.universe.text), [])
            universes[said.level, said.universe.text].append(said.id)
        columns = {estimated.indicator.id: _columns(estimated) for estimated in form.indicators}
        for link in form.links:
            equations += _linked(link, columns, values)
        return cls(values, tuple(equations), alike)

    @cached_property
    def index(self) -> Mapping[Cell, Sequence[Equation[Cell]]]:
        """The equations that speak of each cell."""
        return by_cell(self.equations)

    def group(self, cell: Cell) -> Iterator[Cell]:
        """All cells of a group, in every indicator that speaks about the same people.

        What is unknown is not among them: it is shown only where every group is.
        """
        for indicator in self.alike[cell.indicator]:
            for column in self._columns.get((indicator, cell.breakdown, cell.group), ()):
                if column != UNKNOWN:
                    yield Cell(indicator, cell.breakdown, cell.group, column)

    @cached_property
    def _columns(self) -> Mapping[tuple[str, str, str], Sequence[str]]:
        found: dict[tuple[str, str, str], list[str]] = {}
        for cell in self.values:
            found.setdefault(cell[:3], []).append(cell.column)
        return found


def cell_of(estimated: IndicatorEstimates, group: Estimate, column: str) -> Cell:
    """The cell in a column of a group."""
    return Cell(estimated.indicator.id, group.breakdown, group.group, column)


def _values(estimated: IndicatorEstimates) -> Iterator[tuple[Cell, int]]:
    for group in estimated.groups:
        yield cell_of(estimated, group, UNKNOWN), group.unknown.rows
        if group.breakdown != ALL and not group.base.rows:
            continue  # nobody: nothing that could be hidden, or hide another
        yield cell_of(estimated, group, BASE), group.base.rows
        for share in group.shares:
            yield cell_of(estimated, group, share.category), share.counted.rows


def _sums(estimated: IndicatorEstimates, own: Mapping[Cell, int]) -> Iterator[Equation[Cell]]:
    for group in estimated.groups:
        base = cell_of(estimated, group, BASE)
        if base in own:
            yield Equation(base, tuple(cell_of(estimated, group, s.category) for s in group.shares))
    columns = dict.fromkeys(cell.column for cell in own)
    for breakdown in dict.fromkeys(g.breakdown for g in estimated.groups if g.breakdown != ALL):
        for column in columns:
            within = (c for c in own if (c.breakdown, c.column) == (breakdown, column))
            yield Equation(Cell(estimated.indicator.id, ALL, "", column), tuple(within))


def _columns(estimated: IndicatorEstimates) -> Mapping[int, str]:
    """The column at each place of a tally."""
    shares = estimated.groups[0].shares
    named = {place: share.category for place, share in enumerate(shares, FIRST)}
    return {UNKNOWN_PLACE: UNKNOWN, **named}


def _linked(
    link: Link, columns: Mapping[str, Mapping[int, str]], values: Mapping[Cell, int]
) -> Iterator[Equation[Cell]]:
    """The wider indicator's cells as sums of the narrower one's, group by group."""
    narrow, wide = columns[link.narrow], columns[link.wide]
    for base in values:
        if base.indicator != link.wide or base.column != BASE:
            continue
        within = base._replace(indicator=link.narrow)
        if within not in values:
            continue
        for columns_of_total, total in (
            *(
                (frozenset([place]), base._replace(column=wide[place]))
                for place in wide
                if place >= FIRST
            ),
            (frozenset(place for place in wide if place >= FIRST), base),
        ):
            parts = [n for n, w in link.places.items() if w in columns_of_total]
            if parts and all(place in narrow for place in parts):
                cells = tuple(within._replace(column=narrow[place]) for place in parts)
                yield Equation(total, cells)

"""Partial sums: whole numbers only, so that any split of the records and any order gives the same.

A weight is kept in millionths, rounded once per row. Sums of whole numbers do not depend on their
order, nor on the database or the machine that made them; sums of doubles do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MICRO: Final = 1_000_000
"""Weights are counted in millionths, the precision of DHS weights (hv005 has six decimals)."""
REST: Final = ""
"""Id of the part of the base that is in no category."""
ALL: Final = ""
"""The breakdown that does not break down."""


class Part(NamedTuple):
    """Where rows are counted: one group of one breakdown, in one cluster of one stratum."""

    breakdown: str
    group: str
    stratum: str
    cluster: str


class Sums(NamedTuple):
    """What was counted of one set of rows.

    Attributes:
        records: Records with at least one of the rows: households.
        rows: Rows.
        weight: Their weights, in millionths.
        largest: The largest weight of a single record, in millionths.
    """

    records: int = 0
    rows: int = 0
    weight: int = 0
    largest: int = 0


Tally: TypeAlias = tuple[int, ...]
"""The sums of one part, one after the other: of what is `UNKNOWN`, of the `BASE`, of each category
from `FIRST` on in the order of the indicator, and of the rest of the base. Flat, because a survey
has tens of thousands of parts."""
UNKNOWN: Final = 0
"""In the universe, with an answer that is not known: outside the base."""
BASE: Final = 1
"""In the universe, with a known answer."""
FIRST: Final = 2
WIDTH: Final = len(Sums._fields)
_WEIGHT: Final = Sums._fields.index("weight")
_LARGEST: Final = Sums._fields.index("largest")

OUTSIDE: Final = -1
"""Where rows stand that are not in the universe: no place of a tally."""


@dataclass(frozen=True, slots=True)
class Standings:
    """Where rows of one level stand in each of its indicators.

    Attributes:
        indicators: Their ids.
        rows: Rows by their places in the tallies of these indicators, `OUTSIDE` among them.
    """

    indicators: tuple[str, ...]
    rows: Mapping[tuple[int, ...], int]


@dataclass(frozen=True, slots=True)
class Partial:
    """What some of the records add up to.

    Attributes:
        tallies: By indicator. Also parts with nothing in them, under `ALL`: a cluster without a
            household of the universe still belongs to the sample design.
        standings: By level.
    """

    tallies: Mapping[str, Mapping[Part, Tally]]
    standings: Mapping[str, Standings]


def sums_at(tally: Tally, place: int) -> Sums:
    """What is counted at one place of a tally."""
    return Sums(*tally[place * WIDTH : (place + 1) * WIDTH])


def weight_at(tally: Tally, place: int) -> int:
    """The weight at one place of a tally, in millionths."""
    return tally[place * WIDTH + _WEIGHT]


def added(tallies: Iterable[Tally]) -> Tally:
    """The tally of all of them together; no record may be in two. Empty when there are none."""
    columns = enumerate(zip(*tallies, strict=True))
    return tuple(max(c) if n % WIDTH == _LARGEST else sum(c) for n, c in columns)


def merge(partials: Sequence[Partial]) -> Partial:
    """The sums of all records of all partials; no record may be in two of them. Pure."""
    merged: dict[str, dict[Part, Tally]] = {}
    rows: dict[str, Counter[tuple[int, ...]]] = {}
    indicators: dict[str, tuple[str, ...]] = {}
    for partial in partials:
        for indicator_id, tallies in partial.tallies.items():
            mine = merged.setdefault(indicator_id, {})
            for part, tally in tallies.items():
                mine[part] = added((mine[part], tally)) if part in mine else tally
        for level, held in partial.standings.items():
            indicators[level] = held.indicators
            rows.setdefault(level, Counter()).update(held.rows)
    return Partial(merged, {level: Standings(indicators[level], rows[level]) for level in rows})

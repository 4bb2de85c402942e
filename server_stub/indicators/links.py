"""Which indicators count the same thing in wider and narrower parts: found in the answers.

Where everybody in a narrow part of one indicator is in the same part of another, the other's counts
are sums of the first's, and both tables together are one. Found from where each row stands in each
indicator and not from the definitions: a deprivation may be calculated from a ladder in the form.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from server_stub.indicators.partial import Standings


@dataclass(frozen=True, slots=True)
class Link:
    """Two indicators, one within the other.

    Attributes:
        narrow: Id of the one with the narrower parts.
        wide: Id of the other.
        places: Place in a tally of the narrow one to that of the wide one.
    """

    narrow: str
    wide: str
    places: Mapping[int, int]


def links_of(standings: Mapping[str, Standings]) -> tuple[Link, ...]:
    """Every pair of indicators of which one lies within the other. Pure.

    Args:
        standings: By level: the indicators in order, and where rows stand in them.
    """
    return tuple(link for held in standings.values() for link in _of_level(held))


def _of_level(held: Standings) -> Iterator[Link]:
    found = _pairs(tuple(held.rows), len(held.indicators))
    for narrow, wide in permutations(range(len(held.indicators)), 2):
        places = found[narrow, wide]
        both_ways = all(len(within) == 1 for within in found[wide, narrow].values())
        if both_ways and wide < narrow:
            continue  # the same parts: one link says it
        if all(len(within) == 1 for within in places.values()):
            single = {place: next(iter(within)) for place, within in sorted(places.items())}
            yield Link(held.indicators[narrow], held.indicators[wide], single)


def _pairs(
    rows: Sequence[tuple[int, ...]], many: int
) -> Mapping[tuple[int, int], Mapping[int, set[int]]]:
    """For each pair of indicators: the places in the second of those at a place in the first."""
    found: dict[tuple[int, int], dict[int, set[int]]] = {
        pair: defaultdict(set) for pair in permutations(range(many), 2)
    }
    for places in rows:
        for (one, other), within in found.items():
            within[places[one]].add(places[other])
    return found

"""Evaluates the indicators of a bundle over released rows, in DuckDB or in SQLite.

Both give the same whole numbers (a test holds them against each other): the conditions are written
in the spelling on which they agree, and weights become whole numbers row by row before anything is
added. Three-valued: a row whose denominator, category or weight is unknown is outside the base and
counted as unknown, never as a no.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, Protocol

import duckdb

from forms.indicator import Dialect
from server_stub.indicators.partial import (
    ALL,
    FIRST,
    MICRO,
    OUTSIDE,
    UNKNOWN,
    Part,
    Partial,
    Standings,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forms.indicator import Indicator, IndicatorSet
    from server_stub.indicators.partial import Tally
    from server_stub.indicators.released import ReleasedRows, Row

LEAST_WEIGHT: Final = 1e-6
MOST_WEIGHT: Final = 1e12
"""A weight outside these is unknown: a sum of them fits 64 bits. Source: ours."""
_WHOLE: Final = {Dialect.DUCKDB: "bigint", Dialect.SQLITE: "integer"}


class _Answer(Protocol):
    """What a database answers."""

    def fetchall(self) -> list[Any]:
        """All its rows."""


class _Database(Protocol):
    """What DuckDB and SQLite connections have in common."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> _Answer:
        """Run one statement."""

    def close(self) -> None:
        """Let go of it."""


def evaluate(
    indicators: IndicatorSet, rows: ReleasedRows, dialect: Dialect = Dialect.DUCKDB
) -> Partial:
    """What these rows add up to. Pure: the same rows give the same sums, whatever their order.

    Args:
        indicators: What to count.
        rows: Of whole records: no record may have rows in two partials.
        dialect: The database that counts.
    """
    columns = sorted(frozenset[str]().union(*(i.reads for i in indicators.indicators)))
    levels = sorted({indicator.level for indicator in indicators.indicators})
    found: dict[str, dict[Part, Tally]] = {indicator.id: {} for indicator in indicators.indicators}
    standings: dict[str, Standings] = {}
    with closing(_database(dialect)) as database:
        for number, level in enumerate(levels):
            table = f"level_{number}"
            _load(database, dialect, table, (columns, rows.get(level, ())))
            counted = [i for i in indicators.indicators if i.level == level]
            places: list[list[int]] = []
            for indicator in counted:
                query = _Query(indicator, dialect, table)
                database.execute(query.judged())
                found[indicator.id] = dict(_tallies(database, query))
                places.append([place for (place,) in database.execute(query.places()).fetchall()])
            together = Counter(zip(*places, strict=True))
            standings[level] = Standings(tuple(indicator.id for indicator in counted), together)
    return Partial(found, standings)


def _database(dialect: Dialect) -> _Database:
    memory: _Database = (
        duckdb.connect(":memory:") if dialect is Dialect.DUCKDB else sqlite3.connect(":memory:")
    )
    return memory


def _load(
    database: _Database, dialect: Dialect, table: str, held: tuple[Sequence[str], Sequence[Row]]
) -> None:
    """Make a table of text columns, filled by columns or by rows: each database's fast way."""
    columns, rows = held
    names = "".join(f', "{name}" text' for name in columns)
    database.execute(f"create table {table} (_row integer, _record text{names})")
    by_column: list[Sequence[str | int | None]] = [range(len(rows)), [r.record_id for r in rows]]
    by_column += [[row.values.get(column) for row in rows] for column in columns]
    if dialect is Dialect.DUCKDB and rows:
        each = ", ".join("unnest(?::text[])" for _ in by_column[1:])
        listed = [list(values) for values in by_column]
        database.execute(f"insert into {table} select unnest(?::integer[]), {each}", listed)
    elif rows:
        marks = ", ".join("?" for _ in by_column)
        for values in zip(*by_column, strict=True):
            database.execute(f"insert into {table} values ({marks})", values)  # noqa: S608


class _Query:
    """Writes the queries that count one indicator.

    First the author's conditions as columns, and from them the place of each row in the tally;
    then, for each breakdown, sums by record, so that households can be counted beside people, and
    sums of those by group, stratum and cluster.
    """

    def __init__(self, indicator: Indicator, dialect: Dialect, table: str) -> None:
        self.indicator, self._dialect, self._table = indicator, dialect, table
        self._name = f"{table}_{indicator.id}"
        self._rest = FIRST + len(indicator.categories)
        self.breakdowns = (ALL, *indicator.disaggregate)

    def judged(self) -> str:
        """Makes the table of places."""
        said = [f"said_{number}" for number in range(len(self.indicator.categories))]
        known = " and ".join(["u", "d", "w is not null", *(f"{each} is not null" for each in said)])
        inside = "".join(f"when {each} then {place} " for place, each in enumerate(said, FIRST))
        # materialized: a planner that folds the steps into one evaluates each condition many times
        return (
            f"create table {self._name} as with said as materialized ({self._said()}) "  # noqa: S608
            f"select said.*, case when u and not coalesce({known}, false) then {UNKNOWN} "
            f"when coalesce(not u, true) then {OUTSIDE} {inside}else {self._rest} end as place "
            "from said"
        )

    def places(self) -> str:
        """Where each row stands, in their order."""
        return f"select place from {self._name} order by line"  # noqa: S608

    def counted(self) -> str:
        """The sums; their first column is the number of the breakdown."""
        return " union all ".join(self._counted(n) for n in range(len(self.breakdowns)))

    def _counted(self, number: int) -> str:
        """One breakdown; that of all counts every cluster, also one with nothing in it."""
        tests = {"n": f"place = {UNKNOWN}", "b": f"place >= {FIRST}"}
        tests |= {f"c{place}": f"place = {place}" for place in range(FIRST, self._rest + 1)}
        sums = ", ".join(f"sum({part}_any), sum({part}_rows), {_weights(part)}" for part in tests)
        each = ", ".join(
            f"max(case when {test} then 1 else 0 end) as {part}_any, "
            f"sum(case when {test} then 1 else 0 end) as {part}_rows, "
            f"sum(case when {test} then w else 0 end) as {part}_w"
            for part, test in tests.items()
        )
        where = "" if self.breakdowns[number] == ALL else f"where place <> {OUTSIDE} "
        return (
            f"select {number}, g, h, i, {sums} from (select g{number} as g, h, i, {each} "  # noqa: S608
            f"from {self._name} {where}group by record, g{number}, h, i) as by_record "
            "group by g, h, i"
        )

    def _said(self) -> str:
        said = self.indicator
        weight = said.weight.sql(self._dialect)
        whole = (
            f"case when {weight} between {LEAST_WEIGHT:e} and {MOST_WEIGHT:e} "
            f"then cast(round({weight} * {MICRO}e0) as {_WHOLE[self._dialect]}) end"
        )
        parts = "".join(
            f", {category.condition.sql(self._dialect)} as said_{number}"
            for number, category in enumerate(said.categories)
        )
        groups = ", ".join(f"{_text(b)} as g{number}" for number, b in enumerate(self.breakdowns))
        return (
            f"select _row as line, _record as record, {groups}, {_text(said.stratum)} as h, "  # noqa: S608
            f"{_text(said.cluster) if said.cluster else '_record'} as i, {whole} as w, "
            f"{said.universe.sql(self._dialect)} as u, "
            f"{said.denominator.sql(self._dialect)} as d{parts} from {self._table}"
        )


def _weights(part: str) -> str:
    """What is not known has no weight."""
    return "0, 0" if part == "n" else f"sum({part}_w), max({part}_w)"


def _text(column: str) -> str:
    """A column whose unknown is the empty text; nothing at all is the empty text as well."""
    return f"coalesce(\"{column}\", '')" if column else "''"


def _tallies(database: _Database, query: _Query) -> Iterator[tuple[Part, Tally]]:
    for number, group, stratum, cluster, *counts in database.execute(query.counted()).fetchall():
        yield Part(query.breakdowns[number], group, stratum, cluster), tuple(counts)

"""Evaluates the indicators of a bundle over released rows, in DuckDB or in SQLite.

Both give the same whole numbers (a test holds them against each other): the conditions are written
in the spelling on which they agree, and weights become whole numbers row by row before anything is
added. Three-valued: a row whose denominator, category or weight is unknown is outside the base and
counted as unknown, never as a no.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, Protocol

import duckdb

from forms.indicator import Dialect
from server_stub.indicators.partial import ALL, MICRO, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forms.indicator import Indicator, IndicatorSet
    from server_stub.indicators.partial import Partial, Tally
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
    found: dict[str, dict[Part, Tally]] = {}
    with closing(_database(dialect)) as database:
        for number, level in enumerate(levels):
            table = f"level_{number}"
            _load(database, dialect, table, (columns, rows.get(level, ())))
            for indicator in indicators.indicators:
                if indicator.level == level:
                    found[indicator.id] = dict(
                        _tallies(database, _Query(indicator, dialect, table))
                    )
    return {indicator.id: found[indicator.id] for indicator in indicators.indicators}


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
    names = ", ".join(f'"{name}" text' for name in columns)
    database.execute(f"create table {table} (_record text{names and ', ' + names})")
    by_column: list[list[str | None]] = [[row.record_id for row in rows]]
    by_column += [[row.values.get(column) for row in rows] for column in columns]
    if dialect is Dialect.DUCKDB and rows:
        each = ", ".join("unnest(?::text[])" for _ in by_column)
        database.execute(f"insert into {table} select {each}", by_column)
    elif rows:
        places = ", ".join("?" for _ in by_column)
        for values in zip(*by_column, strict=True):
            database.execute(f"insert into {table} values ({places})", values)  # noqa: S608


class _Query:
    """Writes the one query that counts an indicator by one breakdown.

    From inside out: the author's conditions as columns; judged as 0 or 1; summed by record, so that
    households can be counted beside people; summed by group, stratum and cluster.
    """

    def __init__(self, indicator: Indicator, dialect: Dialect, table: str) -> None:
        self.indicator, self._dialect, self._table = indicator, dialect, table
        self._parts = [f"c{number}" for number in range(len(indicator.categories))]

    def sql(self, breakdown: str) -> str:
        """The query; `ALL` counts every cluster, also one with nothing in it."""
        sums = ", ".join(
            f"sum({part}_any), sum({part}_rows), {_weights(part)}"
            for part in ("n", "b", *self._parts, "r")
        )
        # materialized: a planner that folds the steps into one evaluates each condition many times
        return (
            f"with said as materialized ({self._said(breakdown)}), "  # noqa: S608
            f"judged as materialized ({self._judged()}) "
            f"select g, h, i, {sums} from ({self._by_record(breakdown)}) group by g, h, i"
        )

    def _by_record(self, breakdown: str) -> str:
        each = ", ".join(
            f"max({part}) as {part}_any, sum({part}) as {part}_rows, "
            f"sum(case when {part} = 1 then w else 0 end) as {part}_w"
            for part in ("n", "b", *self._parts, "r")
        )
        where = "" if breakdown == ALL else " where n + b > 0"
        return f"select g, h, i, {each} from judged{where} group by record, g, h, i"  # noqa: S608

    def _judged(self) -> str:
        said = [f"said_{part}" for part in self._parts]
        known = " and ".join(["u", "d", "w is not null", *(f"{each} is not null" for each in said)])
        inside = ", ".join(
            f"case when {known} and {each} then 1 else 0 end as {part}"
            for each, part in zip(said, self._parts, strict=True)
        )
        return (
            "select record, g, h, i, w, "  # noqa: S608
            f"case when {known} then 1 else 0 end as b, "
            f"case when u and not coalesce({known}, false) then 1 else 0 end as n, "
            f"case when {known} and not ({' or '.join(said)}) then 1 else 0 end as r, {inside} "
            "from said"
        )

    def _said(self, breakdown: str) -> str:
        said = self.indicator
        weight = said.weight.sql(self._dialect)
        whole = (
            f"case when {weight} between {LEAST_WEIGHT:e} and {MOST_WEIGHT:e} "
            f"then cast(round({weight} * {MICRO}e0) as {_WHOLE[self._dialect]}) end"
        )
        parts = "".join(
            f", {category.condition.sql(self._dialect)} as said_c{number}"
            for number, category in enumerate(said.categories)
        )
        return (
            f"select _record as record, {_text(breakdown)} as g, {_text(said.stratum)} as h, "  # noqa: S608
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
    for breakdown in (ALL, *query.indicator.disaggregate):
        for group, stratum, cluster, *numbers in database.execute(query.sql(breakdown)).fetchall():
            yield Part(breakdown, group, stratum, cluster), tuple(numbers)

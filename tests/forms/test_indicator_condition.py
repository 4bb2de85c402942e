"""Conditions mean the same in SQLite, in DuckDB and to the author, or they are refused."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.errors import IndicatorError
from forms.indicator import Dialect, Kind, parse_condition

LEAVES = ("water", "size", "tools")
CELLS = (
    None, "", "piped", "well", "it's", "0", "1", "-1", "3.5", "007", "1.", ".5", "--1", "1e5",
    "1.2.3", " 1", "1 ", "-", "soap net", "net", "netting", "٣", "99999999999999999999",
)  # fmt: skip


@pytest.fixture(scope="module")
def lite() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(":memory:")
    yield connection
    connection.close()


Row = tuple[str | None, ...]


def asked(connection: object, sql: str, row: Row) -> object:
    """What a database answers over one row."""
    columns = ", ".join(f'cast(? as varchar) as "{name}"' for name in LEAVES)
    query = f"select {sql} from (select {columns}) as one"
    found = connection.execute(query, list(row)).fetchone()  # type: ignore[attr-defined]
    return found[0]


def both(
    text: str, kind: Kind, row: Row, lite: sqlite3.Connection, duck: duckdb.DuckDBPyConnection
) -> tuple[object, object]:
    condition = parse_condition(text, LEAVES, kind)
    here = asked(lite, condition.sql(Dialect.SQLITE), row)
    there = asked(duck, condition.sql(Dialect.DUCKDB), row)
    return (None if here is None else bool(here), there) if kind is Kind.TRUTH else (here, there)


texts = st.recursive(
    st.sampled_from([*LEAVES, "'piped'", "'it''s'", "'1'", "''"]),
    lambda inner: st.builds("coalesce({}, {})".format, inner, inner),
    max_leaves=3,
)
numbers = st.recursive(
    st.one_of(
        st.sampled_from(["0", "1", "2.5", "10"]),
        st.builds("cast({} as double)".format, texts),
        st.builds("cast({} as double)".format, st.sampled_from(LEAVES)),
    ),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("(- {})".format, inner),
        st.builds("coalesce({}, {})".format, inner, inner),
    ),
    max_leaves=5,
)
truths = st.recursive(
    st.one_of(
        st.builds("{} {} {}".format, texts, st.sampled_from(["=", "<>", "!="]), texts),
        st.builds(
            "{} {} {}".format, numbers, st.sampled_from(["=", "<", "<=", ">", ">="]), numbers
        ),
        st.builds("{} is {}null".format, texts, st.sampled_from(["", "not "])),
        st.builds("{} {}in ({}, {})".format, texts, st.sampled_from(["", "not "]), texts, texts),
        st.builds("{} between {} and {}".format, numbers, numbers, numbers),
        st.builds("selected({}, {})".format, st.sampled_from(LEAVES), st.just("'net'")),
    ),
    lambda inner: st.one_of(
        st.builds("({}) {} ({})".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("not ({})".format, inner),
        st.builds("case when {} then {} else {} end".format, inner, inner, inner),
    ),
    max_leaves=5,
)
rows = st.tuples(*[st.sampled_from(CELLS)] * len(LEAVES))


@given(text=truths, row=rows)
def test_condition_is_equally_true_in_both_databases(
    lite: sqlite3.Connection, duck: duckdb.DuckDBPyConnection, text: str, row: Row
) -> None:
    here, there = both(text, Kind.TRUTH, row, lite, duck)
    assert here == there


@given(text=numbers, row=rows)
def test_number_is_equal_in_both_databases(
    lite: sqlite3.Connection, duck: duckdb.DuckDBPyConnection, text: str, row: Row
) -> None:
    here, there = both(text, Kind.NUMBER, row, lite, duck)
    if here is None or there is None:
        assert here == there
    else:
        assert isinstance(here, float)
        assert isinstance(there, float)
        assert math.isclose(here, there, rel_tol=1e-12)


@pytest.mark.parametrize(
    ("text", "row", "wanted"),
    [
        ("water = 'piped'", ("piped", None, None), True),
        ("water = 'piped'", (None, None, None), None),
        ("water in ('piped', 'well')", ("well", None, None), True),
        ("not water = 'piped'", ("well", None, None), True),
        ("water = 'well' or size = '1' and size = '2'", ("well", "3", None), True),
        ("cast(size as double) > 2", (None, "10", None), True),
        ("cast(size as double) > 2", (None, "piped", None), None),
        ("cast(size as double) / 0 > 2", (None, "10", None), None),
        ("cast(size as double) / 4 = 2.5", (None, "10", None), True),
        ("cast(size as double) between 1 and 3", (None, "3", None), True),
        ("selected(tools, 'net')", (None, None, "soap net"), True),
        ("selected(tools, 'net')", (None, None, "netting"), False),
        ("selected(tools, 'net')", (None, None, None), None),
        ("coalesce(water, 'none') = 'none'", (None, None, None), True),
        ("case when size = '1' then true else false end", (None, "1", None), True),
        ("WATER IS NOT NULL".replace("WATER", "water"), ("", None, None), True),
    ],
)
def test_condition_means_what_its_author_reads(
    lite: sqlite3.Connection,
    duck: duckdb.DuckDBPyConnection,
    text: str,
    row: Row,
    wanted: bool | None,
) -> None:
    assert both(text, Kind.TRUTH, row, lite, duck) == (wanted, wanted)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("water = 'piped'; drop table x", "XF-705"),
        ("true -- and more", "XF-707"),
        ("\"water\" = 'piped'", "XF-705"),
        ("water = (select 1)", "XF-706"),
        ("sqlite_version() = '3'", "XF-706"),
        ("water like 'p%'", "XF-705"),
        ("water = 'piped", "XF-705"),
        ("water = '{x}' and selected(tools, '{}')", "XF-705"),
        ("water =", "XF-705"),
        ("", "XF-705"),
        ("(water = 'piped'", "XF-705"),
        ("(" * 50 + "true" + ")" * 50, "XF-705"),
        ("true and " * 300 + "true", "XF-705"),
        ("case end", "XF-705"),
        ("coalesce(water) = 'a'", "XF-705"),
        ("selected(tools, 'two words')", "XF-705"),
        ("water = 'piped' well", "XF-705"),
        ("cast(case when cast(size as double) > 1 then size end as double) > 1", "XF-705"),
        ("name = 'Amina'", "XF-706"),
        ("size > 2", "XF-707"),
        ("size = 2", "XF-707"),
        ("water", "XF-707"),
        ("cast(size as double)", "XF-707"),
        ("water and true", "XF-707"),
        ("case when true then 'a' else 1 end = 'a'", "XF-707"),
    ],
)
def test_condition_is_refused_when_it_is_not_in_the_language(text: str, code: str) -> None:
    with pytest.raises(IndicatorError) as caught:
        parse_condition(text, LEAVES, Kind.TRUTH)
    assert caught.value.code == code


@given(
    text=st.text(
        alphabet=st.sampled_from("watersiz()='<>, 0123.andorntu*/+-{}\"\\\n;"), max_size=40
    )
)
def test_any_text_is_a_condition_or_a_problem(text: str) -> None:
    codes, leaves = set(), frozenset[str]()
    try:
        leaves = parse_condition(text, LEAVES, Kind.TRUTH).leaves
    except IndicatorError as error:
        codes.add(error.code)
    assert codes <= {"XF-705", "XF-706", "XF-707"}
    assert leaves <= set(LEAVES)


def test_condition_names_the_fields_that_it_reads() -> None:
    condition = parse_condition("water = 'a' and selected(tools, 'net')", LEAVES, Kind.TRUTH)
    assert condition.leaves == {"water", "tools"}

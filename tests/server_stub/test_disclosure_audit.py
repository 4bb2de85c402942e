"""The interval audit against the oracles of the reference and against trying everything out."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_stub.disclosure.audit import Equation, intervals

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TOTAL = "T"


@pytest.fixture(scope="session")
def oracles(shared: Path):
    return json.loads((shared / "reference" / "privacy" / "oracles.json").read_text("utf-8"))


def table(inner: Sequence[Sequence[int]], rows: Sequence[str], columns: Sequence[str]):
    values = {(r, c): inner[i][j] for i, r in enumerate(rows) for j, c in enumerate(columns)}
    values |= {(r, TOTAL): sum(values[r, c] for c in columns) for r in rows}
    values |= {(TOTAL, c): sum(values[r, c] for r in rows) for c in [*columns, TOTAL]}
    equations = [Equation((r, TOTAL), tuple((r, c) for c in columns)) for r in [*rows, TOTAL]] + [
        Equation((TOTAL, c), tuple((r, c) for r in rows)) for c in [*columns, TOTAL]
    ]
    return equations, values


def named(cells: Sequence[str], sign: str) -> list[tuple[str, str]]:
    return [(row, column) for row, _, column in (cell.partition(sign) for cell in cells)]


def test_audit_finds_the_exact_cell_when_every_line_hides_two(oracles) -> None:
    trap = oracles["cells_trap"]
    equations, values = table(trap["table"], trap["rows"], trap["cols"])
    found = intervals(equations, values, named(trap["suppressed"], "|"))
    expected = trap["intervals"] | {cell: [value] * 2 for cell, value in trap["exact"].items()}
    assert {"|".join(cell): list(bounds) for cell, bounds in found.items()} == expected


def test_audit_gives_the_intervals_of_the_optimum(oracles) -> None:
    best = oracles["cells_opt"]
    equations, values = table(list(zip(best["f"], best["m"], strict=True)), best["regions"], "fm")
    hidden = named([*best["primary"], *best["optimal_secondary"]], "/")
    found = intervals(equations, values, hidden)
    assert {"/".join(cell): list(bounds) for cell, bounds in found.items()} == best["intervals"]


def test_audit_sees_through_two_tables_when_each_is_safe_alone(oracles) -> None:
    linked = oracles["cells_linked"]
    values = dict(zip(linked["ward"], linked["n"], strict=True)) | linked["published"]
    by_zone = [
        Equation(
            f"zone{z}",
            tuple(w for w, at in zip(linked["ward"], linked["zone"], strict=True) if at == z),
        )
        for z in (1, 2)
    ]
    by_road = [
        Equation(
            kind,
            tuple(
                w
                for w, at in zip(linked["ward"], linked["lane_or_road"], strict=True)
                if at == kind
            ),
        )
        for kind in ("lane", "road")
    ]
    hidden = linked["primary"]
    assert list(intervals(by_zone, values, hidden)["T"]) == linked["alone"]["T by zone"]
    assert list(intervals(by_road, values, hidden)["T"]) == linked["alone"]["T by lane"]
    together = intervals([*by_zone, *by_road], values, hidden)
    assert list(together["T"]) == linked["together"]["T"]


def test_cell_has_no_upper_end_when_nothing_is_said_about_it() -> None:
    assert intervals([], {"x": 4}, ["x"]) == {"x": (0, None)}
    sums = [Equation("total", ("x", "y"))]
    assert intervals(sums, {"total": 9, "x": 4, "y": 5}, ["total", "x"]) == {
        "total": (5, None), "x": (0, None),
    }  # fmt: skip


SMALL_TABLES = st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=2, max_size=3)


@given(SMALL_TABLES, st.data())
def test_audit_is_what_trying_everything_gives(inner, data: st.DataObject) -> None:
    rows, columns = "wxyz"[: len(inner)], "abc"
    equations, values = table(inner, rows, columns)
    inside = list(itertools.product(rows, columns))
    hidden = data.draw(st.lists(st.sampled_from(inside), min_size=1, max_size=4, unique=True))
    found = intervals(equations, values, hidden)
    tried = [
        dict(zip(hidden, guess, strict=True))
        for guess in itertools.product(range(7), repeat=len(hidden))
    ]
    fitting = [guess for guess in tried if _fits(equations, values | guess)]
    for cell in hidden:
        assert found[cell] == (min(g[cell] for g in fitting), max(g[cell] for g in fitting))


def _fits(equations, values) -> bool:
    return all(values[e.total] == sum(values[part] for part in e.parts) for e in equations)

"""Partial sums: any split, any order of merging and either database give the same whole numbers."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from forms.indicator import HOUSEHOLD, Dialect, read_indicators
from forms.privacy import read_policy
from forms.xform.reader import read_form
from server_stub.indicators import evaluate, merge
from server_stub.indicators.partial import (
    ALL,
    BASE,
    FIRST,
    UNKNOWN,
    Part,
    Sums,
    sums_at,
    weight_at,
)
from server_stub.indicators.released import Row
from tests.server_stub.survey_cases import FORM, INDICATORS, RUNGS
from tests.support.forms import xform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server_stub.indicators.released import ReleasedRows

POLICY = read_policy(read_form(xform(FORM.replace("{version}", "1")), {}))
SMALL = read_indicators(INDICATORS.encode(), POLICY)
WEIGHED = read_indicators(
    b"""
[[indicator]]
id = "weighed"
title = "Weighed"
unit = "people"
universe = "stratum = 'slum'"
denominator = "rung <> 'limited'"
numerator = "rung = 'unimproved'"
weight = "cast(members as double) / 3"
disaggregate = ["tenure"]
source = "ours"
""",
    POLICY,
)

ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "members": st.sampled_from(["0", "1", "4", "12", "many", "-2", ".5"]),
        "psu": st.sampled_from(["1", "2", "3"]),
        "stratum": st.sampled_from(["slum", "nonslum"]),
        "tenure": st.sampled_from(["tenant", "owner_occupier"]),
        "rung": st.sampled_from(RUNGS),
        "fear": st.sampled_from(["yes", "no"]),
    },
)
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "r_sex": st.sampled_from(["female", "male"]),
            "r_school": st.sampled_from(["yes", "no"]),
        },
    ),
    max_size=3,
)
HOUSEHOLDS = st.lists(st.tuples(ANSWERS, PEOPLE), max_size=14)


def rows_of(households: Sequence[tuple[int, tuple[dict[str, str], list[dict[str, str]]]]]):
    found: ReleasedRows = {
        HOUSEHOLD: tuple(Row(str(n), answers) for n, (answers, _) in households),
        "roster": tuple(
            Row(str(n), {**answers, **one}) for n, (answers, people) in households for one in people
        ),
    }
    return found


@given(HOUSEHOLDS, st.data())
def test_partials_merge_to_the_same_sums_when_split_and_ordered_anyhow(
    households, data: st.DataObject
) -> None:
    numbered = data.draw(st.permutations(list(enumerate(households))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(numbered)), max_size=3)))
    bounds = itertools.pairwise([0, *cuts, len(numbered)])
    partials = [evaluate(SMALL, rows_of(numbered[a:b]), Dialect.SQLITE) for a, b in bounds]
    shuffled = data.draw(st.permutations(partials))
    nested = merge([merge(shuffled[:2]), *shuffled[2:]])
    whole = evaluate(SMALL, rows_of(list(enumerate(households))), Dialect.SQLITE)
    assert nested == merge(partials) == whole


@settings(max_examples=12)
@given(HOUSEHOLDS)
def test_sums_are_equal_when_another_database_counts(households) -> None:
    rows = rows_of(list(enumerate(households)))
    for indicators in (SMALL, WEIGHED):
        assert evaluate(indicators, rows, Dialect.DUCKDB) == evaluate(
            indicators, rows, Dialect.SQLITE
        )


def _tally(indicators, rows, indicator_id: str, cluster: str = "1", stratum: str = "slum"):
    return evaluate(indicators, rows).tallies[indicator_id][Part(ALL, "", stratum, cluster)]


HOME = {"members": "4", "psu": "1", "stratum": "slum", "tenure": "tenant", "rung": "limited"}


def test_row_is_unknown_when_its_category_weight_or_denominator_is_not_known() -> None:
    homes = [HOME, {**HOME, "rung": ""}, {**HOME, "members": "many"}, {**HOME, "members": "0"}]
    homes[1].pop("rung")
    tally = _tally(SMALL, rows_of([(n, (h, [])) for n, h in enumerate(homes)]), "sanitation")
    assert sums_at(tally, UNKNOWN) == Sums(3, 3)
    assert sums_at(tally, BASE) == Sums(1, 1, 4_000_000, 4_000_000)
    assert [sums_at(tally, FIRST + n).records for n in range(5)] == [0, 1, 0, 0, 0]


def test_weight_is_rounded_once_to_millionths_when_it_has_no_end() -> None:
    home = {**HOME, "rung": "unimproved"}
    rows = rows_of([(n, (home, [])) for n in range(3)])
    tallies = evaluate(WEIGHED, rows).tallies["weighed"].values()
    # three households of 4/3, once among all and once by tenure: not 12/3
    assert sum(weight_at(tally, BASE) for tally in tallies) == 2 * 3 * 1_333_333


def test_households_are_counted_once_when_several_of_their_people_are_in() -> None:
    people = [{"r_school": "yes", "r_sex": "female"}] * 2 + [{"r_school": "no", "r_sex": "male"}]
    tally = _tally(SMALL, rows_of([(1, (HOME, people))]), "school")
    assert sums_at(tally, BASE)[:2] == (1, 3)
    assert sums_at(tally, FIRST)[:2] == (1, 2)
    assert sums_at(tally, FIRST + 1)[:2] == (1, 1)


def test_cluster_without_anybody_in_the_universe_stays_in_the_design() -> None:
    homes = [{**HOME, "psu": "1"}, {**HOME, "psu": "2", "stratum": "nonslum"}]
    tallies = evaluate(WEIGHED, rows_of([(n, (h, [])) for n, h in enumerate(homes)])).tallies[
        "weighed"
    ]
    parts = [part for part in tallies if part.breakdown == ALL]
    assert len(parts) == 2
    assert not any(sums_at(tally, BASE).rows for tally in tallies.values())


def test_sums_are_empty_when_nothing_was_released() -> None:
    assert evaluate(SMALL, {}).tallies == {
        "sanitation": {}, "open_defecation": {}, "fear": {}, "school": {},
    }  # fmt: skip

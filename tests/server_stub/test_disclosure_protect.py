"""What `protect` lets out: no small cell, and nothing from which a withheld one can be computed."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.indicator import HOUSEHOLD, Dialect, read_indicators
from server_stub.disclosure import DisclosureRule, protect
from server_stub.disclosure.audit import Equation, intervals
from server_stub.disclosure.cells import BASE, UNKNOWN, Cell, CellSystem
from server_stub.disclosure.published import GroupKind
from server_stub.disclosure.suppress import Withheld
from server_stub.indicators import estimates_of, evaluate
from server_stub.indicators.released import Row
from server_stub.indicators.texts import FormTexts
from server_stub.problems import ConfigError
from tests.server_stub.survey_cases import RUNGS
from tests.server_stub.test_indicator_sums import POLICY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forms.indicator import IndicatorSet
    from server_stub.disclosure.published import PublishedGroup, PublishedIndicator

RULE = DisclosureRule()
TENURES = ("tenant", "owner_occupier", "absent_landlord", "")
STRATA = ("slum", "nonslum")


def defined(**more: str) -> IndicatorSet:
    text = {
        "title": '"T"', "unit": '"people"', "universe": '"true"', "source": '"ours"',
        "weight": '"cast(members as double)"', "disaggregate": '["tenure", "stratum"]',
        **more,
    }  # fmt: skip
    kind = "ladder" if "rungs" in text else "indicator"
    lines = [f'[[{kind}]]\nid = "it"', *(f"{key} = {value}" for key, value in text.items())]
    return read_indicators("\n".join(lines).encode(), POLICY)


LADDER = defined(field='"rung"', rungs=str(list(RUNGS)).replace("'", '"'), cluster='"psu"')
CENSUS = defined(field='"rung"', rungs=str(list(RUNGS)).replace("'", '"'))
SHARE = defined(denominator='"rung is not null"', numerator="\"rung = 'limited'\"", cluster='"psu"')
LINKED = read_indicators(
    b"""
[defaults]
cluster = "psu"
[[ladder]]
id = "ladder"
title = "T"
unit = "people"
universe = "true"
field = "rung"
rungs = ["at_least_basic", "limited", "unimproved", "open_defecation"]
disaggregate = ["tenure", "stratum"]
source = "ours"
[[indicator]]
id = "improved"
title = "T"
unit = "people"
universe = "true"
denominator = "rung is not null"
numerator = "rung in ('at_least_basic', 'limited')"
disaggregate = ["tenure"]
source = "ours"
[[indicator]]
id = "none"
title = "T"
unit = "people"
universe = "true"
denominator = "rung in ('unimproved', 'open_defecation')"
numerator = "rung = 'open_defecation'"
disaggregate = ["stratum"]
source = "ours"
""",
    POLICY,
)
FEAR = defined(denominator='"fear is not null"', numerator="\"fear = 'yes'\"", cluster='"psu"')


def households(counts: dict[tuple[str, str, str], int], **more: str) -> list[Row]:
    rows: list[Row] = []
    for (tenure, stratum, rung), many in counts.items():
        for _ in range(many):
            number = len(rows)
            answers = {
                "tenure": tenure, "stratum": stratum, "rung": rung,
                "psu": str(number % 7), "members": str(1 + number % 6), **more,
            }  # fmt: skip
            rows.append(Row(str(number), {k: v for k, v in answers.items() if v}))
    return rows


def estimated(indicators: IndicatorSet, rows: Iterable[Row]):
    partial = evaluate(indicators, {HOUSEHOLD: tuple(rows)}, Dialect.SQLITE)
    return estimates_of(partial, indicators, "small", FormTexts())


def published(indicators: IndicatorSet, rows: Iterable[Row]) -> PublishedIndicator:
    return protect("pilot", 1, [estimated(indicators, rows)], RULE).indicators[0]


def row_of(indicator: PublishedIndicator, group: str = "") -> PublishedGroup:
    return next(g for g in indicator.groups if g.group == group)


def one_breakdown(**groups: tuple[int, int, int, int]) -> dict[tuple[str, str, str], int]:
    return {
        (tenure, "slum", rung): count
        for tenure, counts in groups.items()
        for rung, count in zip(RUNGS, counts, strict=True)
    }


def test_everything_is_shown_when_no_cell_is_small() -> None:
    counts = one_breakdown(tenant=(40, 30, 20, 10), owner_occupier=(30, 20, 10, 5))
    shown = published(LADDER, households(counts))
    assert all(cell.withheld is None for group in shown.groups for cell in group.cells)
    assert [c.households for c in row_of(shown).cells] == [70, 50, 30, 15]


def test_cell_of_nobody_is_shown() -> None:
    counts = one_breakdown(tenant=(40, 30, 20, 0), owner_occupier=(30, 20, 10, 0))
    shown = published(LADDER, households(counts))
    assert [g.cells[3].households for g in shown.groups if g.breakdown == "tenure"] == [0, 0]


def test_small_cell_hides_enough_others_that_it_cannot_be_computed() -> None:
    counts = one_breakdown(tenant=(40, 30, 20, 2), owner_occupier=(30, 20, 10, 9))
    shown = published(LADDER, households(counts))
    hidden = {
        (group.group, cell.id)
        for group in shown.groups
        if group.breakdown == "tenure"
        for cell in group.cells
        if cell.withheld
    }
    # two groups by two rungs, and no more: the least that protects one cell of a table
    assert len(hidden) == 4
    assert {("tenant", "open_defecation"), ("owner_occupier", "open_defecation")} < hidden
    assert not any(cell.withheld for cell in row_of(shown).cells)


def test_withheld_cells_have_one_reason_when_small_or_protecting() -> None:
    counts = one_breakdown(tenant=(40, 30, 20, 2), owner_occupier=(30, 20, 10, 9))
    groups = published(LADDER, households(counts)).groups
    reasons = {cell.withheld for group in groups for cell in group.cells if cell.withheld}
    assert reasons == {Withheld.CONFIDENTIAL}


def test_share_is_withheld_when_those_outside_it_are_few() -> None:
    counts = one_breakdown(tenant=(2, 60, 0, 0))
    everybody = row_of(published(SHARE, households(counts)))
    assert everybody.cells[0].withheld is Withheld.CONFIDENTIAL
    assert everybody.base == 62


def test_share_is_withheld_when_its_base_is_small() -> None:
    counts = one_breakdown(tenant=(10, 12, 0, 0), owner_occupier=(30, 40, 0, 0))
    groups = published(SHARE, households(counts)).groups
    small = next(g for g in groups if g.group == "tenant")
    assert (small.base, small.cells[0].withheld) == (22, Withheld.SMALL_BASE)
    assert small.cells[0].share is None


def test_share_is_marked_when_its_base_is_not_large() -> None:
    counts = one_breakdown(tenant=(24, 25, 0, 0))
    assert row_of(published(SHARE, households(counts))).imprecise
    counts = one_breakdown(tenant=(25, 25, 0, 0))
    assert not row_of(published(SHARE, households(counts))).imprecise


def test_group_is_not_named_when_it_is_too_small_to_be_shown() -> None:
    counts = one_breakdown(
        tenant=(40, 30, 20, 10), owner_occupier=(30, 20, 10, 6), absent_landlord=(1, 1, 0, 0)
    )
    groups = [g for g in published(LADDER, households(counts)).groups if g.breakdown == "tenure"]
    assert "absent_landlord" not in {g.group for g in groups}
    pooled = groups[-1]
    assert (pooled.kind, pooled.base, pooled.unknown) == (GroupKind.WITHHELD, None, None)
    assert all(cell.withheld and cell.households is None for cell in pooled.cells)
    # the size of the one hidden group would follow from the others: a second one is hidden with it
    assert sum(group.kind is GroupKind.ANSWER for group in groups) == 1


def test_smallest_cell_is_larger_when_no_sample_was_drawn() -> None:
    counts = one_breakdown(tenant=(40, 30, 20, 9))
    assert not any(cell.withheld for cell in row_of(published(LADDER, households(counts))).cells)
    census = published(CENSUS, households(counts))
    assert census.smallest_cell == 10
    assert row_of(census).cells[3].withheld is Withheld.CONFIDENTIAL


def test_sensitive_share_is_withheld_when_its_base_is_not_large() -> None:
    counts = one_breakdown(tenant=(40, 0, 0, 0))
    rows = [*households(counts, fear="no")]
    rows = [
        Row(r.record_id, {**r.values, "fear": "yes" if n % 2 else "no"}) for n, r in enumerate(rows)
    ]
    assert row_of(published(FEAR, rows)).cells[0].withheld is Withheld.SENSITIVE_BASE


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_sensitive_share_is_withheld_when_all_answered_the_same(answer: str) -> None:
    rows = households(one_breakdown(tenant=(80, 0, 0, 0)), fear=answer)
    assert row_of(published(FEAR, rows)).cells[0].withheld is Withheld.CONFIDENTIAL


def test_cell_is_withheld_when_one_household_is_most_of_it() -> None:
    heavy = defined(
        denominator='"true"',
        numerator="\"rung = 'limited'\"",
        weight="\"case when psu = '0' then 900 else 1 end\"",
        cluster='"psu"',
    )
    rows = [Row("0", {"psu": "0", "rung": "limited"})]
    rows += [Row(str(n), {"psu": str(n), "rung": RUNGS[n % 3]}) for n in range(1, 90)]
    assert row_of(published(heavy, rows)).cells[0].withheld is Withheld.CONFIDENTIAL


def test_rule_is_refused_when_it_is_looser_than_the_floor() -> None:
    with pytest.raises(ConfigError):
        DisclosureRule(smallest_cell=4)
    with pytest.raises(ConfigError):
        DisclosureRule(smallest_cell_sampled=1)


def test_figures_are_rounded_when_they_are_published() -> None:
    counts = one_breakdown(tenant=(37, 29, 23, 11))
    cell = row_of(published(LADDER, households(counts))).cells[0]
    assert cell.share is not None
    assert cell.share == round(cell.share, 4)


COUNTS = st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5, 6, 9, 12, 25, 40])
TABLES = st.lists(COUNTS, min_size=32, max_size=32).map(
    lambda counts: dict(zip(itertools.product(TENURES, STRATA, RUNGS), counts, strict=True))
)


def _shown_counts(indicator: PublishedIndicator) -> dict[Cell, int]:
    shown: dict[Cell, int] = {}
    for group in indicator.groups:
        row = (indicator.id, group.breakdown, group.group)
        if group.base is not None:
            shown[Cell(*row, BASE)] = group.base
        if group.unknown is not None:
            shown[Cell(*row, UNKNOWN)] = group.unknown
        for cell in group.cells:
            if cell.households is not None:
                shown[Cell(*row, cell.id)] = cell.households
    return shown


@settings(max_examples=80)
@given(TABLES, st.sampled_from([LADDER, CENSUS, SHARE, LINKED]))
def test_withheld_cell_cannot_be_computed_from_what_is_published(counts, indicators) -> None:
    rows = households(counts)
    truth = estimated(indicators, rows)
    system = CellSystem.of(truth)
    table = protect("pilot", 1, [truth], RULE)
    shown = {cell: n for i in table.indicators for cell, n in _shown_counts(i).items()}
    assert all(system.values[cell] == count for cell, count in shown.items())
    least = {i.id: i.smallest_cell for i in table.indicators}
    reasons = {
        Cell(i.id, group.breakdown, group.group, cell.id): cell.withheld
        for i in table.indicators
        for group in i.groups
        for cell in group.cells
    }
    counts_shown = {c: n for c, n in shown.items() if c.column != UNKNOWN}
    assert not any(0 < n < least[cell.indicator] for cell, n in counts_shown.items())
    found = intervals(system.equations, system.values, set(system.values) - set(shown))
    for cell, (low, high) in found.items():
        small = 0 < system.values[cell] < least[cell.indicator]
        # What is in no category is not shown and follows from the rest; it may not be small. What
        # is withheld as unreliable alone may be computed. A cell of nobody hides nobody.
        if cell.column == UNKNOWN or not (small or reasons.get(cell) is Withheld.CONFIDENTIAL):
            continue
        if system.values[cell]:
            assert high is None or high - low >= least[cell.indicator], cell


@settings(max_examples=25)
@given(TABLES)
def test_base_is_shown_when_any_share_of_it_is(counts) -> None:
    for group in published(LADDER, households(counts)).groups:
        if group.base is None:
            assert all(cell.share is None for cell in group.cells)


@settings(max_examples=25)
@given(TABLES)
def test_every_withheld_cell_says_why_and_holds_no_figure(counts) -> None:
    for group in published(LADDER, households(counts)).groups:
        for cell in group.cells:
            figures = (cell.share, cell.households, cell.se, cell.low, cell.high)
            if cell.withheld is not None:
                assert figures == (None,) * 5
            elif group.base:
                assert cell.share is not None
                assert cell.households is not None


@settings(max_examples=15)
@given(TABLES, st.integers(1, 400))
def test_table_is_the_same_when_records_came_in_another_order(counts, start) -> None:
    rows = households(counts)
    turned = [*rows[start:][::-1], *rows[:start]]
    tables = [protect("pilot", 1, [estimated(LINKED, each)], RULE) for each in (rows, turned)]
    assert tables[0] == tables[1]


def test_nothing_is_withheld_in_vain_when_a_large_table_has_few_small_cells() -> None:
    """Complementary cells are given back where the audit does not need them."""
    counts = one_breakdown(
        tenant=(40, 30, 20, 2), owner_occupier=(30, 20, 12, 9), absent_landlord=(50, 20, 30, 1)
    )
    shown = published(LADDER, households(counts))
    withheld = Counter(
        cell.id
        for g in shown.groups
        if g.breakdown == "tenure"
        for cell in g.cells
        if cell.withheld
    )
    # 2 and 1 sum to three, which is too close: the third of the column is hidden with them
    assert withheld["open_defecation"] == 3
    assert withheld.total() == 6


def _shown(table, indicator: str, group: str, category: str) -> int | None:
    (found,) = [i for i in table.indicators if i.id == indicator]
    row = next((g for g in found.groups if g.group == group), None)
    return None if row is None else next(c.households for c in row.cells if c.id == category)


def test_share_of_a_ladder_does_not_give_its_rungs_away() -> None:
    """Improved and its two rungs: any two of the three give the third, which here is small."""
    counts = one_breakdown(tenant=(60, 2, 30, 20), owner_occupier=(50, 40, 30, 20))
    table = protect("pilot", 1, [estimated(LINKED, households(counts))], RULE)
    assert _shown(table, "ladder", "tenant", "limited") is None
    basic = _shown(table, "ladder", "tenant", "at_least_basic")
    improved = _shown(table, "improved", "tenant", "yes")
    assert basic is None or improved is None


@settings(max_examples=60)
@given(TABLES)
def test_rung_cannot_be_computed_from_all_indicators_of_a_form(counts) -> None:
    """The attack by hand: what each definition says about rungs, not what the gate found."""
    rows = households(counts)
    table = protect("pilot", 1, [estimated(LINKED, rows)], RULE)
    shown = {cell: n for i in table.indicators for cell, n in _shown_counts(i).items()}
    parts = {
        ("ladder", BASE): RUNGS, ("improved", BASE): RUNGS, ("improved", "yes"): RUNGS[:2],
        ("none", BASE): RUNGS[2:], ("none", "yes"): RUNGS[3:],
    }  # fmt: skip
    parts |= {("ladder", rung): (rung,) for rung in RUNGS}
    truth: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        tenure, stratum = row.values.get("tenure", ""), row.values["stratum"]
        for where in (("", ""), ("tenure", tenure), ("stratum", stratum)):
            truth[(*where, row.values["rung"])] += 1
    places = {key[:2] for key in truth} | {("", "")}
    values: dict[object, int] = {
        (*place, rung): truth[(*place, rung)] for place in places for rung in RUNGS
    }
    equations = [
        Equation(("", "", rung), tuple((*p, rung) for p in sorted(places) if p[0] == breakdown))
        for breakdown in ("tenure", "stratum")
        for rung in RUNGS
    ]
    unknown = set(values)
    for cell, count in shown.items():
        if (cell.indicator, cell.column) in parts:
            rungs = parts[cell.indicator, cell.column]
            equations.append(Equation(cell, tuple((cell.breakdown, cell.group, r) for r in rungs)))
            values[cell] = count
    small = {key for key in unknown if 0 < values[key] < 5}
    found = intervals(equations, values, unknown)
    assert not [k for k in small if found[k][1] is not None and found[k][1] - found[k][0] < 5]

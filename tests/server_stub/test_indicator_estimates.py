"""Shares, errors and intervals against examples worked by hand and against published tables."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import pytest

from forms.indicator import HOUSEHOLD, Dialect, read_indicators
from server_stub.indicators import estimates_of, evaluate
from server_stub.indicators.estimate import NoError
from server_stub.indicators.intervals import t_quantile, wilson
from server_stub.indicators.released import Row
from server_stub.indicators.texts import FormTexts
from tests.server_stub.survey_cases import dhaka_answers
from tests.server_stub.test_indicator_sums import POLICY, SMALL

if TYPE_CHECKING:
    from pathlib import Path

    from forms.indicator import IndicatorSet
    from server_stub.indicators.estimate import Estimate

SHARE = read_indicators(
    b"""
[[indicator]]
id = "unimproved"
title = "Unimproved"
unit = "people"
universe = "true"
denominator = "rung is not null"
numerator = "rung = 'unimproved'"
weight = "cast(members as double)"
cluster = "psu"
stratum = "stratum"
disaggregate = ["tenure"]
source = "ours"
""",
    POLICY,
)
PLAIN = read_indicators(
    b"""
[[indicator]]
id = "unimproved"
title = "Unimproved"
unit = "households"
universe = "true"
denominator = "rung is not null"
numerator = "rung = 'unimproved'"
source = "ours"
""",
    POLICY,
)


def household(number: int, psu: str, stratum: str, members: int, inside: bool, **more: str) -> Row:
    rung = "unimproved" if inside else "limited"
    answers = {"psu": psu, "stratum": stratum, "members": str(members), "rung": rung}
    return Row(str(number), {**answers, **more})


def groups_of(indicators: IndicatorSet, rows: list[Row]) -> dict[str, Estimate]:
    partial = evaluate(indicators, {HOUSEHOLD: tuple(rows)}, Dialect.SQLITE)
    (estimated,) = estimates_of(partial, indicators, "small", FormTexts()).indicators
    return {group.group or group.breakdown or "all": group for group in estimated.groups}


def example() -> list[Row]:
    """Two strata with two clusters each; people inside / people: 4/6, 1/5 and 0/4, 5/5."""
    return [
        household(1, "1", "slum", 4, True, tenure="tenant"),
        household(2, "1", "slum", 2, False, tenure="tenant"),
        household(3, "2", "slum", 1, True, tenure="tenant"),
        household(4, "2", "slum", 4, False, tenure="owner_occupier"),
        household(5, "3", "nonslum", 4, False, tenure="owner_occupier"),
        household(6, "4", "nonslum", 5, True, tenure="owner_occupier"),
    ]


def test_share_is_of_people_when_members_are_the_weight() -> None:
    group = groups_of(SHARE, example())["all"]
    assert (group.base.records, group.base.weight) == (6, 20_000_000)
    assert group.shares[0].share == 0.5
    assert group.shares[0].counted.records == 3


def test_error_is_the_linearised_one_when_clusters_stand_in_strata() -> None:
    # p = 10/20. z = (inside - p * people) / 20: slum 1/20 and -1.5/20, nonslum -2/20 and 2.5/20.
    # Two clusters each: 2/1 * sum (z - mean)^2 = (z1 - z2)^2: (2.5/20)^2 + (4.5/20)^2.
    group = groups_of(SHARE, example())["all"]
    assert group.shares[0].se == pytest.approx(math.sqrt(2.5**2 + 4.5**2) / 20, rel=1e-12)


def test_interval_is_wilsons_when_the_sample_is_clustered() -> None:
    share = groups_of(SHARE, example())["all"].shares[0]
    assert share.se is not None
    effective = 0.25 / share.se**2
    # four clusters in two strata leave two degrees of freedom, whose t is 4.3027
    assert (share.low, share.high) == pytest.approx(wilson(0.5, effective, 4.3027), abs=1e-4)


def test_error_of_a_group_counts_the_clusters_where_it_is_not() -> None:
    # Tenants: slum clusters 4/6 and 1/1, nowhere else. p = 5/7; z = (4 - 30/7)/7 and (1 - 5/7)/7.
    # Owners stand in three clusters: 0/4 in slum cluster 2, and nobody of them in cluster 1.
    groups = groups_of(SHARE, example())
    assert groups["tenant"].shares[0].se == pytest.approx(4 / 49, rel=1e-12)
    # p = 5/13; slum z = 0 (cluster 1) and -20/169; nonslum z = -20/169 and 40/169.
    expected = math.sqrt((20 / 169) ** 2 + (60 / 169) ** 2)
    assert groups["owner_occupier"].shares[0].se == pytest.approx(expected, rel=1e-12)


def test_error_is_that_of_a_simple_sample_when_no_cluster_is_named() -> None:
    rows = [household(n, "1", "slum", 3, n < 160) for n in range(400)]
    share = groups_of(PLAIN, rows)["all"].shares[0]
    # case R06 without its design effect: sqrt(p (1-p) / (n-1))
    assert share.se == pytest.approx(math.sqrt(0.24 / 399), rel=1e-12)
    # Wilson's for 0.4 of 399 with the t of 399 degrees, 1.966
    assert (share.low, share.high) == pytest.approx((0.3530, 0.4490), abs=1e-4)


def test_error_is_missing_with_its_reason_when_a_stratum_has_one_cluster() -> None:
    group = groups_of(SHARE, [row for row in example() if row.values["psu"] != "4"])["all"]
    assert group.no_error is NoError.SINGLE_CLUSTER
    share = group.shares[0]
    assert share.share == pytest.approx(5 / 15)
    assert (share.se, share.low, share.high) == (None, None, None)


def test_single_cluster_elsewhere_does_not_matter_when_the_group_is_not_in_it() -> None:
    rows = [row for row in example() if row.values["psu"] != "4"]
    groups = groups_of(SHARE, rows)
    assert groups["tenant"].no_error is None
    assert groups["owner_occupier"].no_error is NoError.SINGLE_CLUSTER


@pytest.mark.parametrize("inside", [False, True])
def test_interval_has_width_and_no_error_is_claimed_when_all_are_alike(inside: bool) -> None:
    rows = [household(n, "1", "slum", 3, inside) for n in range(50)]
    share = groups_of(PLAIN, rows)["all"].shares[0]
    assert share.se is None
    # case R07 with t of 49 degrees, 2.0096, in place of 1.96: t^2 / (50 + t^2)
    width = 2.0096**2 / (50 + 2.0096**2)
    expected = (1 - width, 1) if inside else (0, width)
    assert (share.low, share.high) == pytest.approx(expected, abs=1e-4)


def test_clusters_are_the_sample_size_when_nobody_is_inside() -> None:
    rows = [household(n, str(n // 10), "slum", 2, False) for n in range(100)]
    share = groups_of(SHARE, rows)["all"].shares[0]
    quantile = t_quantile(9)
    assert share.high == pytest.approx(quantile**2 / (10 + quantile**2))


def test_share_is_missing_when_nobody_is_in_the_base() -> None:
    group = groups_of(SHARE, [Row("1", {"psu": "1", "stratum": "slum", "members": "2"})])["all"]
    assert (group.unknown.records, group.base.records) == (1, 0)
    assert all(share.share is None and share.se is None for share in group.shares)


def test_wilson_is_the_published_case_when_nothing_is_found() -> None:
    assert wilson(0, 50, 1.96) == pytest.approx((0, 0.0713), abs=1e-4)  # domain case R07


@pytest.mark.parametrize(
    ("degrees", "quantile"),
    # Source: any printed table of Student's t, two-sided 5 %
    [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (10, 2.228), (30, 2.042),
     (60, 2.000), (120, 1.980), (1000, 1.962), (10**9, 1.962)],
)  # fmt: skip
def test_t_quantile_is_the_printed_one(degrees: int, quantile: float) -> None:
    assert t_quantile(degrees) == pytest.approx(quantile, abs=6e-4)


def test_dhaka_has_the_counts_of_the_ground_truth(shared: Path) -> None:
    domain = shared / "reference" / "domain"
    truth = json.loads((domain / "groundtruth.json").read_text(encoding="utf-8"))
    expected = truth["dhaka_2017"]["expected"]
    rows = tuple(Row(str(n), answers) for n, answers in enumerate(dhaka_answers(shared)))
    sanitation = estimates_of(
        evaluate(SMALL, {HOUSEHOLD: rows}), SMALL, "small", FormTexts()
    ).indicators[0]
    found = {g.group or "all": g for g in sanitation.groups if g.breakdown in {"", "stratum"}}
    for place, group in found.items():
        wanted = expected[place]["sanitation"]["households"]
        counted = {s.category: s.counted.records for s in group.shares if s.category}
        assert counted == wanted
    # 12 and more members are top-coded before they leave, so people are at most the true number
    members = expected["all"]["sanitation"]["members"]
    people = {s.category: s.counted.weight // 1_000_000 for s in found["all"].shares if s.category}
    assert all(0 <= members[rung] - people[rung] <= 0.01 * members[rung] for rung in members)


def test_known_design_effect_is_taken_when_a_group_has_nobody_inside() -> None:
    rows = [
        household(
            n,
            str(n // 10),
            "slum",
            2,
            n % 3 == 0 and n < 60,
            tenure="tenant" if n < 60 else "owner",
        )
        for n in range(120)
    ]
    groups = groups_of(SHARE, rows)
    share, everybody = groups["owner"].shares[0], groups["all"].shares[0]
    assert share.share == 0
    assert everybody.se is not None
    effect = everybody.se**2 * 120 / (everybody.share * (1 - everybody.share))
    quantile = t_quantile(6 - 1)
    size = max(6, 60 / max(1, effect))
    assert share.high == pytest.approx(quantile**2 / (size + quantile**2))
    assert share.high < quantile**2 / (6 + quantile**2)  # less than if clusters were all alike

"""Finalises partial sums: shares, their standard errors and their intervals.

A share is a ratio of two weighted sums, so its variance is linearised, with clusters as ultimate
units within strata. A breakdown is a part of one sample and not a sample of its own: clusters where
nobody is in the part count as well, with nothing in them. Everything is whole numbers until the
last division, so equal sums give equal figures on every machine.

Source: domain reference, weights and errors: z_hi = sum over cluster of w(y-p) / sum(w),
var = sum_h m_h/(m_h-1) sum_i (z_hi - mean_h)^2. Wolter, Introduction to Variance Estimation (2007),
chapter 6, for the linearisation.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from server_stub.indicators.intervals import t_quantile, wilson
from server_stub.indicators.partial import (
    ALL,
    BASE,
    FIRST,
    REST,
    UNKNOWN,
    WIDTH,
    added,
    sums_at,
    weight_at,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forms.indicator import Indicator, IndicatorSet
    from server_stub.indicators.partial import Part, Partial, Sums, Tally
    from server_stub.indicators.texts import FormTexts

_Clusters: TypeAlias = "dict[str, list[Tally]]"
"""Tallies of one group by stratum, one per cluster."""
_Bounds: TypeAlias = "tuple[float | None, float, float]"
"""Standard error, lower and upper bound."""


class NoError(StrEnum):
    """Why a share has no standard error."""

    SINGLE_CLUSTER = "single-cluster"


@dataclass(frozen=True, slots=True)
class Share:
    """One category of one group.

    Attributes:
        category: Its id; `REST` for what is in no category.
        counted: What is in it.
        share: Part of the base's weight, 0 to 1; None when the base is empty.
        se: Standard error, in the same unit; None when it cannot be estimated.
        low: Lower bound of the 95 % interval.
        high: Upper bound.
    """

    category: str
    counted: Sums
    share: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """One group of one breakdown of one indicator.

    Attributes:
        breakdown: The field that it breaks down by, or `ALL`.
        group: The answer to it, `NOT_STATED` when there is none.
        unknown: Outside the base, because an answer is not known.
        base: What the shares are shares of.
        clusters: Clusters with somebody in the base.
        shares: In the order of the indicator, then the rest.
        no_error: Why there is no standard error; None when there is one.
    """

    breakdown: str
    group: str
    unknown: Sums
    base: Sums
    clusters: int
    shares: tuple[Share, ...]
    no_error: NoError | None = None


@dataclass(frozen=True, slots=True)
class IndicatorEstimates:
    """An indicator with its groups: all first, then breakdown by breakdown.

    Attributes:
        form_id: The form that asks.
        indicator: Its definition.
        classes: Privacy class of every released field of the form, by name.
        texts: What the form calls its fields and choices.
        groups: Sorted within a breakdown, the unstated last.
    """

    form_id: str
    indicator: Indicator
    classes: Mapping[str, str]
    texts: FormTexts
    groups: tuple[Estimate, ...]


def estimates_of(
    partial: Partial, indicators: IndicatorSet, form_id: str, texts: FormTexts
) -> tuple[IndicatorEstimates, ...]:
    """The estimates of every indicator of a form, not protected yet. Pure.

    Args:
        partial: The merged sums of all records.
        indicators: The definitions that they were made by.
        form_id: The form.
        texts: What the form calls its fields and choices.
    """
    classes = {name: leaf.privacy_class for name, leaf in indicators.leaves.items()}
    return tuple(
        IndicatorEstimates(
            form_id, indicator, classes, texts, _groups(indicator, partial.get(indicator.id, {}))
        )
        for indicator in indicators.indicators
    )


def _groups(indicator: Indicator, tallies: Mapping[Part, Tally]) -> tuple[Estimate, ...]:
    sizes = Counter(part.stratum for part in tallies if part.breakdown == ALL)
    found: dict[tuple[str, str], _Clusters] = {(ALL, ""): defaultdict(list)}
    for part, tally in tallies.items():
        group = found.setdefault((part.breakdown, part.group), defaultdict(list))
        group[part.stratum].append(tally)
    order = (ALL, *indicator.disaggregate)
    named = sorted(found, key=lambda key: (order.index(key[0]), key[1] == "", key[1]))
    ids = (*(category.id for category in indicator.categories), REST)
    return tuple(_estimate(key, found[key], sizes, ids) for key in named)


def _estimate(
    key: tuple[str, str], clusters: _Clusters, sizes: Mapping[str, int], ids: Sequence[str]
) -> Estimate:
    total = added(tally for held in clusters.values() for tally in held)
    total = total or (0,) * (WIDTH * (FIRST + len(ids)))
    base = sums_at(total, BASE)
    filled = {h: [t for t in held if weight_at(t, BASE)] for h, held in clusters.items()}
    filled = {stratum: held for stratum, held in filled.items() if held}
    single = any(sizes[stratum] == 1 for stratum in filled)
    sample = _Sample(filled, sizes, base) if filled and not single else None
    shares = tuple(
        _share(
            category, sums_at(total, place), base, None if sample is None else sample.error(place)
        )
        for place, category in enumerate(ids, FIRST)
    )
    return Estimate(
        *key,
        unknown=sums_at(total, UNKNOWN),
        base=base,
        clusters=sum(len(held) for held in filled.values()),
        shares=shares,
        no_error=NoError.SINGLE_CLUSTER if single else None,
    )


def _share(
    category: str, inside: Sums, base: Sums, error: Callable[[float], _Bounds] | None
) -> Share:
    if base.weight == 0:
        return Share(category, inside)
    share = inside.weight / base.weight
    if error is None:
        return Share(category, inside, share)
    return Share(category, inside, share, *error(share))


@dataclass(frozen=True, slots=True)
class _Sample:
    """The clusters of one group that have somebody in the base, and what their number allows.

    Attributes:
        clusters: By stratum.
        sizes: Clusters in each stratum of the whole design.
        base: Of the group.
    """

    clusters: _Clusters
    sizes: Mapping[str, int]
    base: Sums

    def error(self, place: int) -> Callable[[float], _Bounds]:
        """How standard error and bounds of the share at that place are found."""
        return lambda share: self._bounds(share, self._variance(place))

    def _variance(self, place: int) -> Fraction:
        """Linearised variance of the share, exactly."""
        base = self.base.weight
        inside = sum(weight_at(t, place) for held in self.clusters.values() for t in held)
        total = Fraction(0)
        for stratum, held in self.clusters.items():
            size = self.sizes[stratum]
            # base * w(y - p), a whole number; clusters of the design without the group add nothing
            scores = [weight_at(t, place) * base - inside * weight_at(t, BASE) for t in held]
            spread = sum(score * score for score in scores) - Fraction(sum(scores) ** 2, size)
            total += Fraction(size, size - 1) * spread
        return total / base**4

    def _bounds(self, share: float, variance: Fraction) -> _Bounds:
        """Standard error, None where no cluster differs: zero would be a claim; and the interval.

        There, as at 0 and 100 %, the data cannot tell the design effect. The worst case is taken:
        one household of each cluster would have told as much as all of them.
        """
        many = sum(len(held) for held in self.clusters.values())
        quantile = t_quantile(max(1, many - len(self.clusters)))
        if variance == 0:
            return None, *wilson(share, self._alike(), quantile)
        se = math.sqrt(variance)
        effective = min(share * (1 - share) / se**2, float(self.base.records))
        return se, *wilson(share, effective, quantile)

    def _alike(self) -> float:
        """How many clusters of one weight would tell as much.

        Source: Kish, L. (1965), Survey Sampling, 11.7: (sum w)^2 / sum w^2.
        """
        weights = [weight_at(t, BASE) for held in self.clusters.values() for t in held]
        return sum(weights) ** 2 / sum(weight * weight for weight in weights)

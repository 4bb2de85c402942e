"""The error of shares from a clustered, stratified sample: variance, design effect, interval.

A breakdown is a part of one sample and not a sample of its own: clusters where nobody is in the
part count as well, with nothing in them. Everything is whole numbers until the last division.

Source: domain reference, weights and errors: z_hi = sum over cluster of w(y-p) / sum(w),
var = sum_h m_h/(m_h-1) sum_i (z_hi - mean_h)^2. Wolter, Introduction to Variance Estimation (2007),
chapter 6, for the linearisation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from server_stub.indicators.intervals import t_quantile, wilson
from server_stub.indicators.partial import BASE, weight_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server_stub.indicators.partial import Sums, Tally

Clusters: TypeAlias = "Mapping[str, Sequence[Tally]]"
"""Tallies of one group by stratum, one per cluster with somebody in the base."""


class Error(NamedTuple):
    """What is known of one share's error.

    Attributes:
        se: Standard error; None where no cluster differs: zero would be a claim.
        low: Lower bound of the 95 % interval.
        high: Upper bound.
    """

    se: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Sample:
    """One group as a part of the sample.

    Attributes:
        clusters: Its clusters; no stratum of them has only one in the design.
        sizes: Clusters in each stratum of the whole design.
        base: What is in the group's base.
    """

    clusters: Clusters
    sizes: Mapping[str, int]
    base: Sums

    def variance(self, place: int) -> Fraction:
        """Linearised variance of the share at one place of the tallies, exactly."""
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

    def effect(self, share: float, variance: Fraction) -> float | None:
        """The design effect: how many times the variance of a simple random sample, at least 1."""
        if variance == 0 or not 0 < share < 1:
            return None
        return max(1.0, float(variance) * self.base.records / (share * (1 - share)))

    def error(self, share: float, variance: Fraction, effect: float | None) -> Error:
        """Standard error and interval.

        Args:
            share: The estimate.
            variance: Of it.
            effect: Its design effect; where the data cannot tell it (at 0 and 100 %, or when no
                cluster differs), the largest that is known of the indicator. None for the worst
                case: one household of each cluster would have told as much as all of them.
        """
        worst = self._alike()
        effective = worst if effect is None else max(worst, self.base.records / effect)
        if variance:
            effective = self.base.records / (effect or 1.0)
        many = sum(len(held) for held in self.clusters.values())
        quantile = t_quantile(max(1, many - len(self.clusters)))
        low, high = wilson(share, effective, quantile)
        return Error(math.sqrt(variance) if variance else None, low, high)

    def _alike(self) -> float:
        """How many clusters of one weight would tell as much.

        Source: Kish, L. (1965), Survey Sampling, 11.7: (sum w)^2 / sum w^2.
        """
        weights = [weight_at(t, BASE) for held in self.clusters.values() for t in held]
        return sum(weights) ** 2 / sum(weight * weight for weight in weights)

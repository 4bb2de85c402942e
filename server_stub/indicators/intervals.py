"""Confidence intervals of shares from clustered samples, also at 0 and at 100 %.

The interval is Wilson's with an effective sample size in place of n and Student's t in place of the
normal quantile. Wald's interval has no width at 0 % and leaves 0-100 % near it; this one does
neither.

Source: Wilson, E. B. (1927), JASA 22, 209-212, for the interval; Korn, E. L. and Graubard, B. I.
(1998), Survey Methodology 24, 193-201, for the effective sample size p(1-p)/var, corrected for
degrees of freedom and not above n; Dean, N. and Pagano, M. (2015), J. Survey Statistics and
Methodology 3, 484-503, where Wilson's with that size was among those that kept their coverage.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Final

CONFIDENCE: Final = 0.95
MOST_DEGREES: Final = 1000
"""More change the quantile by less than 0.003, and would only cost time."""


def wilson(share: float, effective_n: float, quantile: float) -> tuple[float, float]:
    """Lower and upper bound of a share, within 0 and 1 and never of width 0.

    Args:
        share: The estimate, 0 to 1.
        effective_n: Size of a simple random sample that would tell as much; above 0.
        quantile: Of the standard normal or of Student's t.
    """
    ratio = quantile**2 / effective_n
    middle = (share + ratio / 2) / (1 + ratio)
    spread = share * (1 - share) / effective_n + (quantile / (2 * effective_n)) ** 2
    half = quantile * math.sqrt(spread) / (1 + ratio)
    low = 0.0 if share <= 0 else max(0.0, middle - half)
    high = 1.0 if share >= 1 else min(1.0, middle + half)
    return low, high


@cache
def t_quantile(degrees: int) -> float:
    """The 97.5 % quantile of Student's t, found by halving until doubles end.

    Args:
        degrees: Degrees of freedom, 1 or more.
    """
    degrees = min(degrees, MOST_DEGREES)
    wanted = 1 - (1 - CONFIDENCE) / 2
    low, high = 0.0, 13.0  # 12.706 at one degree of freedom is the largest
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if _t_below(middle, degrees) < wanted else (low, middle)
    return high


def _t_below(t: float, degrees: int) -> float:
    """Probability that Student's t is below `t`, by the finite series for whole degrees.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
    """
    angle = math.atan2(t, math.sqrt(degrees))
    cosine_2 = math.cos(angle) ** 2
    odd = degrees % 2 == 1
    term = math.cos(angle) if odd else 1.0
    total = term if degrees > 1 else 0.0
    for step in range(2 if odd else 1, degrees - 2, 2):
        term *= step / (step + 1) * cosine_2
        total += term
    within = 2 / math.pi * (angle + math.sin(angle) * total) if odd else math.sin(angle) * total
    return (1 + within) / 2

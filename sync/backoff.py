"""When to try again: full jitter, so that tablets which lost one network do not return as one.

Pure: chance comes in, seconds go out. Nothing here sleeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

BASE_S: Final = 2.0
CAP_S: Final = 15 * 60.0
SERVER_CAP_S: Final = 60 * 60.0
"""A server may ask for an hour at most. Source of all three: sync reference 3.3."""
_STEPS: Final = 20
"""Doublings after which the cap is reached for certain; bounds the power."""


def full_jitter(
    attempt: int, chance: Random, base_s: float = BASE_S, cap_s: float = CAP_S
) -> float:
    """Seconds to wait before the next try: uniform between 0 and a bound that doubles.

    Args:
        attempt: Failures in a row so far, from 1.
        chance: Where the jitter comes from.
        base_s: Bound after the first failure, in seconds.
        cap_s: Bound that is never passed, in seconds.

    Source: M. Brooker, "Exponential Backoff And Jitter" (2015), "full jitter".
    """
    bound = min(cap_s, base_s * 2.0 ** min(max(attempt, 1) - 1, _STEPS))
    return chance.uniform(0.0, bound)


def retry_after_s(text: str, cap_s: float = SERVER_CAP_S) -> float | None:
    """Seconds of a `Retry-After` field, at most `cap_s`; None when it holds no number.

    The field's other form is a date, which would make the wait depend on two clocks: not read.

    Source: RFC 9110, 10.2.3.
    """
    stripped = text.strip()
    if not (stripped.isascii() and stripped.isdigit()) or len(stripped) > 9:
        return None
    return min(float(stripped), cap_s)


def wait_s(attempt: int, asked_s: float | None, chance: Random) -> float:
    """The next wait: never sooner than the server asked, and never all tablets at once."""
    jitter = full_jitter(attempt, chance)
    return jitter if asked_s is None else asked_s + min(jitter, asked_s / 4)

"""Hostile and damaged forms through the engine: `python -m tests.fuzz [--seed N] [--count N]`.

Prints how many were tried, what answered them, and every failure with the seed and number that
makes it again. A failure is anything but a form that works or an error with a code, within bounds
of time and memory.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from datetime import UTC, datetime
from time import monotonic

from tests.fuzz.bounds import judged, peak_mb, watched
from tests.fuzz.damage import damaged
from tests.fuzz.hostile import hostile


def main() -> int:
    """Try them; 1 when one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    today = int(datetime.now(UTC).strftime("%Y%m%d"))
    parser.add_argument("--seed", type=int, default=today, help="of the damage; today's date else")
    parser.add_argument("--count", type=int, default=3000, help="damaged forms")
    parser.add_argument("--seconds", type=float, default=180, help="then it stops")
    asked = parser.parse_args()
    until, failures, answers = monotonic() + asked.seconds, 0, Counter[str]()
    tried = slowest = 0.0
    for case in hostile():
        outcome = judged(case)
        tried, slowest = tried + 1, max(slowest, outcome.took_s)
        answers[outcome.codes[0] if outcome.codes else "carried"] += 1
        if outcome.failure:
            failures += 1
            print(f"FAILED {case.name}: {outcome.failure}", flush=True)
    for number, xml in enumerate(damaged(asked.seed, asked.count)):
        if monotonic() > until:
            break
        outcome = watched(xml)
        tried, slowest = tried + 1, max(slowest, outcome.took_s)
        answers[outcome.codes[0] if outcome.codes else "carried"] += 1
        if outcome.failure:
            failures += 1
            print(f"FAILED seed {asked.seed} number {number}: {outcome.failure}", flush=True)
    told = ", ".join(f"{code} {count}" for code, count in answers.most_common())
    print(f"seed {asked.seed}: {told}")
    print(f"slowest {slowest:.1f} s, peak memory {peak_mb():.0f} MB")
    print(f"tried {tried:.0f} failures {failures}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

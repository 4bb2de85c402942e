"""What every engine's child process counts in the same way: times, and the most memory it had."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from pathlib import Path
from time import perf_counter
from typing import TypeVar

Given = TypeVar("Given")


def timed(act: Callable[[], Given], times_ms: list[float]) -> Given:
    """What `act` gives; its milliseconds are added to the list."""
    begin = perf_counter()
    given = act()
    times_ms.append((perf_counter() - begin) * 1000)
    return given


def spread(times_ms: list[float]) -> dict[str, float]:
    """Median, 95th and 99th percentile (nearest rank), and how many."""
    ordered = sorted(times_ms)
    if not ordered:
        return {"n": 0}
    at = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    found = {key: round(ordered[ceil(q * len(ordered)) - 1], 4) for key, q in at.items()}
    return {"n": len(ordered), **found}


def memory_mb(field: str) -> float:
    """`VmRSS` (now) or `VmHWM` (the most so far) of this process. Source: proc(5)."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    return 0.0

"""The tablet's clock as a port: nothing may be ordered by it, and tests must hold it still."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What a device knows of time."""

    def now(self) -> datetime:
        """Wall clock, UTC."""

    def monotonic_s(self) -> float:
        """Seconds that never go back while the device is on."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Wall clock, UTC."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Seconds since some moment before."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""
        time.sleep(seconds)


def iso_week(moment: datetime) -> str:
    """The ISO week, the finest clock that may leave a tablet: `2026-W48`."""
    year, week, _ = moment.isocalendar()
    return f"{year:04}-W{week:02}"

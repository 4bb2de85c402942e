"""A position that gets better while one waits, the same at every run with one seed.

It stands in for satellites on a desktop: for trying the app out, for tests and for the demo. Its
fixes say that they are mocked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from mobile.ports import Fix

if TYPE_CHECKING:
    from sync.clock import Clock

METRES_A_DEGREE: Final = 111_320.0
"""Length of a degree, near enough for noise. Source: WGS 84, equator of 40,075 km / 360."""


@dataclass(frozen=True, slots=True, repr=False)
class Place:
    """Where the simulated tablet really is.

    Attributes:
        longitude: Degrees east, WGS 84.
        latitude: Degrees north, WGS 84.
        altitude_m: Metres above the ellipsoid.
    """

    longitude: float
    latitude: float
    altitude_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Sky:
    """How well a simulated receiver sees.

    Attributes:
        first_fix_s: Seconds until the first reading.
        first_m: Accuracy of that reading in metres.
        best_m: Accuracy that it comes down to.
        halving_s: Seconds in which what is above the best halves.
    """

    first_fix_s: float = 1.5
    first_m: float = 48.0
    best_m: float = 3.8
    halving_s: float = 1.2


class SimulatedGps:
    """A receiver whose readings draw near to a place.

    Args:
        place: Where it is.
        clock: Whose seconds pass.
        seed: Of its noise.
        sky: How well it sees.
    """

    def __init__(self, place: Place, clock: Clock, seed: int = 0, sky: Sky | None = None) -> None:
        self._place = place
        self._clock = clock
        self._seed = seed
        self._sky = sky or Sky()
        self._began_s: float | None = None

    def start(self) -> None:
        """Begin to search."""
        if self._began_s is None:
            self._began_s = self._clock.monotonic_s()

    def latest(self) -> Fix | None:
        """The reading of this second; it depends on seed and time only."""
        if self._began_s is None:
            return None
        since_s = self._clock.monotonic_s() - self._began_s - self._sky.first_fix_s
        if since_s < 0:
            return None
        return self._reading(int(since_s))

    def stop(self) -> None:
        """Stop searching."""
        self._began_s = None

    def _reading(self, second: int) -> Fix:
        sky, place = self._sky, self._place
        above_m = (sky.first_m - sky.best_m) * 0.5 ** (second / sky.halving_s)
        accuracy_m = sky.best_m + above_m
        chance = Random(f"{self._seed}:{second}")  # noqa: S311 -- noise of a toy receiver
        north_m, east_m = (chance.gauss(0.0, accuracy_m / 2) for _ in range(2))
        latitude = place.latitude + north_m / METRES_A_DEGREE
        shrink = max(math.cos(math.radians(place.latitude)), 1e-6)
        longitude = place.longitude + east_m / (METRES_A_DEGREE * shrink)
        return Fix(
            longitude=(longitude + 180.0) % 360.0 - 180.0,
            latitude=min(max(latitude, -90.0), 90.0),
            altitude_m=place.altitude_m,
            accuracy_m=round(accuracy_m, 1),
            provider="simulated",
            mocked=True,
        )

"""What the tablet asks of its device, as protocols: the screens know these and no machine.

Clock and keystore are those of `sync`, which needs them too. Every port has a desktop twin and,
where chance or movement is in it, a simulated one that is the same at every run.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sync.clock import Clock
from sync.keystore import Keystore

__all__ = ["Clock", "Connectivity", "Fix", "Gps", "Keystore", "Link"]


@dataclass(frozen=True, slots=True, repr=False)
class Fix:
    """One reading of a position.

    Attributes:
        longitude: Degrees east, WGS 84.
        latitude: Degrees north, WGS 84.
        altitude_m: Metres above the ellipsoid; 0 when the provider gives none.
        accuracy_m: Radius in metres that holds the true place with 68 % (Android's meaning).
        provider: `gps`, `network`, `simulated`.
        mocked: Whether the device says that the reading was made up.
    """

    longitude: float
    latitude: float
    altitude_m: float
    accuracy_m: float
    provider: str
    mocked: bool = False

    def to_answer(self) -> str:
        """The text of a geopoint: latitude, longitude, altitude, accuracy.

        Source: ODK XForms, `geopoint`.
        """
        place = f"{self.latitude:.7f} {self.longitude:.7f}"
        return f"{place} {self.altitude_m:.1f} {self.accuracy_m:.1f}"

    def __repr__(self) -> str:
        """The accuracy, never the place."""
        return f"Fix(accuracy_m={self.accuracy_m:.1f}, provider={self.provider!r})"


class Gps(Protocol):
    """Finds where the tablet is."""

    def start(self) -> None:
        """Begin to search; again is harmless."""

    def latest(self) -> Fix | None:
        """The newest reading since `start`; None while there is none. Never blocks."""

    def stop(self) -> None:
        """Stop searching; again is harmless."""


class Link(StrEnum):
    """What a device knows of its network: a hint for a screen, never a reason not to try."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


class Connectivity(Protocol):
    """Whether there may be a network."""

    def link(self) -> Link:
        """What the device says now."""

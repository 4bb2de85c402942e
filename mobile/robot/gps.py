"""A receiver whose place is set by the robot."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mobile.ports import Fix


class PlaceableGps:
    """Gives the reading that it was told, once it searches. It is a `mobile.ports.Gps`."""

    def __init__(self) -> None:
        self._fix: Fix | None = None
        self._searching = False

    def place(self, fix: Fix) -> None:
        """Be at a place from now on."""
        self._fix = fix

    def start(self) -> None:
        """Begin to search; again is harmless."""
        self._searching = True

    def latest(self) -> Fix | None:
        """The reading; None while it does not search."""
        return self._fix if self._searching else None

    def stop(self) -> None:
        """Stop searching; again is harmless."""
        self._searching = False

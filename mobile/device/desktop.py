"""The ports on Linux, Windows and macOS: what a machine without a receiver can honestly say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from mobile.ports import Link

if TYPE_CHECKING:
    from mobile.ports import Fix

NETWORK_CLASS: Final = Path("/sys/class/net")


class NoGps:
    """A machine without a receiver: it searches for ever and finds nothing."""

    def start(self) -> None:
        """Nothing begins."""

    def latest(self) -> Fix | None:
        """There is never a reading."""
        return None

    def stop(self) -> None:
        """Nothing ends."""


class KernelConnectivity:
    """What the Linux kernel says of its network links; elsewhere it is unknown.

    Args:
        folder: Where the kernel lists its links, one folder each.
    """

    def __init__(self, folder: Path = NETWORK_CLASS) -> None:
        self._folder = folder

    def link(self) -> Link:
        """Up when one link other than loopback is; a virtual link may say neither."""
        try:
            states = {
                (each / "operstate").read_text(encoding="ascii").strip()
                for each in self._folder.iterdir()
                if each.name != "lo"
            }
        except OSError:
            return Link.UNKNOWN
        if "up" in states:
            return Link.UP
        return Link.UNKNOWN if "unknown" in states else Link.DOWN

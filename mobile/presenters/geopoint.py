"""Taking a position: wait while it gets better, keep the best, let the enumerator decide.

The screen calls `tick` a few times a second; nothing here waits or runs by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from mobile.i18n import Strings
    from mobile.ports import Fix, Gps

GeopointState = Literal["idle", "searching", "improving", "good"]
TARGET_M: Final = 5.0
"""Accuracy in metres at which a position is good. Source: XLSForm, default capture-accuracy."""
WORST_M: Final = 100.0
"""Accuracy in metres above which a reading is no position at all.
Source: XLSForm, default warning-accuracy."""


@dataclass(frozen=True, slots=True)
class GeopointView:
    """The position control.

    Attributes:
        state: What it does now.
        words: The same in a sentence.
        accuracy_m: Of the best reading; 0 when there is none.
        can_accept: Whether there is a reading to take.
        mocked: Whether the device says that the reading was made up; the words say so too.
    """

    state: GeopointState
    words: str
    accuracy_m: float = 0.0
    can_accept: bool = False
    mocked: bool = False


class GeopointCapture:
    """Takes one position.

    Args:
        gps: The tablet's.
        strings: In the language of the interview.
        target_m: Accuracy at which it is good.
        worst_m: Accuracy above which a reading is not used.
    """

    def __init__(
        self, gps: Gps, strings: Strings, target_m: float = TARGET_M, worst_m: float = WORST_M
    ) -> None:
        self._gps = gps
        self._strings = strings
        self._target_m = target_m
        self._worst_m = worst_m
        self._best: Fix | None = None
        self._running = False

    def start(self) -> GeopointView:
        """Begin to search, from nothing."""
        self._best, self._running = None, True
        self._gps.start()
        return self.view()

    def tick(self) -> GeopointView:
        """Look for a better reading."""
        fix = self._gps.latest() if self._running else None
        limit_m = self._worst_m if self._best is None else self._best.accuracy_m
        if fix is not None and fix.accuracy_m <= limit_m:
            self._best = fix
        return self.view()

    def view(self) -> GeopointView:
        """What it does now."""
        if self._best is None:
            state: GeopointState = "searching" if self._running else "idle"
            return GeopointView(state, self._strings.text(f"geopoint.{state}"))
        accuracy_m = self._best.accuracy_m
        state = "good" if accuracy_m <= self._target_m else "improving"
        words = self._strings.text(f"geopoint.{state}", accuracy=f"{accuracy_m:.0f}")
        if self._best.mocked:
            words = f"{words} {self._strings.text('geopoint.mocked')}"
        return GeopointView(state, words, accuracy_m, can_accept=True, mocked=self._best.mocked)

    def accept(self) -> str:
        """Stop, and give the best reading as the text of an answer; empty when there is none."""
        self.stop()
        return "" if self._best is None else self._best.to_answer()

    def stop(self) -> None:
        """Stop searching; called also when the screen is left."""
        self._running = False
        self._gps.stop()

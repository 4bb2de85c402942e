"""Opening the tablet, and saying in the enumerator's language why it cannot be opened.

A terminal's error text is of no use on a tablet: a damaged store, a missing key or a full disk gets
a screen, with what to do and a code for the coordinator.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mobile.i18n import Strings
from mobile.presenters.question_view import problem_words
from sync.errors import SyncError

if TYPE_CHECKING:
    from collections.abc import Callable

    from forms.problems import Problem
    from mobile.presenters.settings import Settings
    from sync.profile import TabletProfile


@dataclass(frozen=True, slots=True)
class StartupView:
    """The screen that stands where the app cannot open its store.

    Attributes:
        strings: The app's words.
        problem: What is wrong and what to do, with its code; empty when the tablet is open.
        code: The code alone.
    """

    strings: Strings
    problem: str = ""
    code: str = ""


class Startup:
    """Opens the tablet.

    Args:
        opening: Opens it, or raises; `TabletProfile.open` with its folder.
        settings: The app's language, which is known without the store.
    """

    def __init__(self, opening: Callable[[], TabletProfile], settings: Settings) -> None:
        self._opening = opening
        self._settings = settings
        self._problem: Problem | None = None

    def open(self) -> TabletProfile | None:
        """The tablet; None when it cannot be opened, and then `view` says why."""
        self._problem = None
        try:
            return self._opening()
        except SyncError as error:
            self._problem = error.problems[0]
            return None

    def view(self) -> StartupView:
        """What stands in the way."""
        strings, problem = Strings.of(self._settings.values.language), self._problem
        if problem is None:
            return StartupView(strings)
        key = f"startup.{problem.code.lower().replace('-', '_')}"
        words = strings.text(key) if strings.has(key) else problem_words(problem, strings)
        return StartupView(strings, words, problem.code)

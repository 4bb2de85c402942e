"""Where a screen can lead; the app is the one that goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobile.presenters.form_entry import FormEntry

Result = TypeVar("Result")


class Go(Protocol):
    """The ways between the screens."""

    def enrol(self) -> None:
        """To joining a project."""

    def home(self) -> None:
        """To the forms and drafts."""

    def entry(self, entry: FormEntry) -> None:
        """To the open question of an interview."""

    def outline(self, entry: FormEntry) -> None:
        """To the jump list of an interview."""

    def review(self, entry: FormEntry) -> None:
        """To everything that was answered."""

    def release(self, entry: FormEntry) -> None:
        """To what will leave this tablet."""

    def outbox(self) -> None:
        """To records and sending."""

    def settings(self) -> None:
        """To language, colours and size of letters."""

    def apply_settings(self) -> None:
        """Look as the settings say now."""

    def in_background(self, work: Callable[[], Result], done: Callable[[Result], None]) -> None:
        """Do something long beside the window; `done` is called in the window's thread."""

"""Joining a project: an invitation is read, shown, and only then spoken to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.errors import FormsError
from mobile.i18n import Strings
from mobile.presenters.question_view import problem_words
from mobile.presenters.tablet import newest_forms
from sync.errors import SyncError
from sync.wire.invitation import Invitation

if TYPE_CHECKING:
    from mobile.presenters.settings import Settings
    from sync.profile import TabletProfile


@dataclass(frozen=True, slots=True)
class EnrolView:
    """The enrolment screen.

    Attributes:
        strings: The app's words.
        project: Of the invitation that was read; empty before.
        server_url: Of the invitation that was read; empty before.
        fingerprint: Twelve digits of the data controller's key, to compare by telephone.
        can_enrol: Whether a readable invitation is there.
        enrolled: Whether the tablet has joined.
        forms: Titles of the forms that came.
        problem: What went wrong; empty when nothing did.
    """

    strings: Strings
    project: str = ""
    server_url: str = ""
    fingerprint: str = ""
    can_enrol: bool = False
    enrolled: bool = False
    forms: tuple[str, ...] = ()
    problem: str = ""


class Enrol:
    """The enrolment screen's presenter.

    Args:
        profile: That joins.
        settings: The app's language.
    """

    def __init__(self, profile: TabletProfile, settings: Settings) -> None:
        self._profile = profile
        self._settings = settings
        self._invitation: Invitation | None = None
        self._enrolled = False
        self._problem = ""

    def view(self) -> EnrolView:
        """What is known so far."""
        invitation = self._invitation
        forms: tuple[str, ...] = ()
        if self._profile.enrolment is not None:
            forms = tuple(b.title for b in newest_forms(self._profile).values())
        return EnrolView(
            Strings.of(self._settings.values.language),
            invitation.project if invitation else "",
            invitation.server_url if invitation else "",
            invitation.controller_key.fingerprint if invitation else "",
            invitation is not None and not self._enrolled,
            self._enrolled,
            forms,
            self._problem,
        )

    def read(self, text: str) -> EnrolView:
        """Read an invitation as it was typed or scanned; nothing is sent."""
        self._invitation, self._problem, self._enrolled = None, "", False
        try:
            self._invitation = Invitation.from_text(text)
        except SyncError as error:
            self._problem = self._words(error)
        return self.view()

    def enrol(self) -> EnrolView:
        """Join, and fetch the forms. Blocks on the network: call it from a worker thread."""
        if self._invitation is None:
            return self.view()
        self._problem = ""
        try:
            self._profile.enrol(self._invitation.to_text())
            self._enrolled = True
            self._profile.pull()
        except (SyncError, FormsError) as error:
            self._problem = self._words(error)
        return self.view()

    def _words(self, error: SyncError | FormsError) -> str:
        return problem_words(error.problems[0], Strings.of(self._settings.values.language))

"""What waits on this tablet and what is proven to have arrived; and the sending.

A record is called delivered for one reason only: the store holds a checked receipt for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mobile.i18n import Strings
from mobile.presenters.question_view import problem_words
from sync.errors import SyncError
from sync.store import RecordStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mobile.presenters.settings import Settings
    from mobile.presenters.tablet import Tablet
    from sync.store import RecordState

STATES: Final[Mapping[RecordStatus, str]] = {
    RecordStatus.DRAFT: "outbox.draft",
    RecordStatus.FINAL: "outbox.waiting",
    RecordStatus.SEALED: "outbox.sealed",
    RecordStatus.DELIVERED: "outbox.delivered",
    RecordStatus.PARKED: "outbox.parked",
}


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One record: its number and state, no name and no place.

    Attributes:
        record_id: Its id.
        number: Its place on this tablet; 0 for a draft.
        title: Of its form.
        status: For the icon.
        state: The status in a word.
        detail: Week, receipt code to read over the phone, or why it is parked.
    """

    record_id: str
    number: int
    title: str
    status: RecordStatus
    state: str
    detail: str


@dataclass(frozen=True, slots=True)
class PushView:
    """What a push did.

    Attributes:
        delivered: Records whose receipt came in this push.
        waiting: Records that still wait.
        outcome: In a sentence.
        try_again_in_s: Seconds to wait before the next try; 0 when there is no reason to wait.
    """

    delivered: int
    waiting: int
    outcome: str
    try_again_in_s: float = 0.0


@dataclass(frozen=True, slots=True)
class OutboxView:
    """The outbox screen.

    Attributes:
        strings: The app's words.
        lines: Drafts first, then records, the newest first.
        counts: Records in each state.
        waiting: Records that are final and have no receipt.
        can_push: Whether there is something to send.
        push: What the last push did; None before the first.
        problem: Why the store cannot be read; empty when it can.
    """

    strings: Strings
    lines: tuple[RecordLine, ...]
    counts: dict[RecordStatus, int]
    waiting: int
    can_push: bool
    push: PushView | None
    problem: str = ""


class Outbox:
    """The outbox screen's presenter.

    Args:
        tablet: That keeps and sends.
        settings: The app's language.
    """

    def __init__(self, tablet: Tablet, settings: Settings) -> None:
        self._tablet = tablet
        self._settings = settings
        self._push: PushView | None = None

    def view(self) -> OutboxView:
        """What the store says now."""
        strings = Strings.of(self._settings.values.language)
        counts = dict.fromkeys(RecordStatus, 0)
        lines: tuple[RecordLine, ...] = ()
        problem = ""
        try:
            titles = {bundle.form_id: bundle.title for bundle in self._tablet.bundles()}
            lines = tuple(
                _line(state, titles.get(state.form_id, state.form_id), strings)
                for state in self._tablet.store.records()
            )
            counts |= self._tablet.store.counts()
        except SyncError as error:
            problem = problem_words(error.problems[0], strings)
        waiting = counts[RecordStatus.FINAL] + counts[RecordStatus.SEALED]
        return OutboxView(strings, lines, counts, waiting, waiting > 0, self._push, problem)

    def push(self) -> PushView:
        """Send what waits. Blocks while it does: call it from a worker thread."""
        strings = Strings.of(self._settings.values.language)
        try:
            report = self._tablet.push()
        except SyncError as error:
            waiting = self.view().waiting
            self._push = PushView(0, waiting, problem_words(error.problems[0], strings))
            return self._push
        key = "outbox.pushed" if not report.waiting else "outbox.pushed_some"
        if not report.delivered:
            key = "outbox.try_later" if report.waiting else "outbox.nothing"
        words = strings.text(key, delivered=report.delivered, waiting=report.waiting)
        self._push = PushView(report.delivered, report.waiting, words, report.try_again_in_s)
        return self._push


def _line(state: RecordState, title: str, strings: Strings) -> RecordLine:
    detail = ""
    if state.status is RecordStatus.DELIVERED:
        detail = strings.text("outbox.receipt", code=state.receipt_code)
    elif state.status is RecordStatus.PARKED:
        detail = strings.text("outbox.reason", reason=state.reason)
    elif state.week:
        detail = strings.text("outbox.week", week=state.week)
    return RecordLine(
        state.record_id,
        state.number,
        title,
        state.status,
        strings.text(STATES[state.status]),
        detail,
    )

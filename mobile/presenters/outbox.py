"""What waits on this tablet and what is proven to have arrived; and the sending.

A record is called delivered for one reason only: the store holds a checked receipt for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mobile.i18n import Strings
from mobile.ports import Link
from mobile.presenters.question_view import problem_words
from mobile.presenters.tablet import newest_forms
from sync.errors import SyncError
from sync.push import Outcome
from sync.store import RecordStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mobile.ports import Connectivity
    from mobile.presenters.settings import Settings
    from sync.profile import TabletProfile
    from sync.push import OnProgress, PushReport
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
        delivered: Records whose receipt was checked in this push.
        waiting: Records that still wait.
        outcome: What happened, in a sentence or two.
        try_again_in_s: Seconds to wait before the next try; 0 when waiting does not help.
        parked: Records that were set aside in this push.
        ok: Whether nothing went wrong; waiting for company is not wrong.
        can_flush: Whether what waits for company may be sent anyway, with `push(flush=True)`.
    """

    delivered: int
    waiting: int
    outcome: str
    try_again_in_s: float = 0.0
    parked: int = 0
    ok: bool = False
    can_flush: bool = False


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
        hint: What the device says of its network, when it says that there is none.
    """

    strings: Strings
    lines: tuple[RecordLine, ...]
    counts: dict[RecordStatus, int]
    waiting: int
    can_push: bool
    push: PushView | None
    problem: str = ""
    hint: str = ""


class Outbox:
    """The outbox screen's presenter.

    Args:
        profile: That keeps and sends.
        settings: The app's language.
        connectivity: Of the device; what it says never keeps anybody from trying.
    """

    def __init__(
        self, profile: TabletProfile, settings: Settings, connectivity: Connectivity
    ) -> None:
        self._profile = profile
        self._settings = settings
        self._connectivity = connectivity
        self._push: PushView | None = None

    def view(self) -> OutboxView:
        """What the store says now."""
        strings = Strings.of(self._settings.values.language)
        counts = dict.fromkeys(RecordStatus, 0)
        lines: tuple[RecordLine, ...] = ()
        problem = ""
        try:
            titles = {i: b.title for i, b in newest_forms(self._profile).items()}
            lines = tuple(
                _line(state, titles.get(state.form_id, state.form_id), strings)
                for state in self._profile.store.records()
            )
            counts |= self._profile.store.counts()
        except SyncError as error:
            problem = problem_words(error.problems[0], strings)
        waiting = counts[RecordStatus.FINAL] + counts[RecordStatus.SEALED]
        down = waiting > 0 and self._connectivity.link() is Link.DOWN
        hint = strings.text("outbox.no_network") if down else ""
        return OutboxView(strings, lines, counts, waiting, waiting > 0, self._push, problem, hint)

    def push(self, *, flush: bool = False, on_progress: OnProgress | None = None) -> PushView:
        """Send what is due. Blocks while it does: call it from a worker thread.

        Args:
            flush: Whether a few records need not wait for company.
            on_progress: Called with (records done, records that waited), in the calling thread.
        """
        strings = Strings.of(self._settings.values.language)
        try:
            report = self._profile.push(flush=flush, on_progress=on_progress)
        except SyncError as error:
            words = problem_words(error.problems[0], strings)
            self._push = PushView(0, self.view().waiting, words)
        else:
            self._push = _push_view(report, strings)
        return self._push

    def retry_parked(self) -> OutboxView:
        """Let parked records be sent again, after the coordinator put right what was wrong."""
        try:
            self._profile.retry_parked()
        except SyncError as error:
            words = problem_words(error.problems[0], Strings.of(self._settings.values.language))
            self._push = PushView(0, self.view().waiting, words)
        return self.view()


def _push_view(report: PushReport, strings: Strings) -> PushView:
    sentences = []
    if report.delivered:
        sentences.append(strings.text("outbox.pushed", delivered=report.delivered))
    if report.parked:
        sentences.append(strings.text("outbox.pushed_parked", parked=report.parked))
    if report.outcome is not Outcome.DONE or not sentences:
        key = f"outbox.outcome_{report.outcome.value.replace('-', '_')}"
        sentences.append(strings.text(key, waiting=report.waiting))
    if report.retry_after_s:
        wait_s = max(1, round(report.retry_after_s))
        sentences.append(strings.text("outbox.try_again_in", seconds=wait_s))
    return PushView(
        report.delivered,
        report.waiting,
        " ".join(sentences),
        report.retry_after_s or 0.0,
        report.parked,
        report.outcome in {Outcome.DONE, Outcome.WAITING},
        report.outcome is Outcome.WAITING,
    )


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

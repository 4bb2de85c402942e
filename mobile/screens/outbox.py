"""Every record with what is proven of it, and the button that sends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kivy.lang import Builder
from kivy.properties import BooleanProperty, StringProperty

from mobile.screens.page import Card, Page
from mobile.widgets.base import Btn, Notice, Surface
from sync.store import RecordStatus

if TYPE_CHECKING:
    from mobile.presenters.outbox import Outbox, OutboxView, PushView, RecordLine
    from mobile.screens.go import Go

LOOKS = {
    RecordStatus.DRAFT: ("info", "pencil"),
    RecordStatus.FINAL: ("warn", "clock"),
    RecordStatus.SEALED: ("warn", "package"),
    RecordStatus.DELIVERED: ("ok", "check-circle"),
    RecordStatus.PARKED: ("error", "alert-circle"),
}
# Records drawn at once: a scrolling page draws all its rows, also those off the screen.
MOST_RECORDS = 60


class RecordRow(Surface):
    """One record: number and form, no name and no place."""

    title = StringProperty("")
    words = StringProperty("")
    pill = StringProperty("")
    state = StringProperty("info")
    icon = StringProperty("")
    last = BooleanProperty(False)


class OutboxScreen(Page):
    """The sending screen.

    Args:
        outbox: The presenter.
        go: Ways to other screens.
    """

    busy = BooleanProperty(False)

    def __init__(self, outbox: Outbox, go: Go) -> None:
        super().__init__()
        self._outbox, self._go = outbox, go
        self.send = Btn(kind="primary", icon="cloud-upload")
        self.send.size_hint_x = 1
        self.send.bind(on_release=lambda _: self.push())
        self.ids.foot.add_widget(self.send)
        self.render(outbox.view())

    def render(self, view: OutboxView) -> None:
        """Show the records."""
        strings = view.strings
        self.speak(strings)
        self.title = strings.text("outbox.title")
        alone = view.push is not None and view.push.can_flush
        key = "outbox.pushing" if self.busy else "outbox.flush" if alone else "outbox.push"
        self.send.text = strings.text(key)
        self.send.disabled = self.busy or not view.can_push
        column = self.ids.column
        column.clear_widgets()
        if view.problem:
            column.add_widget(Notice(state="error", icon="alert-circle", text=view.problem))
        if view.push is not None:
            column.add_widget(self._report(view.push))
        if view.hint:
            column.add_widget(Notice(icon="cloud-off", text=view.hint))
        if not view.lines:
            column.add_widget(Notice(text=strings.text("outbox.empty")))
            return
        card = Card(spacing="4dp")
        for line in view.lines[:MOST_RECORDS]:
            number = strings.text("outbox.record", number=line.number) if line.number else ""
            card.add_widget(self._row(line, number))
        card.children[0].last = True
        column.add_widget(card)
        if view.counts[RecordStatus.PARKED]:
            again = Btn(text=strings.text("outbox.retry_parked"), icon="refresh", size_hint_x=1)
            again.bind(on_release=lambda _: self.render(self._outbox.retry_parked()))
            column.add_widget(again)

    @staticmethod
    def _report(push: PushView) -> Notice:
        if push.can_flush:
            return Notice(icon="clock", text=push.outcome)
        if not push.ok or push.waiting:
            return Notice(state="warn", icon="cloud-off", text=push.outcome)
        return Notice(state="ok", icon="cloud-check", text=push.outcome)

    @staticmethod
    def _row(line: RecordLine, number: str) -> RecordRow:
        state, icon = LOOKS[line.status]
        title = f"{number} · {line.title}" if number else line.title
        return RecordRow(title=title, words=line.detail, pill=line.state, state=state, icon=icon)

    def push(self) -> None:
        """Send in the background; asked a second time, also what waits for company."""
        if self.busy:
            return
        last = self._outbox.view().push
        flush = last is not None and last.can_flush
        self.busy = True
        self.render(self._outbox.view())
        self._go.in_background(lambda: self._outbox.push(flush=flush), self._pushed)

    def _pushed(self, _push: PushView) -> None:
        self.busy = False
        if self.parent is not None:
            self.render(self._outbox.view())

    def go_back(self) -> None:
        """Back to the forms."""
        self._go.home()


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

"""The first screen: forms to begin, drafts to go on with, and how much waits to be sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kivy.lang import Builder
from kivy.properties import BooleanProperty, StringProperty

from mobile.screens.page import Heading, Page
from mobile.screens.sheet import Sheet
from mobile.widgets.base import IconBtn, Notice, Surface, Tap
from sync.store import RecordStatus

if TYPE_CHECKING:
    from mobile.presenters.form_list import DraftCard, FormList, FormListView
    from mobile.screens.go import Go


class FormTap(Tap):
    """A form that can be begun."""

    form_id = StringProperty("")
    title = StringProperty("")
    words = StringProperty("")


class DraftLine(Surface):
    """A draft: touching it goes on with it; the bin deletes it after asking."""

    record_id = StringProperty("")
    title = StringProperty("")
    words = StringProperty("")
    delete_says = StringProperty("")
    installed = BooleanProperty(True)
    __events__ = ("on_resume", "on_delete")

    def on_resume(self) -> None:
        """Kivy's default handler."""

    def on_delete(self) -> None:
        """Kivy's default handler."""


class OutboxTap(Tap):
    """The way to sending, with what waits there."""

    title = StringProperty("")
    words = StringProperty("")
    waiting = StringProperty("")
    alarm = BooleanProperty(False)


class HomeScreen(Page):
    """The first screen.

    Args:
        forms: The presenter.
        go: Ways to other screens.
    """

    def __init__(self, forms: FormList, go: Go) -> None:
        super().__init__(has_back=False)
        self._forms, self._go = forms, go
        self._settings = IconBtn(icon="cog")
        self._settings.bind(on_release=lambda _: go.settings())
        self.ids.bar.actions.add_widget(self._settings)
        self.render(forms.view())

    def render(self, view: FormListView) -> None:
        """Show forms, drafts and the outbox."""
        strings = view.strings
        self.speak(strings)
        self.title = strings.text("app.name")
        self.subtitle = strings.text("form_list.title")
        self._settings.says = strings.text("settings.title")
        column = self.ids.column
        column.clear_widgets()
        if view.problem:
            column.add_widget(Notice(state="error", icon="alert-circle", text=view.problem))
        column.add_widget(self._outbox(view))
        column.add_widget(Heading(text=strings.text("form_list.forms")))
        for form in view.forms:
            version = strings.text("form_list.version", version=form.version)
            tap = FormTap(form_id=form.form_id, title=form.title or form.form_id, words=version)
            tap.bind(on_release=lambda touched: self.begin(touched.form_id))
            column.add_widget(tap)
        if not view.forms:
            column.add_widget(Notice(text=strings.text("form_list.no_forms")))
        if view.drafts:
            column.add_widget(Heading(text=strings.text("form_list.drafts")))
            for draft in view.drafts:
                column.add_widget(self._draft(draft, strings.text("form_list.delete")))

    def _outbox(self, view: FormListView) -> OutboxTap:
        counts = view.counts
        waiting = counts[RecordStatus.FINAL] + counts[RecordStatus.SEALED]
        tap = OutboxTap(
            title=view.strings.text("outbox.title"),
            words=view.counts_text,
            waiting=str(waiting) if waiting else "",
            alarm=counts[RecordStatus.PARKED] > 0,
        )
        tap.bind(on_release=lambda _: self._go.outbox())
        return tap

    def _draft(self, draft: DraftCard, delete: str) -> DraftLine:
        line = DraftLine(
            record_id=draft.record_id,
            title=draft.title,
            words=draft.place,
            installed=draft.installed,
            delete_says=delete,
        )
        line.bind(
            on_resume=lambda touched: self.resume(touched.record_id),
            on_delete=lambda touched: self.delete(touched.record_id),
        )
        return line

    def begin(self, form_id: str) -> None:
        """Begin an interview."""
        entry = self._forms.begin(form_id)
        if entry is not None:
            self._go.entry(entry)
        else:
            self.render(self._forms.view())

    def resume(self, record_id: str) -> None:
        """Go on with a draft."""
        entry = self._forms.resume(record_id)
        if entry is not None:
            self._go.entry(entry)
        else:
            self.render(self._forms.view())

    def delete(self, record_id: str) -> None:
        """Delete a draft, after asking."""
        strings = self._forms.view().strings
        sheet = Sheet(strings.text("form_list.delete_sure"), strings.text("app.cancel"))
        sheet.offer(record_id, strings.text("form_list.delete"), icon="trash")
        sheet.open(lambda chosen: self.render(self._forms.delete_draft(chosen)))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

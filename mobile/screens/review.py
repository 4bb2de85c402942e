"""Everything that was answered, by section; touching a line goes to its question."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kivy.lang import Builder
from kivy.properties import StringProperty

from mobile.screens.page import Card, Page
from mobile.widgets.base import HBox, Notice, Tap, Words

if TYPE_CHECKING:
    from mobile.presenters.form_entry import FormEntry
    from mobile.presenters.review import Review, ReviewLine, ReviewView
    from mobile.screens.go import Go


class ReviewRow(Tap):
    """One question and its answer."""

    ref = StringProperty("")
    label = StringProperty("")
    answer = StringProperty("")
    problem = StringProperty("")


class TwoButtons(HBox):
    """The foot of a page: back at one end, the one action at the other."""

    back_text = StringProperty("")
    go_text = StringProperty("")
    go_icon = StringProperty("arrow-right")
    __events__ = ("on_prior", "on_next")

    def on_prior(self) -> None:
        """Kivy's default handler."""

    def on_next(self) -> None:
        """Kivy's default handler."""


class ReviewScreen(Page):
    """The review.

    Args:
        review: The presenter.
        entry: The interview, to go back to.
        go: Ways to other screens.
    """

    def __init__(self, review: Review, entry: FormEntry, go: Go) -> None:
        super().__init__()
        self._review, self._entry, self._go = review, entry, go
        self.foot = TwoButtons()
        self.foot.bind(on_prior=lambda _: self.go_back(), on_next=lambda _: self.go_on())
        self.ids.foot.add_widget(self.foot)
        self.render(review.view())

    def render(self, view: ReviewView) -> None:
        """Show what was answered."""
        strings = view.strings
        self.speak(strings, self._entry.view().direction)
        self.title, self.subtitle = strings.text("review.title"), view.form_title
        self.foot.back_text, self.foot.go_text = self.back_says, strings.text("review.go_on")
        self.foot.ids.next.disabled = not view.can_finalise
        column = self.ids.column
        column.clear_widgets()
        state, icon = ("ok", "check-circle") if view.can_finalise else ("error", "alert-circle")
        column.add_widget(Notice(state=state, icon=icon, text=view.summary))
        if view.problems:
            self._card("", view.problems, mend=True)
        for section in view.sections:
            self._card(section.title, section.lines, mend=False)

    def _card(self, title: str, lines: tuple[ReviewLine, ...], *, mend: bool) -> None:
        card = Card(spacing="4dp")
        if title:
            card.add_widget(Words(text=title, strong=True, tone="primary"))
        for line in lines:
            row = ReviewRow(ref=line.ref, label=line.label, answer=line.value, problem=line.problem)
            row.bind(on_release=lambda touched: self._open(touched.ref, mend=mend))
            card.add_widget(row)
        self.ids.column.add_widget(card)

    def _open(self, ref: str, *, mend: bool) -> None:
        if mend:
            self._entry.jump_to_problem(ref)
        else:
            self._entry.jump(ref)
        self._go.entry(self._entry)

    def go_back(self) -> None:
        """Back to the questions."""
        self._go.entry(self._entry)

    def go_on(self) -> None:
        """To what will leave this tablet."""
        if self._review.view().can_finalise:
            self._go.release(self._entry)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

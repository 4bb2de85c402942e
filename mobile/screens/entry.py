"""One question a screen: its words, its control, and the way on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.lang import Builder
from kivy.properties import BooleanProperty, StringProperty

from mobile.presenters.entry_view import WidgetKind
from mobile.screens.outline import OutlinePanel
from mobile.screens.page import Card, Page
from mobile.screens.repeat import RepeatCard
from mobile.screens.sheet import Sheet
from mobile.theme import theme
from mobile.widgets.base import HAS_KEYBOARD, HBox, IconBtn, Notice, is_wide
from mobile.widgets.factory import control_for
from mobile.widgets.geopoint import GeopointControl

if TYPE_CHECKING:
    from kivy.uix.widget import Widget

    from mobile.i18n import Strings
    from mobile.ports import Gps
    from mobile.presenters.entry_view import EntryView, QuestionView
    from mobile.presenters.form_entry import FormEntry
    from mobile.screens.go import Go
    from mobile.widgets.control import Control


class QuestionCard(Card):
    """A question with its control.

    Attributes:
        label, hint, guidance: Its words.
        label_role: Text role of the label: a note is read, a question is asked.
        meta: Small words above it: whether it must be answered.
        problem: What must be mended, or empty.
    """

    label = StringProperty("")
    hint = StringProperty("")
    guidance = StringProperty("")
    meta = StringProperty("")
    label_role = StringProperty("question")
    problem = StringProperty("")

    def __init__(self, view: QuestionView, strings: Strings) -> None:
        super().__init__()
        self.ref, self.kind = view.ref, view.kind
        self.strings = strings
        self.label_role = "body" if view.kind is WidgetKind.NOTE else "question"
        self.trouble = Notice(state="error", icon="alert-circle")
        self.control: Control = control_for(view.kind, strings)
        self.ids.place.add_widget(self.control)

    def show(self, view: QuestionView) -> None:
        """Show the question as it is now."""
        self.label, self.hint, self.guidance = view.label, view.hint, view.guidance
        self.meta = self.strings.text("entry.required_mark") if view.required else ""
        self.problem = view.problem
        self._show_problem(view.problem)
        self.control.show(view)

    def _show_problem(self, text: str) -> None:
        self.trouble.text = text
        if text and self.trouble.parent is None:
            self.ids.trouble.add_widget(self.trouble)
        elif not text:
            self.ids.trouble.remove_widget(self.trouble)


class EndCard(Card):
    """The end of the questions, and what is still missing."""

    title = StringProperty("")
    words = StringProperty("")
    done = BooleanProperty(False)


class EntryFoot(HBox):
    """Back, whether everything is saved, and next."""

    back_text = StringProperty("")
    next_text = StringProperty("")
    saved_text = StringProperty("")
    saved = BooleanProperty(True)
    has_prior = BooleanProperty(False)
    narrow = BooleanProperty(False)
    __events__ = ("on_prior", "on_next")

    def on_prior(self) -> None:
        """Kivy's default handler."""

    def on_next(self) -> None:
        """Kivy's default handler."""


class Banner(Card):
    """What stands in the way of saving, and the way to try again."""

    text = StringProperty("")
    again_text = StringProperty("")
    __events__ = ("on_again",)

    def on_again(self) -> None:
        """Kivy's default handler."""


class EntryScreen(Page):
    """The entry screen.

    Args:
        entry: The presenter.
        go: Ways to other screens.
        gps: The tablet's receiver.
    """

    def __init__(self, entry: FormEntry, go: Go, gps: Gps) -> None:
        super().__init__()
        self.entry, self._go, self._gps = entry, go, gps
        self._shown: tuple[object, ...] = ()
        self.cards: list[QuestionCard] = []
        self.panel: OutlinePanel | None = None
        self.strings = entry.strings
        self.language_button = IconBtn(icon="translate")
        self.language_button.bind(on_release=lambda _: self.choose_language())
        self.outline_button = IconBtn(icon="list")
        self.outline_button.bind(on_release=lambda _: self.open_outline())
        for button in (self.language_button, self.outline_button):
            self.ids.bar.actions.add_widget(button)
        self.foot = EntryFoot()
        self.foot.bind(on_prior=lambda _: self.go_prior(), on_next=lambda _: self.go_on())
        self.ids.foot.add_widget(self.foot)
        self.banner = Banner()
        self.banner.bind(on_again=lambda _: self.render(self.entry.save_again()))
        self.render(entry.view())
        Window.bind(size=self._resized)

    def _resized(self, *_: object) -> None:
        if self.parent is not None:
            self.render(self.entry.view())

    # Showing -----------------------------------------------------------------------------------

    def render(self, view: EntryView) -> None:
        """Show a view; the same step keeps its widgets."""
        self.strings = strings = view.strings
        self.speak(strings, view.direction)
        self.title, self.subtitle = view.form_title, view.section
        self.has_progress, self.share = True, view.progress
        self.foot.next_text = strings.text("entry.review" if view.kind == "end" else "entry.next")
        self.foot.back_text, self.foot.has_prior = strings.text("entry.back"), view.can_back
        self.language_button.says = strings.text("entry.language")
        self.outline_button.says = strings.text("entry.jump")
        identity = self._identity(view)
        if identity != self._shown:
            self._build(view)
            self._shown = identity
        for card, question in zip(self.cards, view.questions, strict=True):
            card.show(question)
        self._show_saved(saved=view.saved)
        self._show_banner(view.banner)
        self._show_panel()

    @staticmethod
    def _identity(view: EntryView) -> tuple[object, ...]:
        questions = tuple((q.ref, q.kind) for q in view.questions)
        rows = tuple(row.ref for row in view.repeat.rows) if view.repeat else ()
        return (view.kind, questions, rows, view.repeat, view.language, view.problem_count)

    def _build(self, view: EntryView) -> None:
        column = self.ids.column
        column.clear_widgets()
        self.cards = [QuestionCard(question, view.strings) for question in view.questions]
        for card in self.cards:
            self._listen(card)
            column.add_widget(card)
        if view.repeat is not None:
            column.add_widget(RepeatCard(view.repeat, view.strings, self))
        if view.kind == "end":
            column.add_widget(self._end(view))
        if view.row is not None and view.row.can_remove:
            self.subtitle = view.row.label
        self.to_top()
        if HAS_KEYBOARD and self.cards:
            Clock.schedule_once(lambda _: self._focus(), 0)

    def _focus(self) -> None:
        if self.parent is not None and self.cards:
            self.cards[0].control.take_focus()

    @staticmethod
    def _end(view: EntryView) -> EndCard:
        strings, count = view.strings, view.problem_count
        key = "entry.end_problems" if count else "entry.end_text"
        return EndCard(
            title=strings.text("entry.end_title"),
            words=strings.text(key, count=count),
            done=not count,
        )

    def _listen(self, card: QuestionCard) -> None:
        control, ref = card.control, card.ref
        control.bind(
            on_answer=lambda _, text: self.render(self.entry.answer(ref, text)),
            on_choose=lambda _, value: self.render(self.entry.choose(ref, value)),
            on_typing=lambda _: self._show_saved(saved=False),
            on_submit=lambda _: self.go_on(),
        )
        if isinstance(control, GeopointControl):
            control.use(self._gps)

    def _show_saved(self, *, saved: bool) -> None:
        self.foot.saved = saved
        typing = any(card.control.is_typing for card in self.cards)
        key = "window.saving" if typing else ("entry.saved" if saved else "entry.not_saved")
        self.foot.saved_text = self.strings.text(key)

    def _show_banner(self, text: str) -> None:
        self.banner.text, self.banner.again_text = text, self.strings.text("entry.save_again")
        column = self.ids.column
        if text and self.banner.parent is None:
            column.add_widget(self.banner, index=len(column.children))
        elif not text:
            column.remove_widget(self.banner)

    def _show_panel(self) -> None:
        wide = is_wide()
        self.outline_button.opacity = 0 if wide else 1
        self.outline_button.width = 0 if wide else theme.target
        self.outline_button.disabled = wide
        if wide and self.panel is None:
            self.panel = OutlinePanel(self.jump)
            self.ids.body.add_widget(self.panel, index=len(self.ids.body.children))
        elif not wide and self.panel is not None:
            self.ids.body.remove_widget(self.panel)
            self.panel = None
        if self.panel is not None:
            self.panel.show(self.entry.outline(), self.strings)

    # Acting ------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Make an answer of what is being typed."""
        for card in list(self.cards):
            card.control.flush()

    def go_on(self) -> None:
        """Next question, or the review at the end."""
        self.flush()
        if self.entry.view().kind == "end":
            self._go.review(self.entry)
            return
        view = self.entry.next()
        self.render(view)
        if any(question.problem for question in view.questions):
            self.show_problem()

    def go_prior(self) -> None:
        """The question before."""
        self.flush()
        self.render(self.entry.back())

    def go_back(self) -> None:
        """Leave the interview; its draft is kept."""
        self.flush()
        self._go.home()

    def show_problem(self) -> None:
        """Bring what must be mended into sight."""
        wrong = next((card for card in self.cards if card.problem), None)
        if wrong is not None:
            Clock.schedule_once(lambda _: self._into_sight(wrong.trouble), 0.05)

    def _into_sight(self, widget: Widget) -> None:
        scroll = self.ids.scroll
        if widget.parent is not None and scroll.viewport_size[1] > scroll.height:
            scroll.scroll_to(widget)

    def open_outline(self) -> None:
        """To the jump list."""
        self.flush()
        self._go.outline(self.entry)

    def jump(self, ref: str) -> None:
        """To another question."""
        self.flush()
        self.render(self.entry.jump(ref))

    def choose_language(self) -> None:
        """Ask in which language to go on."""
        view = self.entry.view()
        sheet = Sheet(self.strings.text("entry.language"), self.strings.text("app.close"))
        for name in view.languages:
            sheet.offer(name, name, chosen=name == view.language)
        sheet.open(lambda name: self.render(self.entry.set_language(name)))

    def add_row(self, ref: str) -> None:
        """Another row."""
        self.render(self.entry.add_row(ref))

    def remove_row(self, ref: str, label: str) -> None:
        """Remove a row, after asking."""
        sheet = Sheet(
            self.strings.text("entry.remove_sure", row=label),
            self.strings.text("app.cancel"),
        )
        sheet.offer(ref, self.strings.text("entry.remove_row"), icon="trash")
        sheet.open(lambda chosen: self.render(self.entry.remove_row(chosen)))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

"""What every control of a question has in common: it shows a view and says what was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kivy.clock import Clock
from kivy.uix.boxlayout import BoxLayout

if TYPE_CHECKING:
    from mobile.i18n import Strings
    from mobile.presenters.entry_view import QuestionView

# A pause in typing after which what was typed is an answer. Long enough for a thumb, short enough
# that a power cut costs a word and not a sentence.
TYPING_PAUSE_S = 0.35


class Control(BoxLayout):
    """The part of a question that is touched.

    Holds no answer beyond what is being typed; the presenter has it.

    Events:
        on_answer: (text) the answer as XForms stores it.
        on_choose: (value) a choice was touched.
        on_locate: the position is asked for.
        on_typing: something was typed that is not yet an answer.
        on_submit: Enter was pressed: go on.
    """

    __events__ = ("on_answer", "on_choose", "on_locate", "on_typing", "on_submit")

    def __init__(self, strings: Strings, **kwargs: Any) -> None:  # Kivy's own keyword arguments
        super().__init__(orientation="vertical", size_hint_y=None, **kwargs)
        self.strings = strings
        self.bind(minimum_height=self.setter("height"))
        self._typed: str | None = None
        self._pause = Clock.create_trigger(self._settle, TYPING_PAUSE_S)

    def show(self, view: QuestionView) -> None:
        """Show a question; called again whenever it changed."""
        raise NotImplementedError

    def take_focus(self) -> None:
        """Ask for the keyboard, where a question is typed."""

    def typed(self, text: str) -> None:
        """Say later, after a pause in typing, that this is the answer."""
        self._typed = text
        self.dispatch("on_typing")
        self._pause()

    def flush(self) -> None:
        """Say now what was typed."""
        self._pause.cancel()
        self._settle()

    def _settle(self, *_: object) -> None:
        if self._typed is not None:
            text, self._typed = self._typed, None
            self.dispatch("on_answer", text)

    @property
    def is_typing(self) -> bool:
        """Whether something was typed that is not yet an answer."""
        return self._typed is not None

    def on_answer(self, text: str) -> None:
        """Kivy's default handler."""

    def on_choose(self, value: str) -> None:
        """Kivy's default handler."""

    def on_locate(self) -> None:
        """Kivy's default handler."""

    def on_typing(self) -> None:
        """Kivy's default handler."""

    def on_submit(self) -> None:
        """Kivy's default handler."""

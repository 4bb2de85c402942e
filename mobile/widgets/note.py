"""Questions that are only read: notes, and kinds that this tablet cannot ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mobile.widgets.base import Notice, Words
from mobile.widgets.control import Control

if TYPE_CHECKING:
    from mobile.i18n import Strings
    from mobile.presenters.entry_view import QuestionView


class NoteControl(Control):
    """A text to read; a calculated value stands below it."""

    def __init__(self, strings: Strings, **kwargs: Any) -> None:  # Kivy's own keyword arguments
        super().__init__(strings, **kwargs)
        self._value = Words(strong=True)

    def show(self, view: QuestionView) -> None:
        """Show the value, if there is one."""
        self._value.text = view.value
        if view.value and self._value.parent is None:
            self.add_widget(self._value)
        elif not view.value:
            self.remove_widget(self._value)


class UnsupportedControl(Control):
    """Says plainly that this kind of question cannot be asked here yet."""

    def __init__(self, strings: Strings, **kwargs: Any) -> None:  # Kivy's own keyword arguments
        super().__init__(strings, **kwargs)
        notice = Notice(state="warn", icon="alert", text=strings.text("entry.unsupported"))
        self.add_widget(notice)

    def show(self, view: QuestionView) -> None:
        """Nothing of it changes."""

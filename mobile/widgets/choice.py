"""Choices as large rows; a long list gets a field to search in."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kivy.clock import Clock
from kivy.lang import Builder
from kivy.properties import BooleanProperty, StringProperty

from mobile.widgets.base import Tap, Words
from mobile.widgets.control import Control
from mobile.widgets.field import FieldBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobile.i18n import Strings
    from mobile.presenters.entry_view import ChoiceView, QuestionView

# More choices than this are searched rather than scrolled: about two tablet screens of rows.
SEARCH_FROM = 16
# Rows drawn of a long list: a scrolling page draws all its rows, also those off the screen.
MOST_ROWS = 24
SEARCH_PAUSE_S = 0.12


class ChoiceRow(Tap):
    """One choice: a mark, and words.

    Attributes:
        value: What is stored.
        text: What is shown.
        chosen: Whether it is chosen.
        several: Whether others may be chosen beside it.
    """

    value = StringProperty("")
    text = StringProperty("")
    chosen = BooleanProperty(False)
    several = BooleanProperty(False)


def folded(text: str) -> str:
    """A text for searching: without case and accents, so that "chokwe" finds "Chókwè"."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))


class SelectControl(Control):
    """Select one, or several: touching a row chooses it, touching it again takes it back."""

    several = False

    def __init__(self, strings: Strings, **kwargs: Any) -> None:  # Kivy's own keyword arguments
        super().__init__(strings, **kwargs)
        self.spacing = "8dp"
        self._choices: Sequence[ChoiceView] = ()
        self._search: FieldBox | None = None
        self._more = Words(role="label", tone="muted", align="center")
        self._rows: dict[str, ChoiceRow] = {}
        self._enabled = True
        self._later = Clock.create_trigger(self._fill, SEARCH_PAUSE_S)

    def show(self, view: QuestionView) -> None:
        """Show the choices; rows that are there already only change their mark."""
        before = [(each.value, each.label) for each in self._choices]
        self._choices, self._enabled = view.choices, not view.read_only
        if before != [(each.value, each.label) for each in view.choices]:
            self._folded = {each.value: folded(each.label) for each in view.choices}
            self._offer_search()
            self._fill()
        for choice in view.choices:
            row = self._rows.get(choice.value)
            if row is not None:
                row.chosen = choice.selected
                row.disabled = view.read_only

    def _offer_search(self) -> None:
        long = len(self._choices) >= SEARCH_FROM
        if long and self._search is None:
            self._search = FieldBox(hint=self.strings.text("entry.search"), icon="magnify")
            self._search.field.bind(text=self._searched)
            self.add_widget(self._search, index=len(self.children))
        elif not long and self._search is not None:
            self.remove_widget(self._search)
            self._search = None

    def _searched(self, *_: object) -> None:
        self._later.cancel()
        self._later()

    def _fill(self, *_: object) -> None:
        words = folded(self._search.field.text).split() if self._search is not None else []
        found = [c for c in self._choices if all(w in self._folded[c.value] for w in words)]
        # What is chosen stays in sight, also beyond the rows that are drawn.
        shown = [c for i, c in enumerate(found) if i < MOST_ROWS or c.selected]
        self._clear_rows()
        for choice in shown:
            self._rows[choice.value] = row = ChoiceRow(
                value=choice.value,
                text=choice.label,
                chosen=choice.selected,
                several=self.several,
                disabled=not self._enabled,
            )
            row.bind(on_release=self._touched)
            self.add_widget(row)
        if len(shown) < len(found):
            self._more.text = self.strings.text("window.search_more", count=len(found) - len(shown))
            self.add_widget(self._more)

    def _clear_rows(self) -> None:
        for row in self._rows.values():
            self.remove_widget(row)
        self._rows.clear()
        self.remove_widget(self._more)

    def _touched(self, row: ChoiceRow) -> None:
        self.dispatch("on_choose", row.value)


class SelectOneControl(SelectControl):
    """One choice."""


class SelectMultipleControl(SelectControl):
    """Several choices."""

    several = True


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

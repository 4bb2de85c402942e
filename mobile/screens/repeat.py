"""The prompt of a repeat: who is there already, and whether there is another one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kivy.lang import Builder
from kivy.properties import BooleanProperty, StringProperty

from mobile.screens.page import Card
from mobile.widgets.base import Surface

if TYPE_CHECKING:
    from mobile.i18n import Strings
    from mobile.presenters.entry_view import RepeatView


class Rows(Protocol):
    """What can be done with rows; the entry screen does it."""

    def add_row(self, ref: str) -> None:
        """Another row."""

    def remove_row(self, ref: str, label: str) -> None:
        """One row less, after asking."""

    def jump(self, ref: str) -> None:
        """Into a row."""


class RowLine(Surface):
    """One row: touching it goes there; the bin removes it after asking."""

    ref = StringProperty("")
    label = StringProperty("")
    remove_says = StringProperty("")
    can_remove = BooleanProperty(False)
    __events__ = ("on_open", "on_remove")

    def on_open(self) -> None:
        """Kivy's default handler."""

    def on_remove(self) -> None:
        """Kivy's default handler."""


class RepeatCard(Card):
    """A repeat's rows and the button for one more."""

    label = StringProperty("")
    question = StringProperty("")
    add_text = StringProperty("")

    def __init__(self, view: RepeatView, strings: Strings, rows: Rows) -> None:
        super().__init__()
        self.ref, self._rows = view.ref, rows
        self.label = view.label
        self.question = strings.text("entry.another")
        self.add_text = strings.text("entry.add_row")
        for row in view.rows:
            line = RowLine(
                ref=row.ref,
                label=row.label,
                remove_says=strings.text("entry.remove_row"),
                can_remove=row.can_remove,
            )
            line.bind(
                on_open=lambda touched: rows.jump(touched.ref),
                on_remove=lambda touched: rows.remove_row(touched.ref, touched.label),
            )
            self.ids.rows.add_widget(line)

    def add(self) -> None:
        """Another row."""
        self._rows.add_row(self.ref)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

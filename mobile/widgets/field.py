"""A text field that edits in both directions, and the control for free text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.textinput import TextInput

from mobile.text import carets
from mobile.text.provider import ShapedLabel
from mobile.text.runs import base_level, needs_runs
from mobile.theme import theme
from mobile.widgets.base import Surface
from mobile.widgets.control import Control

if TYPE_CHECKING:
    from mobile.i18n import Strings
    from mobile.presenters.entry_view import QuestionView
    from mobile.text.runs import Run

LONG = "multiline"


class Field(TextInput):
    """Kivy's field with a caret that is right in Arabic and in mixed lines."""

    def _stops(self, row: int) -> list[float] | None:
        """Carets of a row that has right-to-left text; None leaves it to Kivy."""
        line = self._lines[row] if row < len(self._lines) else ""
        if not line or not needs_runs(line, base_level(self.text)):
            return None
        label = self._label_cached
        if not isinstance(label, ShapedLabel):
            return None

        def width(run: Run, part: str) -> float:
            return label.run_font(run).extents(part)[0] if part else 0.0

        return carets.stops(line, base_level(self.text) or 0, width)

    def cursor_offset(self) -> float:
        """Distance of the caret from the left end of its row."""
        places = self._stops(int(self.cursor_row))
        if places is None:
            return float(super().cursor_offset())
        return places[min(int(self.cursor_col), len(places) - 1)]

    def get_cursor_from_xy(self, x: float, y: float) -> tuple[int, int]:
        """Column and row of the caret nearest to a touch."""
        column, row = super().get_cursor_from_xy(x, y)
        places = self._stops(row)
        if places is None:
            return column, row
        left = self.x + self.padding[0] - self.scroll_x
        if self._runs_right():
            room = self.width - self.padding[0] - self.padding[2]
            left += max(0, room - self._get_row_width(row))
        return carets.nearest(places, x - left), row

    def _runs_right(self) -> bool:
        return base_level(self.text) == 1

    def do_cursor_movement(self, action: str, control: bool = False, alt: bool = False) -> None:
        """Move where the arrow points, also in a right-to-left line."""
        turned = {"cursor_left": "cursor_right", "cursor_right": "cursor_left"}
        if self._runs_right():
            action = turned.get(action, action)
        super().do_cursor_movement(action, control, alt)


class FieldBox(Surface):
    """A field in its border.

    Attributes:
        text: What is in it.
        hint: Shown while it is empty.
        icon: An icon at its start.
        multiline: Whether Enter makes a new line.
        wrong: Whether the border says that something must be mended.
    """

    text = StringProperty("")
    hint = StringProperty("")
    icon = StringProperty("")
    multiline = BooleanProperty(False)
    wrong = BooleanProperty(False)
    field = ObjectProperty(None)


class TextControl(Control):
    """Free text: one line, or several with the appearance `multiline`."""

    def __init__(self, strings: Strings, **kwargs: Any) -> None:  # Kivy's own keyword arguments
        super().__init__(strings, **kwargs)
        self.box = FieldBox(hint=strings.text("entry.type_here"))
        self.box.field.bind(text=self._changed, on_text_validate=self._entered)
        self.add_widget(self.box)
        self._showing = False

    def show(self, view: QuestionView) -> None:
        """Show the text, unless something newer is being typed."""
        self.box.multiline = LONG in view.appearance
        self.box.wrong = bool(view.problem)
        field = self.box.field
        field.readonly = view.read_only
        if not self.is_typing and field.text != view.value:
            self._showing = True
            field.text = view.value
            self._showing = False

    def take_focus(self) -> None:
        """Put the caret into the field."""
        self.box.field.focus = True

    def _changed(self, _field: Field, text: str) -> None:
        if not self._showing:
            self.typed(text)

    def _entered(self, *_: object) -> None:
        self.flush()
        self.dispatch("on_submit")


def start_side() -> str:
    """The side at which an empty field begins."""
    return "right" if theme.rtl else "left"


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

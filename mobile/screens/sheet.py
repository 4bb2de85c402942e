"""A sheet over the page that asks one thing: which language, or whether to go through with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kivy.core.window import Window
from kivy.lang import Builder
from kivy.properties import StringProperty
from kivy.uix.floatlayout import FloatLayout

from mobile.widgets.base import Btn
from mobile.widgets.choice import ChoiceRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from kivy.input.motionevent import MotionEvent


class Sheet(FloatLayout):
    """The sheet; touching beside it closes it.

    Attributes:
        title: What is asked.
        close_text: What the button that changes nothing says.
    """

    title = StringProperty("")
    close_text = StringProperty("")

    def __init__(self, title: str, close_text: str) -> None:
        super().__init__()
        self.title, self.close_text = title, close_text
        self._picked: Callable[[str], None] = lambda _: None

    def offer(self, value: str, text: str, *, chosen: bool = False, icon: str = "") -> None:
        """Add something to pick; with an icon it is a button that changes something for good."""
        if icon:
            button = Btn(text=text, icon=icon, kind="danger")
            button.size_hint_x = 1
            button.bind(on_release=lambda _: self._pick(value))
            self.ids.options.add_widget(button)
            return
        row = ChoiceRow(value=value, text=text, chosen=chosen)
        row.bind(on_release=lambda touched: self._pick(touched.value))
        self.ids.options.add_widget(row)

    def open(self, picked: Callable[[str], None]) -> None:
        """Show the sheet; `picked` is called with the value of what was touched."""
        self._picked = picked
        Window.add_widget(self)

    def close(self) -> None:
        """Take the sheet away."""
        Window.remove_widget(self)

    def _pick(self, value: str) -> None:
        self.close()
        self._picked(value)

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Nothing below the sheet is touched."""
        if not self.ids.panel.collide_point(*touch.pos):
            self.close()
            return True
        super().on_touch_down(touch)
        return True


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

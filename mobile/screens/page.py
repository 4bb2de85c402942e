"""What all pages share: a bar on top, a column that scrolls, and a foot with the next steps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from mobile.theme import theme
from mobile.widgets.base import HBox, Surface, Words

if TYPE_CHECKING:
    from kivy.uix.widget import Widget

    from mobile.i18n import Strings


class Page(BoxLayout):
    """One screen.

    Attributes:
        title, subtitle: In the bar.
        back_says: What the back arrow does, in words.
        has_back: Whether there is one.
        has_progress: Whether there is a progress bar under the top bar.
        share: How far it is, 0 to 1.
        keyboard_px: Height of a soft keyboard over the page.
    """

    title = StringProperty("")
    subtitle = StringProperty("")
    back_says = StringProperty("")
    has_back = BooleanProperty(True)
    has_progress = BooleanProperty(False)
    share = NumericProperty(0.0)
    keyboard_px = NumericProperty(0)

    def on_parent(self, _page: Page, parent: Widget | None) -> None:
        """Follow the soft keyboard while the page is shown."""
        if parent is not None:
            Window.bind(keyboard_height=self._keyboard)
        else:
            Window.unbind(keyboard_height=self._keyboard)

    def _keyboard(self, _window: object, height: float) -> None:
        self.keyboard_px = height

    def go_back(self) -> None:
        """The back arrow, or the back key of the device."""

    def go_on(self) -> None:
        """Enter, when nothing else takes it."""

    def speak(self, strings: Strings, direction: str = "") -> None:
        """Use a language's direction and its word for going back."""
        theme.direction = direction or strings.direction
        self.back_says = strings.text("app.back")

    def to_top(self) -> None:
        """Show the page from its top."""
        self.ids.scroll.scroll_y = 1
        Clock.schedule_once(lambda _: setattr(self.ids.scroll, "scroll_y", 1), 0)


class Card(Surface):
    """A group of rows on a raised ground."""


class Heading(Words):
    """The name of what stands below it."""


class Foot(Surface):
    """The buttons at the bottom of a page."""


class Row(HBox):
    """A line of a card: words that take the room, and what stands at their end."""


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

"""Language of the app, colours, size of letters: each counts at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kivy.lang import Builder

from mobile.screens.page import Card, Page
from mobile.widgets.base import Tiles, Words
from mobile.widgets.choice import ChoiceRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobile.presenters.settings import Option, Settings, SettingsView
    from mobile.screens.go import Go


class Options(Tiles):
    """Options side by side as far as there is room."""


class SettingsScreen(Page):
    """The settings.

    Args:
        settings: The presenter.
        go: Ways to other screens.
    """

    def __init__(self, settings: Settings, go: Go) -> None:
        super().__init__()
        self._settings, self._go = settings, go
        self.render(settings.view())

    def render(self, view: SettingsView) -> None:
        """Show what can be set, and what is."""
        strings = view.strings
        self.speak(strings)
        self.title = strings.text("settings.title")
        self.ids.column.clear_widgets()
        self._group(strings.text("settings.language"), view.languages, self._settings.set_language)
        self._group(strings.text("settings.palette"), view.palettes, self._settings.set_palette)
        self._group(strings.text("settings.font_scale"), view.font_scales, self._set_scale)

    def _set_scale(self, text: str) -> SettingsView:
        return self._settings.set_font_scale(float(text))

    def _group(
        self, title: str, options: tuple[Option, ...], pick: Callable[[str], SettingsView]
    ) -> None:
        card = Card()
        card.add_widget(Words(text=title, strong=True))
        box = Options()
        for option in options:
            row = ChoiceRow(value=option.value, text=option.label, chosen=option.selected)
            row.bind(on_release=lambda touched: self._picked(pick(touched.value)))
            box.add_widget(row)
        card.add_widget(box)
        self.ids.column.add_widget(card)

    def _picked(self, view: SettingsView) -> None:
        self._go.apply_settings()
        self.render(view)

    def go_back(self) -> None:
        """Back to the forms."""
        self._go.home()


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

"""The window that stands where the tablet cannot be opened: why, and what to do.

It has one way on, out: the app opens its store again when it is started again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kivy.app import App

from mobile.screens.page import Page
from mobile.theme import theme
from mobile.widgets.base import Btn, Notice

if TYPE_CHECKING:
    from mobile.presenters.settings import SettingValues
    from mobile.presenters.startup import StartupView


class StartupScreen(Page):
    """What stands in the way.

    Args:
        view: From the presenter.
    """

    def __init__(self, view: StartupView) -> None:
        super().__init__(has_back=False)
        strings = view.strings
        self.speak(strings)
        self.title, self.subtitle = strings.text("app.name"), strings.text("startup.title")
        self.ids.column.add_widget(Notice(state="error", icon="alert-circle", text=view.problem))
        self.leave = Btn(kind="primary", text=strings.text("app.close"), size_hint_x=1)
        self.ids.foot.add_widget(self.leave)


class StartupApp(App):
    """The window with that one page.

    Args:
        view: What stands in the way.
        values: How the app looks.
    """

    def __init__(self, view: StartupView, values: SettingValues) -> None:
        super().__init__()
        self.title = "Makazi"
        self._view, self._values = view, values

    def build(self) -> StartupScreen:
        """The page."""
        theme.palette, theme.font_scale = self._values.palette, self._values.font_scale
        page = StartupScreen(self._view)
        page.leave.bind(on_release=lambda _: self.stop())
        return page

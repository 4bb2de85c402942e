"""The window: one page at a time, the ways between them, and the keys of a device or keyboard.

A page is a child of one plain box: no transitions, hence no framebuffers, for the drivers of cheap
tablets.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, TypeVar

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.opengl import glFinish
from kivy.uix.behaviors import FocusBehavior
from kivy.uix.boxlayout import BoxLayout

from mobile.presenters.release_preview import ReleasePreview
from mobile.presenters.review import Review
from mobile.screens.enrol import EnrolScreen
from mobile.screens.entry import EntryScreen
from mobile.screens.home import HomeScreen
from mobile.screens.outbox import OutboxScreen
from mobile.screens.outline import OutlineScreen
from mobile.screens.release import ReleaseScreen
from mobile.screens.review import ReviewScreen
from mobile.screens.settings import SettingsScreen
from mobile.screens.sheet import Sheet
from mobile.theme import theme
from mobile.widgets.base import key_in_use

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobile.parts import Parts
    from mobile.presenters.form_entry import FormEntry
    from mobile.screens.page import Page

Result = TypeVar("Result")
# The back key of Android and Escape of a keyboard. Source: SDL key codes.
BACK_KEY, TAB_KEY = 27, 9
ENTER_KEYS = frozenset({13, 271})


class TabletApp(App):
    """The app. It is the `Go` of every screen.

    Args:
        parts: From the composition root.
        invitation: Text of an invitation to show at once; empty for none.
    """

    def __init__(self, parts: Parts, invitation: str = "") -> None:
        super().__init__()
        self.title = "Makazi"
        self.parts = parts
        self._invitation = invitation
        self.page: Page | None = None

    def build(self) -> BoxLayout:
        """The box that holds the page."""
        self.apply_settings()
        self.box = BoxLayout()
        if os.environ.get("SDL_VIDEODRIVER") == "offscreen":
            # SDL swaps no buffers there, and the software renderer's queue would grow without end.
            Window.bind(on_flip=lambda *_: glFinish())
        Window.softinput_mode = ""
        Window.bind(on_key_down=self._key)
        self.paint_window()
        theme.bind(changed=lambda *_: self.paint_window())
        if self._invitation or not self.parts.enrolled:
            self.enrol()
        else:
            self.home()
        return self.box

    def paint_window(self) -> None:
        """Keep the ground under the page in the palette's colour."""
        Window.clearcolor = theme.colour("surface")

    def on_pause(self) -> bool:
        """Android takes the window away: what is being typed becomes an answer first."""
        self._flush()
        return True

    def on_stop(self) -> None:
        """The window closes: what is being typed becomes an answer first."""
        self._flush()

    def _flush(self) -> None:
        if isinstance(self.page, EntryScreen):
            self.page.flush()

    def _key(self, _window: object, key: int, *_: object) -> bool:
        key_in_use.by_key = True
        sheet = next((w for w in Window.children if isinstance(w, Sheet)), None)
        if key == BACK_KEY:
            if sheet is not None:
                sheet.close()
            elif self.page is not None:
                self.page.go_back()
            return True
        if sheet is not None or self.page is None or self._has_focus():
            return False
        if key in ENTER_KEYS:
            self.page.go_on()
            return True
        if key == TAB_KEY:
            Clock.schedule_once(lambda _: self._focus_first(), 0)
            return True
        return False

    def _has_focus(self) -> bool:
        """Whether a widget has the keyboard: then the key is for it."""
        return any(widget.focus for widget in self.box.walk() if isinstance(widget, FocusBehavior))

    def _focus_first(self) -> None:
        """The keyboard begins at what is asked, and not at the bar above it."""
        for part in (self.page.ids.column, self.page) if self.page is not None else ():
            for widget in part.walk():
                if (
                    isinstance(widget, FocusBehavior)
                    and widget.is_focusable
                    and not widget.disabled
                ):
                    widget.focus = True
                    return

    def _show(self, page: Page) -> None:
        self.box.clear_widgets()
        self.page = page
        self.box.add_widget(page)

    # Ways --------------------------------------------------------------------------------------

    def enrol(self) -> None:
        """To joining a project."""
        self._show(EnrolScreen(self.parts.enrol, self, self._invitation))

    def home(self) -> None:
        """To the forms and drafts."""
        self._show(HomeScreen(self.parts.forms, self))

    def entry(self, entry: FormEntry) -> None:
        """To the open question of an interview."""
        self._show(EntryScreen(entry, self, self.parts.gps))

    def outline(self, entry: FormEntry) -> None:
        """To the jump list of an interview."""
        self._show(OutlineScreen(entry, self))

    def review(self, entry: FormEntry) -> None:
        """To everything that was answered."""
        self._show(ReviewScreen(Review(entry), entry, self))

    def release(self, entry: FormEntry) -> None:
        """To what will leave this tablet."""
        self._show(ReleaseScreen(ReleasePreview(entry, self.parts.tablet), entry, self))

    def outbox(self) -> None:
        """To records and sending."""
        self._show(OutboxScreen(self.parts.outbox, self))

    def settings(self) -> None:
        """To language, colours and size of letters."""
        self._show(SettingsScreen(self.parts.settings, self))

    def apply_settings(self) -> None:
        """Look as the settings say now."""
        values = self.parts.settings.values
        theme.palette, theme.font_scale = values.palette, values.font_scale

    def in_background(self, work: Callable[[], Result], done: Callable[[Result], None]) -> None:
        """Do something long in a thread; `done` is called in the window's thread."""

        def run() -> None:
            result = work()
            Clock.schedule_once(lambda _: done(result), 0)

        threading.Thread(target=run, daemon=True).start()

"""The styled parts that every screen is made of: words, icons, surfaces, things to tap, pages.

They hold no state of the interview. Looks are in `base.kv`; each follows the theme by itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kivy.core.window import Window
from kivy.lang import Builder
from kivy.properties import (
    BooleanProperty,
    NumericProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.behaviors import ButtonBehavior, FocusBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.label import Label
from kivy.uix.scrollview import ScrollView
from kivy.utils import platform

from mobile.text import provider
from mobile.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable

provider.install()
# Keys that press what has the focus. Source: SDL key codes (return, space, keypad enter).
PRESS_KEYS = frozenset({13, 32, 271})
# From this width in dp a page has room for a list beside the question.
WIDE_DP = 900.0
HAS_KEYBOARD = platform not in {"android", "ios"}


class KeyInUse:
    """Whether the last thing the person used was the keyboard: only then is the focus ringed."""

    def __init__(self) -> None:
        self.by_key = False
        Window.bind(on_touch_down=self._touch)

    def _touch(self, *_: object) -> None:
        self.by_key = False


key_in_use = KeyInUse()


class Words(Label):
    """Text that wraps at its width and is as high as it needs.

    Attributes:
        role: Text role of the theme.
        tone: Colour role.
        strong: Whether it is drawn in the strong font.
        align: "start", "center" or "end" of the reading direction.
    """

    role = StringProperty("body")
    tone = StringProperty("text")
    strong = BooleanProperty(False)
    align = OptionProperty("start", options=["start", "center", "end"])


class OneLine(Words):
    """One line; what does not fit ends in dots."""


class Tag(Words):
    """One line, as wide as its text."""


class Icon(Label):
    """One icon of the bundle.

    Attributes:
        name: Its name in `mobile.theme.icons`; empty draws nothing.
        tone: Colour role.
        size_dp: Width and height.
    """

    name = StringProperty("")
    tone = StringProperty("text")
    size_dp = NumericProperty(24)


class HBox(BoxLayout):
    """A horizontal box whose first child stands where reading starts."""

    def __init__(self, **kwargs: Any) -> None:  # Kivy's own keyword arguments
        super().__init__(**kwargs)
        theme.bind(direction=self._trigger_layout)

    def do_layout(self, *largs: object) -> None:
        """Lay out as Kivy does, then turn round for right-to-left."""
        super().do_layout(*largs)
        if theme.rtl and self.orientation == "horizontal":
            for child in self.children:
                child.x = self.x + self.right - child.right


class Tiles(GridLayout):
    """A grid whose cells begin where reading begins."""

    def __init__(self, **kwargs: Any) -> None:  # Kivy's own keyword arguments
        super().__init__(**kwargs)
        theme.bind(direction=self._trigger_layout)

    def do_layout(self, *largs: object) -> None:
        """Lay out as Kivy does, then turn round for right-to-left."""
        super().do_layout(*largs)
        if theme.rtl:
            for child in self.children:
                child.x = self.x + self.right - child.right


class Surface(HBox):
    """A box with a ground and a border.

    Attributes:
        ground: Colour role, or empty for none.
        edge: Colour role of the border, or empty for none.
        edge_dp: Width of the border.
        corner_dp: Radius.
        inset_dp: How far the ground stays inside the widget: targets may touch, grounds may not.
        ringed: Whether the ring of the keyboard's focus is drawn.
    """

    ground = StringProperty("")
    edge = StringProperty("")
    edge_dp = NumericProperty(1.2)
    corner_dp = NumericProperty(12)
    inset_dp = NumericProperty(0)
    ringed = BooleanProperty(False)


class Tap(FocusBehavior, ButtonBehavior, Surface):
    """Something to touch: at least 48 dp, with a ring when the keyboard is on it.

    Attributes:
        ground_down: Colour role of the ground while it is pressed.
    """

    ground_down = StringProperty("pressed")

    def __init__(self, **kwargs: Any) -> None:  # Kivy's own keyword arguments
        super().__init__(**kwargs)
        self.is_focusable = HAS_KEYBOARD
        self.bind(focus=self._ring)

    def _ring(self, *_: object) -> None:
        self.ringed = bool(self.focus and key_in_use.by_key)

    def keyboard_on_key_down(
        self, window: object, keycode: tuple[int, str], text: str, modifiers: list[str]
    ) -> bool:
        """Press with Enter or Space; Tab goes on, as Kivy has it."""
        key_in_use.by_key = True
        if keycode[0] in PRESS_KEYS and not self.disabled:
            self.dispatch("on_press")
            self.dispatch("on_release")
            return True
        return bool(super().keyboard_on_key_down(window, keycode, text, modifiers))


class Btn(Tap):
    """A button with words, and an icon before or after them.

    Attributes:
        text: Its words.
        says: What it does, where it has no room for words.
        kind: "primary" (the one action of a page), "plain", "quiet" (no border) or "danger".
        icon, icon_after: Names of icons.
        gap_dp: Space between icon and words.
        room: Most width in pixels that it may take; its words wrap then. 0 for no limit.
    """

    text = StringProperty("")
    says = StringProperty("")
    icon = StringProperty("")
    icon_after = StringProperty("")
    kind = OptionProperty("plain", options=["primary", "plain", "quiet", "danger"])
    ink = StringProperty("primary")
    gap_dp = NumericProperty(8)
    room = NumericProperty(0)
    wraps = BooleanProperty(False)

    def on_room(self, *_: object) -> None:
        """Wrap when the words alone would be wider than the room."""
        self.refit()

    def on_text(self, *_: object) -> None:
        """Other words may need another width."""
        self.refit()

    def refit(self) -> None:
        """Measure the words on one line, and wrap them when there is no room for it."""
        words = Tag(text=self.text, strong=True)
        words.texture_update()
        around = self.padding[0] * 2 + theme.gap * 5 + theme.icon_side * 2
        self.wraps = bool(self.room and words.texture_size[0] + around > self.room)


class IconBtn(Tap):
    """A button that is only an icon; `says` is its name for a reader of the screen and for tests.

    Attributes:
        icon: Name of the icon.
        says: What it does, in words.
    """

    icon = StringProperty("")
    says = StringProperty("")
    ink = StringProperty("text")


class Pill(Surface):
    """A state as an icon and a word on a tinted ground.

    Attributes:
        state: "ok", "warn", "error" or "info".
    """

    text = StringProperty("")
    icon = StringProperty("")
    state = OptionProperty("info", options=["ok", "warn", "error", "info"])


class Notice(Surface):
    """A sentence with an icon on a tinted ground: what to mend, or what to know.

    Attributes:
        state: "ok", "warn", "error" or "info".
    """

    text = StringProperty("")
    icon = StringProperty("information")
    state = OptionProperty("info", options=["ok", "warn", "error", "info"])


class Scroll(ScrollView):
    """A page that scrolls, cut by a scissor rectangle: no stencil buffer, for weak GPUs."""


class Progress(HBox):
    """How far the interview is, filling from where reading starts.

    Attributes:
        share: 0 to 1.
    """

    share = NumericProperty(0.0)


class TopBar(Surface):
    """Back, title and subtitle; actions are added to `actions`."""

    title = StringProperty("")
    subtitle = StringProperty("")
    back_says = StringProperty("")
    has_back = BooleanProperty(True)
    __events__ = ("on_back",)

    def on_back(self) -> None:
        """The back arrow was touched."""


class Column(BoxLayout):
    """A column in the middle of its parent, no wider than is good to read."""


def is_wide() -> bool:
    """Whether the window has room for a list beside the question."""
    return bool(Window.width >= WIDE_DP * theme.target / 48)


def when_resized(act: Callable[[], None]) -> None:
    """Call back whenever the window has another size."""
    Window.bind(size=lambda *_: act())


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

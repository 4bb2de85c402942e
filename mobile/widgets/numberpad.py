"""Numbers with keys of our own: no soft keyboard covers the question, in any script."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.gridlayout import GridLayout

from mobile.widgets.base import PRESS_KEYS, Tap
from mobile.widgets.control import Control

if TYPE_CHECKING:
    from mobile.i18n import Strings
    from mobile.presenters.entry_view import QuestionView

BACK, SIGN, POINT = "back", "sign", "."
# More digits than this are a slip of the thumb; the engine holds 64-bit integers (19 digits).
MOST_SIGNS = 18
_BACKSPACE: Final = 8


class Key(Tap):
    """One key of the pad.

    Attributes:
        says: What it types: a digit, `.`, `sign` or `back`.
        text: What is written on it.
        icon: Or the icon on it.
    """

    says = StringProperty("")
    text = StringProperty("")
    icon = StringProperty("")


class NumberDisplay(Tap):
    """What was typed; it takes the keys of a keyboard.

    Attributes:
        text: The number.
        unit: A hint while it is empty.
        wrong: Whether the border says that something must be mended.
    """

    text = StringProperty("")
    hint = StringProperty("")
    wrong = BooleanProperty(False)
    __events__ = ("on_sign", "on_enter")

    def keyboard_on_key_down(
        self, window: object, keycode: tuple[int, str], text: str, modifiers: list[str]
    ) -> bool:
        """Backspace and Enter; digits come as text."""
        if keycode[0] == _BACKSPACE:
            self.dispatch("on_sign", BACK)
            return True
        if keycode[0] in PRESS_KEYS:
            self.dispatch("on_enter")
            return True
        return bool(super().keyboard_on_key_down(window, keycode, text, modifiers))

    def keyboard_on_textinput(self, window: object, text: str) -> None:
        """A digit, a point or a minus of a keyboard."""
        for char in text:
            if char.isdecimal():
                self.dispatch("on_sign", str(int(char)))
            elif char in ".,":
                self.dispatch("on_sign", POINT)
            elif char in "-−":
                self.dispatch("on_sign", SIGN)

    def on_sign(self, sign: str) -> None:
        """Kivy's default handler."""

    def on_enter(self) -> None:
        """Kivy's default handler."""


class Keys(GridLayout):
    """Twelve keys; digits stand the same way in every language.

    Attributes:
        decimal: Whether there is a point.
    """

    decimal = BooleanProperty(False)
    key_height = NumericProperty(0)


def typed_after(text: str, sign: str, *, decimal: bool) -> str:
    """The number after one more key. Pure."""
    negative = text.startswith("-")
    digits = text.removeprefix("-")
    if sign == SIGN:
        negative = not negative
    elif sign == BACK:
        digits = digits[:-1]
        negative = negative and bool(digits)
    elif sign == POINT:
        digits = digits if not decimal or POINT in digits else f"{digits or '0'}."
    elif len(digits) < MOST_SIGNS:
        digits = sign if digits == "0" else f"{digits}{sign}"
    return f"-{digits}" if negative else digits


class NumberControl(Control):
    """A whole number."""

    decimal = False

    def __init__(self, strings: Strings, **kwargs: Any) -> None:  # Kivy's own keyword arguments
        super().__init__(strings, **kwargs)
        self.spacing = "12dp"
        self.display = NumberDisplay(hint=strings.text("window.number"))
        self.display.bind(on_sign=self._pressed, on_enter=self._entered)
        self.keys = Keys(decimal=self.decimal)
        self.add_widget(self.display)
        self.add_widget(self.keys)
        self._make_keys()

    def _make_keys(self) -> None:
        rows = ["123", "456", "789", "-0<" if not self.decimal else ".0<"]
        special = {"-": (SIGN, "+/−", ""), "<": (BACK, "", "backspace"), ".": (POINT, ".", "")}
        for sign in "".join(rows):
            says, text, name = special.get(sign, (sign, sign, ""))
            key = Key(says=says, text=text, icon=name)
            key.bind(on_release=lambda touched: self._pressed(None, touched.says))
            self.keys.add_widget(key)

    def show(self, view: QuestionView) -> None:
        """Show the number, unless a newer one is being typed."""
        self.display.wrong = bool(view.problem)
        self.keys.disabled = self.display.disabled = view.read_only
        if not self.is_typing:
            self.display.text = view.value

    def take_focus(self) -> None:
        """Take the keys of a keyboard, where there is one."""
        if self.display.is_focusable and not self.display.disabled:
            self.display.focus = True

    def _pressed(self, _source: object, sign: str) -> None:
        text = typed_after(self.display.text, sign, decimal=self.decimal)
        if text != self.display.text:
            self.display.text = text
            self.typed(text)

    def _entered(self, *_: object) -> None:
        self.flush()
        self.dispatch("on_submit")


class DecimalControl(NumberControl):
    """A number with a point."""

    decimal = True


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

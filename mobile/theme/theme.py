"""The live theme: Kivy properties, so that every widget that reads one follows a change by itself.

Subtle: a property must not be named `on_<another property>`, Kivy would take it for that property's
event handler; so the words on `primary` are `primary_text`.
"""

from __future__ import annotations

from typing import ClassVar

from kivy.event import EventDispatcher
from kivy.lang import parser
from kivy.metrics import Metrics, dp
from kivy.properties import ColorProperty, NumericProperty, OptionProperty, StringProperty

from mobile.text import fonts
from mobile.theme.contrast import channels
from mobile.theme.icons import icon
from mobile.theme.palettes import PALETTES, ROLES

# Size of each text role in sp, before the user's own factor.
TEXT_SIZES_SP = {"small": 13, "label": 15, "body": 17, "question": 22, "title": 20, "display": 28}
STRONG_ROLES = frozenset({"question", "title", "display"})
FONT_SCALES = (0.8, 2.0)


def _colour_properties() -> dict[str, ColorProperty]:
    return {role: ColorProperty(PALETTES["light"].__getattribute__(role)) for role in ROLES}


class Theme(EventDispatcher):
    """What the window looks like now.

    Colour roles are properties named as in `Palette`. Lengths are in pixels, computed from dp.
    Changing `palette`, `font_scale` or `direction` changes every widget at once.

    Attributes:
        palette: "light", "dark" or "contrast".
        direction: Reading direction of the interface, "ltr" or "rtl".
        font_scale: Factor on all text, 0.8 to 2.0.
        changed: Counts up after every change; bind to it to follow them all.
        text_font: Font family of running text.
        strong_font: Font family of titles and buttons.
        icon_font: Font family of icons.
    """

    palette = OptionProperty("light", options=list(PALETTES))
    direction = OptionProperty("ltr", options=["ltr", "rtl"])
    font_scale = NumericProperty(1.0)
    changed = NumericProperty(0)
    text_font = StringProperty(fonts.TEXT)
    strong_font = StringProperty(fonts.STRONG)
    icon_font = StringProperty(fonts.ICONS)
    locals().update(_colour_properties())

    # Lengths in dp: nothing that is touched is smaller than `target`.
    LENGTHS_DP: ClassVar[dict[str, float]] = {
        "hair": 1,
        "border": 1.5,
        "gap_small": 4,
        "gap": 8,
        "pad": 16,
        "page": 24,
        "radius_small": 8,
        "radius": 12,
        "target": 48,
        "button": 52,
        "row": 56,
        "bar": 64,
        "icon_side": 24,
        "progress": 6,
        "column": 840,
    }

    def __init__(self) -> None:
        super().__init__()
        self.compute_lengths()
        self.bind(palette=self._apply_palette)
        self.bind(direction=self._count, font_scale=self._count)
        self._apply_palette()

    def compute_lengths(self, *_: object) -> None:
        """Turn dp into pixels of this screen."""
        for name, length_dp in self.LENGTHS_DP.items():
            setattr(self, name, dp(length_dp))

    def _apply_palette(self, *_: object) -> None:
        chosen = PALETTES[self.palette]
        for role in ROLES:
            setattr(self, role, (*channels(getattr(chosen, role)), 1))
        self._count()

    def _count(self, *_: object) -> None:
        self.changed += 1

    @property
    def rtl(self) -> bool:
        """Whether the interface is read from right to left."""
        return bool(self.direction == "rtl")

    def text_px(self, role: str) -> float:
        """Font size in pixels of a text role, one of `TEXT_SIZES_SP`.

        Raises:
            KeyError: No such role.
        """
        low, high = FONT_SCALES
        factor = min(max(float(self.font_scale), low), high)
        return float(dp(TEXT_SIZES_SP[role]) * Metrics.fontscale * factor)

    def colour(self, role: str) -> list[float]:
        """Red, green, blue and alpha in 0..1 of a colour role."""
        return list(getattr(self, role))

    def side(self, align: str) -> str:
        """The side of the screen, "left", "center" or "right", of "start", "center" or "end"."""
        if align == "center":
            return "center"
        return "left" if (align == "start") != self.rtl else "right"

    def icon(self, name: str) -> str:
        """The character of an icon in the present direction."""
        return icon(name, self.direction)


theme = Theme()
parser.global_idmap["T"] = theme

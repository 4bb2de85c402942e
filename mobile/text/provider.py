"""The text provider: Kivy's SDL2 labels, with each run of a line drawn by a font object of its own.

Subtle: Kivy sets script and direction on a shared C font only when it renders, and keeps at most 64
of them. So the font id of a run carries script and direction, and a run is rendered once ("primed")
before it is measured, again whenever Kivy may have closed it in between. `_Recent` mirrors Kivy's
own order of use to know that.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from typing import Any

import kivy.core.text
from kivy.core.text import _text_sdl2
from kivy.core.text.text_sdl2 import LabelSDL2

from mobile.text import fonts
from mobile.text.runs import Run, base_level, needs_runs, visual_runs

# Kivy closes the least recently used of its C fonts beyond this number (2.3.1, _text_sdl2.pyx).
KIVY_FONTS = 64
# Options that make two C fonts differ.
_STYLE = ("font_size", "font_name_r", "bold", "italic", "underline", "strikethrough")
_MAX_RUN_FONTS = 96


class _Recent:
    """Font ids in Kivy's order of use, and which of them have been primed."""

    def __init__(self) -> None:
        self.order: OrderedDict[str, bool] = OrderedDict()

    def use(self, font_id: str) -> None:
        if font_id in self.order:
            self.order.move_to_end(font_id)
            return
        self.order[font_id] = False
        if len(self.order) > KIVY_FONTS:
            self.order.popitem(last=False)


_recent = _Recent()
_run_fonts: OrderedDict[tuple[object, ...], _RunFont] = OrderedDict()


class _RunFont(LabelSDL2):
    """A font object for one style, script and direction; never a label of its own."""

    def __init__(self, options: dict[str, Any]) -> None:  # Kivy's own option dictionary
        self.options = options
        self.resolve_font_name()
        style = "|".join(str(options[name]) for name in _STYLE)
        self.font_id = f"{style}|{options['font_script_name']}|{options['font_direction']}"

    def _get_font_id(self) -> str:
        _recent.use(self.font_id)
        return self.font_id

    def prime(self) -> None:
        """Make the C font know its script and direction before anything is measured with it."""
        if not _recent.order.get(self.font_id):
            _text_sdl2._SurfaceContainer(4, 4).render(self, " ", 0, 0)  # noqa: SLF001 -- Kivy's C module is private
            _recent.order[self.font_id] = True

    def extents(self, text: str) -> tuple[int, int]:
        """Width and height in pixels."""
        self.prime()
        width, height = _text_sdl2._get_extents(self, text)  # noqa: SLF001 -- as above
        return width, height

    def ascent(self) -> int:
        """Pixels above the baseline."""
        return int(_text_sdl2._get_fontascent(self))  # noqa: SLF001 -- as above


class ShapedLabel(LabelSDL2):
    """What Label, Button and TextInput draw with: plain text as it is, the rest run by run."""

    def _get_font_id(self) -> str:
        font_id: str = super()._get_font_id()
        _recent.use(font_id)
        return font_id

    def paragraph_level(self) -> int | None:
        """The level asked for by `base_direction`, else that of the whole text.

        A wrapped line is not a paragraph.
        """
        direction = self.options.get("base_direction")
        if direction:
            return int("rtl" in direction)
        return base_level(self._text) if isinstance(self._text, str) else None

    def run_font(self, run: Run) -> _RunFont:
        """The shared font object for a run in this label's style."""
        options = self.options
        key = (run.script, run.rtl, *(options[name] for name in _STYLE), options["outline_width"])
        found = _run_fonts.get(key)
        if found is None:
            found = _run_fonts[key] = _RunFont(_run_options(options, run))
            if len(_run_fonts) > _MAX_RUN_FONTS:
                _run_fonts.popitem(last=False)
        return found

    def get_extents(self, text: str) -> tuple[int, int]:
        """Width and height of one line in pixels."""
        base = self.paragraph_level()
        if not needs_runs(text, base):
            width, height = _text_sdl2._get_extents(self, text)  # noqa: SLF001 -- Kivy's C module is private
            return width, height
        total, above, below = 0, 0, 0
        for run in visual_runs(text, base):
            font = self.run_font(run)
            width, height = font.extents(run.text)
            ascent = font.ascent()
            total, above, below = total + width, max(above, ascent), max(below, height - ascent)
        return total, above + below

    def _render_text(self, text: str, x: int, y: int) -> None:
        base = self.paragraph_level()
        if not needs_runs(text, base):
            self._surface.render(self, text, x, y)
            return
        parts = [(run.text, self.run_font(run)) for run in visual_runs(text, base)]
        above = max(font.ascent() for _, font in parts)
        for part, font in parts:
            font.options["color"] = self.options["color"]
            width = font.extents(part)[0]
            if part:
                self._surface.render(font, part, x, y + above - font.ascent())
            x += width

    @staticmethod
    def find_base_direction(text: str) -> str:
        """Kivy asks this for `halign='auto'`."""
        return "rtl" if base_level(text) == 1 else "ltr"


def _run_options(options: dict[str, Any], run: Run) -> dict[str, Any]:
    direction = "rtl" if run.rtl else "ltr"
    changed = dict(options, font_direction=direction, font_script_name="Latn")
    if run.script is not None:
        name, embolden = fonts.font_for(run.script, str(options["font_name"]))
        changed |= {"font_name": name, "font_script_name": run.script.tag}
        changed["bold"] = bool(options["bold"]) or embolden
    return changed


def install() -> None:
    """Put the provider under Label, Button and TextInput, and register the Latin fonts. Idempotent.

    Modules of Kivy that took their base class before are mended; those imported later find ours.
    """
    fonts.skip_system_fonts()
    fonts.register_latin()
    kivy.core.text.Label = ShapedLabel
    for module, name in (("kivy.uix.label", "CoreLabel"), ("kivy.uix.textinput", "Label")):
        if module in sys.modules:
            setattr(sys.modules[module], name, ShapedLabel)
    markup = sys.modules.get("kivy.core.text.markup")
    if markup is not None and not issubclass(markup.MarkupLabel, ShapedLabel):
        for name in ("get_extents", "_render_text", "run_font", "paragraph_level"):
            setattr(markup.MarkupLabel, name, ShapedLabel.__dict__[name])

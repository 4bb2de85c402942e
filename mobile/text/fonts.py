"""The fonts of the bundle, registered with Kivy when a text first needs them.

Two families stand for two weights: `TEXT` (regular) and `STRONG`. Kivy's own `bold` option is not
used for them: SDL_ttf would embolden a font that is already heavy.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kivy.core.text import LabelBase
from kivy.resources import resource_add_path

if TYPE_CHECKING:
    from mobile.text.scripts import Script

FOLDER = Path(__file__).resolve().parents[1] / "assets" / "fonts"
ICON_FILE = FOLDER.parent / "icons" / "icons.ttf"
TEXT, STRONG, ICONS = "makazi-text", "makazi-strong", "makazi-icons"
_LATIN = {TEXT: "Inter-Regular.ttf", STRONG: "Inter-SemiBold.ttf"}


def register_latin() -> None:
    """Register the families that every screen needs. Idempotent.

    Inter becomes the default of plain Kivy widgets too.
    """
    for family, name in _LATIN.items():
        LabelBase.register(family, str(FOLDER / name))
    LabelBase.register(ICONS, str(ICON_FILE))
    LabelBase.register("Roboto", *(str(FOLDER / _LATIN[f]) for f in (TEXT, TEXT, STRONG, STRONG)))


def font_for(script: Script, family: str) -> tuple[str, bool]:
    """Name of the font that draws a script beside a family, and whether it must be emboldened.

    The file is registered at the first call.
    """
    strong = family == STRONG
    weight = "Bold" if strong and script.strong else "Regular"
    name = f"{script.font}-{weight}"
    if name not in LabelBase._fonts:  # noqa: SLF001 -- Kivy has no public question "is it registered?"
        LabelBase.register(name, str(FOLDER / f"{name}.ttf"))
    return name, strong and not script.strong


def skip_system_fonts() -> None:
    """Keep Kivy from walking every font folder of the machine: all fonts are ours."""
    if not LabelBase._fonts_dirs:  # noqa: SLF001 -- no public switch
        LabelBase._fonts_dirs = [str(FOLDER)]  # noqa: SLF001 -- no public switch
        resource_add_path(str(FOLDER))

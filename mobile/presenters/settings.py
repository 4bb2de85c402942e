"""The app's own settings: language, palette, size of letters. A small file beside the store.

They are not private and must be readable before the store is open, so that even a damaged store is
reported in the enumerator's language.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, get_args

from mobile.i18n import LANGUAGES, Strings

if TYPE_CHECKING:
    from pathlib import Path

PaletteName = Literal["light", "dark", "contrast"]
PALETTES: Final[tuple[PaletteName, ...]] = get_args(PaletteName)
FONT_SCALES: Final = (0.85, 1.0, 1.2, 1.4, 1.7)
"""Steps of the slider; 1.0 is the design's size."""


@dataclass(frozen=True, slots=True)
class SettingValues:
    """What can be set.

    Attributes:
        language: Code of the app's language.
        palette: Which colours.
        font_scale: Factor on every letter.
    """

    language: str = "en"
    palette: PaletteName = "light"
    font_scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to pick.

    Attributes:
        value: What to pass to the setter.
        label: What is shown.
        selected: Whether it is set.
    """

    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class SettingsView:
    """The settings screen.

    Attributes:
        strings: The app's words.
        languages: Each in its own name.
        palettes: Light, dark, high contrast.
        font_scales: As text, `1.2`; labels are percentages.
        values: What is set.
        saved: Whether it is on the disk.
    """

    strings: Strings
    languages: tuple[Option, ...]
    palettes: tuple[Option, ...]
    font_scales: tuple[Option, ...]
    values: SettingValues
    saved: bool


class Settings:
    """The settings screen's presenter, and where every other one reads the app's language.

    Args:
        path: The file; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._saved = True
        self.values = _read(path)

    def view(self) -> SettingsView:
        """What is set."""
        now, strings = self.values, Strings.of(self.values.language)
        return SettingsView(
            strings,
            tuple(Option(code, name, code == now.language) for code, name in LANGUAGES.items()),
            tuple(
                Option(each, strings.text(f"settings.{each}"), each == now.palette)
                for each in PALETTES
            ),
            tuple(Option(str(s), f"{s:.0%}", s == now.font_scale) for s in FONT_SCALES),
            now,
            self._saved,
        )

    def set_language(self, code: str) -> SettingsView:
        """Speak another language; one that the app does not speak changes nothing."""
        if code in LANGUAGES:
            self._change(replace(self.values, language=code))
        return self.view()

    def set_palette(self, name: str) -> SettingsView:
        """Show other colours."""
        found = next((each for each in PALETTES if each == name), None)
        if found is not None:
            self._change(replace(self.values, palette=found))
        return self.view()

    def set_font_scale(self, scale: float) -> SettingsView:
        """Show larger or smaller letters: the nearest of `FONT_SCALES`."""
        nearest = min(FONT_SCALES, key=lambda each: abs(each - scale))
        self._change(replace(self.values, font_scale=nearest))
        return self.view()

    def _change(self, values: SettingValues) -> None:
        """A setting counts at once, also when the disk does not take it."""
        self.values = values
        part = self._path.with_suffix(".part")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(asdict(values)), encoding="utf-8")
            os.replace(part, self._path)  # noqa: PTH105 -- atomic
            self._saved = True
        except OSError:
            self._saved = False


def _read(path: Path) -> SettingValues:
    """What the file says; anything in it that is not a setting is the default."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return SettingValues()
    if not isinstance(raw, dict):
        return SettingValues()
    language, scale = raw.get("language"), raw.get("font_scale")
    return SettingValues(
        language if isinstance(language, str) and language in LANGUAGES else "en",
        next((each for each in PALETTES if each == raw.get("palette")), "light"),
        next((each for each in FONT_SCALES if each == scale), 1.0),
    )

"""Contrast of every pair of colours that a widget puts together, by WCAG 2.2."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from mobile.theme import contrast
from mobile.theme.icons import CODE_POINTS, icon
from mobile.theme.palettes import CONTROL_PAIRS, PALETTES, TEXT_PAIRS

ASSETS = Path(contrast.__file__).resolve().parents[1] / "assets"
ALL = pytest.mark.parametrize("name", sorted(PALETTES))


@ALL
def test_words_can_be_read_when_drawn_on_their_ground(name: str) -> None:
    palette = PALETTES[name]
    least = contrast.STRONG_TEXT_RATIO if name == "contrast" else contrast.TEXT_RATIO
    weak = [
        pair
        for pair in TEXT_PAIRS
        if contrast.contrast(getattr(palette, pair[0]), getattr(palette, pair[1])) < least
    ]
    assert weak == []


@ALL
def test_controls_can_be_seen_when_drawn_on_their_ground(name: str) -> None:
    palette = PALETTES[name]
    weak = [
        pair
        for pair in CONTROL_PAIRS
        if contrast.contrast(getattr(palette, pair[0]), getattr(palette, pair[1]))
        < contrast.CONTROL_RATIO
    ]
    assert weak == []


def test_icon_font_has_every_icon_when_read() -> None:
    drawn = set(TTFont(ASSETS / "icons" / "icons.ttf").getBestCmap())
    assert set(CODE_POINTS.values()) <= drawn


def test_arrow_turns_round_when_reading_goes_from_right_to_left() -> None:
    assert icon("arrow-left", "rtl") == icon("arrow-right")
    assert icon("check", "rtl") == icon("check")


@pytest.mark.parametrize("path", sorted((ASSETS / "fonts").glob("*.ttf")), ids=lambda p: p.stem)
def test_font_is_free_and_readable_when_bundled(path: Path) -> None:
    font = TTFont(path)
    assert font.flavor is None, "SDL_ttf cannot read packed fonts"
    assert "SIL Open Font License" in font["name"].getDebugName(13)

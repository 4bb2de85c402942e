"""Every page at tablet and phone size in the four languages: big targets, no clipped words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.mobile.window_cases import EVERY_REF
from tests.support.window import (
    PHONE,
    TABLET,
    TABLET_UPRIGHT,
    clipped_texts,
    every_kind_folder,
    folder,
    outside,
    small_targets,
    window,
)

if TYPE_CHECKING:
    from pathlib import Path

    from mobile.robot.hands import Hands
    from tests.support.window import TestWindow

__all__ = ["every_kind_folder", "folder", "window"]
pytestmark = pytest.mark.window
SIZES = {"tablet": TABLET, "upright": TABLET_UPRIGHT, "phone": PHONE}
MUST = frozenset({"/data/name", "/data/water"})
LANGUAGES = ("en", "fr", "sw", "ar")
SEEN = [(name, code) for name in ("tablet", "phone") for code in LANGUAGES]


def faults(hands: Hands, where: str) -> list[str]:
    hands.pump(4)
    return [
        f"{where}: {fault}"
        for fault in (*small_targets(hands), *clipped_texts(hands), *outside(hands))
    ]


@pytest.mark.parametrize(("shape", "language"), [*SEEN, ("upright", "fr"), ("upright", "ar")])
def test_page_is_legible_and_touchable_when_shown(
    window: TestWindow, folder: Path, shape: str, language: str
) -> None:
    hands = window.open(folder, SIZES[shape])
    app = window.app
    app.parts.settings.set_language(language)
    app.home()
    found = faults(hands, "home")
    for name in ("settings", "outbox", "enrol"):
        getattr(app, name)()
        found += faults(hands, name)
    entry = app.parts.forms.begin("every")
    assert entry is not None
    app.entry(entry)
    for ref in EVERY_REF:
        app.page.jump(ref)
        found += faults(hands, ref)
        if ref in MUST:
            app.page.go_on()
            found += faults(hands, f"{ref} with its problem")
    for name in ("outline", "review", "release"):
        getattr(app, name)(entry)
        found += faults(hands, name)
    assert found == []


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_question_is_legible_when_letters_are_largest(
    window: TestWindow, folder: Path, language: str
) -> None:
    hands = window.open(folder, PHONE)
    settings = window.app.parts.settings
    settings.set_language(language)
    settings.set_font_scale(1.7)
    window.app.apply_settings()
    entry = window.app.parts.forms.begin("every")
    assert entry is not None
    window.app.entry(entry)
    found = []
    for ref in ("/data/name", "/data/people", "/data/water", "/data/gps"):
        window.app.page.jump(ref)
        found += faults(hands, ref)
    settings.set_font_scale(1.0)
    window.app.apply_settings()
    assert found == []


def test_answer_is_on_the_screen_when_palette_is_dark(window: TestWindow, folder: Path) -> None:
    hands = window.open(folder)
    window.app.parts.settings.set_palette("dark")
    window.app.apply_settings()
    dark = hands.pixels()
    window.app.parts.settings.set_palette("light")
    window.app.apply_settings()
    light = hands.pixels()
    corner = (5, 400)
    assert sum(dark.getpixel(corner)) < 200
    assert sum(light.getpixel(corner)) > 600


def test_arabic_word_is_drawn_joined_when_shown(window: TestWindow, folder: Path) -> None:
    """A joined word is narrower than its letters one by one: shaping really happens."""
    from mobile.widgets.base import Tag

    window.open(folder)

    def width(text: str) -> int:
        tag = Tag(text=text)
        tag.texture_update()
        return int(tag.texture_size[0])

    assert width("مياه") < sum(width(letter) for letter in "مياه")
    assert width("مياه 25") > width("مياه")

"""The app's own settings, and their file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mobile.presenters.settings import Settings, SettingValues

if TYPE_CHECKING:
    from pathlib import Path


def test_settings_are_there_after_a_restart(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    settings.set_language("ar")
    settings.set_palette("contrast")
    assert settings.set_font_scale(1.4).saved
    assert Settings(tmp_path / "settings.json").values == SettingValues("ar", "contrast", 1.4)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "7", '{"language": "tlh", "palette": 4, "font_scale": "huge"}', "\ud800"],
)
def test_settings_are_the_defaults_when_the_file_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert Settings(path).values == SettingValues()


def test_setting_counts_when_the_disk_does_not_take_it(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.mkdir()
    view = Settings(path).set_language("fr")
    assert (view.saved, view.values.language, view.strings.language) == (False, "fr", "fr")


def test_setting_that_is_not_offered_changes_nothing(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    settings.set_language("tlh")
    settings.set_palette("pink")
    assert settings.values == SettingValues()


@pytest.mark.parametrize(("asked", "scale"), [(0.1, 0.85), (1.29, 1.2), (1.31, 1.4), (9.0, 1.7)])
def test_font_scale_is_the_nearest_step(tmp_path: Path, asked: float, scale: float) -> None:
    view = Settings(tmp_path / "settings.json").set_font_scale(asked)
    assert view.values.font_scale == scale
    assert [each.value for each in view.font_scales if each.selected] == [str(scale)]


def test_each_language_is_named_in_itself(tmp_path: Path) -> None:
    view = Settings(tmp_path / "settings.json").view()
    assert {each.value: each.label for each in view.languages}["ar"] == "العربية"

"""Opening the tablet, and every reason why it cannot be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mobile.presenters.settings import Settings
from mobile.presenters.startup import Startup
from sync.profile import STORE_FILE
from tests.mobile.presenter_cases import open_tablet

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def startup(tmp_path: Path) -> Startup:
    folder = tmp_path / "tablet"
    return Startup(lambda: open_tablet(folder), Settings(tmp_path / "settings.json"))


def test_startup_opens_the_tablet(startup: Startup) -> None:
    tablet = startup.open()
    assert tablet is not None
    assert startup.view().problem == ""
    tablet.close()


def test_startup_waits_for_the_other_window(startup: Startup, tmp_path: Path) -> None:
    other = open_tablet(tmp_path / "tablet")
    assert startup.open() is None
    assert startup.view().code == "SY-103"
    other.close()
    tablet = startup.open()
    assert tablet is not None
    assert startup.view().code == ""
    tablet.close()


def test_startup_sets_a_damaged_store_aside_and_can_go_on(startup: Startup, tmp_path: Path) -> None:
    open_tablet(tmp_path / "tablet").close()
    store = tmp_path / "tablet" / STORE_FILE
    store.write_bytes(b"not a database" * 500)
    assert startup.open() is None
    assert startup.view().code == "SY-102"
    assert [p.name for p in (tmp_path / "tablet").glob(f"damaged-*/{STORE_FILE}")] == [STORE_FILE]
    tablet = startup.open()
    assert tablet is not None
    tablet.close()


def test_startup_keeps_the_store_closed_without_its_key(startup: Startup, tmp_path: Path) -> None:
    open_tablet(tmp_path / "tablet").close()
    (tmp_path / "tablet" / "data.key").unlink()
    assert startup.open() is None
    assert startup.view().code == "SY-106"
    assert (tmp_path / "tablet" / STORE_FILE).exists()


def test_startup_says_so_when_the_folder_cannot_be_used(startup: Startup, tmp_path: Path) -> None:
    (tmp_path / "tablet").write_text("a file stands here")
    assert startup.open() is None
    assert startup.view().code == "SY-105"


@pytest.mark.parametrize("language", ["en", "fr", "sw", "ar"])
def test_startup_speaks_the_apps_language(tmp_path: Path, language: str) -> None:
    (tmp_path / "tablet").write_text("a file stands here")
    settings = Settings(tmp_path / "settings.json")
    settings.set_language(language)
    startup = Startup(lambda: open_tablet(tmp_path / "tablet"), settings)
    startup.open()
    view = startup.view()
    assert view.problem == view.strings.text("startup.sy_105")
    assert view.strings.language == language

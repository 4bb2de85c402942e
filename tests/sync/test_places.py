"""Which folder a command takes when nobody names one."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.places import DEMO_MARK, centre_folder, tablet_folder


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MAKAZI_PROFILE", "MAKAZI_CENTRE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


def _demo(*, marked: bool) -> None:
    for name in ("demo-out/tablets/window", "demo-out/centre"):
        Path(name).mkdir(parents=True)
    if marked:
        Path("demo-out", DEMO_MARK).touch()


def test_folder_is_the_users_own_when_nothing_is_named() -> None:
    assert tablet_folder() == Path.home() / ".local/share/makazi/tablet"
    assert centre_folder() == Path.home() / ".local/share/makazi/centre"


def test_folder_is_what_the_demo_left_when_one_stands_beside_it() -> None:
    _demo(marked=True)
    assert tablet_folder() == Path("demo-out/tablets/window")
    assert centre_folder() == Path("demo-out/centre")


def test_folder_of_another_is_not_taken_for_the_demos() -> None:
    _demo(marked=False)
    assert tablet_folder().is_relative_to(Path.home())
    assert centre_folder().is_relative_to(Path.home())


def test_folder_that_is_named_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    _demo(marked=True)
    monkeypatch.setenv("MAKAZI_PROFILE", "mine")
    monkeypatch.setenv("MAKAZI_CENTRE", "ours")
    assert (tablet_folder(), centre_folder()) == (Path("mine"), Path("ours"))

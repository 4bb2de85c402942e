"""One window for all tests of a run: Kivy's window and app are singletons of a process."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mobile.app import prepare_kivy
from tests.mobile.window_cases import every_kind
from tests.support.tablet import bundle_of, enrolled_tablet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mobile.robot.hands import Hands

TABLET, TABLET_UPRIGHT, PHONE = (1024, 768), (800, 1280), (360, 720)
TARGET_DP = 48


class TestWindow:
    """The app in its window, with hands; a new tablet is shown in it for each test."""

    __test__ = False

    def __init__(self, home: Path) -> None:
        os.environ["KIVY_HOME"] = str(home)
        os.environ["SDL_VIDEODRIVER"] = "offscreen"
        os.environ["KIVY_METRICS_DENSITY"] = "1"
        prepare_kivy(TABLET, frames_a_second=0)
        from mobile.robot.hands import Hands
        from mobile.screens.window import TabletApp

        self.app = TabletApp.__new__(TabletApp)
        self._hands_of, self._app_of = Hands, TabletApp
        self.hands: Hands | None = None
        self.profile: Any = None

    def open(self, folder: Path, size: tuple[int, int] = TABLET) -> Hands:
        """Show the tablet of a folder at a size of window."""
        from kivy.core.window import Window

        from mobile.app import wired
        from mobile.robot.gps import PlaceableGps
        from sync.keystore import FileKeystore
        from sync.profile import TabletProfile

        self.close()
        self.gps = PlaceableGps()
        self.profile = TabletProfile.open(folder, FileKeystore(folder))
        parts = wired(self.profile, folder, self.gps)
        if self.hands is None:
            self.app = self._app_of(parts)
            self.hands = self._hands_of(self.app)
            self.hands.start()
        self.app.parts = parts
        self.resize(size)
        self.app.apply_settings()
        self.app.enrol() if self.profile.enrolment is None else self.app.home()
        self.hands.pump(3)
        assert Window.size == size
        return self.hands

    def resize(self, size: tuple[int, int]) -> None:
        from kivy.core.window import Window

        if Window.size != size:
            Window.size = size
            self.hands.pump(3)

    def close(self) -> None:
        """Leave the tablet, as closing the window does."""
        from kivy.core.window import Window

        from mobile.screens.sheet import Sheet

        if self.profile is not None:
            self.app.on_stop()
            for sheet in [w for w in Window.children if isinstance(w, Sheet)]:
                sheet.close()
            self.app.box.clear_widgets()
            self.profile.close()
            self.profile = None


def visible(hands: Hands, kind: type[Any]) -> Iterator[Any]:
    """Widgets of a class that take room and are not faded out."""
    for widget in hands.all_of(kind):
        chain, parent = [widget], widget.parent
        while parent is not None and parent is not parent.parent:
            chain.append(parent)
            parent = parent.parent
        if all(each.opacity > 0 for each in chain) and widget.width > 0 and widget.height > 0:
            yield widget


def outside(hands: Hands) -> list[str]:
    """What stands beyond the side of the window or of the box that it is in."""
    from kivy.core.window import Window
    from kivy.uix.scrollview import ScrollView

    from mobile.widgets.base import Tap, Words

    found = []
    for widget in (*visible(hands, Tap), *visible(hands, Words)):
        left, right = widget.to_window(widget.x, 0)[0], widget.to_window(widget.right, 0)[0]
        low, high = 0.0, float(Window.width)
        if widget.parent is not Window and not isinstance(widget.parent, ScrollView):
            low = widget.parent.to_window(widget.parent.x, 0)[0]
            high = widget.parent.to_window(widget.parent.right, 0)[0]
        if left < low - 1.5 or right > high + 1.5 or right > Window.width + 1.5:
            name = getattr(widget, "text", "") or getattr(widget, "icon", "")
            where = f"{left:.0f}-{right:.0f} of {low:.0f}-{high:.0f}"
            found.append(f"{type(widget).__name__} {name[:20]!r} {where}")
    return found


def small_targets(hands: Hands) -> list[str]:
    """What can be touched and is smaller than a fingertip."""
    from mobile.widgets.base import Tap

    return [
        f"{type(tap).__name__} {tap.width:.0f}x{tap.height:.0f}"
        for tap in visible(hands, Tap)
        if not tap.disabled and (tap.width < TARGET_DP - 0.5 or tap.height < TARGET_DP - 0.5)
    ]


def clipped_texts(hands: Hands) -> list[str]:
    """Words that are wider or higher than their widget, or stand outside the window."""
    from kivy.core.window import Window

    from mobile.widgets.base import OneLine, Tag, Words

    found = []
    for words in visible(hands, Words):
        if not words.text or words.texture is None:
            continue
        left, _ = words.to_window(words.x, words.y)
        right, _ = words.to_window(words.right, words.top)
        too_wide = words.texture_size[0] > words.width + 1
        too_high = words.texture_size[1] > words.height + 1
        outside = left < -1 or right > Window.width + 1
        if (too_wide and not isinstance(words, OneLine)) or too_high or outside:
            kind = "tag" if isinstance(words, Tag) else words.role
            found.append(f"{kind} {words.text[:24]!r} {words.texture_size} in {words.size}")
    return found


_opened: list[TestWindow] = []


@pytest.fixture(scope="session")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestWindow]:
    """The one window of this process."""
    if not _opened:
        _opened.append(TestWindow(tmp_path_factory.mktemp("kivy")))
    yield _opened[0]
    _opened[0].close()


@pytest.fixture(scope="session")
def every_kind_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tablet with the form of every kind; tests copy it."""
    folder = tmp_path_factory.mktemp("tablet")
    enrolled_tablet(folder, [bundle_of(every_kind(), "Every kind")])
    return folder


@pytest.fixture
def folder(every_kind_folder: Path, tmp_path: Path) -> Path:
    """A fresh tablet with the form of every kind."""
    return Path(shutil.copytree(every_kind_folder, tmp_path / "tablet"))

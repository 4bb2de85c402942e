"""Makes the pictures of the documents again: `python -m tests.support.pictures docs/pictures`.

The real app, a real centre on loopback, the household form, and the synthetic household of the
demo: what a picture calls delivered was delivered.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mobile.app import prepare_kivy, wired
from server_stub.demo.scripted import scripted_household
from sync.keystore import FileKeystore
from sync.profile import TabletProfile
from tests.support.centre import LoopbackCentre
from tests.support.tablet import household_bundle

if TYPE_CHECKING:
    from mobile.parts import Parts
    from mobile.robot.hands import Hands

TABLET, UPRIGHT, PHONE = (1024, 768), (800, 1280), (360, 720)
WATER, PAPERS, DAY = "/data/water/ws1", "/data/tenure/t_doc", "/data/cover/c_date"
# Offscreen, a window can shrink and not grow: it begins as large as any picture.
CANVAS = (1024, 1280)
LARGEST_BYTES = 150_000


class Studio:
    """The app in its window, and the folder that pictures go to."""

    def __init__(self, parts: Parts, target: Path) -> None:
        from mobile.robot.hands import Hands
        from mobile.screens.window import TabletApp

        self.parts, self._target = parts, target
        self.app = TabletApp(parts)
        self.hands: Hands = Hands(self.app)
        self.hands.start()

    def interview(self, until: str = "", water: str = "") -> Any:
        """An interview answered up to and with a question; to its end when none is named."""
        entry = self.parts.forms.begin("household")
        for ref, value in scripted_household():
            entry.answer(ref, water if water and ref == WATER else value)
            if ref == until:
                break
        return entry

    def look(self, size: tuple[int, int], palette: str = "light", language: str = "en") -> None:
        from kivy.core.window import Window

        self.parts.settings.set_palette(palette)
        self.parts.settings.set_language(language)
        self.app.apply_settings()
        Window.size = size
        self.hands.pump(3)

    def photograph(self, name: str) -> None:
        """Write one picture."""
        for _ in range(5):
            self.hands.draw()
        path = self._target / f"{name}.png"
        self.hands.photograph(path)
        size = path.stat().st_size
        assert size < LARGEST_BYTES, f"{path} has {size} bytes"
        print(f"{path}  {size / 1000:.0f} kB")

    def question(self, name: str, ref: str) -> None:
        """A picture of a question that is answered."""
        entry = self.interview(ref, water="public_tap")
        self.app.entry(entry)
        self.app.page.jump(ref)
        self.photograph(name)
        self.app.home()
        self.parts.forms.delete_draft(entry.interview.record_id)

    def finalised(self) -> None:
        """One more record in the outbox."""
        self.app.release(self.interview())
        self.app.page.go_on()


def make(target: Path) -> None:
    """Write all pictures into a folder."""
    with tempfile.TemporaryDirectory() as scratch:
        centre = LoopbackCentre.make(Path(scratch) / "centre")
        centre.give(household_bundle())
        centre.start()
        folder = Path(scratch) / "tablet"
        profile = TabletProfile.open(folder, FileKeystore(folder))
        try:
            profile.enrol(centre.invitation())
            profile.pull()
            from mobile.robot.gps import PlaceableGps

            _take(Studio(wired(profile, folder, PlaceableGps()), target))
        finally:
            profile.close()
            centre.stop()


def _take(studio: Studio) -> None:
    studio.look(TABLET)
    studio.question("question-water-light", WATER)
    studio.look(TABLET, "dark", "ar")
    studio.question("question-papers-arabic-dark", PAPERS)
    studio.look(PHONE, "light", "sw")
    studio.question("question-date-phone-swahili", DAY)
    studio.look(UPRIGHT)
    studio.app.release(studio.interview())
    studio.photograph("what-leaves")
    studio.app.page.go_on()
    studio.finalised()
    studio.look(TABLET)
    studio.app.outbox()
    for _ in range(2):  # a few records wait for company; asked a second time they are sent
        studio.hands.tap(studio.app.page.send)
        studio.hands.wait(lambda: not studio.app.page.busy, "the receipts", patience_s=60)
    studio.finalised()
    studio.interview(WATER).jump(WATER)
    studio.app.outbox()
    studio.photograph("outbox")
    studio.look(TABLET, "contrast", "fr")
    studio.app.home()
    studio.photograph("home-contrast-french")


if __name__ == "__main__":
    prepare_kivy(CANVAS, frames_a_second=0)
    folder_of_pictures = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures")
    folder_of_pictures.mkdir(parents=True, exist_ok=True)
    make(folder_of_pictures)

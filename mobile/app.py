"""The tablet's app: the one place that wires profile, presenters, screens and device.

Kivy is imported when a window is asked for, so that `makazi --help` and the presenters' tests need
no window. The screen that is shown is a child of one plain box: no transitions, hence no
framebuffers, for the drivers of cheap tablets.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING

from mobile.device.desktop import KernelConnectivity, NoGps
from mobile.device.simulated import Place, SimulatedGps
from mobile.i18n import LANGUAGES
from mobile.parts import Parts
from mobile.presenters.enrol import Enrol
from mobile.presenters.form_list import FormList
from mobile.presenters.interview import Interviews
from mobile.presenters.outbox import Outbox
from mobile.presenters.settings import Settings
from mobile.presenters.startup import Startup
from mobile.presenters.tablet import Surroundings
from sync.clock import SystemClock
from sync.keystore import FileKeystore
from sync.places import tablet_folder
from sync.profile import TabletProfile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobile.ports import Gps


def prepare_kivy(size: tuple[int, int] | None = None, frames_a_second: int = 60) -> None:
    """Set what Kivy reads at import: before anything imports it.

    Without a display the window is drawn offscreen (docs/decisions/0003).

    Args:
        size: Width and height of the window in pixels; None leaves them to the platform.
        frames_a_second: The most that are drawn; 0 never waits, for hands that pump the loop.
    """
    os.environ.setdefault("KIVY_NO_ARGS", "1")
    os.environ.setdefault("KIVY_NO_FILELOG", "1")
    os.environ.setdefault("KIVY_LOG_MODE", "PYTHON")
    os.environ.setdefault("KIVY_CLIPBOARD", "sdl2")
    os.environ.setdefault("KIVY_HOME", str(Path.home() / ".local" / "share" / "makazi" / "kivy"))
    Path(os.environ["KIVY_HOME"]).mkdir(parents=True, exist_ok=True)
    if not has_display():
        os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
        os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
    # Kivy reports at length that X11's middle-click paste is missing: nobody pastes so on a tablet.
    logging.getLogger("kivy").addFilter(lambda record: "Cutbuffer" not in str(record.msg))
    from kivy.config import Config  # noqa: PLC0415 -- only after the environment is set

    width, height = size or (1024, 768)
    Config.set("graphics", "width", str(width))
    Config.set("graphics", "height", str(height))
    Config.set("graphics", "maxfps", str(frames_a_second))
    Config.set("graphics", "multisamples", "0")  # framebuffer tricks that old GPUs do not have
    Config.set("kivy", "exit_on_escape", "0")  # Escape and the back key go back, see `window`
    Config.set("input", "mouse", "mouse,disable_multitouch")


def has_display() -> bool:
    """Whether a window would be seen: always, except on a Linux without a display server."""
    if sys.platform != "linux" or "ANDROID_ARGUMENT" in os.environ:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """What `makazi tablet` was told."""
    parser = argparse.ArgumentParser(prog="makazi tablet", description="The interviewer's tablet.")
    parser.add_argument("--profile", type=Path, default=None, help="folder of this tablet")
    parser.add_argument("--enrol", metavar="TEXT", default="", help="invitation to a project")
    parser.add_argument("--language", choices=sorted(LANGUAGES), default="", help="of the app")
    parser.add_argument("--size", metavar="WxH", type=window_size, default=None)
    parser.add_argument(
        "--place",
        metavar="LAT,LON|none",
        type=place,
        default=Place(0.0, 0.0),
        help="where the simulated receiver of a desktop is, south and west with a sign after =: "
        "--place=-1.29,36.82 (default: in the sea, at 0,0); "
        "none: no receiver, for real interviews on a desktop",
    )
    return parser.parse_args(argv)


def place(text: str) -> Place | None:
    """A place of `-1.29,36.82`: degrees north, degrees east, WGS 84; None of `none`."""
    if text == "none":
        return None
    latitude, _, longitude = text.partition(",")
    try:
        return Place(float(longitude), float(latitude))
    except ValueError:
        raise argparse.ArgumentTypeError("give a place as LAT,LON in degrees") from None


def window_size(text: str) -> tuple[int, int]:
    """Width and height of `1024x768`."""
    width, _, height = text.partition("x")
    try:
        return int(width), int(height)
    except ValueError:
        raise argparse.ArgumentTypeError("give a size as 1024x768") from None


def wired(profile: TabletProfile, folder: Path, gps: Gps) -> Parts:
    """Presenters over an open profile: the one place where they meet.

    Args:
        profile: Forms and records.
        folder: Where the settings are kept, beside the store.
        gps: The receiver.
    """
    clock = SystemClock()
    settings = Settings(folder / "settings.json")
    zone = datetime.now().astimezone().tzinfo or UTC
    device = profile.enrolment.device_id if profile.enrolment is not None else ""
    surroundings = Surroundings(
        clock=clock,
        timezone=zone,
        random=SystemRandom(),
        new_uuid=lambda: str(uuid.uuid4()),
        properties={"deviceid": device},
    )
    return Parts(
        tablet=profile,
        forms=FormList(profile, Interviews(profile, surroundings), settings),
        outbox=Outbox(profile, settings, KernelConnectivity()),
        enrol=Enrol(profile, settings),
        settings=settings,
        gps=gps,
        enrolled=profile.enrolment is not None,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Open the tablet and stay until its window is closed.

    Returns:
        0, or 1 when the tablet cannot be opened; the reason is printed.
    """
    asked = arguments(argv)
    prepare_kivy(asked.size)
    folder: Path = asked.profile or tablet_folder()
    settings = Settings(folder / "settings.json")
    startup = Startup(lambda: TabletProfile.open(folder, FileKeystore(folder)), settings)
    profile = startup.open()
    if profile is None:
        return _not_opened(startup, settings)
    from mobile.screens.window import TabletApp  # noqa: PLC0415 -- imports kivy

    try:
        simulated = asked.place is not None
        gps = SimulatedGps(asked.place, SystemClock()) if simulated else NoGps()
        parts = wired(profile, folder, gps)
        if asked.language:
            parts.settings.set_language(asked.language)
        TabletApp(parts, invitation=asked.enrol).run()
    finally:
        profile.close()
    return 0


def _not_opened(startup: Startup, settings: Settings) -> int:
    """Say why the tablet cannot be opened: in the terminal, and in a window that somebody sees."""
    view = startup.view()
    print(view.problem, file=sys.stderr)  # noqa: T201
    if has_display():
        from mobile.screens.startup import StartupApp  # noqa: PLC0415 -- imports kivy

        StartupApp(view, settings.values).run()
    return 1


if __name__ == "__main__":
    sys.exit(main())

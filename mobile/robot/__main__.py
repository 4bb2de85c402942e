"""`python -m mobile.robot`: the app's window, used by touch and key, as a process that can die.

It says one JSON object a line: `{"ref": …, "answered": true}` after each answer, `{"waiting":
true}` when it waits to be killed, `{"error": …}` before it exits with 1. Never an answer.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mobile.app import has_display, prepare_kivy, window_size, wired
from mobile.i18n import LANGUAGES
from mobile.robot.gps import PlaceableGps
from sync.errors import SyncError
from sync.keystore import FileKeystore
from sync.profile import TabletProfile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobile.robot.hands import Hands
    from mobile.robot.interviewer import Errand


def say(step: dict[str, object]) -> None:
    """One line for whoever started the robot."""
    print(json.dumps(step), flush=True)  # noqa: T201 -- the protocol


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """What the robot was told."""
    parser = argparse.ArgumentParser(prog="python -m mobile.robot", description=__doc__)
    parser.add_argument("--profile", type=Path, required=True, help="folder of the tablet")
    parser.add_argument("--answers", type=Path, required=True, help="JSON list of ref and value")
    parser.add_argument("--shots", type=Path, default=None, help="folder for pictures")
    parser.add_argument("--form", required=True, help="form to begin")
    parser.add_argument("--record", choices=("new", "latest-draft"), default="new")
    parser.add_argument("--stop-after", type=int, default=0, metavar="N")
    parser.add_argument("--finalise", action="store_true")
    parser.add_argument("--size", type=window_size, default=(1024, 768), metavar="WxH")
    parser.add_argument("--theme", choices=("light", "dark", "contrast"), default="")
    parser.add_argument("--language", choices=sorted(LANGUAGES), default="")
    parser.add_argument("--slow", type=float, default=0.0, help="seconds of pause after each act")
    return parser.parse_args(argv)


def errand(asked: argparse.Namespace) -> Errand:
    """What to do, read from the arguments and the file of answers."""
    from mobile.robot.interviewer import Errand  # noqa: PLC0415 -- imports kivy

    listed = json.loads(asked.answers.read_text(encoding="utf-8"))
    answers = {each["ref"]: each["value"] for each in listed}
    if asked.shots is not None:
        asked.shots.mkdir(parents=True, exist_ok=True)
    return Errand(asked.form, asked.record, answers, asked.stop_after, asked.finalise, asked.shots)


def main(argv: Sequence[str] | None = None) -> int:
    """Do the errand.

    Returns:
        0 when it is done, 1 after an `error` line.
    """
    asked = arguments(argv)
    prepare_kivy(asked.size, frames_a_second=60 if has_display() else 0)
    from mobile.robot.controls import CannotAnswerError  # noqa: PLC0415 -- imports kivy
    from mobile.robot.hands import NotFoundError  # noqa: PLC0415 -- imports kivy

    try:
        profile = TabletProfile.open(asked.profile, FileKeystore(asked.profile))
    except SyncError as error:
        say({"error": error.problems[0].code})
        return 1
    try:
        _run(profile, asked)
    except (CannotAnswerError, NotFoundError) as error:
        say({"error": str(error)})
        return 1
    finally:
        profile.close()
    return 0


def _run(profile: TabletProfile, asked: argparse.Namespace) -> None:
    from mobile.robot.hands import Hands  # noqa: PLC0415 -- imports kivy
    from mobile.robot.interviewer import Interviewer  # noqa: PLC0415 -- imports kivy
    from mobile.screens.window import TabletApp  # noqa: PLC0415 -- imports kivy

    gps = PlaceableGps()
    parts = wired(profile, asked.profile, gps)
    if asked.theme:
        parts.settings.set_palette(asked.theme)
    if asked.language:
        parts.settings.set_language(asked.language)
    hands = Hands(TabletApp(parts), asked.slow)
    hands.start()
    interviewer = Interviewer(hands, gps, errand(asked), say)
    interviewer.run()
    if interviewer.is_done:
        _wait_for_the_end(hands)
    hands.stop()


def _wait_for_the_end(hands: Hands) -> None:
    """Keep the window alive until somebody kills it."""
    say({"waiting": True})
    while True:
        hands.pump_for(1.0)


if __name__ == "__main__":
    sys.exit(main())

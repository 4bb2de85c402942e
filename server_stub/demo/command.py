"""`makazi demo`: the order of the steps, and what is left behind to try."""

from __future__ import annotations

import argparse
import os
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from server_stub.demo import scripted, synthetic, tables
from server_stub.demo import story as steps
from server_stub.demo.centre import DemoFailed, port_or_free
from server_stub.demo.narrator import Narrator
from server_stub.demo.relay import Relay
from server_stub.settings import DEFAULT_PORT
from sync.places import DEMO_FOLDER, DEMO_TABLET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server_stub.demo.centre import Centre

HOUSEHOLDS: Final = 620
SEED: Final = 2019
"""Year of the declaration that the project grew from; any number gives another survey."""
CANARIES: Final = 32
"""Names, telephone numbers, latitudes and longitudes, eight of each, planted again and again."""
GROUND_TRUTH: Final = Path("reference", "domain", "groundtruth", "dhaka_2017_wash_minimal.csv")


def main(argv: Sequence[str]) -> int:
    """Run the demo; 0 when every step held, 1 with what did not."""
    options = _parser().parse_args(argv)
    story = steps.Story(options.out, Narrator(), options.households, options.seed)
    try:
        _tell(story)
    except DemoFailed as error:
        sys.stderr.write(f"\nmakazi demo: {error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="makazi demo",
        description="The whole way from touch to published table, on this machine only.",
    )
    parser.add_argument("--out", type=Path, default=DEMO_FOLDER, metavar="DIR")
    parser.add_argument("--households", type=int, default=HOUSEHOLDS, metavar="N")
    parser.add_argument("--seed", type=int, default=SEED, metavar="N")
    return parser


def dhaka_file() -> Path | None:
    """The open survey of Dhaka, where the reference data are there; it is never in the project."""
    shared = Path(os.environ.get("MAKAZI_SHARED", steps.ROOT.parent / "shared"))
    file = shared / GROUND_TRUTH
    return file if file.is_file() else None


def _tell(story: steps.Story) -> None:
    story.clear()
    chance = random.Random(story.seed)  # noqa: S311 -- a survey that can be repeated
    story.canaries = (*synthetic.canaries(chance, CANARIES), *scripted.CANARIES)
    real = dhaka_file()
    projects = (steps.PROJECT, steps.DHAKA) if real else (steps.PROJECT,)
    bundle = steps.build_and_sign(story)
    centre = steps.start_centre(story, bundle, projects)
    try:
        port = port_or_free(DEFAULT_PORT)
        with Relay(centre.port, story.capture, port=port) as link:
            steps.hold_one_interview(story, centre.invite(steps.PROJECT, link.url))
            steps.survey_synthetic(story, centre, link)
            if real is None:
                story.say.line("The survey of Dhaka is left out: set MAKAZI_SHARED to its folder.")
            else:
                steps.survey_dhaka(story, centre, link, real)
            steps.push_over_bad_link(story, link)
        tables.publish(story, centre, projects, steps.DHAKA)
        steps.say_what_was_withheld(story)
    finally:
        centre.stop()
    steps.sweep_for_canaries(story, centre)
    _say_where(story, centre, port)


def _say_where(story: steps.Story, centre: Centre, port: int) -> None:
    say, out = story.say, story.out
    with say.step("What is left to look at and to try"):
        say.line(f"screenshots   {story.shots}/")
        say.line(f"tables        {tables.folder(story, steps.PROJECT)}/tables.html, .csv, .json")
        more = "" if port == DEFAULT_PORT else f" --port {port}"
        say.line(f"the centre    .venv/bin/makazi server --data {centre.folder}{more}")
        say.line(f"              then open http://127.0.0.1:{port}/ in a browser")
        say.line(f"the app       .venv/bin/makazi tablet --profile {out / DEMO_TABLET}")
    say.line()
    say.line(f"Everything held. {say.elapsed_s:.0f} s in all.")

"""The demo's steps in order: what a newcomer sees, and what must hold at each.

Each step checks what it claims and stops the demo when it does not hold: a demo that prints success
whatever happened would be worth nothing.
"""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from server_stub.demo import dhaka, survey, synthetic
from server_stub.demo.centre import Centre, DemoFailed, makazi
from server_stub.demo.relay import Cut, Relay
from server_stub.demo.sweep import sweep
from server_stub.demo.window import Robot
from sync.places import DEMO_CENTRE, DEMO_MARK, DEMO_TABLET

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server_stub.demo.narrator import Narrator

ROOT: Final = Path(__file__).resolve().parents[2]
HOUSEHOLD: Final = ROOT / "forms" / "library" / "household"
FORM_ID: Final = "household"
PROJECT: Final = "demo"
DHAKA: Final = "dhaka"
TABLETS: Final = 6
"""Simulated tablets of the synthetic survey; two work at a time."""
DHAKA_TABLETS: Final = 4
STOP_AFTER: Final = 20
"""Questions answered by touch before the app is killed."""
CUTS: Final = (Cut("up", 6_000), Cut("down", 2_000))
"""The link breaks once inside a request and once inside an answer of the centre, counted from the
moment when sending begins."""
PUSHES: Final = 12
"""Most runs of one tablet until everything is delivered."""


@dataclass(slots=True)
class Story:
    """What the steps hand on to each other.

    Attributes:
        out: Folder of everything that the demo makes; emptied at the start.
        say: Where it is told.
        households: Synthetic households to interview.
        seed: Of the synthetic survey.
        canaries: Strings planted in identifying answers.
        tablets: Folders of the tablets that have something to send.
        tally: What became of the answers of the synthetic survey.
        delivered: Records under a checked receipt.
    """

    out: Path
    say: Narrator
    households: int
    seed: int
    canaries: tuple[str, ...] = ()
    tablets: list[Path] = field(default_factory=list)
    tally: survey.Tally = field(default_factory=survey.Tally)
    delivered: int = 0

    @property
    def keys(self) -> Path:
        """The data controller's keys: in life, on another machine."""
        return self.out / "controller"

    @property
    def capture(self) -> Path:
        """Every byte that crossed the link, in either direction."""
        return self.out / "wire.bin"

    @property
    def shots(self) -> Path:
        """Screenshots of the window."""
        return self.out / "screenshots"

    def clear(self) -> None:
        """Empty the demo's own folder, and never anybody else's.

        Raises:
            DemoFailed: The folder exists and no demo made it.
        """
        if self.out.exists():
            if not (self.out / DEMO_MARK).exists():
                raise DemoFailed(f"{self.out} exists and no demo made it: name another with --out")
            shutil.rmtree(self.out)
        self.shots.mkdir(parents=True)
        (self.out / DEMO_MARK).touch()


def build_and_sign(story: Story) -> Path:
    """The author builds the form, the controller signs it and names who may open the vault."""
    with story.say.step("The form is built, and the data controller signs it"):
        unsigned, signed = story.out / "household.unsigned.bundle", story.out / "household.bundle"
        makazi("form", "build", str(HOUSEHOLD), "-o", str(unsigned))
        makazi("vault", "keygen", "--keys", str(story.keys))
        makazi("vault", "sign", str(unsigned), "--keys", str(story.keys), "-o", str(signed))
        story.say.line(f"{signed.name}: {signed.stat().st_size:,} bytes, signed offline")
    return signed


def start_centre(story: Story, bundle: Path, projects: Sequence[str]) -> Centre:
    """A centre on loopback that trusts this controller and nobody else."""
    with story.say.step("The centre starts on loopback"):
        centre = Centre(story.out / DEMO_CENTRE, story.out / "centre.log")
        key = (story.keys / "controller.pub").read_text(encoding="utf-8").strip()
        for project in projects:
            centre.add_project(project, key, bundle)
        centre.start()
        story.say.line(f"makazi server at {centre.url}, projects {', '.join(projects)}")
    return centre


def hold_one_interview(story: Story, invitation: str) -> None:
    """Touch by touch through the window, killed in the middle, resumed with nothing lost."""
    with story.say.step("One interview through the window, by touch and key"):
        folder = story.out / DEMO_TABLET
        survey.enrol(folder, invitation)
        story.tablets.append(folder)
        household = synthetic.scripted_household()
        answers = story.out / "interview.json"
        listed = [{"ref": ref, "value": value} for ref, value in household]
        answers.write_text(json.dumps(listed, ensure_ascii=False), encoding="utf-8")
        robot = Robot(folder, answers, story.shots, FORM_ID, story.out / "window.log")
        with story.say.progress(len(listed), "answers") as bar:
            given = robot.answer_and_die(STOP_AFTER, bar.advance)
            lost = survey.lost_answers(folder, {ref: dict(household)[ref] for ref in given})
            if lost:
                raise DemoFailed(f"not in the draft after the kill: {', '.join(lost)}")
            more = robot.resume_and_finalise(bar.advance)
        story.say.line(
            f"killed with SIGKILL after {len(given)} answers: all are in the draft, "
            f"resumed with {more} more"
        )
        untouched = len(listed) - len(given) - more
        story.say.line(f"{untouched} of {len(listed)} stood there as the form's default already")
        answers.unlink()  # it held the names that the sweep will look for


def survey_synthetic(story: Story, centre: Centre, link: Relay) -> None:
    """Varied households, interviewed through the same engine calls on several tablets."""
    title = f"A survey of {story.households} synthetic households on {TABLETS} tablets"
    with story.say.step(title):
        source = random.Random(story.seed)  # noqa: S311 -- a survey that can be repeated
        households = [synthetic.household(source, story.canaries) for _ in range(story.households)]
        folders = [story.out / "tablets" / f"{number:02}" for number in range(1, TABLETS + 1)]
        story.tally = _collect(
            story, [centre.invite(PROJECT, link.url) for _ in folders], folders, households
        )


def survey_dhaka(story: Story, centre: Centre, link: Relay, file: Path) -> None:
    """Real households of an open survey, entered through the same form and engine."""
    households = dhaka.households(file)
    with story.say.step(f"{len(households):,} real households of Dhaka, 2017, same engine"):
        folders = [story.out / "tablets" / f"dhaka-{n}" for n in range(1, DHAKA_TABLETS + 1)]
        _collect(story, [centre.invite(DHAKA, link.url) for _ in folders], folders, households)
        story.say.line("source: washdata (CC0 1.0), WSUP and Valid International")


def _collect(
    story: Story,
    invitations: Sequence[str],
    folders: Sequence[Path],
    households: Sequence[survey.Answers],
) -> survey.Tally:
    work = []
    for number, (folder, invitation) in enumerate(zip(folders, invitations, strict=True)):
        survey.enrol(folder, invitation)
        share = tuple(households[number :: len(folders)])
        work.append(survey.TabletWork(folder, FORM_ID, share))
    with story.say.progress(len(households), "households") as bar:
        tally = survey.collect_all(work, bar.advance)
    if tally.households != len(households):
        raise DemoFailed(f"{tally.households} of {len(households)} households were finalised")
    story.tablets += folders
    return tally


def push_over_bad_link(story: Story, link: Relay) -> None:
    """Send everything while the link breaks twice; nothing may be lost or held twice."""
    with story.say.step("Everything is sent over a link that breaks twice"):
        before = link.traffic.up
        link.cut_later(*CUTS)
        runs = 0
        with story.say.progress(len(story.tablets), "tablets") as bar:
            for folder in story.tablets:
                runs += _push_until_done(story, folder)
                bar.advance()
        cuts, sent = len(link.traffic.cuts), link.traffic.up - before
        story.say.line(
            f"link cut {cuts} times; {runs} runs by {len(story.tablets)} tablets; "
            f"{story.delivered:,} records under a signed receipt"
        )
        story.say.line(
            f"{sent:,} bytes sent with headers and repeats: {sent / story.delivered:,.0f} a record"
        )
        if cuts != len(CUTS):
            raise DemoFailed(f"the link was cut {cuts} times instead of {len(CUTS)}")


def _push_until_done(story: Story, folder: Path) -> int:
    """Push again while something waits, as a tablet's retry would; how many runs it took."""
    for run in range(1, PUSHES + 1):
        profile = survey.open_tablet(folder)
        try:
            report = profile.push(flush=True)
        finally:
            profile.close()
        story.delivered += report.delivered
        if report.parked:
            raise DemoFailed(f"{report.parked} records of {folder.name} were parked")
        if not report.waiting:
            return run
    raise DemoFailed(f"{folder.name} still has records to send after {PUSHES} runs")


def say_what_was_withheld(story: Story) -> None:
    """How many answers of the synthetic survey met which fate on the tablet."""
    with story.say.step("What left the tablets of the synthetic survey, and what did not"):
        rows = [(words, f"{count:,}") for words, count in story.tally.fates.most_common()]
        story.say.table(("fate of an answer", "answers"), rows)


def sweep_for_canaries(story: Story, centre: Centre) -> None:
    """Search what left and what the centre keeps; first prove that the search can find."""
    with story.say.step("Canary sweep: planted names, phones and exact coordinates"):
        proof = story.out / "proof.bin"
        proof.write_bytes(" ".join(story.canaries).encode())
        if not sweep([proof], story.canaries).hits:
            raise DemoFailed("the sweep does not find canaries that are there")
        proof.unlink()
        for what, places in _places(story, centre).items():
            result = sweep(places, story.canaries)
            story.say.line(
                f"{what:34}{result.files:4} files {result.bytes_read:>12,} bytes  "
                f"{result.needles} canaries  {len(result.hits)} hits"
            )
            if result.hits:
                raise DemoFailed(f"canaries found in {', '.join(result.hits[:3])}")


def _places(story: Story, centre: Centre) -> Mapping[str, list[Path]]:
    return {
        "every byte on the wire": [story.capture],
        "the centre's database and files": [centre.folder],
        "logs of the centre and the window": [centre.log, story.out / "window.log"],
        "the tablets at rest": story.tablets,
    }

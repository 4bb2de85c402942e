"""The robot as a process of its own: killed in the middle, resumed with nothing lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sync.keystore import FileKeystore
from sync.profile import TabletProfile
from sync.store import RecordStatus
from tests.support.window import every_kind_folder, folder

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["every_kind_folder", "folder"]
pytestmark = pytest.mark.window
ROOT = Path(__file__).resolve().parents[2]
ANSWERS = (
    ("/data/name", "Kirado"),
    ("/data/people", "4"),
    ("/data/rent", "120.5"),
    ("/data/seen", "2026-11-25"),
    ("/data/water", "lake"),
    ("/data/hazards", "flood rail"),
    ("/data/gps", "1.0195734 2.0481639 12.0 4.0"),
)
# A window that hangs is killed after this many seconds, and the test fails.
PATIENCE_S = 120


def robot(
    folder: Path, tmp_path: Path, *more: str, given: tuple[tuple[str, str], ...] = ANSWERS
) -> subprocess.Popen[str]:
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps([{"ref": ref, "value": value} for ref, value in given]))
    command = [sys.executable, "-m", "mobile.robot", "--profile", str(folder)]
    command += ["--answers", str(answers), "--shots", str(tmp_path / "shots"), "--form", "every"]
    environment = os.environ | {"KIVY_HOME": str(tmp_path / "kivy")}
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        environment.pop(name, None)
    return subprocess.Popen(
        [*command, *more], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    )


def steps(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    for line in process.stdout or ():
        yield json.loads(line)


def opened(folder: Path) -> TabletProfile:
    return TabletProfile.open(folder, FileKeystore(folder))


def test_robot_loses_nothing_when_killed_in_the_middle_and_resumed(
    folder: Path, tmp_path: Path
) -> None:
    first = robot(folder, tmp_path, "--record", "new", "--stop-after", "3")
    answered = []
    with first:
        for step in steps(first):
            if step.get("waiting"):
                first.send_signal(signal.SIGKILL)
                break
            answered.append(step["ref"])
        assert first.wait(PATIENCE_S) == -signal.SIGKILL
    assert answered == [ref for ref, _ in ANSWERS[:3]]

    profile = opened(folder)
    (summary,) = profile.store.drafts()
    draft = profile.store.draft(summary.record_id)
    assert all(value.encode() in draft.xml for _, value in ANSWERS[:3])
    assert draft.position == "/data/rent"
    profile.close()

    second = robot(folder, tmp_path, "--record", "latest-draft", "--finalise")
    with second:
        said = list(steps(second))
        assert second.wait(PATIENCE_S) == 0
    assert [step["ref"] for step in said if "ref" in step] == [ref for ref, _ in ANSWERS[3:]]
    profile = opened(folder)
    assert [state.status for state in profile.store.records()] == [RecordStatus.FINAL]
    assert profile.store.drafts() == ()
    profile.close()
    shots = {shot.stem for shot in (tmp_path / "shots").glob("*.png")}
    assert {"question-text", "question-geopoint", "review", "what-leaves", "outbox"} <= shots
    assert not any(value in json.dumps(said) for value in ("Kirado", "120.5", "1.0195734"))


def test_robot_says_an_error_when_its_tablet_is_open_elsewhere(
    folder: Path, tmp_path: Path
) -> None:
    profile = opened(folder)
    with robot(folder, tmp_path) as process:
        assert list(steps(process)) == [{"error": "SY-103"}]
        assert process.wait(PATIENCE_S) == 1
    profile.close()


def test_robot_says_where_it_is_stuck_when_a_required_answer_is_missing(
    folder: Path, tmp_path: Path
) -> None:
    with robot(folder, tmp_path, given=()) as process:
        said = list(steps(process))
        assert process.wait(PATIENCE_S) == 1
    assert said == [{"error": "cannot go on from /data/name"}]

"""The tablet's window as its own process, touched by the robot, and killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from server_stub.demo.centre import DemoFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

END_S: Final = 60
"""How long a window that was told to end may take for it."""


@dataclass(frozen=True, slots=True)
class Robot:
    """How the robot is started: which tablet, which answers, where screenshots go.

    Attributes:
        profile: The tablet's folder.
        answers: JSON list of `{"ref", "value"}`.
        shots: Folder for screenshots.
        form_id: The form to open.
        log: Where the window's own words go; the canary sweep reads it.
    """

    profile: Path
    answers: Path
    shots: Path
    form_id: str
    log: Path

    def _start(self, *more: str) -> subprocess.Popen[str]:
        """Open the window and begin to touch it; steps come as JSON lines on its output."""
        files = (("--profile", self.profile), ("--answers", self.answers), ("--shots", self.shots))
        arguments = [str(part) for pair in files for part in pair]
        with self.log.open("a", encoding="utf-8") as log:
            return subprocess.Popen(  # noqa: S603 -- our own module
                [sys.executable, "-m", "mobile.robot", *arguments, "--form", self.form_id, *more],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=os.environ | {"KIVY_NO_FILELOG": "1", "KIVY_NO_ARGS": "1"},
            )

    def answer_and_die(self, count: int, on_answer: Callable[[], None]) -> tuple[str, ...]:
        """Answer `count` questions by touch, then SIGKILL the app.

        Returns:
            References of the questions that were answered before the kill.

        Raises:
            DemoFailed: The robot stopped before it had answered as many.
        """
        process = self._start("--record", "new", "--stop-after", str(count))
        answered: list[str] = []
        try:
            for step in self._steps(process):
                if step.get("waiting"):
                    process.send_signal(signal.SIGKILL)
                    return tuple(answered)
                if step.get("answered"):
                    answered.append(step["ref"])
                    on_answer()
        finally:
            process.kill()
            process.wait()
        raise DemoFailed(f"the window ended after {len(answered)} answers: see {self.log}")

    def resume_and_finalise(self, on_answer: Callable[[], None]) -> int:
        """Open the app again, go on with the draft, review, look at what leaves, finalise.

        Returns:
            How many answers were given after the kill.

        Raises:
            DemoFailed: The robot could not finish.
        """
        process = self._start("--record", "latest-draft", "--finalise")
        answered = 0
        try:
            for step in self._steps(process):
                if step.get("answered"):
                    answered += 1
                    on_answer()
            if process.wait(timeout=END_S) != 0:
                raise DemoFailed(f"the window could not finish the interview: see {self.log}")
        finally:
            process.kill()
            process.wait()
        return answered

    def _steps(self, process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
        for line in process.stdout or ():
            if line.startswith("{"):
                step: dict[str, Any] = json.loads(line)
                if "error" in step:
                    raise DemoFailed(f"the robot says: {step['error']}; see {self.log}")
                yield step

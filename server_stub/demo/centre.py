"""The centre as its own process, set up and spoken to by the public commands only."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

START_S = 30


class DemoFailed(RuntimeError):  # noqa: N818 -- reads as what it says
    """A step of the demo did not do what it must; the message says which and what to look at."""


def makazi(*arguments: str, timeout_s: float = 120) -> str:
    """Run one `makazi` command as a user would, and return what it printed.

    Raises:
        DemoFailed: The command did not exit with 0; its output is in the message.
    """
    done = subprocess.run(  # noqa: S603 -- our own command with our own arguments
        [sys.executable, "-m", "sync.command", *arguments],
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    if done.returncode != 0:
        what = " ".join(arguments[:3])
        said = f"{done.stdout}{done.stderr}"
        raise DemoFailed(f"makazi {what} … exited with {done.returncode}:\n{said}")
    return done.stdout


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def port_or_free(wanted: int) -> int:
    """A loopback port: the one that is wanted, or a free one when somebody listens there."""
    try:
        with socket.create_server(("127.0.0.1", wanted)):
            return wanted
    except OSError:
        return free_port()


@dataclass(slots=True)
class Centre:
    """A `makazi server` on loopback with its data in one folder.

    Attributes:
        folder: Its data.
        log: Where everything it prints goes: the canary sweep reads it.
        port: Its loopback port.
    """

    folder: Path
    log: Path
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address on this machine."""
        return f"http://127.0.0.1:{self.port}"

    def add_project(self, project: str, controller_key: str, bundle: Path) -> None:
        """Make a project that trusts one controller, and give it that controller's bundle."""
        data = ("--data", str(self.folder), "--project", project)
        makazi("server", "init", *data, "--controller-key", controller_key)
        makazi("server", "bundle", "add", *data, str(bundle))

    def invite(self, project: str, url: str) -> str:
        """A single-use invitation that sends the tablet to `url`."""
        data = ("--data", str(self.folder), "--project", project)
        printed = makazi("server", "invite", *data, "--url", url, "--text-only")
        return printed.strip().splitlines()[-1]

    def start(self) -> None:
        """Start the process and wait until it is ready.

        Raises:
            DemoFailed: It was not ready within 30 seconds; the log says why.
        """
        with self.log.open("ab") as log:
            where = ("--data", str(self.folder), "--port", str(self.port))
            self._process = subprocess.Popen(  # noqa: S603 -- our own command
                [sys.executable, "-m", "sync.command", "server", *where],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                self.fetch("/readyz")
            except OSError:  # URLError is one
                time.sleep(0.1)
            else:
                return
        raise DemoFailed(f"the server did not become ready: see {self.log}")

    def fetch(self, path: str) -> bytes:
        """What the centre answers to a reader of its pages.

        Raises:
            OSError: It does not answer, or not with success.
        """
        with urllib.request.urlopen(f"{self.url}{path}", timeout=30) as answer:  # noqa: S310 -- ours
            content: bytes = answer.read()
            return content

    def stop(self) -> None:
        """End the process that `start` began."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

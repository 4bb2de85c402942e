"""A real centre on loopback, in a thread of the test: the app of `makazi server`, served."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypercorn.asyncio import serve
from hypercorn.config import Config
from pyxform.xls2xform import convert

from forms.bundle import BundleParts, write_bundle
from forms.privacy import read_policy
from forms.xform.reader import read_form
from server_stub.app import create_app
from server_stub.enrolment import invite
from server_stub.registry import set_up_project, take_bundle
from server_stub.settings import BodyLimits, ServerSettings, moment, utc_now
from server_stub.store.enrolled import revoke_device
from sync.agefile import Identity
from sync.bundles import sign_bundle
from sync.keys import SigningKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from fastapi import FastAPI

    from forms.bundle import FormBundle

PROJECT = "pilot"
CONTROLLER = SigningKey(bytes(range(32)))
VAULT = Identity(bytes(range(1, 33)))
START_S = 30
SHEETS = """
| survey |
| | type | name | label | bind::pvy:class | bind::pvy:do |
| | text | name | Name of the head | A | seal |
| | integer | people | How many live here? | B | top:12 |
| | select_one w | water | Water | C | keep |
| choices |
| | list_name | name | label |
| | w | piped | Piped |
| | w | lake | Lake |
| settings |
| | form_id | version | namespaces |
| | small | {version} | pvy="urn:makazi:privacy:1" |
"""


def signed_bundle(
    version: str = "1", signer: SigningKey = CONTROLLER, sheets: str = SHEETS
) -> bytes:
    """A small form with a name to seal, signed by the controller of these tests."""
    markdown = sheets.format(version=version)
    xml = convert(xlsform=markdown, file_type=".md", validate=False).xform.encode()
    form = read_form(xml)
    digest = read_policy(form).digest
    parts = BundleParts(form.form_id, form.version, "Small", digest, {"form.xml": xml})
    return sign_bundle(write_bundle(parts), signer, [VAULT.recipient.to_text()])


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@dataclass
class LoopbackCentre:
    """A centre that really listens; use it in a `with`, or start and stop it by hand."""

    settings: ServerSettings
    port: int = field(default_factory=free_port)
    app: FastAPI | None = None
    _loop: asyncio.AbstractEventLoop | None = None
    _stopped: asyncio.Event | None = None
    _thread: threading.Thread | None = None

    @classmethod
    def make(
        cls,
        folder: Path,
        limits: BodyLimits | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> LoopbackCentre:
        """A centre with one project, set up and not started."""
        settings = ServerSettings(folder, limits=limits or BodyLimits(), now=now)
        settings.make_key()
        centre = cls(settings)
        centre.app = create_app(settings)
        with centre.parts.database.writing() as connection:
            set_up_project(connection, PROJECT, CONTROLLER.verify_key, moment(now()))
        return centre

    @property
    def parts(self):
        """The `Centre` inside the app."""
        assert self.app is not None
        return self.app.state.centre

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def give(self, signed: bytes) -> FormBundle:
        """Give it a bundle, as `makazi server bundle add` does."""
        with self.parts.database.writing() as connection:
            return take_bundle(connection, PROJECT, signed, moment(self.settings.now()))

    def invitation(self, url: str = "") -> str:
        """A single-use invitation that sends the tablet here, or to a relay in between."""
        asked = (url or self.url, PROJECT, self.parts.key.verify_key)
        return invite(self.parts.database, asked, self.settings.now(), 15).to_text()

    def block(self, device_id: str) -> None:
        """Block a tablet."""
        with self.parts.database.writing() as connection:
            revoke_device(connection, PROJECT, device_id, moment(self.settings.now()))

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """What stands in its store."""
        with self.parts.database.reading() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]

    def held_revisions(self) -> list[str]:
        """Every revision that it holds, once for each time that it holds it."""
        return [str(row[0]) for row in self.rows("SELECT revision_id FROM revisions")]

    def start(self) -> None:
        """Listen; returns when it does."""
        if self.app is None:
            self.app = create_app(self.settings)
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(START_S)
        for _ in range(500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            threading.Event().wait(0.02)
        raise TimeoutError("the centre does not listen")

    def stop(self) -> None:
        """Stop listening and close the store; `start` opens it again."""
        if self._loop is not None and self._stopped is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stopped.set)
            self._thread.join(START_S)
        self.app = self._loop = self._stopped = self._thread = None

    def _run(self, ready: threading.Event) -> None:
        asyncio.run(self._serve(ready))

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        config = Config()
        config.bind = [f"127.0.0.1:{self.port}"]
        config.accesslog = config.errorlog = None
        config.graceful_timeout = 1
        ready.set()
        await serve(self.app, config, shutdown_trigger=self._stopped.wait)


@contextmanager
def running_centre(folder: Path, **options: object) -> Iterator[LoopbackCentre]:
    """A centre with the small form, listening."""
    centre = LoopbackCentre.make(folder, **options)
    centre.give(signed_bundle())
    centre.start()
    try:
        yield centre
    finally:
        centre.stop()

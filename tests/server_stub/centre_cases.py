"""A small centre with one project, one tablet and, where a test wants it, a signed bundle."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from starlette.testclient import TestClient

from server_stub.app import create_app
from server_stub.enrolment import invite
from server_stub.registry import set_up_project, take_bundle
from server_stub.settings import BodyLimits, ServerSettings, moment
from sync.keys import SigningKey
from sync.release.record import ReleaseRecord
from sync.wire.batch import GENESIS, BatchContext, seal_batch
from sync.wire.envelope import batch_headers
from sync.wire.hello import Enrolled, EnrolRequest

if TYPE_CHECKING:
    from pathlib import Path

    import httpx2

    from forms.bundle import FormBundle
    from sync.wire.batch import SealedBatch
    from sync.wire.invitation import Invitation

PROJECT = "pilot"
CONTROLLER = SigningKey(bytes(range(32)))
START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@dataclass
class HandClock:
    """A clock that a test moves by hand."""

    time: datetime = START

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **step: float) -> None:
        self.time += timedelta(**step)


@dataclass
class SmallCentre:
    """A centre behind the test client."""

    client: TestClient
    clock: HandClock
    settings: ServerSettings

    @classmethod
    def make(cls, folder: Path, limits: BodyLimits | None = None) -> SmallCentre:
        clock = HandClock()
        settings = ServerSettings(folder, limits=limits or BodyLimits(), now=clock)
        settings.make_key()
        app = create_app(settings)
        with app.state.centre.database.writing() as connection:
            set_up_project(connection, PROJECT, CONTROLLER.verify_key, moment(clock()))
        return cls(TestClient(app), clock, settings)

    @property
    def parts(self):
        return self.client.app.state.centre

    def give(self, signed: bytes) -> FormBundle:
        with self.parts.database.writing() as connection:
            return take_bundle(connection, PROJECT, signed, moment(self.clock()))

    def invite(self, minutes: int = 15) -> Invitation:
        asked = ("http://127.0.0.1:8765", PROJECT, self.parts.key.verify_key)
        return invite(self.parts.database, asked, self.clock(), minutes)

    def enrol(self) -> SmallTablet:
        key = SigningKey.generate()
        request = EnrolRequest(PROJECT, self.invite().code, key.verify_key)
        answer = self.client.post("/v1/enrol", content=request.to_bytes())
        assert answer.status_code == 201
        return SmallTablet(self.client, key, Enrolled.from_bytes(answer.content))


@dataclass
class SmallTablet:
    """What an enrolled tablet does, as far as the centre sees it."""

    client: TestClient
    key: SigningKey
    enrolled: Enrolled
    chain: str = GENESIS
    seq: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.enrolled.token}"}

    def seal(self, lines: list[bytes], batch_id: str | None = None) -> SealedBatch:
        numbers = [next(self.seq) for _ in lines]
        context = BatchContext(
            batch_id=batch_id or str(uuid.uuid4()),
            project=PROJECT,
            device_id=self.enrolled.device_id,
            epoch=1,
            first_seq=numbers[0],
            last_seq=numbers[-1],
            previous_chain=self.chain,
        )
        batch = seal_batch(lines, context)
        self.chain = batch.header.chain
        return batch

    def put(self, batch: SealedBatch, body: bytes | None = None, **changes: str) -> httpx2.Response:
        headers = {**self.authorization, **batch_headers(batch, self.key), **changes}
        address = f"/v1/projects/{PROJECT}/batches/{batch.header.batch_id}"
        return self.client.put(
            address, content=batch.body if body is None else body, headers=headers
        )


def record(bundle: FormBundle, **answers: object) -> ReleaseRecord:
    """A release as a tablet would make it; the answers are the test's own."""
    facts = {
        "project": PROJECT,
        "form_id": bundle.form_id,
        "form_version": bundle.version,
        "bundle_digest": bundle.digest,
        "record_id": str(uuid.uuid4()),
        "revision_id": str(uuid.uuid4()),
        "parents": (),
        "week": "2026-W48",
    }
    stated = {k: answers.pop(k) for k in tuple(answers) if k in facts}
    return ReleaseRecord(**(facts | stated), answers=answers)


def code_of(answer: httpx2.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == answer.status_code
    return document["code"]

"""Takes in batches: every check first, then one transaction, then the signed receipt.

The receipt is signed inside the transaction and handed out after COMMIT, so what it says is held.
Each record is judged by the server's own copy of the signed bundle. A record that fails may hold an
identifier: nothing of it is kept, nor the batch's bytes, and the receipt says so; the rest of the
batch goes on.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from forms.problems import Problem
from server_stub.problems import ServerProblem
from server_stub.settings import moment, server_id
from server_stub.store import batches
from server_stub.store.batches import Alarm, Arrival, ChainHead
from sync.errors import WireError
from sync.keys import VerifyKey
from sync.release.check import ReleaseRefusal, check_release
from sync.release.record import ReleaseRecord
from sync.wire.batch import BatchHeader, open_batch
from sync.wire.canonical import parse_object
from sync.wire.envelope import (
    DIGEST_HEADER,
    digest_matches,
    header_parts,
    read_batch_headers,
)
from sync.wire.fields import HEX_DIGEST, UUID4
from sync.wire.receipt import Durability, Outcome, OutcomeKind, Receipt, sign_receipt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from server_stub.registry import BundleRegistry
    from server_stub.store.database import Database
    from server_stub.store.enrolled import Device
    from sync.keys import SigningKey

LOG = logging.getLogger(__name__)
OTHER_PROJECT: Final = "SY-209"
"""Reason of a record that names another project than the batch."""
_WIRE_TO_PROBLEM: Final[Mapping[str, str]] = {
    "SY-306": "422.2",
    "SY-304": "422.1",
    "SY-303": "422.4",
}


@dataclass(frozen=True, slots=True)
class Intake:
    """What a server needs to take in batches.

    Attributes:
        database: Its store.
        key: Signs receipts.
        bundles: Its own signed bundles.
        now: The clock.
    """

    database: Database
    key: SigningKey
    bundles: BundleRegistry
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """A batch as it arrived.

    Attributes:
        device: Whose token it came with.
        batch_id: Id in the address.
        headers: HTTP headers; looks up without regard to case.
        body: The sealed bytes.
    """

    device: Device
    batch_id: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """A signed receipt, and whether the batch is new or was here before."""

    receipt: bytes
    is_new: bool


@dataclass(slots=True)
class _Judged:
    """What the records of a batch came to, in the order of its lines."""

    outcomes: list[Outcome] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)

    def add(self, outcome: Outcome, alarm_kind: str = "") -> None:
        self.outcomes.append(outcome)
        if alarm_kind:
            self.alarms.append(Alarm(alarm_kind, outcome.revision_id, outcome.reason))

    @property
    def keeps_body(self) -> bool:
        return all(o.kind is not OutcomeKind.QUARANTINED for o in self.outcomes)


def accept(intake: Intake, request: BatchRequest) -> Answer:
    """The receipt for a batch, which is durable when this returns. Idempotent.

    Raises:
        ServerProblem: 400.1, 409.2, 422.1 to 422.4; then nothing was stored.
    """
    header, signature = _checked_header(request)
    known = _known(intake.database, header)
    if known is not None:
        return known
    lines = _opened(header, request.body)
    with intake.database.writing() as connection:
        batches.lock_project(connection, header.project)
        repeated = _replay(connection, header)  # the same batch twice at once
        if repeated is not None:
            return repeated
        signed = _store(intake, connection, (header, signature, request.body), lines)
    return Answer(signed, is_new=True)


def stored_receipt(database: Database, device: Device, batch_id: str) -> bytes:
    """The receipt that was given for a batch of this tablet.

    Raises:
        ServerProblem: 404.4.
    """
    with database.reading() as connection:
        given = batches.given_receipt(connection, device.project_id, device.device_id, batch_id)
    if given is None:
        raise ServerProblem("404.4", "The batch never came: send it.")
    return given.signed


def _checked_header(request: BatchRequest) -> tuple[BatchHeader, bytes]:
    """The signed header, fitting its address, its tablet and its body.

    Raises:
        ServerProblem: 400.1, 422.1, 422.2, 422.3.
    """
    try:
        header = read_batch_headers(request.headers, VerifyKey.from_text(request.device.verify_key))
        _, signature = header_parts(request.headers)
    except WireError as error:
        raise _as_problem(error) from error
    stated = (header.batch_id, header.project, header.device_id)
    if stated != (request.batch_id, request.device.project_id, request.device.device_id):
        raise ServerProblem("422.3", "The signed header names another batch, project or tablet.")
    digest = hashlib.sha256(request.body).hexdigest()
    named = request.headers.get(DIGEST_HEADER, "")
    if digest != header.sha256 or not digest_matches(named, request.body):
        raise ServerProblem("422.1", "Send the kept bytes again.")
    return header, signature


def _as_problem(error: WireError) -> ServerProblem:
    return ServerProblem(_WIRE_TO_PROBLEM.get(error.code, "400.1"), error.code)


def _known(database: Database, header: BatchHeader) -> Answer | None:
    with database.reading() as connection:
        return _replay(connection, header)


def _replay(connection: Connection, header: BatchHeader) -> Answer | None:
    """The receipt given before for these very bytes; None when the batch is new.

    Raises:
        ServerProblem: 409.2.
    """
    given = batches.given_receipt(connection, header.project, header.device_id, header.batch_id)
    if given is None:
        return None
    if given.sha256 != header.sha256:
        raise ServerProblem("409.2", "A batch id never changes its bytes: seal a new batch.")
    return Answer(given.signed, is_new=False)


def _opened(header: BatchHeader, body: bytes) -> tuple[bytes, ...]:
    try:
        return open_batch(header, body)
    except WireError as error:
        raise _as_problem(error) from error


def _store(
    intake: Intake,
    connection: Connection,
    arrived: tuple[BatchHeader, bytes, bytes],
    lines: Iterable[bytes],
) -> bytes:
    """Write the batch, its records and its receipt. In transaction.

    Returns:
        The signed receipt, not to be shown before COMMIT.
    """
    header, signature, body = arrived
    head = batches.chain_head(connection, header.project)
    server_seq = head.server_seq + 1
    judged = _Judged()
    if not batches.has_chain(connection, header):
        judged.alarms.append(Alarm("chain-gap", "", "SY-305"))
    for line in lines:
        _judge(intake, connection, (header.project, server_seq, line), judged)
    at = moment(intake.now())
    kept = body if judged.keeps_body else None
    batches.add_batch(connection, Arrival(header, signature, kept, at))
    batches.add_alarms(connection, header, tuple(judged.alarms), at)
    receipt = _receipt(header, judged, ChainHead(server_seq, head.receipt_sha256), intake)
    signed = sign_receipt(receipt, intake.key).to_bytes()
    batches.add_receipt(
        connection, header, ChainHead(server_seq, receipt.sha256_of_receipt), signed
    )
    LOG.info(
        "batch=%s device=%s records=%d alarms=%d seq=%d",
        header.batch_id, header.device_id, header.count, len(judged.alarms), server_seq,
    )  # fmt: skip
    return signed


def _receipt(header: BatchHeader, judged: _Judged, head: ChainHead, intake: Intake) -> Receipt:
    return Receipt(
        batch_id=header.batch_id,
        project=header.project,
        device_id=header.device_id,
        epoch=header.epoch,
        sha256=header.sha256,
        outcomes=tuple(judged.outcomes),
        server_id=server_id(intake.key.verify_key),
        server_seq=head.server_seq,
        received_at=moment(intake.now()),
        durability=Durability.LOCAL,
        prev_receipt_sha256=head.receipt_sha256,
    )


def _judge(
    intake: Intake, connection: Connection, arrived: tuple[str, int, bytes], judged: _Judged
) -> None:
    project_id, server_seq, line = arrived
    checked = _checked(intake, connection, project_id, line)
    if isinstance(checked, ReleaseRefusal):
        reason = checked.codes[:120]
        quarantined = Outcome(checked.revision_id, OutcomeKind.QUARANTINED, reason)
        judged.add(quarantined, "release-refused")
        return
    content_hash = hashlib.sha256(line).hexdigest()
    held = batches.held_hash(connection, project_id, checked.revision_id)
    if held is None:
        batches.add_revision(connection, checked, content_hash, line, server_seq)
        judged.add(Outcome(checked.revision_id, OutcomeKind.NEW))
    elif held == content_hash:
        judged.add(Outcome(checked.revision_id, OutcomeKind.DUPLICATE))
    else:
        batches.add_conflict(connection, checked, content_hash, line, server_seq)
        judged.add(Outcome(checked.revision_id, OutcomeKind.CONFLICT, "409.2"), "conflict")


def _checked(
    intake: Intake, connection: Connection, project_id: str, line: bytes
) -> ReleaseRecord | ReleaseRefusal:
    """The record in the line, judged by our own copy of the bundle that it names."""
    digest, revision_id = _named(line)
    bundle = intake.bundles.bundle(connection, project_id, digest)
    if bundle is None:
        unknown = Problem("SY-210", "record", "The bundle is not known here.")
        return ReleaseRefusal(revision_id, (unknown,))
    checked = check_release(line, bundle)
    if isinstance(checked, ReleaseRecord) and checked.project != project_id:
        other = Problem(OTHER_PROJECT, "record", "It is of another project.")
        return ReleaseRefusal(checked.revision_id, (other,))
    return checked


def _named(line: bytes) -> tuple[str, str]:
    """The bundle digest and the revision id that a line names; empty what is not one."""
    try:
        document = parse_object(line)
    except WireError:
        return "", ""
    digest, revision_id = document.get("bundle"), document.get("revision_id")
    return (
        digest if isinstance(digest, str) and HEX_DIGEST.fullmatch(digest) else "",
        revision_id if isinstance(revision_id, str) and UUID4.fullmatch(revision_id) else "",
    )

"""Batches, revisions, receipts and alarms: what was taken in, and what was answered."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select

from server_stub.store.schema import (
    ALARMS,
    BATCHES,
    CONFLICTS,
    PARENTS,
    PROJECTS,
    RECEIPTS,
    REVISIONS,
)
from sync.wire.batch import GENESIS, continues

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sync.release.record import ReleaseRecord
    from sync.wire.batch import BatchHeader


LINKS_TRIED: Final = 32
"""Latest batches of a tablet that a chain with retired batches in it is tried from."""


@dataclass(frozen=True, slots=True)
class StoredReceipt:
    """A receipt that was given, with the digest of the batch that it answers."""

    sha256: str
    signed: bytes


@dataclass(frozen=True, slots=True)
class ChainHead:
    """Where the project's chain of receipts stands: the last number and the digest to name next."""

    server_seq: int = 0
    receipt_sha256: str = GENESIS


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that a coordinator must look at; ids and codes only."""

    kind: str
    revision_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A batch as it came: what is stored of it besides its records."""

    header: BatchHeader
    signature: bytes
    body: bytes | None = field(repr=False)
    received_at: str


def lock_project(connection: Connection, project_id: str) -> None:
    """Let no other server process number a receipt of the project until this transaction ends.

    On SQLite the transaction holds the whole file already.
    """
    connection.execute(
        select(PROJECTS.c.project_id).where(PROJECTS.c.project_id == project_id).with_for_update()
    )


def given_receipt(
    connection: Connection, project_id: str, device_id: str, batch_id: str
) -> StoredReceipt | None:
    """The receipt for the tablet's batch; None when the batch never came."""
    row = connection.execute(
        select(BATCHES.c.sha256, RECEIPTS.c.signed).where(
            BATCHES.c.project_id == project_id,
            BATCHES.c.device_id == device_id,
            BATCHES.c.batch_id == batch_id,
            RECEIPTS.c.project_id == BATCHES.c.project_id,
            RECEIPTS.c.device_id == BATCHES.c.device_id,
            RECEIPTS.c.batch_id == BATCHES.c.batch_id,
        )
    ).first()
    return None if row is None else StoredReceipt(row[0], row[1])


def chain_head(connection: Connection, project_id: str) -> ChainHead:
    """The last receipt of the project."""
    row = connection.execute(
        select(RECEIPTS.c.server_seq, RECEIPTS.c.sha256)
        .where(RECEIPTS.c.project_id == project_id)
        .order_by(RECEIPTS.c.server_seq.desc())
        .limit(1)
    ).first()
    return ChainHead() if row is None else ChainHead(row[0], row[1])


def has_chain(connection: Connection, header: BatchHeader) -> bool:
    """Whether the batch continues one that is here, or begins its tablet's epoch.

    Batches that were given up on the way count as there: the header names their digests.
    """
    of_tablet = select(BATCHES.c.chain).where(
        BATCHES.c.project_id == header.project,
        BATCHES.c.device_id == header.device_id,
        BATCHES.c.epoch == header.epoch,
    )
    if connection.scalar(of_tablet.where(BATCHES.c.chain == header.previous_chain)) is not None:
        return True
    latest = of_tablet.order_by(BATCHES.c.received_at.desc()).limit(LINKS_TRIED)
    heads = [GENESIS, *(connection.scalars(latest) if header.retired else ())]
    return any(continues(header, head) for head in heads)


def held_hash(connection: Connection, project_id: str, revision_id: str) -> str | None:
    """The content hash under which the revision is held; None when it is not."""
    found: str | None = connection.scalar(
        select(REVISIONS.c.content_hash).where(
            REVISIONS.c.project_id == project_id, REVISIONS.c.revision_id == revision_id
        )
    )
    return found


def add_revision(
    connection: Connection, record: ReleaseRecord, content_hash: str, line: bytes, server_seq: int
) -> None:
    """Store a revision that passed the release check, its line as it came."""
    connection.execute(
        insert(REVISIONS).values(
            project_id=record.project,
            revision_id=record.revision_id,
            record_id=record.record_id,
            bundle_digest=record.bundle_digest,
            week=record.week,
            content_hash=content_hash,
            line=line,
            server_seq=server_seq,
        )
    )
    for parent_id in dict.fromkeys(record.parents):
        connection.execute(
            insert(PARENTS).values(
                project_id=record.project, revision_id=record.revision_id, parent_id=parent_id
            )
        )


def add_conflict(
    connection: Connection, record: ReleaseRecord, content_hash: str, line: bytes, server_seq: int
) -> None:
    """Keep a revision whose id is held with other content, for a supervisor. Idempotent."""
    key = {
        "project_id": record.project,
        "revision_id": record.revision_id,
        "content_hash": content_hash,
    }
    same = [CONFLICTS.c[name] == value for name, value in key.items()]
    if connection.scalar(select(CONFLICTS.c.revision_id).where(*same)) is None:
        connection.execute(insert(CONFLICTS).values(**key, line=line, server_seq=server_seq))


def add_batch(connection: Connection, arrival: Arrival) -> None:
    """Store a batch; its body only when every record of it may be kept."""
    header = arrival.header
    connection.execute(
        insert(BATCHES).values(
            project_id=header.project,
            device_id=header.device_id,
            batch_id=header.batch_id,
            epoch=header.epoch,
            first_seq=header.first_seq,
            last_seq=header.last_seq,
            record_count=header.count,
            sha256=header.sha256,
            previous_chain=header.previous_chain,
            chain=header.chain,
            header=header.to_bytes(),
            signature=arrival.signature,
            body=arrival.body,
            received_at=arrival.received_at,
        )
    )


def add_receipt(
    connection: Connection, header: BatchHeader, head: ChainHead, signed: bytes
) -> None:
    """Store the receipt, which becomes the head of the project's chain."""
    connection.execute(
        insert(RECEIPTS).values(
            project_id=header.project,
            server_seq=head.server_seq,
            device_id=header.device_id,
            batch_id=header.batch_id,
            sha256=head.receipt_sha256,
            signed=signed,
        )
    )


def add_alarms(
    connection: Connection, header: BatchHeader, alarms: tuple[Alarm, ...], at: str
) -> None:
    """Store what a coordinator must look at."""
    for alarm in alarms:
        connection.execute(
            insert(ALARMS).values(
                project_id=header.project,
                alarm_id=str(uuid.uuid4()),
                kind=alarm.kind,
                device_id=header.device_id,
                batch_id=header.batch_id,
                revision_id=alarm.revision_id,
                reason=alarm.reason,
                raised_at=at,
            )
        )


def raised_alarms(connection: Connection, project_id: str) -> tuple[Alarm, ...]:
    """Every alarm of the project, oldest first."""
    query = (
        select(ALARMS.c.kind, ALARMS.c.revision_id, ALARMS.c.reason)
        .where(ALARMS.c.project_id == project_id)
        .order_by(ALARMS.c.raised_at, ALARMS.c.alarm_id)
    )
    return tuple(Alarm(*row) for row in connection.execute(query))

"""The outbox: finalised revisions, sealed into batches whose bytes are kept until a receipt comes.

What waits stands in the revision's own row, so finalising and queueing are one act. Every change of
state here is one transaction: whatever is killed, and wherever, each revision is in exactly one
state, and no batch id ever stands for other bytes.
"""

from __future__ import annotations

import struct
import uuid
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from forms.problems import Problem
from sync.errors import WireError
from sync.store import RecordStatus
from sync.wire.batch import (
    GENESIS,
    BatchContext,
    BatchHeader,
    RetiredBatch,
    SealedBatch,
    seal_batch,
    size_class,
)
from sync.wire.receipt import OutcomeKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlite_utils import Database

    from sync.blobs import BlobCipher
    from sync.database import TabletDatabase
    from sync.wire.receipt import Receipt

COMPANY: Final = 5
"""Records that a batch waits for: one small upload after each interview would tell when it was."""
PATIENCE: Final = timedelta(hours=24)
"""Longest wait for company. Source of both: privacy reference 2.2, point 9."""
COUNT_LIMIT: Final = 1000
"""Most records in one batch: its receipt stays below 128 KB."""
AT_ONCE: Final = "1970-01-01T00+00:00"
"""`waiting_since` of a record that has waited before and need not wait again."""
CONFLICT: Final = "SY-412"
KEPT_NOTHING: Final = "SY-413"
"""Reasons of parked records; of a refused one the server's own codes stand instead."""
_GZIP_AROUND: Final = 64
"""Upper bound in bytes of what gzip adds around the packed lines, padding apart."""


class BatchState(StrEnum):
    """Where a batch is: only a checked receipt makes it delivered."""

    SEALED = "sealed"
    DELIVERED = "delivered"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who seals: what stands in every batch header."""

    project: str
    device_id: str
    epoch: int = 1


@dataclass(frozen=True, slots=True)
class Settled:
    """What a receipt changed, in records.

    Attributes:
        delivered: Held by the server.
        conflicts: Parked, because the server holds other content under their ids.
        refused: Parked, because the server kept nothing of them.
    """

    delivered: int = 0
    conflicts: int = 0
    refused: int = 0

    @property
    def parked(self) -> int:
        """Set aside, for either reason."""
        return self.conflicts + self.refused


@dataclass(frozen=True, slots=True)
class _Due:
    seq: int
    revision_id: str
    since: str


class Outbox:
    """What is to be sent from one tablet."""

    def __init__(self, database: TabletDatabase, cipher: BlobCipher) -> None:
        self._database, self._cipher = database, cipher

    def waiting(self) -> int:
        """Records that are not delivered and not parked."""
        with self._database.reading() as rows:
            found = rows.execute(
                "SELECT count(*) FROM revisions WHERE state IN (?, ?)",
                (RecordStatus.FINAL.value, RecordStatus.SEALED.value),
            ).fetchone()
        return int(found[0])

    def has_work(self, sender: Sender, now: datetime, *, flush: bool) -> bool:
        """Whether a run would send anything."""
        with self._database.reading() as rows:
            due = _final(rows, sender.epoch)
        return self.sealed() is not None or (bool(due) and (flush or _is_due(due, now)))

    def sealed(self) -> SealedBatch | None:
        """The oldest batch that has no receipt, as it was sealed."""
        with self._database.reading() as rows:
            found = rows.execute(
                "SELECT batch_id, blob FROM batches WHERE state = ? ORDER BY number LIMIT 1",
                (BatchState.SEALED.value,),
            ).fetchone()
        return None if found is None else self._opened(*found)

    def seal_due(
        self, sender: Sender, now: datetime, *, size_bytes: int, flush: bool = False
    ) -> SealedBatch | None:
        """A new batch of what is due, oldest first; None when nothing is.

        Args:
            sender: Who seals.
            now: The wall clock; only for the wait for company.
            size_bytes: Largest padded body, unless one record alone is larger.
            flush: Whether a few records need not wait for company.
        """
        with self._database.writing() as rows:
            due = _final(rows, sender.epoch)
            if not due or not (flush or _is_due(due, now)):
                return None
            return self._seal(rows, self._run(rows, due, size_bytes), sender)

    def settle(self, batch: SealedBatch, receipt: Receipt, signed: bytes) -> Settled:
        """Do what a checked receipt says; doing it again changes nothing.

        A batch with a record of which the server kept nothing is given up: the server kept none of
        its bytes, so its good records are sealed again.

        Args:
            batch: The one that was sent.
            receipt: Checked against it.
            signed: The receipt with its signature, kept for ever.

        Raises:
            WireError: SY-308 an outcome is missing for one of the batch's records.
        """
        batch_id = batch.header.batch_id
        with self._database.writing() as rows:
            if not _is_sealed(rows, batch_id):
                return Settled()
            reasons = _reasons(_of_batch(rows, batch_id), receipt)
            lost = any(o.kind is OutcomeKind.QUARANTINED for o in receipt.outcomes)
            rows.execute(
                "UPDATE batches SET receipt = ? WHERE batch_id = ?",
                (self._cipher.seal(f"receipt:{batch_id}", signed), batch_id),
            )
            for revision_id, reason in reasons.items():
                if reason:
                    self._park(rows, revision_id, reason)
            if lost:
                _give_up(rows, batch_id)
            else:
                _mark(rows, batch_id, BatchState.DELIVERED, RecordStatus.DELIVERED)
            conflicts = sum(reason == CONFLICT for reason in reasons.values())
            refused = sum(map(bool, reasons.values())) - conflicts
            held = len(reasons) - conflicts - refused
            return Settled(0 if lost else held, conflicts, refused)

    def seal_again(self, batch: SealedBatch, sender: Sender, *, halves: bool) -> None:
        """Give a refused batch id up, and seal its records under new ids."""
        with self._database.writing() as rows:
            if not _is_sealed(rows, batch.header.batch_id):
                return
            due = _of_batch(rows, batch.header.batch_id)
            _give_up(rows, batch.header.batch_id)
            middle = len(due) // 2 if halves else 0
            for part in (due[:middle], due[middle:]):
                if part:
                    self._seal(rows, part, sender)

    def park(self, batch: SealedBatch, reason: str) -> int:
        """Give a refused batch up and set its records aside with a reason; how many these are."""
        with self._database.writing() as rows:
            if not _is_sealed(rows, batch.header.batch_id):
                return 0
            due = _of_batch(rows, batch.header.batch_id)
            for one in due:
                self._park(rows, one.revision_id, reason)
            _give_up(rows, batch.header.batch_id)
            return len(due)

    def unpark(self) -> int:
        """Let every parked record be sent again, after what was wrong is put right."""
        with self._database.writing() as rows:
            parked = rows.execute(
                "UPDATE revisions SET state = ?, reason = NULL, batch_id = NULL, waiting_since = ?"
                " WHERE state = ?",
                (RecordStatus.FINAL.value, AT_ONCE, RecordStatus.PARKED.value),
            )
            return parked.rowcount

    def give_up_all(self) -> None:
        """Give up every batch without a receipt: its sender will not be heard any more."""
        with self._database.writing() as rows:
            found = rows.execute(
                "SELECT batch_id FROM batches WHERE state = ?", (BatchState.SEALED.value,)
            ).fetchall()
            for (batch_id,) in found:
                _give_up(rows, batch_id)

    def _run(self, rows: Database, due: Sequence[_Due], size_bytes: int) -> list[_Due]:
        """The first records that fit one batch: its gaps may only be parked numbers."""
        parked = {seq for seq, _ in _in_state(rows, RecordStatus.PARKED)}
        packed, size, run = zlib.compressobj(9), _GZIP_AROUND, list[_Due]()
        for one in due[:COUNT_LIMIT]:
            if run and any(n not in parked for n in range(run[-1].seq + 1, one.seq)):
                break
            line = self._line(rows, one.revision_id) + b"\n"
            size += len(packed.compress(line) + packed.flush(zlib.Z_SYNC_FLUSH))
            if run and size_class(size) > size_bytes:
                break
            run.append(one)
        return run

    def _seal(self, rows: Database, run: Sequence[_Due], sender: Sender) -> SealedBatch:
        """Assign records to a new batch and keep its bytes. In transaction."""
        numbers = {one.seq for one in run}
        first, last = min(numbers), max(numbers)
        retired = self._unnamed(rows, sender)
        context = BatchContext(
            batch_id=str(uuid.uuid4()),
            project=sender.project,
            device_id=sender.device_id,
            epoch=sender.epoch,
            first_seq=first,
            last_seq=last,
            parked=tuple(n for n in range(first, last + 1) if n not in numbers),
            previous_chain=self._chain_head(rows, sender),
            retired=tuple(retired),
        )
        batch = seal_batch([self._line(rows, one.revision_id) for one in run], context)
        batch_id = context.batch_id
        rows.execute(
            "INSERT INTO batches (batch_id, number, state, blob)"
            " SELECT ?, coalesce(max(number), 0) + 1, ?, ? FROM batches",
            (
                batch_id,
                BatchState.SEALED.value,
                self._cipher.seal(f"batch:{batch_id}", _packed(batch)),
            ),
        )
        for named in retired:
            rows.execute(
                "UPDATE batches SET named_by = ? WHERE batch_id = ?", (batch_id, named.batch_id)
            )
        for one in run:
            rows.execute(
                "UPDATE revisions SET state = ?, batch_id = ? WHERE revision_id = ?",
                (RecordStatus.SEALED.value, batch_id, one.revision_id),
            )
        return batch

    def _unnamed(self, rows: Database, sender: Sender) -> list[RetiredBatch]:
        """This sender's retired batches that no batch names, but one that was retired itself."""
        found = rows.execute(
            "SELECT b.batch_id, b.blob FROM batches b LEFT JOIN batches n"
            " ON n.batch_id = b.named_by WHERE b.state = ?"
            " AND (n.batch_id IS NULL OR n.state = ?) ORDER BY b.number",
            (BatchState.RETIRED.value, BatchState.RETIRED.value),
        ).fetchall()
        headers = (self._opened(*row).header for row in found)
        return [RetiredBatch(h.batch_id, h.sha256) for h in headers if _is_from(h, sender)]

    def _chain_head(self, rows: Database, sender: Sender) -> str:
        found = rows.execute(
            "SELECT batch_id, blob FROM batches ORDER BY number DESC LIMIT 1"
        ).fetchone()
        header = None if found is None else self._opened(*found).header
        return header.chain if header and _is_from(header, sender) else GENESIS

    def _line(self, rows: Database, revision_id: str) -> bytes:
        blob = rows.execute(
            "SELECT release FROM revisions WHERE revision_id = ?", (revision_id,)
        ).fetchone()[0]
        return self._cipher.open(f"release:{revision_id}", blob)

    def _opened(self, batch_id: str, blob: bytes) -> SealedBatch:
        packed = self._cipher.open(f"batch:{batch_id}", blob)
        (length,) = struct.unpack_from(">I", packed)
        return SealedBatch(BatchHeader.from_bytes(packed[4 : 4 + length]), packed[4 + length :])

    def _park(self, rows: Database, revision_id: str, reason: str) -> None:
        rows.execute(
            "UPDATE revisions SET state = ?, reason = ? WHERE revision_id = ?",
            (
                RecordStatus.PARKED.value,
                self._cipher.seal(f"reason:{revision_id}", reason.encode()),
                revision_id,
            ),
        )


def _packed(batch: SealedBatch) -> bytes:
    header = batch.header.to_bytes()
    return struct.pack(">I", len(header)) + header + batch.body


def _is_from(header: BatchHeader, sender: Sender) -> bool:
    return (header.device_id, header.epoch) == (sender.device_id, sender.epoch)


def _is_due(due: Iterable[_Due], now: datetime) -> bool:
    """Enough records, or one that has waited long enough; a clock set back does not hold it up."""
    since = [datetime.fromisoformat(one.since) for one in due]
    oldest = min(since)
    return len(since) >= COMPANY or not timedelta(hours=-1) <= now - oldest < PATIENCE


def _final(rows: Database, epoch: int) -> list[_Due]:
    found = rows.execute(
        "SELECT seq, revision_id, waiting_since FROM revisions WHERE state = ? AND epoch = ?"
        " ORDER BY seq",
        (RecordStatus.FINAL.value, epoch),
    )
    return [_Due(*row) for row in found]


def _of_batch(rows: Database, batch_id: str) -> list[_Due]:
    found = rows.execute(
        "SELECT seq, revision_id, waiting_since FROM revisions WHERE state = ? AND batch_id = ?"
        " ORDER BY seq",
        (RecordStatus.SEALED.value, batch_id),
    )
    return [_Due(*row) for row in found]


def _in_state(rows: Database, status: RecordStatus) -> list[tuple[int, str]]:
    found = rows.execute("SELECT seq, revision_id FROM revisions WHERE state = ?", (status.value,))
    return [(seq, revision_id) for seq, revision_id in found]


def _is_sealed(rows: Database, batch_id: str) -> bool:
    found = rows.execute("SELECT state FROM batches WHERE batch_id = ?", (batch_id,)).fetchone()
    return found is not None and found[0] == BatchState.SEALED.value


def _mark(rows: Database, batch_id: str, state: BatchState, records: RecordStatus) -> None:
    rows.execute("UPDATE batches SET state = ? WHERE batch_id = ?", (state.value, batch_id))
    rows.execute(
        "UPDATE revisions SET state = ? WHERE batch_id = ? AND state = ?",
        (records.value, batch_id, RecordStatus.SEALED.value),
    )


def _give_up(rows: Database, batch_id: str) -> None:
    """Retire a batch id; its records, but the parked ones, are to be sealed again at once."""
    rows.execute(
        "UPDATE batches SET state = ? WHERE batch_id = ?", (BatchState.RETIRED.value, batch_id)
    )
    rows.execute(
        "UPDATE revisions SET state = ?, batch_id = NULL, waiting_since = ?"
        " WHERE batch_id = ? AND state = ?",
        (RecordStatus.FINAL.value, AT_ONCE, batch_id, RecordStatus.SEALED.value),
    )


def _reasons(sent: Sequence[_Due], receipt: Receipt) -> dict[str, str]:
    """Why each record of a batch is to be parked; empty for those that are held.

    The server cannot name a record whose line it could not read: it answers with an empty id, and
    whatever it names no outcome for is that record.

    Raises:
        WireError: SY-308.
    """
    outcomes = {o.revision_id: o for o in receipt.outcomes}
    found: dict[str, str] = {}
    for one in sent:
        outcome = outcomes.get(one.revision_id, outcomes.get(""))
        if outcome is None:
            raise WireError(
                Problem(
                    "SY-308", f"batch {receipt.batch_id}", "The receipt leaves a record out.",
                    "Nothing is marked as delivered; the batch is sent again.",
                )
            )  # fmt: skip
        found[one.revision_id] = _reason(outcome.kind, outcome.reason)
    return found


def _reason(kind: OutcomeKind, reason: str) -> str:
    match kind:
        case OutcomeKind.NEW | OutcomeKind.DUPLICATE:
            return ""
        case OutcomeKind.CONFLICT:
            return CONFLICT
        case OutcomeKind.QUARANTINED:
            return reason or KEPT_NOTHING

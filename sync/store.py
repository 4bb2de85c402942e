"""Keeps answers safe: drafts after every answer, and revisions that never change.

Every blob is sealed under the tablet's key with its row as associated data, so a row moved to
another place does not open. A finalised interview becomes a revision, its outbox row, its vault
entry and the new head of the chain in one transaction, in which its draft goes.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from forms.problems import Problem
from sync.chain import GENESIS, broken_at, content_hash, next_link
from sync.errors import StoreCorrupt, StoreError
from sync.wire.receipt import SignedReceipt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlite_utils import Database

    from sync.blobs import BlobCipher
    from sync.database import TabletDatabase
    from sync.release.pipeline import Released


_Row: TypeAlias = "tuple[str, str, int, str, bytes | None, bytes, str | None]"


class RecordStatus(StrEnum):
    """The true state of a record; nothing is called delivered without a checked receipt."""

    DRAFT = "draft"
    FINAL = "final"
    SEALED = "sealed"
    DELIVERED = "delivered"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Draft:
    """An interview that is not finalised.

    Attributes:
        record_id: Version 4 UUID of the household's record.
        form_id: The form.
        form_version: Its version.
        bundle_digest: The bundle that it was begun with.
        xml: `Instance.draft()`.
        position: Reference of the question that was open.
        language: Language of the form that was shown.
        typed: Texts that their questions cannot hold, as they were typed, by reference.
    """

    record_id: str
    form_id: str
    form_version: str
    bundle_digest: str
    xml: bytes = field(repr=False)
    position: str = ""
    language: str = ""
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class RecordState:
    """What the outbox screen shows of one record: no answer, no name, no place.

    Attributes:
        record_id: Its id.
        number: Its place on this tablet, counted from 1; 0 for a draft.
        status: Its true state.
        form_id: Its form; empty where only the state is known.
        week: ISO week of finalisation; empty for a draft.
        reason: Why it is parked, as a code.
        receipt_code: Eight letters to read over the phone, when it is delivered.
    """

    record_id: str
    number: int
    status: RecordStatus
    form_id: str = ""
    week: str = ""
    reason: str = ""
    receipt_code: str = ""


class TabletStore:
    """Drafts and revisions of one tablet."""

    def __init__(self, database: TabletDatabase, cipher: BlobCipher, epoch: int = 1) -> None:
        self._database = database
        self._cipher = cipher
        self._epoch = epoch

    # Settings --------------------------------------------------------------------------------

    def setting(self, name: str) -> bytes | None:
        """What is kept under a name; None when nothing is.

        Raises:
            BlobError: SY-202 it was sealed under another key, or damaged.
        """
        with self._database.reading() as rows:
            found = rows.execute("SELECT blob FROM settings WHERE name = ?", (name,)).fetchone()
        return None if found is None else self._cipher.open(f"setting:{name}", found[0])

    def keep_setting(self, name: str, value: bytes) -> None:
        """Keep a value under a name, sealed, in place of the one before."""
        with self._database.writing() as rows:
            rows.execute(
                "INSERT INTO settings (name, blob) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET blob = excluded.blob",
                (name, self._cipher.seal(f"setting:{name}", value)),
            )

    # Drafts ----------------------------------------------------------------------------------

    def save_draft(self, draft: Draft) -> None:
        """Keep a draft so that it survives a power cut; called after every answer.

        Raises:
            StoreError: Its children say why; the draft that was kept before is untouched.
        """
        blob = self._cipher.seal(f"draft:{draft.record_id}", _packed(draft))
        with self._database.writing() as rows:
            turn = rows.execute("SELECT coalesce(max(touched), 0) + 1 FROM drafts").fetchone()[0]
            rows.execute(
                "INSERT INTO drafts (record_id, blob, touched) VALUES (?, ?, ?)"
                " ON CONFLICT (record_id) DO UPDATE SET blob = excluded.blob,"
                " touched = excluded.touched",
                (draft.record_id, blob, turn),
            )

    def draft(self, record_id: str) -> Draft:
        """One draft.

        Raises:
            StoreError: SY-107 there is none.
        """
        with self._database.reading() as rows:
            found = rows.execute(
                "SELECT blob FROM drafts WHERE record_id = ?", (record_id,)
            ).fetchone()
        if found is None:
            raise StoreError(Problem("SY-107", record_id, "There is no such draft."))
        return _unpacked(record_id, self._cipher.open(f"draft:{record_id}", found[0]))

    def drafts(self) -> tuple[Draft, ...]:
        """Every draft, the one touched last first."""
        with self._database.reading() as rows:
            found = rows.execute(
                "SELECT record_id, blob FROM drafts ORDER BY touched DESC"
            ).fetchall()
        return tuple(_unpacked(i, self._cipher.open(f"draft:{i}", b)) for i, b in found)

    def delete_draft(self, record_id: str) -> None:
        """Delete a draft because its enumerator said so; no copy stays in the log."""
        with self._database.writing() as rows:
            rows.execute("DELETE FROM drafts WHERE record_id = ?", (record_id,))
        self._database.checkpoint()

    # Revisions -------------------------------------------------------------------------------

    def keep_revision(self, released: Released, now: datetime) -> None:
        """The act of finalising: revision, outbox row, vault entry, chain head; the draft goes.

        One transaction. Keeping the same revision again changes nothing.

        Raises:
            StoreError: SY-108 the revision is kept already with other content.
        """
        record = released.record
        kept = (record.to_bytes(), released.vault_entry)
        self.keep_line(record.record_id, record.revision_id, kept, now)

    def keep_line(
        self, record_id: str, revision_id: str, kept: tuple[bytes, bytes | None], now: datetime
    ) -> bool:
        """Keep a revision by its exact bytes; False when it is kept already.

        Args:
            record_id: Its record; a draft of it goes.
            revision_id: Its id.
            kept: The release line, and the vault entry if there is one.
            now: When it begins to wait for company.

        Raises:
            StoreError: SY-108 the revision is kept already with other content.
        """
        line, vault = kept
        content = content_hash(line)
        with self._database.writing() as rows:
            if self._kept_already(rows, revision_id, content):
                return False
            previous, sequence = self._head(rows)
            rows.execute(
                "INSERT INTO revisions (revision_id, record_id, epoch, seq, content_hash, chain,"
                " state, waiting_since, release, vault) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    revision_id,
                    record_id,
                    self._epoch,
                    sequence + 1,
                    content,
                    next_link(previous, content),
                    RecordStatus.FINAL.value,
                    now.isoformat(timespec="hours"),
                    self._cipher.seal(f"release:{revision_id}", line),
                    vault,
                ),
            )
            rows.execute("DELETE FROM drafts WHERE record_id = ?", (record_id,))
        self._database.checkpoint()
        return True

    @staticmethod
    def _kept_already(rows: Database, revision_id: str, content: str) -> bool:
        found = rows.execute(
            "SELECT content_hash FROM revisions WHERE revision_id = ?", (revision_id,)
        ).fetchone()
        if found is None:
            return False
        if found[0] != content:
            raise StoreError(
                Problem("SY-108", revision_id, "This revision is kept already, and never changes.")
            )
        return True

    def _head(self, rows: Database) -> tuple[str, int]:
        found = rows.execute(
            "SELECT chain, seq FROM revisions WHERE epoch = ? ORDER BY seq DESC LIMIT 1",
            (self._epoch,),
        ).fetchone()
        return (found[0], found[1]) if found else (GENESIS, 0)

    def check_chain(self) -> None:
        """Whether every revision is there, in order, unchanged.

        Raises:
            StoreCorrupt: SY-109 and the first sequence number that is not.
        """
        with self._database.reading() as rows:
            found = rows.execute(
                "SELECT seq, content_hash, chain, revision_id, release FROM revisions"
                " WHERE epoch = ? ORDER BY seq",
                (self._epoch,),
            ).fetchall()
        broken = broken_at([(seq, content, chain) for seq, content, chain, _, _ in found])
        for seq, content, _, revision_id, blob in found:
            if broken is None and content_hash(self._line(revision_id, blob)) != content:
                broken = seq
        if broken is not None:
            advice = "Do not delete anything; show this to the coordinator."
            raise StoreCorrupt(Problem("SY-109", f"revision {broken}", "The chain breaks.", advice))

    def _line(self, revision_id: str, blob: bytes) -> bytes:
        return self._cipher.open(f"release:{revision_id}", blob)

    def release_line(self, revision_id: str) -> bytes:
        """The exact bytes that leave for a revision.

        Raises:
            StoreError: SY-107 there is no such revision.
        """
        with self._database.reading() as rows:
            found = rows.execute(
                "SELECT release FROM revisions WHERE revision_id = ?", (revision_id,)
            ).fetchone()
        if found is None:
            raise StoreError(Problem("SY-107", revision_id, "There is no such revision."))
        return self._line(revision_id, found[0])

    def newest_revision(self, record_id: str) -> str | None:
        """The last revision of a record, which an edit names as its parent; None for a new one."""
        with self._database.reading() as rows:
            found = rows.execute(
                "SELECT revision_id FROM revisions WHERE record_id = ? ORDER BY epoch DESC,"
                " seq DESC LIMIT 1",
                (record_id,),
            ).fetchone()
        return None if found is None else str(found[0])

    def vault_entries(self) -> dict[str, bytes]:
        """Sealed vault entries by revision; only the data controller can open them."""
        with self._database.reading() as rows:
            found = rows.execute(
                "SELECT revision_id, vault FROM revisions WHERE vault IS NOT NULL ORDER BY seq"
            ).fetchall()
        return dict(found)

    def records(self) -> tuple[RecordState, ...]:
        """Drafts first, then revisions, the newest first."""
        drafts = tuple(
            RecordState(d.record_id, 0, RecordStatus.DRAFT, d.form_id) for d in self.drafts()
        )
        with self._database.reading() as rows:
            codes = self._receipt_codes(rows)
            found = rows.execute(
                "SELECT revision_id, record_id, seq, state, reason, release, batch_id"
                " FROM revisions ORDER BY epoch DESC, seq DESC"
            ).fetchall()
        return (*drafts, *(self._state(row, codes) for row in found))

    def _receipt_codes(self, rows: Database) -> Mapping[str, str]:
        found = rows.execute(
            "SELECT batch_id, receipt FROM batches WHERE receipt IS NOT NULL"
        ).fetchall()
        opened = ((i, self._cipher.open(f"receipt:{i}", sealed)) for i, sealed in found)
        return {i: SignedReceipt.from_bytes(receipt).receipt.code for i, receipt in opened}

    def _state(self, row: _Row, codes: Mapping[str, str]) -> RecordState:
        revision_id, record_id, seq, state, reason, release, batch_id = row
        line = json.loads(self._line(revision_id, release))
        why = b"" if reason is None else self._cipher.open(f"reason:{revision_id}", reason)
        status = RecordStatus(state)
        return RecordState(
            record_id,
            seq,
            status,
            line["form_id"],
            line["week"],
            why.decode(),
            codes.get(batch_id or "", "") if status is RecordStatus.DELIVERED else "",
        )

    def counts(self) -> Mapping[RecordStatus, int]:
        """How many records are in each state."""
        with self._database.reading() as rows:
            found = dict(
                rows.execute("SELECT state, count(*) FROM revisions GROUP BY state").fetchall()
            )
            drafts = rows.execute("SELECT count(*) FROM drafts").fetchone()[0]
        counted = {RecordStatus(state): number for state, number in found.items()}
        return {status: counted.get(status, 0) for status in RecordStatus} | {
            RecordStatus.DRAFT: drafts
        }


def _packed(draft: Draft) -> bytes:
    return json.dumps(
        {
            "form_id": draft.form_id,
            "form_version": draft.form_version,
            "bundle_digest": draft.bundle_digest,
            "xml": base64.b64encode(draft.xml).decode(),
            "position": draft.position,
            "language": draft.language,
            "typed": dict(draft.typed),
        }
    ).encode()


def _unpacked(record_id: str, data: bytes) -> Draft:
    fields = json.loads(data)
    return Draft(
        record_id,
        fields["form_id"],
        fields["form_version"],
        fields["bundle_digest"],
        base64.b64decode(fields["xml"]),
        fields["position"],
        fields["language"],
        fields.get("typed", {}),
    )

"""The shape of the tablet's store, as steps that are applied once each.

No column tells what an interview is about: form, answers and reasons are inside sealed blobs. What
stands in the clear are random ids, states and counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlite_utils import Migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("tablet")

_FIRST: Final = (
    "CREATE TABLE settings (name TEXT PRIMARY KEY, blob BLOB NOT NULL) STRICT",
    """CREATE TABLE drafts (
        record_id TEXT PRIMARY KEY, blob BLOB NOT NULL, touched INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE batches (
        batch_id TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, state TEXT NOT NULL,
        blob BLOB NOT NULL, receipt BLOB, named_by TEXT REFERENCES batches(batch_id)
    ) STRICT""",
    """CREATE TABLE revisions (
        revision_id TEXT PRIMARY KEY, record_id TEXT NOT NULL, epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL, content_hash TEXT NOT NULL, chain TEXT NOT NULL,
        state TEXT NOT NULL, reason BLOB, waiting_since TEXT NOT NULL,
        batch_id TEXT REFERENCES batches(batch_id), release BLOB NOT NULL, vault BLOB,
        UNIQUE (epoch, seq)
    ) STRICT""",
    "CREATE INDEX revisions_by_state ON revisions (state, seq)",
    "CREATE INDEX revisions_by_record ON revisions (record_id, seq)",
    """CREATE TABLE bundles (
        digest TEXT PRIMARY KEY, installed INTEGER NOT NULL UNIQUE, blob BLOB NOT NULL
    ) STRICT""",
)


@migrations()
def m001_first(db: Database) -> None:
    """Settings, drafts, revisions with their outbox state, batches, bundles."""
    for statement in _FIRST:
        db.execute(statement)

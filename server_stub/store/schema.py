"""The fact tables: append-only, every key begins with `project_id`.

So PostgreSQL can partition by project without a redesign, no number of one project tells of
another, and an auditor finds what was there. Nothing is updated or deleted by the intake; a revoked
tablet, for one, is a row in `revocations`. Device and time stand with the batch, never with the
answers.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

METADATA: Final = MetaData()
_ID: Final = String(64)
_DIGEST: Final = String(64)
_MOMENT: Final = String(20)
"""UTC to the second, `2026-11-24T10:00:00Z`: sorts as text, and reads the same everywhere."""

PROJECTS: Final = Table(
    "projects",
    METADATA,
    Column("project_id", _ID, primary_key=True),
    Column("controller_key", String(120), nullable=False),
    Column("created_at", _MOMENT, nullable=False),
)


def _belongs() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["project_id"], ["projects.project_id"])


BUNDLES: Final = Table(
    "bundles",
    METADATA,
    Column("project_id", _ID, primary_key=True),
    Column("digest", _DIGEST, primary_key=True),
    Column("form_id", String(200), nullable=False),
    Column("version", String(200), nullable=False),
    Column("title", String(400), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("added_at", _MOMENT, nullable=False),
    _belongs(),
)
INVITATIONS: Final = Table(
    "invitations",
    METADATA,
    Column("project_id", _ID, primary_key=True),
    Column("code_sha256", _DIGEST, primary_key=True),
    Column("expires_at", _MOMENT, nullable=False),
    Column("created_at", _MOMENT, nullable=False),
    _belongs(),
)
DEVICES: Final = Table(
    "devices",
    METADATA,
    Column("project_id", _ID, primary_key=True),
    Column("device_id", _ID, primary_key=True),
    Column("token_sha256", _DIGEST, nullable=False),
    Column("verify_key", String(120), nullable=False),
    Column("code_sha256", _DIGEST, nullable=False),
    Column("enrolled_at", _MOMENT, nullable=False),
    UniqueConstraint("project_id", "token_sha256"),
    UniqueConstraint("project_id", "code_sha256"),  # an invitation is used once, whoever races
    _belongs(),
)
REVOCATIONS: Final = Table(
    "revocations",
    METADATA,
    Column("project_id", _ID, primary_key=True),
    Column("device_id", _ID, primary_key=True),
    Column("revoked_at", _MOMENT, nullable=False),
    _belongs(),
)
BATCHES: Final = Table(
    "batches",
    METADATA,
    Column("project_id", _ID, primary_key=True),
    Column("device_id", _ID, primary_key=True),
    Column("batch_id", _ID, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("first_seq", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("record_count", Integer, nullable=False),
    Column("sha256", _DIGEST, nullable=False),
    Column("previous_chain", _DIGEST, nullable=False),
    Column("chain", _DIGEST, nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("body", LargeBinary),  # NULL when a record was refused: its bytes may identify
    Column("received_at", _MOMENT, nullable=False),
    _belongs(),
)
REVISIONS: Final = Table(
    "revisions",
    METADATA,
    Column("project_id", _ID, primary_key=True),
    Column("revision_id", _ID, primary_key=True),
    Column("record_id", _ID, nullable=False),
    Column("bundle_digest", _DIGEST, nullable=False),
    Column("week", String(8), nullable=False),
    Column("content_hash", _DIGEST, nullable=False),
    Column("line", LargeBinary, nullable=False),
    Column("server_seq", Integer, nullable=False),
    _belongs(),
    Index("revisions_of_record", "project_id", "record_id"),
    Index("revisions_of_bundle", "project_id", "bundle_digest"),
)
PARENTS: Final = Table(
    "parents",
    METADATA,
    Column("project_id", _ID, primary_key=True),
    Column("revision_id", _ID, primary_key=True),
    Column("parent_id", _ID, primary_key=True),
    _belongs(),
)
CONFLICTS: Final = Table(
    "conflicts",
    METADATA,
    Column("project_id", _ID, primary_key=True),
    Column("revision_id", _ID, primary_key=True),
    Column("content_hash", _DIGEST, primary_key=True),
    Column("line", LargeBinary, nullable=False),
    Column("server_seq", Integer, nullable=False),
    _belongs(),
)
RECEIPTS: Final = Table(
    "receipts",
    METADATA,
    Column("project_id", _ID, primary_key=True),
    Column("server_seq", Integer, primary_key=True),
    Column("device_id", _ID, nullable=False),
    Column("batch_id", _ID, nullable=False),
    Column("sha256", _DIGEST, nullable=False),
    Column("signed", LargeBinary, nullable=False),
    UniqueConstraint("project_id", "device_id", "batch_id"),
    _belongs(),
)
ALARMS: Final = Table(
    "alarms",
    METADATA,
    Column("project_id", _ID, primary_key=True),
    Column("alarm_id", _ID, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("device_id", _ID, nullable=False),
    Column("batch_id", _ID, nullable=False),
    Column("revision_id", _ID, nullable=False),
    Column("reason", String(120), nullable=False),
    Column("raised_at", _MOMENT, nullable=False),
    _belongs(),
)

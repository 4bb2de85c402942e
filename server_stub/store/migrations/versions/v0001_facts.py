"""The first schema: projects, bundles, tablets, batches, revisions, receipts, alarms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

ID, DIGEST, MOMENT = sa.String(64), sa.String(64), sa.String(20)


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    belongs = sa.ForeignKeyConstraint(["project_id"], ["projects.project_id"])
    op.create_table(name, sa.Column("project_id", ID, primary_key=True), *parts, belongs)


def _key(name: str, kind: sa.types.TypeEngine[str] = ID) -> sa.Column[str]:
    return sa.Column(name, kind, primary_key=True)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _bytes(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=nullable)


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "projects",
        _key("project_id"),
        _text("controller_key", 120),
        _text("created_at", 20),
    )
    _setup()
    _devices()
    _batches()
    _revisions()
    _answers_to_tablets()


def _setup() -> None:
    _table(
        "bundles",
        _key("digest", DIGEST),
        _text("form_id", 200),
        _text("version", 200),
        _text("title", 400),
        _bytes("content"),
        _text("added_at", 20),
    )
    _table(
        "invitations", _key("code_sha256", DIGEST), _text("expires_at", 20), _text("created_at", 20)
    )


def _devices() -> None:
    _table(
        "devices",
        _key("device_id"),
        _text("token_sha256", 64),
        _text("verify_key", 120),
        _text("code_sha256", 64),
        _text("enrolled_at", 20),
        sa.UniqueConstraint("project_id", "token_sha256"),
        sa.UniqueConstraint("project_id", "code_sha256"),
    )
    _table("revocations", _key("device_id"), _text("revoked_at", 20))


def _batches() -> None:
    _table(
        "batches",
        _key("device_id"),
        _key("batch_id"),
        *(_integer(name) for name in ("epoch", "first_seq", "last_seq", "record_count")),
        *(_text(name, 64) for name in ("sha256", "previous_chain", "chain")),
        _bytes("header"),
        _bytes("signature"),
        _bytes("body", nullable=True),
        _text("received_at", 20),
    )


def _revisions() -> None:
    _table(
        "revisions",
        _key("revision_id"),
        _text("record_id", 64),
        _text("bundle_digest", 64),
        _text("week", 8),
        _text("content_hash", 64),
        _bytes("line"),
        _integer("server_seq"),
    )
    op.create_index("revisions_of_record", "revisions", ["project_id", "record_id"])
    op.create_index("revisions_of_bundle", "revisions", ["project_id", "bundle_digest"])
    _table("parents", _key("revision_id"), _key("parent_id"))
    _table(
        "conflicts",
        _key("revision_id"),
        _key("content_hash", DIGEST),
        _bytes("line"),
        _integer("server_seq"),
    )


def _answers_to_tablets() -> None:
    _table(
        "receipts",
        sa.Column("server_seq", sa.Integer, primary_key=True, autoincrement=False),
        _text("device_id", 64),
        _text("batch_id", 64),
        _text("sha256", 64),
        _bytes("signed"),
        sa.UniqueConstraint("project_id", "device_id", "batch_id"),
    )
    _table(
        "alarms",
        _key("alarm_id"),
        _text("kind", 40),
        *(_text(name, 64) for name in ("device_id", "batch_id", "revision_id")),
        _text("reason", 120),
        _text("raised_at", 20),
    )

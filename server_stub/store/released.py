"""Which released revisions count: the newest of each record, judged against a bundle of ours.

A revision is left out when a later one of the same record names it as its parent. Where two tablets
edited the same record there are two newest: both stay in the store, and one of them counts, the
same one on every machine. Nothing is ordered by a clock.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, select

from server_stub.store.schema import ALARMS, BATCHES, BUNDLES, PARENTS, RECEIPTS, REVISIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Connection, Select, Table


@dataclass(frozen=True, slots=True)
class Head:
    """A revision that no later one replaces.

    Attributes:
        record_id: Its record.
        revision_id: Itself.
        bundle_digest: The bundle whose policy it was released by.
        content_hash: SHA-256 (hex) of its line.
        line: The release record, as it came.
    """

    record_id: str
    revision_id: str
    bundle_digest: str
    content_hash: str
    line: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Counted:
    """How much a project holds."""

    batches: int
    revisions: int
    records: int
    alarms: Mapping[str, int]


def server_seq(connection: Connection, project_id: str) -> int:
    """Number of the project's last receipt; what was read is unchanged as long as it is."""
    found: int | None = connection.scalar(
        select(func.max(RECEIPTS.c.server_seq)).where(RECEIPTS.c.project_id == project_id)
    )
    return found or 0


def heads(connection: Connection, project_id: str) -> tuple[Head, ...]:
    """One revision of each record, in order of record ids.

    Of two newest, the one with the longer history counts, then the one with the larger hash.
    Source: sync protocol, conflicts.
    """
    newest: dict[str, list[Head]] = defaultdict(list)
    for row in connection.execute(_newest(project_id)):
        newest[row.record_id].append(
            Head(row.record_id, row.revision_id, row.bundle_digest, row.content_hash, row.line)
        )
    split = {record_id for record_id, found in newest.items() if len(found) > 1}
    lengths = _lengths(connection, project_id) if split else {}
    return tuple(
        max(found, key=lambda head: (lengths.get(head.revision_id, 0), head.content_hash))
        for _, found in sorted(newest.items())
    )


def _newest(project_id: str) -> Select[tuple[str, str, str, str, bytes]]:
    later = REVISIONS.alias("later")
    replaced = exists().where(
        and_(
            PARENTS.c.project_id == project_id,
            PARENTS.c.parent_id == REVISIONS.c.revision_id,
            later.c.project_id == project_id,
            later.c.revision_id == PARENTS.c.revision_id,
            later.c.record_id == REVISIONS.c.record_id,  # no other record can hide this one
        )
    )
    columns = (
        REVISIONS.c.record_id, REVISIONS.c.revision_id, REVISIONS.c.bundle_digest,
        REVISIONS.c.content_hash, REVISIONS.c.line,
    )  # fmt: skip
    return select(*columns).where(REVISIONS.c.project_id == project_id, ~replaced)


def _lengths(connection: Connection, project_id: str) -> Mapping[str, int]:
    """How many revisions stand behind each, itself included, along its longest line of parents."""
    query = select(PARENTS.c.revision_id, PARENTS.c.parent_id)
    parents: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(query.where(PARENTS.c.project_id == project_id)):
        parents[row.revision_id].append(row.parent_id)
    lengths: dict[str, int] = {}
    for revision_id in parents:
        _measure(revision_id, parents, lengths)
    return lengths


def _measure(revision_id: str, parents: Mapping[str, list[str]], lengths: dict[str, int]) -> None:
    """Note the length of one history, without recursion: a history can be long."""
    waiting = [revision_id]
    begun: set[str] = set()
    while waiting:
        here = waiting[-1]
        unknown = [p for p in parents.get(here, ()) if p not in lengths and p not in begun]
        begun.add(here)
        if unknown:
            waiting += unknown
            continue
        waiting.pop()
        known = [lengths.get(parent, 0) for parent in parents.get(here, ())]
        lengths[here] = 1 + max(known, default=0)


def counted(connection: Connection, project_id: str) -> Counted:
    """How many batches, revisions, records and alarms a project has."""

    def many(what: ColumnElement[int], table: Table) -> int:
        query = select(what).select_from(table).where(table.c.project_id == project_id)
        return connection.scalar(query) or 0

    alarms = connection.execute(
        select(ALARMS.c.kind, func.count())
        .where(ALARMS.c.project_id == project_id)
        .group_by(ALARMS.c.kind)
        .order_by(ALARMS.c.kind)
    )
    return Counted(
        batches=many(func.count(), BATCHES),
        revisions=many(func.count(), REVISIONS),
        records=many(func.count(REVISIONS.c.record_id.distinct()), REVISIONS),
        alarms={row[0]: row[1] for row in alarms},
    )


def bundle_digests(connection: Connection, project_id: str) -> tuple[str, ...]:
    """The project's bundles, the newest last."""
    query = select(BUNDLES.c.digest).where(BUNDLES.c.project_id == project_id)
    rows = connection.execute(query.order_by(BUNDLES.c.added_at, BUNDLES.c.version))
    return tuple(row.digest for row in rows)

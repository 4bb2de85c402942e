"""Takes back what can be read from a damaged store that was moved aside.

SQLite's own recovery may alter values and bring deleted rows back, so nothing is believed for being
readable: a row counts only when its blob opens under the tablet's key for that very row and, for a
revision, its content has the digest that it was kept under. What was delivered before goes again;
the centre knows it by its revision id. The enrolment is not taken back: numbers and batch chain
begin anew, so the tablet needs a new invitation.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from forms.problems import Problem
from sync.chain import content_hash
from sync.disk import disk_error
from sync.errors import BlobError, StoreError, WireError
from sync.release.record import ReleaseRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sync.blobs import BlobCipher
    from sync.database import TabletDatabase
    from sync.store import TabletStore

MOST_ROWS: Final = 100_000
"""Rows of a table that are tried where the damage hides how many there are."""
_Row: TypeAlias = "tuple[str, bytes, bytes | None, str]"
_QUERIES: Final = {
    "bundles": ("SELECT digest, blob, NULL, '' FROM bundles WHERE rowid = ?",),
    "settings": ("SELECT name, blob, NULL, '' FROM settings WHERE rowid = ?",),
    "drafts": ("SELECT record_id, blob, NULL, '' FROM drafts WHERE rowid = ?",),
    "revisions": (
        "SELECT revision_id, release, vault, content_hash FROM revisions WHERE rowid = ?",
        "SELECT revision_id, release, NULL, content_hash FROM revisions WHERE rowid = ?",
    ),
}
"""What is asked for a row, and what is asked for when that cannot be read."""
_KEPT_SETTINGS: Final = {"pseudonym-key"}
"""Settings that are taken back: pseudonyms of one tablet must go on to join."""


@dataclass(slots=True)
class Salvaged:
    """What was taken back, and what could not be."""

    drafts: int = 0
    revisions: int = 0
    bundles: int = 0
    unreadable: int = 0


class _Tools:
    """What a row is judged with and written to."""

    def __init__(
        self, database: TabletDatabase, cipher: BlobCipher, store: TabletStore, now: datetime
    ) -> None:
        self.database, self.cipher, self.store, self.now = database, cipher, store, now


def salvage(
    aside: Path, database: TabletDatabase, cipher: BlobCipher, store: TabletStore, now: datetime
) -> Salvaged:
    """Take back from the folder of a damaged store what is not here already.

    The damaged files are read from a copy and stay as they are.

    Raises:
        StoreError: SY-107 the folder holds no store; its children when this store cannot be
            written.
    """
    path = aside / database.path.name
    if not path.is_file():
        advice = "Name the folder damaged-… that the message told of."
        raise StoreError(Problem("SY-107", aside.name, "There is no damaged store here.", advice))
    tools, found = _Tools(database, cipher, store, now), Salvaged()
    with tempfile.TemporaryDirectory(dir=aside) as folder:
        copy = Path(folder) / path.name
        try:
            for file in (path, path.with_name(path.name + "-wal")):
                if file.exists():
                    shutil.copyfile(file, Path(folder) / file.name)
        except OSError as error:
            raise disk_error(error, Path(folder)) from error
        for table, take in _TAKERS.items():
            for row in _rows(copy, table):
                _tally(found, table, row is not None and take(tools, row))
    return found


def _tally(found: Salvaged, table: str, taken: bool | None) -> None:
    """Count a row: taken, unreadable, or (None) there already."""
    if taken is False:
        found.unreadable += 1
    elif taken and table != "settings":
        setattr(found, table, getattr(found, table) + 1)


def _rows(path: Path, table: str) -> Iterator[_Row | None]:
    """Each row of a damaged table on its own, so that one bad page costs only its own rows."""
    with closing(sqlite3.connect(path, isolation_level=None)) as damaged:
        damaged.execute("PRAGMA trusted_schema=OFF")
        for rowid in range(1, _last_rowid(damaged, table) + 1):
            yield from _row(damaged, table, rowid)


def _row(damaged: sqlite3.Connection, table: str, rowid: int) -> Iterator[_Row | None]:
    """The row if there is one; None for what cannot be read of it."""
    for query in _QUERIES[table]:
        try:
            row: _Row | None = damaged.execute(query, (rowid,)).fetchone()
        except sqlite3.DatabaseError:
            yield None
            continue
        if row is not None:
            yield row
        return


def _last_rowid(damaged: sqlite3.Connection, table: str) -> int:
    try:
        found = damaged.execute(f"SELECT max(rowid) FROM {table}").fetchone()  # noqa: S608 -- ours
    except sqlite3.DatabaseError as error:
        text = str(error)
        return 0 if "no such table" in text or "not a database" in text else MOST_ROWS
    return min(int(found[0] or 0), MOST_ROWS)


def _take_bundle(tools: _Tools, row: _Row) -> bool | None:
    digest, blob, _, _ = row
    if _opened(tools, f"bundle:{digest}", blob) is None:
        return False
    with tools.database.writing() as rows:
        done = rows.execute(
            "INSERT INTO bundles (digest, installed, blob)"
            " SELECT ?, coalesce(max(installed), 0) + 1, ? FROM bundles WHERE true"
            " ON CONFLICT (digest) DO NOTHING",
            (digest, blob),
        )
    return bool(done.rowcount) or None


def _take_setting(tools: _Tools, row: _Row) -> bool | None:
    name, blob, _, _ = row
    if name not in _KEPT_SETTINGS:
        return None
    value = _opened(tools, f"setting:{name}", blob)
    if value is None:
        return False
    tools.store.keep_setting(name, value)
    return True


def _take_draft(tools: _Tools, row: _Row) -> bool | None:
    record_id, blob, _, _ = row
    if _opened(tools, f"draft:{record_id}", blob) is None:
        return False
    if record_id in {draft.record_id for draft in tools.store.drafts()}:
        return None
    with tools.database.writing() as rows:
        rows.execute(
            "INSERT INTO drafts (record_id, blob, touched)"
            " SELECT ?, ?, coalesce(max(touched), 0) + 1 FROM drafts",
            (record_id, blob),
        )
    return True


def _take_revision(tools: _Tools, row: _Row) -> bool | None:
    revision_id, blob, vault, content = row
    line = _opened(tools, f"release:{revision_id}", blob)
    if line is None or content_hash(line) != content:
        return False
    try:
        record = ReleaseRecord.from_bytes(line)
    except WireError:
        return False
    return tools.store.keep_line(record.record_id, revision_id, (line, vault), tools.now) or None


def _opened(tools: _Tools, row_id: str, blob: bytes) -> bytes | None:
    try:
        return tools.cipher.open(row_id, blob)
    except BlobError:
        return None


_TAKERS: Final[dict[str, Callable[[_Tools, _Row], bool | None]]] = {
    "bundles": _take_bundle,
    "settings": _take_setting,
    "revisions": _take_revision,
    "drafts": _take_draft,
}

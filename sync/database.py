"""Opens the tablet's one SQLite file: durable or not at all.

Pragmas are set and read back, because a setting that silently did not take is how acknowledged
answers were lost elsewhere. This and `sync.migrations` are the only importers of sqlite_utils.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

from sqlite_utils import Database

from forms.problems import Problem
from sync.disk import disk_error, full
from sync.errors import StoreCorrupt, StoreError, StoreLocked
from sync.migrations import migrations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

LOG = logging.getLogger(__name__)
PRAGMAS: Final[dict[str, tuple[str, str]]] = {
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", "2"),
    "foreign_keys": ("ON", "1"),
    "busy_timeout": ("5000", "5000"),
    "mmap_size": ("0", "0"),
    "trusted_schema": ("OFF", "0"),
    "cell_size_check": ("ON", "1"),
    "secure_delete": ("ON", "1"),
    "temp_store": ("MEMORY", "2"),
}
"""Pragma to what is set and what must be read back. Source: sync reference 3.2, privacy 2.5."""


class TabletDatabase:
    """The open file: one connection for the life of the app.

    The screen saves drafts while another thread sends, and both go through this one connection,
    because two that write or checkpoint at once can corrupt a file of an older SQLite. So each
    transaction holds a lock; the sender never holds it while it waits for the network.

    Attributes:
        path: The file.
        rows: The database of sqlite-utils, for the store's own statements.
    """

    def __init__(self, path: Path, rows: Database) -> None:
        self.path = path
        self.rows = rows
        self._turn = threading.RLock()

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """One transaction: everything in it happens, or nothing does.

        Raises:
            DiskFull: SY-104; nothing was changed.
            StoreLocked: SY-103 another process writes.
            StoreCorrupt: SY-102 the file is damaged.
        """
        with self._turn, _translated(self.path), self.rows.atomic():
            yield self.rows

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """Reads with the store's own errors."""
        with self._turn, _translated(self.path):
            yield self.rows

    def checkpoint(self) -> None:
        """Empty the write-ahead log, so that deleted rows leave no copy in it.

        What was committed is safe without it, so a full disk here is no failure: the log is
        emptied by a later checkpoint.
        """
        try:
            with self._turn, _translated(self.path):
                self.rows.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except StoreError as error:
            LOG.warning("checkpoint=%s", error.code)

    def close(self) -> None:
        """Checkpoint and close."""
        try:
            self.checkpoint()
        finally:
            self.rows.close()


def open_database(path: Path, now: datetime) -> TabletDatabase:
    """Open or create the store, and refuse what would not keep its promise.

    Args:
        path: The file; its folder is made when missing.
        now: Only for the name of the folder that a damaged store is moved to.

    Raises:
        StoreError: SY-101 a pragma did not take; SY-105 the place cannot be written.
        StoreCorrupt: SY-102; the damaged files were moved aside, none deleted.
        StoreLocked: SY-103.
        DiskFull: SY-104.
    """
    try:
        with _translated(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            return _opened(path)
    except StoreCorrupt as damaged:
        aside = _moved_aside(path, now)
        raise StoreCorrupt(
            Problem(
                "SY-102",
                "store",
                f"The tablet's store is damaged. Its files were moved to {aside.name}; "
                "nothing was deleted.",
                "Keep the folder. What can still be read comes back with: makazi sync salvage.",
            )
        ) from damaged


def _opened(path: Path) -> TabletDatabase:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    with ExitStack() as undo:
        undo.callback(connection.close)
        _check_promises(connection)
        rows = Database(connection)
        migrations.apply(rows)
        undo.pop_all()
    return TabletDatabase(path, rows)


def _check_promises(connection: sqlite3.Connection) -> None:
    """Set every pragma, read it back, and look the file over.

    Raises:
        StoreError: SY-101.
        StoreCorrupt: SY-102.
    """
    for name, (value, wanted) in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")
        found = str(connection.execute(f"PRAGMA {name}").fetchone()[0])
        if found != wanted:
            raise _not_durable(name, found, wanted)
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise StoreCorrupt(Problem("SY-102", "store", "The quick check failed."))


def _not_durable(name: str, found: str, wanted: str) -> StoreError:
    return StoreError(
        Problem(
            "SY-101",
            "store",
            f"SQLite keeps {name}={found} instead of {wanted}: this disk or library does not "
            "promise to keep what it acknowledges.",
            "Use the tablet's own storage, not a network or memory-card folder.",
        )
    )


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _meaning(error, path) from error
    except OSError as error:
        raise disk_error(error, path) from error


def _meaning(error: sqlite3.DatabaseError, path: Path) -> StoreError:
    name = getattr(error, "sqlite_errorname", "") or ""
    text = str(error).lower()
    if name.startswith("SQLITE_FULL") or "disk is full" in text:
        return full(path)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or "locked" in text:
        advice = "Close the other Makazi window on this tablet."
        return StoreLocked(Problem("SY-103", "store", "Another program uses the store.", advice))
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or "malformed" in text:
        return StoreCorrupt(Problem("SY-102", "store", "The store is damaged."))
    return StoreError(Problem("SY-105", "store", f"The store cannot be used ({name or 'SQLite'})."))


def _moved_aside(path: Path, now: datetime) -> Path:
    """Move the database and its side files, together, where nobody will write to them."""
    aside = path.parent / f"damaged-{now:%Y%m%dT%H%M%S}"
    number = 1
    while aside.exists():
        number += 1
        aside = path.parent / f"damaged-{now:%Y%m%dT%H%M%S}-{number}"
    aside.mkdir()
    for part in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))):
        if part.exists():
            part.rename(aside / part.name)
    return aside

"""Opens the centre's store, and refuses it when it would not keep what it acknowledges.

A receipt promises that a batch survives a power cut. SQLite keeps that only with WAL and
`synchronous=FULL` (with NORMAL, every batch since the last checkpoint was lost), so both are set
and read back on every connection. Only one connection of the server writes and checkpoints: SQLite
before 3.51.3 can damage a WAL file when two do.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event

from server_stub.problems import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection as SqliteConnection

SQLITE: Final = "sqlite"
BUSY_TIMEOUT_MS: Final = 5000
AUTOCHECKPOINT_PAGES: Final = 1000
_READ_BACK: Final = (("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"))
_OTHER_PRAGMAS: Final = (
    "mmap_size=0",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "secure_delete=ON",
)


class Database:
    """The store of one server: many readers, one writer at a time.

    Args:
        url: SQLAlchemy URL; `sqlite:///…` or `postgresql+psycopg://…`.
        checkpoints: Whether this process moves the WAL into the file; only the serving one does.
    """

    def __init__(self, url: str, *, checkpoints: bool = True) -> None:
        # hide_parameters: an error text of the database must not repeat what was to be stored
        self._engine = _engine(url, checkpoints=checkpoints)
        self._writer = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection whose reads all see one state of the store."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed, durably, when the block ends without an error."""
        with self._writer, self._engine.connect() as plain:
            connection = plain.execution_options(makazi_writes=True)
            with connection.begin():
                if connection.dialect.name != SQLITE:
                    connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
                yield connection

    def migrate(self) -> None:
        """Bring the schema up to this version; does nothing when it is there. Idempotent."""
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()


def _engine(url: str, *, checkpoints: bool) -> Engine:
    if not url.startswith(SQLITE):
        return create_engine(url, hide_parameters=True, pool_pre_ping=True)
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: SqliteConnection, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is ours, see below
        _configure(connection, checkpoints=checkpoints)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("makazi_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _configure(connection: SqliteConnection, *, checkpoints: bool) -> None:
    """Set the pragmas and read them back.

    Raises:
        ConfigError: The file system or the library does not keep to one of them.
    """
    pages = AUTOCHECKPOINT_PAGES if checkpoints else 0
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    connection.execute(f"PRAGMA wal_autocheckpoint={pages}")
    for name, wanted in _READ_BACK:
        connection.execute(f"PRAGMA {name}={wanted}")
        found = str(connection.execute(f"PRAGMA {name}").fetchone()[0])
        if found != wanted:
            raise ConfigError(
                f"SQLite keeps {name}={found} instead of {wanted}: a receipt would promise more "
                "than this disk holds. Put the data folder on a local disk."
            )
    for pragma in _OTHER_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")

"""One running centre: its store, its key, its bundles; what the routes and the commands work on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from server_stub.intake import Intake
from server_stub.problems import ServerProblem
from server_stub.registry import BundleRegistry
from server_stub.settings import server_id
from server_stub.store.database import Database
from server_stub.store.enrolled import controller_key, project_ids
from server_stub.tables import Tables
from sync.wire.hello import Limits

if TYPE_CHECKING:
    from server_stub.settings import ServerSettings
    from sync.keys import SigningKey


@dataclass(frozen=True, slots=True)
class Centre:
    """The parts of one server, wired.

    Attributes:
        settings: Where it lives and what it allows.
        key: Its own key.
        database: Its store, migrated.
        bundles: Signed bundles, opened once.
        tables: What is published.
    """

    settings: ServerSettings
    key: SigningKey
    database: Database
    bundles: BundleRegistry
    tables: Tables

    @classmethod
    def open(cls, settings: ServerSettings, *, serves: bool = True) -> Centre:
        """The centre in its folder, its schema brought up to date.

        Args:
            settings: Which.
            serves: Whether this is the process that answers tablets; a command beside it leaves
                the write-ahead log alone.

        Raises:
            ConfigError: It was not set up, or its disk does not keep what it acknowledges.
        """
        key = settings.signing_key()
        database = Database(settings.url, checkpoints=serves)
        database.migrate()
        bundles = BundleRegistry()
        return cls(settings, key, database, bundles, Tables(database, bundles))

    @property
    def server_id(self) -> str:
        """What it calls itself."""
        return server_id(self.key.verify_key)

    @property
    def limits(self) -> Limits:
        """What it tells tablets."""
        return Limits(self.settings.limits.batch_bytes)

    @property
    def intake(self) -> Intake:
        """What `accept` works with."""
        return Intake(self.database, self.key, self.bundles, self.settings.now)

    def projects(self) -> tuple[str, ...]:
        """The projects that it serves."""
        with self.database.reading() as connection:
            return project_ids(connection)

    def check_project(self, project_id: str) -> None:
        """Refuse a project that is not here.

        Raises:
            ServerProblem: 404.2.
        """
        with self.database.reading() as connection:
            if controller_key(connection, project_id) is None:
                raise ServerProblem("404.2")

    def close(self) -> None:
        """Let go of the store."""
        self.database.close()

"""Where a server keeps its things and what it allows; made by the command or by a test."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from server_stub.problems import ConfigError
from sync.errors import KeyFormatError
from sync.keys import SigningKey
from sync.wire.batch import BODY_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sync.keys import VerifyKey

DEFAULT_PORT: Final = 8765
KEY_FILE: Final = "server.key"
STORE_FILE: Final = "centre.sqlite"


def utc_now() -> datetime:
    """The wall clock, aware, UTC."""
    return datetime.now(UTC)


def moment(time: datetime) -> str:
    """`time` as the wire and the store spell it: UTC to the second."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """How much a request may send, and how slowly.

    2G legitimately gives 2,000 bytes a second; what gives less than 200 after half a minute holds a
    place that another tablet needs. Source: sync protocol, server table.

    Attributes:
        batch_bytes: Largest batch body.
        other_bytes: Largest body of any other request.
        grace_s: Seconds in which nothing need arrive.
        bytes_per_s: What must arrive on average after that.
    """

    batch_bytes: int = BODY_LIMIT
    other_bytes: int = 16 << 10
    grace_s: float = 30.0
    bytes_per_s: float = 200.0


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """One server.

    Attributes:
        folder: Its data folder: key and, by default, store.
        store_url: SQLAlchemy URL; empty for SQLite in the folder.
        limits: What a request may send.
        now: The clock.
    """

    folder: Path
    store_url: str = field(default="", repr=False)
    limits: BodyLimits = BodyLimits()
    now: Callable[[], datetime] = utc_now

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of the store."""
        return self.store_url or f"sqlite:///{self.folder / STORE_FILE}"

    def signing_key(self) -> SigningKey:
        """The server's own key.

        Raises:
            ConfigError: It is not there or damaged.
        """
        try:
            return SigningKey.from_text((self.folder / KEY_FILE).read_text(encoding="ascii"))
        except FileNotFoundError:
            raise ConfigError(
                f"There is no server in {self.folder}. Begin with: makazi server init."
            ) from None
        except (KeyFormatError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"The key in {self.folder / KEY_FILE} is damaged: restore it from a copy, because "
                "tablets trust no other."
            ) from error

    def make_key(self) -> SigningKey:
        """The server's own key, made when it is not there yet; only its owner may read it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / KEY_FILE
        if not path.exists():
            opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(opened, "w", encoding="ascii") as file:
                file.write(SigningKey.generate().to_text() + "\n")
                file.flush()
                os.fsync(file.fileno())
        return self.signing_key()


def server_id(key: VerifyKey) -> str:
    """What a server with this key calls itself: there is no other name to keep in step."""
    return f"centre-{key.fingerprint}"

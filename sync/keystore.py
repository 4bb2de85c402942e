"""Where the key that seals everything at rest is kept: a port, and the desktop's key file.

On Android the key is wrapped by the hardware keystore. On a desktop it is a file that only its
owner can read; that protects against another user of the machine, not against its thief.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Protocol

from forms.problems import Problem
from sync.blobs import BlobCipher
from sync.disk import disk_error, sync_folder
from sync.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

KEY_BYTES = 32


class Keystore(Protocol):
    """Keeps one secret key for the tablet."""

    def data_key(self, *, may_create: bool) -> bytes:
        """The 32-byte key of the store; a new one only when `may_create`.

        Raises:
            StoreError: SY-106 there is none, or it cannot be read.
        """


class FileKeystore:
    """A key in a file of mode 0600.

    Args:
        folder: The tablet's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "data.key"

    def data_key(self, *, may_create: bool) -> bytes:
        """The key; made at the first start, and never while a store exists without it.

        Raises:
            StoreError: SY-106; SY-105 the folder cannot be used.
            DiskFull: SY-104.
        """
        try:
            if not self._path.exists():
                if not may_create:
                    raise _no_key(f"{self._path.name} is missing")
                self._write(BlobCipher.new_key())
            key = self._path.read_bytes()
        except OSError as error:
            raise disk_error(error, self._path) from error
        if len(key) != KEY_BYTES:
            raise _no_key(f"{self._path.name} has {len(key)} bytes instead of {KEY_BYTES}")
        return key

    def _write(self, key: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(".part")
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._path)
        sync_folder(self._path.parent)


def _no_key(what: str) -> StoreError:
    return StoreError(
        Problem(
            "SY-106",
            "key",
            f"The key of this tablet's store cannot be used: {what}.",
            "Put the key file back; without it the store stays closed and nothing is deleted.",
        )
    )

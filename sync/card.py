"""Writes sealed vault entries to a card: whoever finds it sees that there are some, and how many.

A card is pulled out at any moment, and cards lie about having written: each file is written beside,
synced, renamed, and read back from the folder before it counts.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Final

from forms.problems import Problem
from sync.disk import sync_folder
from sync.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SUFFIX: Final = ".age"


def write_card(entries: Mapping[str, bytes], folder: Path) -> tuple[int, int]:
    """Write every entry that is not there yet; doing it again changes nothing.

    A file is named by its content's digest: the revision's id would let a finder of the card join
    it with what the centre holds.

    Args:
        entries: Sealed entries by revision.
        folder: On the card; made when missing.

    Returns:
        How many were written, and how many were there already.

    Raises:
        StoreError: SY-503 the card cannot be written or does not give back what was written;
            SY-504 another file has the name.
    """
    written = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for entry in entries.values():
            written += _write(folder / f"{hashlib.sha256(entry).hexdigest()}{SUFFIX}", entry)
        sync_folder(folder)
    except OSError as error:
        raise _unwritable(error.strerror or type(error).__name__) from error
    return written, len(entries) - written


def _write(path: Path, entry: bytes) -> bool:
    if path.exists():
        if path.read_bytes() != entry:
            raise StoreError(
                Problem(
                    "SY-504",
                    path.name[:12],
                    "The card holds other bytes under this name.",
                    "Move that file away; nothing was written over it.",
                )
            )
        return False
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(entry)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    if path.read_bytes() != entry:
        raise _unwritable("it does not give back what was written")
    return True


def _unwritable(why: str) -> StoreError:
    return StoreError(
        Problem(
            "SY-503",
            "card",
            f"The card cannot be written: {why}.",
            "Take another card. The entries stay on the tablet, sealed.",
        )
    )

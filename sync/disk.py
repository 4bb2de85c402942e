"""What a disk says no to, and how a file is made to stay."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from forms.problems import Problem
from sync.errors import DiskFull, StoreError

if TYPE_CHECKING:
    from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def full(path: Path) -> DiskFull:
    """There is no room for what was to be written to `path`."""
    return DiskFull(
        Problem(
            "SY-104",
            "store",
            f"There is no room left beside {path.name}. What was saved before is safe; the last "
            "answer is not saved yet.",
            "Free some space (photos, downloads) and press save again.",
        )
    )


def disk_error(error: OSError, path: Path) -> StoreError:
    """What an operating system's refusal means for the store."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return full(path)
    return StoreError(
        Problem(
            "SY-105",
            "store",
            f"{path} cannot be written: {error.strerror or type(error).__name__}.",
            "Name a folder of your own on this device's storage.",
        )
    )

"""Disks as they may be found after a power cut, made from the system calls of a real run.

A file has content that was synced and writes that were not; a folder has entries that were synced
and changes that were not. At any moment the power may go: of what was not synced, nothing, all, a
beginning or any part may have reached the disk, the last write perhaps only up to a sector.

Source of the method: Pillai et al., "All File Systems Are Not Created Equal" (OSDI 2014).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from pathlib import Path

SECTOR = 512
TRACED = (
    "openat,close,write,pwrite64,ftruncate,fsync,fdatasync,"
    "rename,renameat,renameat2,unlink,unlinkat"
)
CALL = re.compile(r"^(?:\d+\s+)?(\w+)\((.*)\)\s+=\s+(-?\d+)")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True)
class Call:
    """One system call: its name, its texts, its numbers, what it returned."""

    name: str
    texts: tuple[bytes, ...]
    numbers: tuple[int, ...]
    returned: int


def calls(trace: str) -> Iterator[Call]:
    """The calls of `strace -xx` that did not fail."""
    for line in trace.splitlines():
        matched = CALL.match(line)
        if not matched or int(matched[3]) < 0:
            continue
        texts = tuple(bytes.fromhex(t.replace("\\x", "")) for t in TEXT.findall(matched[2]))
        bare = TEXT.sub("", matched[2])
        numbers = tuple(int(n) for n in re.findall(r"(?<![\w|])\d+(?!\w)", bare))
        yield Call(matched[1], texts, numbers, int(matched[3]))


@dataclass
class Inode:
    """A file's content: what is on the disk, and what was asked for since, as (offset, bytes).

    A truncation is an offset with None.
    """

    durable: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        self.durable = applied(self.durable, self.pending)
        self.pending = []


def applied(content: bytes, writes: list[tuple[int, bytes | None]]) -> bytes:
    found = bytearray(content)
    for offset, data in writes:
        if data is None:
            del found[offset:]
            found.extend(bytes(offset - len(found)))
        else:
            found.extend(bytes(max(0, offset - len(found))))
            found[offset : offset + len(data)] = data
    return bytes(found)


class Disk:
    """What a run did to one folder, call by call.

    Args:
        folder: The folder that is watched.
        strict: Whether an entry of a folder is durable only when the folder itself was synced;
            otherwise any sync makes all entries durable, as ext4 does.
    """

    def __init__(self, folder: Path, *, strict: bool) -> None:
        self._root, self._strict = str(folder), strict
        self._open: dict[int, tuple[Inode | None, int]] = {}
        self._now: dict[str, Inode] = {}
        self._durable: dict[str, Inode] = {}
        self._changes: list[tuple[str, Inode | None]] = []
        self.acknowledged: list[bytes] = []

    def do(self, call: Call) -> bool:
        """Take one call in; whether it concerned the folder."""
        method = getattr(self, f"_{call.name}", None)
        return bool(method and method(call))

    def _inside(self, path: bytes) -> str | None:
        text = path.decode()
        return text if text.startswith(self._root + "/") else None

    def _openat(self, call: Call) -> bool:
        name = self._inside(call.texts[0])
        if call.texts[0].decode() == self._root:
            self._open[call.returned] = (None, 0)
            return False
        if name is None:
            self._open.pop(call.returned, None)
            return False
        if name not in self._now:
            self._change(name, Inode())
        self._open[call.returned] = (self._now[name], 0)
        return True

    def _close(self, call: Call) -> bool:
        self._open.pop(call.numbers[0], None)
        return False

    def _write(self, call: Call) -> bool:
        if call.numbers[0] == 1:
            self.acknowledged += call.texts[0].split()
            return False
        inode, at = self._open.get(call.numbers[0], (None, 0))
        if inode is None:
            return False
        data = call.texts[0][: call.returned]
        self._put(inode, at, data)
        self._open[call.numbers[0]] = (inode, at + len(data))
        return True

    def _pwrite64(self, call: Call) -> bool:
        inode, _ = self._open.get(call.numbers[0], (None, 0))
        if inode is None:
            return False
        self._put(inode, call.numbers[-1], call.texts[0][: call.returned])
        return True

    def _ftruncate(self, call: Call) -> bool:
        inode, _ = self._open.get(call.numbers[0], (None, 0))
        if inode is None:
            return False
        inode.pending.append((call.numbers[1], None))
        return True

    @staticmethod
    def _put(inode: Inode, offset: int, data: bytes) -> None:
        inode.pending.append((offset, data))

    def _fsync(self, call: Call) -> bool:
        known = self._open.get(call.numbers[0])
        if known is None:
            return False
        inode, _ = known
        if inode is not None:
            inode.sync()
        if inode is None or not self._strict:
            self._apply(self._durable, self._changes)
            self._changes = []
        return True

    _fdatasync = _fsync

    def _rename(self, call: Call) -> bool:
        old, new = (self._inside(text) for text in call.texts[:2])
        if old is None or new is None:
            return False
        inode = self._now[old]
        self._change(new, inode)
        self._change(old, None)
        return True

    _renameat = _renameat2 = _rename

    def _unlink(self, call: Call) -> bool:
        name = self._inside(call.texts[0])
        if name is None:
            return False
        self._change(name, None)
        return True

    _unlinkat = _unlink

    def _change(self, name: str, inode: Inode | None) -> None:
        self._changes.append((name, inode))
        self._apply(self._now, [(name, inode)])

    @staticmethod
    def _apply(entries: dict[str, Inode], changes: list[tuple[str, Inode | None]]) -> None:
        for name, inode in changes:
            if inode is None:
                entries.pop(name, None)
            else:
                entries[name] = inode

    def after_power_cut(self, folder: Path, chance: random.Random) -> None:
        """Write one of the disks that may be found now."""
        entries = dict(self._durable)
        kept = chance.choice([0, len(self._changes), chance.randint(0, len(self._changes))])
        self._apply(entries, self._changes[:kept])
        folder.mkdir(parents=True)
        for name, inode in entries.items():
            if not name.endswith("-shm"):
                content = applied(inode.durable, _survivors(inode.pending, chance))
                (folder / name.rpartition("/")[2]).write_bytes(content)


def _survivors(
    pending: list[tuple[int, bytes | None]], chance: random.Random
) -> list[tuple[int, bytes | None]]:
    """What of unsynced writes reached the disk."""
    kind = chance.choice(["none", "all", "beginning", "some", "torn"])
    if kind == "none":
        return []
    if kind == "some":
        return [write for write in pending if chance.random() < 0.5]
    count = len(pending) if kind == "all" else chance.randint(0, len(pending))
    survived = pending[:count]
    if kind == "torn" and survived and survived[-1][1]:
        offset, data = survived[-1]
        survived[-1] = (offset, data[: chance.randint(0, len(data) // SECTOR) * SECTOR])
    return survived

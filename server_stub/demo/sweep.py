"""Looks for planted strings where they must not be: on the wire, at the centre, in logs.

A sweep that searches only for the plain letters would pass over a leak inside a compressed body
or a database page, so each needle is also sought in base64 and hex, and every gzip stream found
is opened. A sweep that never finds anything proves nothing: callers run it first on bytes that
do hold the needles.
"""

from __future__ import annotations

import base64
import contextlib
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

GZIP_MAGIC = b"\x1f\x8b\x08"
LARGEST_STREAM_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sweep:
    """What was searched and what was found. It names places, never the needle."""

    needles: int
    files: int
    bytes_read: int
    hits: tuple[str, ...]


def spellings(needle: str) -> tuple[bytes, ...]:
    """The ways in which a string can stand in bytes: plain, UTF-16, hex, base64 at each phase."""
    plain = needle.encode()
    phases = []
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + plain)
        # The first and last characters depend on neighbours: keep what only the needle decides.
        phases.append(coded[(0, 2, 3)[shift] : (len(plain) + shift) // 3 * 4])
    return (
        plain,
        needle.encode("utf-16-le"),
        plain.hex().encode(),
        *(p for p in phases if len(p) > 7),
    )


def unpacked(data: bytes) -> Iterator[bytes]:
    """The data, and the contents of each gzip stream that begins anywhere in it."""
    yield data
    start = data.find(GZIP_MAGIC)
    while start >= 0:
        # The magic may stand there by chance, or the stream may be cut: what opens is searched.
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj(wbits=31).decompress(data[start:], LARGEST_STREAM_BYTES)
        start = data.find(GZIP_MAGIC, start + 1)


def sweep(paths: Iterable[Path], needles: Iterable[str]) -> Sweep:
    """Search files, and folders to any depth, for every spelling of every needle.

    Args:
        paths: Files and folders; what does not exist is an error of the caller.
        needles: Strings of at least six characters, unlikely by chance.

    Raises:
        FileNotFoundError: A path does not exist: searching nothing must not look like safety.
    """
    planted = sorted(set(needles))
    sought = [spelling for needle in planted for spelling in spellings(needle)]
    files = [file for path in paths for file in _files(path)]
    hits: list[str] = []
    total = 0
    for file in files:
        data = file.read_bytes()
        total += len(data)
        layers = list(unpacked(data))
        hits += [str(file) for layer in layers for needle in sought if needle in layer]
    return Sweep(len(planted), len(files), total, tuple(hits))


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise FileNotFoundError(path)
    return [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())

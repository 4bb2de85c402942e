"""The tablet's own chain over its revisions: a store that was restored or edited shows.

It stays on the tablet. Its order is the order of interviews, so nothing of it may leave.
"""

from __future__ import annotations

import hashlib

GENESIS = "0" * 64


def content_hash(line: bytes) -> str:
    """SHA-256 (hex) of a release line: what the centre compares when a revision comes twice."""
    return hashlib.sha256(line).hexdigest()


def next_link(previous: str, content: str) -> str:
    """The chain after one more revision. Source: sync reference 3.1."""
    return hashlib.sha256(bytes.fromhex(previous) + bytes.fromhex(content)).hexdigest()


def broken_at(links: list[tuple[int, str, str]], start: str = GENESIS) -> int | None:
    """The first sequence number at which the chain does not hold; None when all of it does.

    Args:
        links: (sequence, content hash, chain) in order of sequence, beginning with 1.
        start: The chain before the first.
    """
    previous, wanted = start, 1
    for sequence, content, chain in links:
        if sequence != wanted or next_link(previous, content) != chain:
            return wanted
        previous, wanted = chain, wanted + 1
    return None

"""Batches: sealed once, padded, shuffled, chained, and nothing but what their header names."""

from __future__ import annotations

import gzip
import hashlib
import struct
import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import WireError
from sync.wire.batch import (
    BODY_LIMIT,
    GENESIS,
    GZIP_FIXED,
    SMALLEST_CLASS,
    BatchContext,
    BatchHeader,
    RetiredBatch,
    next_chain,
    open_batch,
    seal_batch,
    size_class,
)
from sync.wire.canonical import canonical_json

LINES = [canonical_json({"n": number, "text": "household " * 5}) for number in range(20)]


def context(count: int = len(LINES)) -> BatchContext:
    return BatchContext(str(uuid.uuid4()), "pilot", "tablet-7f", 1, 1, count)


def test_batch_opens_to_its_lines_in_some_order() -> None:
    batch = seal_batch(LINES, context())
    assert sorted(open_batch(batch.header, batch.body)) == sorted(LINES)


def test_batch_lines_are_shuffled_when_sealed() -> None:
    """20! orders: the order of interviews comes out by chance once in 10^18."""
    batch = seal_batch(LINES, context())
    assert list(open_batch(batch.header, batch.body)) != LINES


def test_batch_body_is_ordinary_gzip_without_a_time() -> None:
    batch = seal_batch(LINES, context(), shuffle=lambda lines: None)
    assert gzip.decompress(batch.body) == b"".join(line + b"\n" for line in LINES)
    assert batch.body[4:8] == bytes(4)


@given(st.integers(min_value=0, max_value=BODY_LIMIT))
def test_size_class_adds_at_most_an_eighth(size: int) -> None:
    padded = size_class(size)
    assert padded >= max(size, SMALLEST_CLASS)
    assert padded == SMALLEST_CLASS or padded <= size * 1.125
    assert size_class(padded) == padded


def test_batch_of_one_is_as_large_as_a_batch_of_three() -> None:
    one, three = seal_batch(LINES[:1], context(1)), seal_batch(LINES[:3], context(3))
    assert len(one.body) == len(three.body) == SMALLEST_CLASS


def test_header_reads_back_as_written() -> None:
    sealed = seal_batch(
        LINES[:3],
        replace(
            context(4),
            parked=(2,),
            previous_chain="ab" * 32,
            retired=(RetiredBatch(str(uuid.uuid4()), "cd" * 32),),
        ),
    )
    assert BatchHeader.from_bytes(sealed.header.to_bytes()) == sealed.header


def test_chain_joins_one_batch_to_the_next() -> None:
    first = seal_batch(LINES, context())
    second = seal_batch(LINES, replace(context(), previous_chain=first.header.chain))
    assert first.header.previous_chain == GENESIS
    assert second.header.chain == next_chain(first.header.chain, second.header.sha256)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"chain": "00" * 32}, "SY-305"),
        ({"count": 3}, "SY-302"),
        ({"parked": (99,)}, "SY-302"),
        ({"parked": (2, 2), "count": 18}, "SY-302"),
        ({"epoch": 0}, "SY-302"),
        ({"project": "../etc"}, "SY-302"),
        ({"batch_id": "00000000-0000-1000-8000-000000000000"}, "SY-302"),
        ({"sha256": "xyz"}, "SY-302"),
    ],
)
def test_header_is_refused_when_its_parts_do_not_fit(change: dict[str, object], code: str) -> None:
    header = seal_batch(LINES, context()).header
    with pytest.raises(WireError) as refused:
        BatchHeader.from_bytes(replace(header, **change).to_bytes())  # type: ignore[arg-type]
    assert refused.value.code == code


def test_header_is_refused_when_it_has_a_key_too_many() -> None:
    header = seal_batch(LINES, context()).header.to_bytes()
    with pytest.raises(WireError) as refused:
        BatchHeader.from_bytes(header[:-1] + b',"zz":1}')
    assert refused.value.code == "SY-302"


def test_header_of_another_format_is_refused() -> None:
    header = seal_batch(LINES, context()).header.to_bytes()
    with pytest.raises(WireError):
        BatchHeader.from_bytes(header.replace(b"makazi-batch/1", b"makazi-batch/2"))


def test_batch_is_refused_when_the_range_does_not_fit_the_lines() -> None:
    with pytest.raises(WireError) as refused:
        seal_batch(LINES, context(5))
    assert refused.value.code == "SY-302"


@given(st.data())
def test_batch_is_refused_when_any_byte_of_its_body_changes(data: st.DataObject) -> None:
    batch = seal_batch(LINES[:3], context(3), shuffle=lambda lines: None)
    body = bytearray(batch.body)
    at = data.draw(st.integers(0, len(body) - 1))
    body[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(WireError) as refused:
        open_batch(batch.header, bytes(body))
    assert refused.value.code == "SY-304"


def _header_for(header: BatchHeader, body: bytes) -> BatchHeader:
    """A header by somebody who signs a body of their own making."""
    sha256 = hashlib.sha256(body).hexdigest()
    return replace(header, sha256=sha256, chain=next_chain(header.previous_chain, sha256))


def _with_padding(body: bytes, padding: bytes) -> bytes:
    start = len(GZIP_FIXED)
    (length,) = struct.unpack_from("<H", body, start)
    extra = b"PD" + struct.pack("<H", len(padding)) + padding
    return body[:start] + struct.pack("<H", len(extra)) + extra + body[start + 2 + length :]


def _gzip_bomb() -> bytes:
    packed = gzip.compress(bytes(200 << 20), 9, mtime=0)
    return GZIP_FIXED + struct.pack("<H", 4) + b"PD" + bytes(2) + packed[10:]


def test_body_is_refused_when_it_is_not_packed_as_a_batch_is() -> None:
    batch = seal_batch(LINES[:3], context(3))
    plain = gzip.compress(b"".join(line + b"\n" for line in LINES[:3]))
    bodies = [
        b"",
        plain,
        batch.body + b"x",
        batch.body[:-1],
        batch.body[: len(batch.body) // 2] + bytes(len(batch.body) // 2),
        _with_padding(batch.body, b"a message hidden in the padding"),
        _with_padding(batch.body, bytes(1)),
        bytes(BODY_LIMIT + 1),
        _gzip_bomb(),
    ]
    for body in bodies:
        with pytest.raises(WireError) as refused:
            open_batch(_header_for(batch.header, body), body)
        assert refused.value.code == "SY-303"


def test_body_is_refused_when_it_holds_another_number_of_lines() -> None:
    batch = seal_batch(LINES[:3], context(3))
    with pytest.raises(WireError) as refused:
        open_batch(replace(batch.header, count=2), batch.body)
    assert refused.value.code == "SY-303"


def test_batch_that_would_be_too_large_is_refused_at_sealing() -> None:
    noise = [hashlib.sha512(str(n).encode()).hexdigest().encode() for n in range(20_000)]
    with pytest.raises(WireError) as refused:
        seal_batch(noise, context(len(noise)))
    assert refused.value.code == "SY-303"

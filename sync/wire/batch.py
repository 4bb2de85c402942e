"""A batch: release records sealed together before the first send; its bytes never change.

The lines are shuffled once with the operating system's random source, because their order was the
order of interviews. Sequence numbers, device and epoch stand in the header only, and the batch
chain over the bodies' digests lets an auditor see that no batch was removed. The body is padded
inside the gzip header, so any gzip reader reads it and the digest covers the padding.
"""

from __future__ import annotations

import hashlib
import random
import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from forms.problems import Problem
from sync.errors import WireError
from sync.wire.canonical import canonical_json
from sync.wire.fields import HEX_DIGEST, NAME, UUID4, Fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sync.wire.canonical import Json

FORMAT: Final = "makazi-batch/1"
GENESIS: Final = "0" * 64
"""`previous_chain` of the first batch of a device epoch."""
BODY_LIMIT: Final = 1 << 20
"""Largest body in bytes; a batch is halved before it grows beyond. Source: our limit of 1 MB."""
TEXT_LIMIT: Final = 16 << 20
"""Largest body in bytes when unpacked: a gzip bomb stops here."""
SMALLEST_CLASS: Final = 1024
"""Smallest size class in bytes: a lone record looks like a few."""
GZIP_FIXED: Final = b"\x1f\x8b\x08\x04" + bytes(4) + b"\x02\xff"
"""Magic, deflate, FEXTRA only, no time, slowest, unknown system. Source: RFC 1952, 2.3."""
PADDING_ID: Final = b"PD"
_HEADER_KEYS = (
    "format", "batch_id", "project", "device_id", "epoch", "first_seq", "last_seq", "parked",
    "count", "retired", "previous_chain", "chain", "sha256",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RetiredBatch:
    """A batch id that was given up after a refusal; its records went into later batches.

    Attributes:
        batch_id: Version 4 UUID.
        sha256: Hex digest of the body that was never accepted.
    """

    batch_id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class BatchContext:
    """What the outbox knows about a batch before it is sealed.

    Attributes:
        batch_id: Version 4 UUID, minted by the tablet.
        project: Project that collects.
        device_id: Tablet, as the server named it at enrolment.
        epoch: Life of the tablet's store, from 1.
        first_seq: First sequence number of the range that the batch covers.
        last_seq: Last one.
        parked: Numbers of that range that are not in the batch.
        previous_chain: `chain` of the batch before, or `GENESIS`.
        retired: Batches given up since the one before.
    """

    batch_id: str
    project: str
    device_id: str
    epoch: int
    first_seq: int
    last_seq: int
    parked: tuple[int, ...] = ()
    previous_chain: str = GENESIS
    retired: tuple[RetiredBatch, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchHeader:
    """What travels beside a batch body, signed by the tablet.

    Attributes: as in `BatchContext`, and
        count: Records in the body.
        sha256: Hex digest of the body.
        chain: SHA-256 (hex) of `previous_chain` and `sha256`, both as raw bytes.
    """

    batch_id: str
    project: str
    device_id: str
    epoch: int
    first_seq: int
    last_seq: int
    parked: tuple[int, ...]
    count: int
    previous_chain: str
    chain: str
    sha256: str
    retired: tuple[RetiredBatch, ...] = ()

    def to_bytes(self) -> bytes:
        """The canonical JSON that is signed and sent."""
        document: Mapping[str, Json] = {
            "format": FORMAT,
            "batch_id": self.batch_id,
            "project": self.project,
            "device_id": self.device_id,
            "epoch": self.epoch,
            "first_seq": self.first_seq,
            "last_seq": self.last_seq,
            "parked": self.parked,
            "count": self.count,
            "retired": [{"batch_id": r.batch_id, "sha256": r.sha256} for r in self.retired],
            "previous_chain": self.previous_chain,
            "chain": self.chain,
            "sha256": self.sha256,
        }
        return canonical_json(document)

    @classmethod
    def from_bytes(cls, data: bytes) -> BatchHeader:
        """The header that `to_bytes` wrote, its numbers and chain checked against each other.

        Raises:
            WireError: SY-302 unreadable or inconsistent, SY-305 chain.
        """
        fields = Fields.read(data, "SY-302", "batch header", _HEADER_KEYS)
        if fields.text("format") != FORMAT:
            raise fields.wrong("It is of another version of the format.")
        header = cls(
            batch_id=fields.text("batch_id", UUID4),
            project=fields.text("project", NAME),
            device_id=fields.text("device_id", NAME),
            epoch=fields.integer("epoch", 1),
            first_seq=fields.integer("first_seq", 1),
            last_seq=fields.integer("last_seq", 1),
            parked=fields.integers("parked", 1),
            count=fields.integer("count"),
            previous_chain=fields.text("previous_chain", HEX_DIGEST),
            chain=fields.text("chain", HEX_DIGEST),
            sha256=fields.text("sha256", HEX_DIGEST),
            retired=tuple(_retired(o) for o in fields.objects("retired")),
        )
        _check_numbers(header, fields)
        return header


def _retired(document: Mapping[str, Json]) -> RetiredBatch:
    fields = Fields(document, "SY-302", "retired batch", ("batch_id", "sha256"))
    return RetiredBatch(fields.text("batch_id", UUID4), fields.text("sha256", HEX_DIGEST))


def _check_numbers(header: BatchHeader, fields: Fields) -> None:
    if list(header.parked) != sorted(set(header.parked)):
        raise fields.wrong("The parked numbers are not in order.")
    if any(not header.first_seq <= seq <= header.last_seq for seq in header.parked):
        raise fields.wrong("A parked number is outside the range.")
    if header.count != header.last_seq - header.first_seq + 1 - len(header.parked):
        raise fields.wrong("The count does not fit the range of sequence numbers.")
    if header.chain != next_chain(header.previous_chain, header.sha256):
        raise WireError(Problem("SY-305", "batch header", "The chain does not fit its parts."))


@dataclass(frozen=True, slots=True)
class SealedBatch:
    """A header and the exact bytes that it names.

    Attributes:
        header: What is signed.
        body: Padded gzip of the shuffled lines.
    """

    header: BatchHeader
    body: bytes = field(repr=False)


def next_chain(previous: str, sha256: str) -> str:
    """SHA-256 (hex) of the previous chain head and a body's digest, both given as hex."""
    return hashlib.sha256(bytes.fromhex(previous) + bytes.fromhex(sha256)).hexdigest()


def continues(header: BatchHeader, chain: str) -> bool:
    """Whether a batch follows the one whose chain is given, over the retired ones that it names.

    A retired batch may have reached the server all the same (as one with a refused record does), so
    the way may begin after any of them.
    """
    for first in range(len(header.retired) + 1):
        head = chain
        for retired in header.retired[first:]:
            head = next_chain(head, retired.sha256)
        if head == header.previous_chain:
            return True
    return False


def size_class(size_bytes: int) -> int:
    """The smallest padded size that holds `size_bytes`.

    At least 1 KiB, then steps that grow with the size: at most 12 % is added, and an onlooker
    learns about as much as from the number of digits of the size.

    Source: Nikitin et al. 2019, "Reducing Metadata Leakage from Encrypted Files" (Padmé).
    """
    if size_bytes <= SMALLEST_CLASS:
        return SMALLEST_CLASS
    exponent = size_bytes.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-size_bytes // step) * step


def seal_batch(
    lines: Sequence[bytes],
    context: BatchContext,
    shuffle: Callable[[list[bytes]], None] | None = None,
) -> SealedBatch:
    """The one batch that carries `lines` from now on; call it once per batch id, keep the result.

    Args:
        lines: `ReleaseRecord.to_bytes()` of each record.
        context: Identity, range and chain.
        shuffle: In-place shuffle; the operating system's random source unless a test says else.

    Raises:
        WireError: SY-302 when the range does not fit the lines, SY-303 when the body is too large.
    """
    shuffled = list(lines)
    (shuffle or random.SystemRandom().shuffle)(shuffled)
    body = _packed(b"".join(line + b"\n" for line in shuffled))
    if len(body) > BODY_LIMIT:
        raise _damaged(f"The body has {len(body)} bytes; the limit is {BODY_LIMIT}.")
    sha256 = hashlib.sha256(body).hexdigest()
    header = BatchHeader(
        batch_id=context.batch_id,
        project=context.project,
        device_id=context.device_id,
        epoch=context.epoch,
        first_seq=context.first_seq,
        last_seq=context.last_seq,
        parked=context.parked,
        count=len(shuffled),
        previous_chain=context.previous_chain,
        chain=next_chain(context.previous_chain, sha256),
        sha256=sha256,
        retired=context.retired,
    )
    return SealedBatch(BatchHeader.from_bytes(header.to_bytes()), body)


def open_batch(header: BatchHeader, body: bytes) -> tuple[bytes, ...]:
    """The record lines of `body`, without their line ends.

    Raises:
        WireError: SY-304 when the body is not the one that the header names, SY-303 when it is
            damaged, too large, or holds another number of lines.
    """
    if hashlib.sha256(body).hexdigest() != header.sha256:
        raise WireError(
            Problem("SY-304", f"batch {header.batch_id}", "The body has another digest.")
        )
    text = _unpacked(body)
    lines = text.split(b"\n")
    if lines.pop() != b"" or len(lines) != header.count or b"" in lines:
        raise _damaged("The number of records is not the one that the header names.")
    return tuple(lines)


def _packed(text: bytes) -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = deflate.compress(text) + deflate.flush()
    tail = packed + struct.pack("<II", zlib.crc32(text), len(text) & 0xFFFFFFFF)
    bare = len(GZIP_FIXED) + 2 + 4 + len(tail)
    padding = size_class(bare) - bare
    extra = PADDING_ID + struct.pack("<H", padding) + bytes(padding)
    return GZIP_FIXED + struct.pack("<H", len(extra)) + extra + tail


def _unpacked(body: bytes) -> bytes:
    """The text of one padded gzip member, read with a bound.

    Raises:
        WireError: SY-303.
    """
    if len(body) > BODY_LIMIT or not body.startswith(GZIP_FIXED):
        raise _damaged("It is too large, or not packed as a batch is.")
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        text = inflate.decompress(body, TEXT_LIMIT)
    except zlib.error as error:
        raise _damaged("It cannot be unpacked.") from error
    if not inflate.eof or inflate.unused_data:
        raise _damaged("It is cut short, too large, or has something after its end.")
    _check_padding(body)
    return text


def _check_padding(body: bytes) -> None:
    """Refuse padding that holds anything, or that does not fill a size class.

    Raises:
        WireError: SY-303.
    """
    start = len(GZIP_FIXED)
    (extra_length,) = struct.unpack_from("<H", body, start)
    extra = body[start + 2 : start + 2 + extra_length]
    padding = extra[4:]
    if extra[:4] != PADDING_ID + struct.pack("<H", len(padding)) or padding.strip(b"\0"):
        raise _damaged("Its padding is not empty.")
    if size_class(len(body)) != len(body):
        raise _damaged("It is not padded to a size class.")


def _damaged(why: str) -> WireError:
    return WireError(Problem("SY-303", "batch body", why, "Send the kept bytes again."))

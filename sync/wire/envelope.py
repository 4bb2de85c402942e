"""How a batch header and its signature travel in HTTP headers, the same at both ends.

The body is the sealed gzip and nothing else, so that the bytes on a USB stick and on the network
are the same bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import TYPE_CHECKING, Final

from forms.problems import Problem
from sync.errors import WireError
from sync.wire.batch import BatchHeader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.keys import SigningKey, VerifyKey
    from sync.wire.batch import SealedBatch

DIGEST_HEADER: Final = "Content-Digest"
BATCH_HEADER: Final = "Makazi-Batch"
SIGNATURE_HEADER: Final = "Makazi-Signature"
HEADER_LIMIT: Final = 16 << 10
"""Longest batch header in characters; thousands of parked numbers fit."""


def content_digest(body: bytes) -> str:
    """`sha-256=:base64:` of `body`. Source: RFC 9530, section 2."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def digest_matches(text: str, body: bytes) -> bool:
    """Whether a `Content-Digest` field holds the SHA-256 of `body`."""
    return hmac.compare_digest(text.strip().encode(), content_digest(body).encode())


def batch_headers(batch: SealedBatch, key: SigningKey) -> Mapping[str, str]:
    """The HTTP headers that travel with a batch body, signed by the tablet's key."""
    header = batch.header.to_bytes()
    return {
        DIGEST_HEADER: content_digest(batch.body),
        BATCH_HEADER: base64.urlsafe_b64encode(header).decode(),
        SIGNATURE_HEADER: base64.b64encode(key.sign(header)).decode(),
    }


def read_batch_headers(headers: Mapping[str, str], device_key: VerifyKey) -> BatchHeader:
    """The batch header in HTTP headers, signed by `device_key`; `headers` ignores case.

    Raises:
        WireError: SY-302 missing or unreadable, SY-305 chain, SY-306 signature.
    """
    header_bytes, signature = header_parts(headers)
    if not device_key.verify(header_bytes, signature):
        raise WireError(
            Problem("SY-306", "batch header", "The signature is not that of the enrolled tablet.")
        )
    return BatchHeader.from_bytes(header_bytes)


def header_parts(headers: Mapping[str, str]) -> tuple[bytes, bytes]:
    """The header's canonical bytes and the signature over them, neither checked.

    Raises:
        WireError: SY-302.
    """
    missing = WireError(
        Problem("SY-302", "batch header", "The HTTP headers of a batch are not there.")
    )
    header, signature = headers.get(BATCH_HEADER, ""), headers.get(SIGNATURE_HEADER, "")
    if not header or len(header) > HEADER_LIMIT:
        raise missing
    try:
        decoded = base64.b64decode(header, altchars=b"-_", validate=True)
        return decoded, base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError) as error:
        raise missing from error

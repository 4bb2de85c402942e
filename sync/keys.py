"""Ed25519 keys that sign: the controller's (bundles), a tablet's (batches), a server's (receipts).

The text form carries a checksum and names its kind, so that a signing key is never pasted where a
public key belongs. Secret halves hide themselves in `repr`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from forms.problems import Problem
from sync import bech32
from sync.errors import KeyFormatError

VERIFY_PREFIX = "mkverify"
SIGN_PREFIX = "mksecret"
RAW_BYTES = 32
"""Length of either half. Source: RFC 8032, 5.1.5."""


def _decoded(prefix: str, text: str) -> bytes:
    try:
        raw = bech32.decode(prefix, text.strip())
    except ValueError as error:
        raise KeyFormatError(_unreadable(prefix, str(error))) from error
    if len(raw) != RAW_BYTES:
        raise KeyFormatError(_unreadable(prefix, "wrong length"))
    return raw


def _unreadable(prefix: str, why: str) -> Problem:
    return Problem(
        "SY-203",
        f"a key that should begin with {prefix}1",
        f"The key cannot be read: {why}.",
        "Scan or copy it again, whole.",
    )


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """A public key: tells whether a signature is genuine.

    Attributes:
        raw: 32 bytes.
    """

    raw: bytes

    @classmethod
    def from_text(cls, text: str) -> VerifyKey:
        """The key that `to_text` wrote.

        Raises:
            KeyFormatError: SY-203.
        """
        return cls(_decoded(VERIFY_PREFIX, text))

    def to_text(self) -> str:
        """The key as text with a checksum, `mkverify1…`."""
        return bech32.encode(VERIFY_PREFIX, self.raw)

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits to compare by eye or over the telephone."""
        return hashlib.sha256(self.raw).hexdigest()[:12]

    def verify(self, data: bytes, signature: bytes) -> bool:
        """Whether `signature` over exactly `data` was made by the other half of this key."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """A secret key: signs.

    Attributes:
        raw: 32 secret bytes.
    """

    raw: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> SigningKey:
        """A fresh key from the operating system's random source."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def from_text(cls, text: str) -> SigningKey:
        """The key that `to_text` wrote.

        Raises:
            KeyFormatError: SY-203.
        """
        return cls(_decoded(SIGN_PREFIX, text))

    def to_text(self) -> str:
        """The secret as text with a checksum, for a file that only its owner reads."""
        return bech32.encode(SIGN_PREFIX, self.raw)

    def sign(self, data: bytes) -> bytes:
        """The 64-byte signature over `data`; the same data always gives the same signature."""
        return Ed25519PrivateKey.from_private_bytes(self.raw).sign(data)

    @cached_property
    def verify_key(self) -> VerifyKey:
        """The public half."""
        return VerifyKey(
            Ed25519PrivateKey.from_private_bytes(self.raw).public_key().public_bytes_raw()
        )

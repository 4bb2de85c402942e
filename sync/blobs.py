"""Drafts and releases at rest: one authenticated blob per row, bound to its row.

SQLite encrypts nothing, and a plain SQLite takes a key and writes plain text all the same. So each
row's content is sealed before it reaches SQLite, with the row's id as associated data: a blob that
is moved to another row does not open. The known-answer test runs before the first blob is made;
a machine that fails it must not start.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from forms.problems import Problem
from sync.errors import BlobError

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
FORMAT = b"\x01"
"""First byte of every blob: ChaCha20-Poly1305 with a random 96-bit nonce."""

# Source: RFC 8439, 2.8.2 (key, nonce, associated data, plaintext; first bytes and tag).
_KAT_KEY = bytes(range(0x80, 0xA0))
_KAT_NONCE = bytes.fromhex("070000004041424344454647")
_KAT_AAD = bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
_KAT_TEXT = (
    b"Ladies and Gentlemen of the class of '99: If I could offer you "
    b"only one tip for the future, sunscreen would be it."
)
_KAT_HEAD = bytes.fromhex("d31a8d34648e60db7b86afbc53ef7ec2")
_KAT_TAG = bytes.fromhex("1ae10b594f09e26a7e902ecbd0600691")


def check_cipher(cipher: type[ChaCha20Poly1305] = ChaCha20Poly1305) -> None:
    """Do nothing when the cipher gives the published answer; stop the start otherwise.

    Args:
        cipher: The implementation under test; another one only in tests.

    Raises:
        BlobError: SY-201.
    """
    sealed = cipher(_KAT_KEY).encrypt(_KAT_NONCE, _KAT_TEXT, _KAT_AAD)
    if sealed[:16] != _KAT_HEAD or sealed[-TAG_BYTES:] != _KAT_TAG:
        raise BlobError(
            Problem(
                "SY-201",
                "cipher",
                "ChaCha20-Poly1305 of this machine does not give the published answer.",
                "Do not collect with this device; install the `cryptography` package again.",
            )
        )


class BlobCipher:
    """Seals and opens the rows of one store under one key.

    Args:
        key: 32 random bytes.

    Raises:
        BlobError: SY-201, when the cipher fails its known-answer test.
    """

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise BlobError(
                Problem("SY-203", "data key", f"The key has {len(key)} bytes, not {KEY_BYTES}.")
            )
        check_cipher()
        self._cipher = ChaCha20Poly1305(key)

    @staticmethod
    def new_key() -> bytes:
        """32 bytes from the operating system's random source."""
        return os.urandom(KEY_BYTES)

    def seal(self, row_id: str, data: bytes) -> bytes:
        """`data` sealed for the row `row_id`; every call gives other bytes."""
        nonce = os.urandom(NONCE_BYTES)
        return FORMAT + nonce + self._cipher.encrypt(nonce, data, row_id.encode())

    def open(self, row_id: str, blob: bytes) -> bytes:
        """What was sealed for the row `row_id`.

        Raises:
            BlobError: SY-202: damaged, of another row, or under another key.
        """
        if blob[:1] != FORMAT or len(blob) < 1 + NONCE_BYTES + TAG_BYTES:
            raise _unopenable(row_id)
        nonce, sealed = blob[1 : 1 + NONCE_BYTES], blob[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, sealed, row_id.encode())
        except InvalidTag as error:
            raise _unopenable(row_id) from error


def _unopenable(row_id: str) -> BlobError:
    return BlobError(
        Problem(
            "SY-202",
            f"row {row_id}",
            "The sealed content is damaged, belongs to another row, or has another key.",
            "The row is left as it is. Restore it from the second copy or from a backup.",
        )
    )

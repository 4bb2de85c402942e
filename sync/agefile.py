"""age files, format v1, X25519 recipients: what identifies somebody, sealed to who may open it.

Written on `cryptography` alone, because that is what an Android build has; judged in tests against
pyrage, an implementation by others. Only whole files in memory are read and written: a vault entry
has kilobytes. Passphrase recipients are not read.

Source: the age file format v1, C2SP specification (header, X25519 recipient stanza, payload).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from forms.problems import Problem
from sync import bech32
from sync.errors import KeyFormatError, VaultError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

VERSION: Final = b"age-encryption.org/v1\n"
X25519_INFO: Final = b"age-encryption.org/v1/X25519"
RECIPIENT_PREFIX: Final = "age"
IDENTITY_PREFIX: Final = "age-secret-key-"
CHUNK_BYTES: Final = 64 * 1024
TAG_BYTES: Final = 16
FILE_KEY_BYTES: Final = 16
NONCE_BYTES: Final = 16
COLUMNS: Final = 64
_ZERO_NONCE: Final = bytes(12)
_ARGUMENT: Final = re.compile(rb"[\x21-\x7e]+")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]*")


class _Stanza(NamedTuple):
    """One recipient's part of a header."""

    arguments: list[bytes]
    body: bytes


@dataclass(frozen=True, slots=True)
class Recipient:
    """A public key that files are sealed to.

    Attributes:
        raw: 32 bytes.
    """

    raw: bytes

    @classmethod
    def from_text(cls, text: str) -> Recipient:
        """The recipient `age1…`.

        Raises:
            KeyFormatError: SY-203.
        """
        return cls(_key(RECIPIENT_PREFIX, text))

    def to_text(self) -> str:
        """The recipient as every age tool writes it."""
        return bech32.encode(RECIPIENT_PREFIX, self.raw)


@dataclass(frozen=True)
class Identity:
    """A secret key that opens what was sealed to its recipient.

    Attributes:
        raw: 32 secret bytes.
    """

    raw: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> Identity:
        """A fresh identity from the operating system's random source."""
        return cls(X25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def from_text(cls, text: str) -> Identity:
        """The identity `AGE-SECRET-KEY-1…`.

        Raises:
            KeyFormatError: SY-203.
        """
        return cls(_key(IDENTITY_PREFIX, text))

    def to_text(self) -> str:
        """The identity as every age tool writes it, for a file that only its owner reads."""
        return bech32.encode(IDENTITY_PREFIX, self.raw).upper()

    @cached_property
    def recipient(self) -> Recipient:
        """The public half."""
        return Recipient(
            X25519PrivateKey.from_private_bytes(self.raw).public_key().public_bytes_raw()
        )


def _key(prefix: str, text: str) -> bytes:
    try:
        raw = bech32.decode(prefix, text.strip())
        if len(raw) != 32:
            raise ValueError("wrong length")  # noqa: TRY301 -- one way out for every damage
    except ValueError as error:
        raise KeyFormatError(
            Problem(
                "SY-203",
                f"a key that should begin with {prefix}1",
                f"The key cannot be read: {error}.",
                "Copy it again, whole.",
            )
        ) from error
    return raw


def seal(plain: bytes, recipients: Sequence[Recipient]) -> bytes:
    """An age file that any one of `recipients` can open; every call gives other bytes.

    Raises:
        VaultError: SY-205, without recipients or with a key that is no point of the curve.
    """
    if not recipients:
        raise VaultError(Problem("SY-205", "vault", "There is nobody to seal to."))
    file_key = os.urandom(FILE_KEY_BYTES)
    header = VERSION + b"".join(_wrapped(file_key, r) for r in recipients) + b"---"
    mac = hmac.digest(_hkdf(file_key, b"", b"header"), header, "sha256")
    nonce = os.urandom(NONCE_BYTES)
    cipher = ChaCha20Poly1305(_hkdf(file_key, nonce, b"payload"))
    chunks = [plain[at : at + CHUNK_BYTES] for at in range(0, len(plain), CHUNK_BYTES)] or [b""]
    sealed = [
        cipher.encrypt(_chunk_nonce(number, number == len(chunks) - 1), chunk, None)
        for number, chunk in enumerate(chunks)
    ]
    return header + b" " + _b64(mac) + b"\n" + nonce + b"".join(sealed)


def _wrapped(file_key: bytes, recipient: Recipient) -> bytes:
    """The stanza that hands `file_key` to one recipient."""
    ephemeral = X25519PrivateKey.generate()
    share = ephemeral.public_key().public_bytes_raw()
    try:
        secret = ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient.raw))
    except ValueError as error:
        raise VaultError(Problem("SY-205", "vault", "A recipient is not usable.")) from error
    key = _hkdf(secret, share + recipient.raw, X25519_INFO)
    body = ChaCha20Poly1305(key).encrypt(_ZERO_NONCE, file_key, None)
    return b"-> X25519 " + _b64(share) + b"\n" + _b64(body) + b"\n"


def unseal(sealed: bytes, identities: Sequence[Identity]) -> bytes:
    """What was sealed in an age file to the recipient of one of `identities`.

    Raises:
        VaultError: SY-206 not an age file or damaged, SY-207 sealed to somebody else.
    """
    stanzas, header, mac, payload = _header(sealed)
    file_key = _file_key(stanzas, identities)
    expected = hmac.digest(_hkdf(file_key, b"", b"header"), header, "sha256")
    if not hmac.compare_digest(expected, mac):
        raise _damaged("the header was changed")
    if len(payload) < NONCE_BYTES:
        raise _damaged("it is cut short")
    nonce, chunks = payload[:NONCE_BYTES], payload[NONCE_BYTES:]
    return b"".join(_opened(chunks, ChaCha20Poly1305(_hkdf(file_key, nonce, b"payload"))))


def _opened(payload: bytes, cipher: ChaCha20Poly1305) -> Iterator[bytes]:
    step = CHUNK_BYTES + TAG_BYTES
    count = max(1, -(-len(payload) // step))
    for number in range(count):
        last = number == count - 1
        chunk = payload[number * step : (number + 1) * step]
        try:
            plain = cipher.decrypt(_chunk_nonce(number, last), chunk, None)
        except InvalidTag as error:
            raise _damaged("the content was changed or cut short") from error
        if last and number and not plain:
            raise _damaged("it ends in an empty part")
        yield plain


def _header(sealed: bytes) -> tuple[list[_Stanza], bytes, bytes, bytes]:
    """The stanzas, the bytes under the MAC, the MAC, and what follows.

    Raises:
        VaultError: SY-206.
    """
    if not sealed.startswith(VERSION):
        raise _damaged("it is not an age file of version 1")
    at = len(VERSION)
    stanzas: list[_Stanza] = []
    while sealed.startswith(b"-> ", at):
        stanza, at = _stanza(sealed, at)
        stanzas.append(stanza)
    line, end = _line(sealed, at)
    if not stanzas or not line.startswith(b"--- "):
        raise _damaged("its header is not complete")
    mac = _unb64(line[4:])
    if len(mac) != 32:
        raise _damaged("its header is not complete")
    return stanzas, sealed[: at + 3], mac, sealed[end:]


def _stanza(sealed: bytes, at: int) -> tuple[_Stanza, int]:
    line, at = _line(sealed, at)
    arguments = line[3:].split(b" ")
    if not all(map(_ARGUMENT.fullmatch, arguments)):
        raise _damaged("a recipient line is not readable")
    body = b""
    while True:
        line, at = _line(sealed, at)
        if len(line) > COLUMNS:
            raise _damaged("a recipient line is too long")
        body += line
        if len(line) < COLUMNS:
            return _Stanza(arguments, _unb64(body)), at


def _line(sealed: bytes, at: int) -> tuple[bytes, int]:
    end = sealed.find(b"\n", at)
    if end < 0:
        raise _damaged("its header is not complete")
    return sealed[at:end], end + 1


def _file_key(stanzas: Sequence[_Stanza], identities: Sequence[Identity]) -> bytes:
    """The file key, once any identity unwraps it; every X25519 stanza must be well formed.

    Raises:
        VaultError: SY-206, SY-207.
    """
    found: bytes | None = None
    for arguments, body in stanzas:
        if arguments[0] != b"X25519":
            continue
        if len(arguments) != 2 or len(body) != FILE_KEY_BYTES + TAG_BYTES:
            raise _damaged("a recipient line is not readable")
        share = _unb64(arguments[1])
        if len(share) != 32:
            raise _damaged("a recipient line is not readable")
        for identity in identities:
            found = found or _unwrapped(share, body, identity)
    if found is None:
        raise VaultError(
            Problem(
                "SY-207",
                "vault entry",
                "It is sealed to somebody else.",
                "Use the key of a recipient that the form bundle names.",
            )
        )
    return found


def _unwrapped(share: bytes, body: bytes, identity: Identity) -> bytes | None:
    try:
        secret = X25519PrivateKey.from_private_bytes(identity.raw).exchange(
            X25519PublicKey.from_public_bytes(share)
        )
    except ValueError as error:
        raise _damaged("a recipient line is not usable") from error
    key = _hkdf(secret, share + identity.recipient.raw, X25519_INFO)
    try:
        return ChaCha20Poly1305(key).decrypt(_ZERO_NONCE, body, None)
    except InvalidTag:
        return None


def _chunk_nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt or None, info).derive(secret)


def _b64(raw: bytes) -> bytes:
    return base64.b64encode(raw).rstrip(b"=")


def _unb64(text: bytes) -> bytes:
    """Unpadded base64 in its one spelling.

    Raises:
        VaultError: SY-206.
    """
    try:
        if not _BASE64.fullmatch(text):
            raise binascii.Error  # noqa: TRY301 -- one way out for every damage
        raw = base64.b64decode(text + b"=" * (-len(text) % 4))
    except binascii.Error as error:
        raise _damaged("a line is not base64") from error
    if _b64(raw) != text:
        raise _damaged("a line is not base64 in its one spelling")
    return raw


def _damaged(why: str) -> VaultError:
    return VaultError(
        Problem("SY-206", "vault entry", f"It cannot be opened: {why}.", "Fetch it again.")
    )

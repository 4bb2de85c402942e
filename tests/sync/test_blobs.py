"""Blobs at rest: bound to their row, refused when touched, and no start with a broken cipher."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given
from hypothesis import strategies as st

from sync.blobs import BlobCipher, check_cipher
from sync.errors import BlobError

CIPHER = BlobCipher(bytes(range(32)))


@given(st.text(max_size=40), st.binary(max_size=500))
def test_blob_opens_for_its_row(row_id: str, data: bytes) -> None:
    assert CIPHER.open(row_id, CIPHER.seal(row_id, data)) == data


def test_blob_does_not_open_for_another_row_or_key() -> None:
    blob = CIPHER.seal("draft-1", b"an interview")
    for cipher, row_id in ((CIPHER, "draft-2"), (BlobCipher(BlobCipher.new_key()), "draft-1")):
        with pytest.raises(BlobError) as refused:
            cipher.open(row_id, blob)
        assert refused.value.code == "SY-202"


def test_blob_with_any_byte_changed_or_cut_does_not_open() -> None:
    blob = CIPHER.seal("draft-1", b"an interview")
    changed = [blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :] for at in range(len(blob))]
    for bad in [*changed, *(blob[:n] for n in range(len(blob))), blob + b"\0"]:
        with pytest.raises(BlobError) as refused:
            CIPHER.open("draft-1", bad)
        assert refused.value.code == "SY-202"


def test_blob_does_not_show_its_content() -> None:
    assert b"interview" not in CIPHER.seal("draft-1", b"an interview")


def test_sealing_twice_gives_other_bytes() -> None:
    assert CIPHER.seal("r", b"x") != CIPHER.seal("r", b"x")


def test_key_of_another_length_is_refused() -> None:
    with pytest.raises(BlobError) as refused:
        BlobCipher(bytes(16))
    assert refused.value.code == "SY-203"


class _Plaintext:
    """A cipher that does not encrypt, as a broken build could have."""

    def __init__(self, key: bytes) -> None:
        self.key = key

    def encrypt(self, nonce: bytes, data: bytes, associated: bytes | None) -> bytes:
        return data + bytes(16)


class _WrongTag(_Plaintext):
    """A cipher whose text is right and whose tag is not."""

    def encrypt(self, nonce: bytes, data: bytes, associated: bytes | None) -> bytes:
        return ChaCha20Poly1305(self.key).encrypt(nonce, data, b"")


@pytest.mark.parametrize("broken", [_Plaintext, _WrongTag])
def test_machine_with_a_broken_cipher_does_not_start(broken: type) -> None:
    check_cipher()
    with pytest.raises(BlobError) as refused:
        check_cipher(broken)
    assert refused.value.code == "SY-201"

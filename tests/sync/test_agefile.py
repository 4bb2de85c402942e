"""age files: written for others to read, read as others write, and nothing changed unseen."""

from __future__ import annotations

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.agefile import CHUNK_BYTES, Identity, Recipient, seal, unseal
from sync.errors import KeyFormatError, VaultError

ALICE, BOB = Identity(bytes(range(32))), Identity(bytes(range(1, 33)))
SIZES = [0, 1, 100, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES]


@pytest.mark.parametrize("size", SIZES)
def test_pyrage_opens_what_we_seal(size: int) -> None:
    plain = bytes(n % 251 for n in range(size))
    sealed = seal(plain, [ALICE.recipient, BOB.recipient])
    for identity in (ALICE, BOB):
        judge = pyrage.x25519.Identity.from_str(identity.to_text())
        assert pyrage.decrypt(sealed, [judge]) == plain


@pytest.mark.parametrize("size", SIZES)
def test_we_open_what_pyrage_seals(size: int) -> None:
    plain = bytes(n % 251 for n in range(size))
    recipients = [pyrage.x25519.Recipient.from_str(i.recipient.to_text()) for i in (ALICE, BOB)]
    sealed = pyrage.encrypt(plain, recipients)
    assert unseal(sealed, [BOB]) == plain
    assert unseal(sealed, [Identity.generate(), ALICE]) == plain


def test_key_text_is_the_one_that_others_write() -> None:
    judge = pyrage.x25519.Identity.from_str(ALICE.to_text())
    assert str(judge) == ALICE.to_text()
    assert str(judge.to_public()) == ALICE.recipient.to_text()
    assert Identity.from_text(str(judge)) == ALICE
    assert Recipient.from_text(str(judge.to_public())) == ALICE.recipient


@given(st.binary(max_size=3000))
def test_sealed_content_comes_back(plain: bytes) -> None:
    assert unseal(seal(plain, [ALICE.recipient]), [ALICE]) == plain


def test_sealing_twice_gives_other_bytes() -> None:
    assert seal(b"x", [ALICE.recipient]) != seal(b"x", [ALICE.recipient])


def test_file_for_somebody_else_does_not_open() -> None:
    with pytest.raises(VaultError) as refused:
        unseal(seal(b"x", [ALICE.recipient]), [BOB])
    assert refused.value.code == "SY-207"


SMALL = seal(b"0712345678", [ALICE.recipient, BOB.recipient])
LARGE = seal(bytes(CHUNK_BYTES * 2), [ALICE.recipient])
HEAD = len(LARGE) - 2 * (CHUNK_BYTES + 16)


def test_file_with_any_byte_changed_does_not_open() -> None:
    for at in range(len(SMALL)):
        changed = bytearray(SMALL)
        changed[at] ^= 0x01
        with pytest.raises(VaultError):
            unseal(bytes(changed), [ALICE])


@settings(max_examples=200)
@given(st.integers(0, len(SMALL) - 1))
def test_file_cut_anywhere_does_not_open(length: int) -> None:
    with pytest.raises(VaultError):
        unseal(SMALL[:length], [ALICE])


@pytest.mark.parametrize(
    "sealed",
    [
        SMALL + b"x",
        LARGE[: HEAD + CHUNK_BYTES + 16],
        LARGE[:HEAD] + LARGE[HEAD + CHUNK_BYTES + 16 :] + LARGE[HEAD : HEAD + CHUNK_BYTES + 16],
        LARGE[:HEAD],
        LARGE[: HEAD - 10],
        LARGE + LARGE[-CHUNK_BYTES - 16 :],
    ],
    ids=["appended", "last-chunk-cut", "swapped", "no-payload", "no-nonce", "repeated"],
)
def test_file_with_its_parts_moved_does_not_open(sealed: bytes) -> None:
    with pytest.raises(VaultError) as refused:
        unseal(sealed, [ALICE])
    assert refused.value.code == "SY-206"


SHARE = b"-> X25519 " + b"A" * 43 + b"\n" + b"B" * 42 + b"g\n"


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"age-encryption.org/v2\n",
        b"--- x\n",
        b"-> X25519\n\n--- x\n",
        b"-> X25519 " + b"A" * 42 + b"=\n" + b"B" * 43 + b"\n",
        b"-> X25519  a\n\n",
        b"-> X25519 a\n" + b"B" * 65 + b"\n",
        b"-> X25519 a\n" + b"B" * 64 + b"\n\n--- " + b"A" * 43 + b"\n",
        b"-> X25519 " + b"A" * 42 + b"\n" + b"B" * 42 + b"g\n--- " + b"A" * 43 + b"\n",
        SHARE + b"--- " + b"A" * 43 + b"\n",
        SHARE + b"--- " + b"A" * 10 + b"\n",
        SHARE + b"--- A\n",
        SHARE + b"---\n",
        SHARE,
    ],
)
def test_header_that_is_not_well_formed_is_refused(header: bytes) -> None:
    with pytest.raises(VaultError) as refused:
        unseal(b"age-encryption.org/v1\n" + header + bytes(40), [ALICE])
    assert refused.value.code == "SY-206"


def test_unknown_recipient_kinds_are_passed_over() -> None:
    """The header's MAC covers them, so only a writer who knew the file key could add one."""
    with pytest.raises(VaultError) as refused:
        unseal(
            b"age-encryption.org/v1\n-> ssh-ed25519 abc\n\n--- " + b"A" * 43 + b"\n" + bytes(40),
            [ALICE],
        )
    assert refused.value.code == "SY-207"


def test_last_empty_chunk_is_refused() -> None:
    import sync.agefile as ours

    cipher_key = b"k" * 32
    cipher = ours.ChaCha20Poly1305(cipher_key)
    payload = cipher.encrypt(ours._chunk_nonce(0, last=False), bytes(CHUNK_BYTES), None)
    payload += cipher.encrypt(ours._chunk_nonce(1, last=True), b"", None)
    with pytest.raises(VaultError) as refused:
        list(ours._opened(payload, cipher))
    assert refused.value.code == "SY-206"


def test_nothing_is_sealed_to_nobody_or_to_a_key_that_is_none() -> None:
    for recipients in ([], [Recipient(bytes(32))]):
        with pytest.raises(VaultError) as refused:
            seal(b"x", recipients)
        assert refused.value.code == "SY-205"


@pytest.mark.parametrize("text", ["age1", "", ALICE.to_text(), "age1qqqqqqqqqqqqqqqqqqqqqqqqqq"])
def test_recipient_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(KeyFormatError) as refused:
        Recipient.from_text(text)
    assert refused.value.code == "SY-203"


def test_short_identity_is_refused() -> None:
    from sync import bech32

    with pytest.raises(KeyFormatError):
        Identity.from_text(bech32.encode("age-secret-key-", bytes(16)))


def test_identity_does_not_show_itself() -> None:
    assert ALICE.to_text() not in repr(ALICE)
    assert repr(ALICE.raw) not in repr(ALICE)

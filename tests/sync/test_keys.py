"""Keys as text: what is mistyped is refused, what is signed is proved, what is secret hides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import bech32
from sync.errors import KeyFormatError
from sync.keys import SigningKey, VerifyKey


def test_key_reads_back_from_its_text() -> None:
    key = SigningKey.generate()
    assert SigningKey.from_text(key.to_text()) == key
    assert VerifyKey.from_text(key.verify_key.to_text()) == key.verify_key
    assert VerifyKey.from_text(f" {key.verify_key.to_text().upper()}\n") == key.verify_key


def test_signature_is_genuine_only_for_the_same_bytes_and_key() -> None:
    key = SigningKey.generate()
    signature = key.sign(b"a form")
    assert key.verify_key.verify(b"a form", signature)
    assert not key.verify_key.verify(b"b form", signature)
    assert not SigningKey.generate().verify_key.verify(b"a form", signature)
    assert not key.verify_key.verify(b"a form", b"")


# Source: RFC 8032, 7.1, test 2.
def test_signature_is_the_published_one_for_the_published_key() -> None:
    raw = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    key = SigningKey(raw)
    assert key.verify_key.raw.hex() == (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    )
    assert key.sign(b"\x72").hex().startswith("92a009a9f0d4cab8720e820b5f642540")


@given(st.data())
def test_key_with_one_wrong_letter_is_refused(data: st.DataObject) -> None:
    text = VerifyKey(bytes(range(32))).to_text()
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789"))
    if letter == text[at]:
        return
    with pytest.raises(KeyFormatError) as refused:
        VerifyKey.from_text(text[:at] + letter + text[at + 1 :])
    assert refused.value.code == "SY-203"


@pytest.mark.parametrize("text", ["", "mkverify1", "mkverify", "MkVerify1qqqqqq", "äöü1qqqqqqq"])
def test_key_is_refused_when_it_is_none(text: str) -> None:
    with pytest.raises(KeyFormatError):
        VerifyKey.from_text(text)


def test_key_is_refused_when_it_is_short_or_of_another_kind() -> None:
    key = SigningKey.generate()
    for text in (bech32.encode("mkverify", bytes(31)), key.to_text()):
        with pytest.raises(KeyFormatError):
            VerifyKey.from_text(text)


def test_secret_key_does_not_show_itself() -> None:
    key = SigningKey.generate()
    assert key.raw.hex() not in repr(key)
    assert repr(key.raw) not in repr(key)


@given(st.binary(max_size=64))
def test_bech32_round_trips(payload: bytes) -> None:
    assert bech32.decode("age", bech32.encode("age", payload)) == payload


def test_bech32_refuses_left_over_bits() -> None:
    groups = [31]
    tail = bech32._polymod([*bech32._expanded("age"), *groups, *[0] * 6]) ^ 1
    letters = groups + [tail >> 5 * (5 - i) & 31 for i in range(6)]
    with pytest.raises(ValueError, match="left-over"):
        bech32.decode("age", "age1" + "".join(bech32.ALPHABET[v] for v in letters))


# Source: BIP 173, test vectors.
@pytest.mark.parametrize("text", ["A12UEL5L", "a12uel5l"])
def test_bech32_reads_the_published_empty_vector(text: str) -> None:
    assert bech32.decode("a", text) == b""


def test_fingerprint_is_short_and_stable() -> None:
    key = VerifyKey(bytes(32))
    assert key.fingerprint == VerifyKey(bytes(32)).fingerprint
    assert len(key.fingerprint) == 12

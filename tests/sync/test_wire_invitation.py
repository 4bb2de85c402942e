"""Invitations and the first exchange: who is invited where, and whether our server answers."""

from __future__ import annotations

import json

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import WireError
from sync.keys import SigningKey
from sync.wire.batch import BatchContext, seal_batch
from sync.wire.canonical import canonical_json
from sync.wire.envelope import (
    BATCH_HEADER,
    DIGEST_HEADER,
    HEADER_LIMIT,
    SIGNATURE_HEADER,
    batch_headers,
    digest_matches,
    read_batch_headers,
)
from sync.wire.hello import Enrolled, EnrolRequest, Hello, Limits, check_hello
from sync.wire.invitation import PREFIX, Invitation, _checksum

CONTROLLER, SERVER, DEVICE = (SigningKey(bytes([n] * 32)) for n in (1, 2, 3))
INVITATION = Invitation(
    "http://192.168.43.1:8765", "pilot", "K7Q2M4ZT", CONTROLLER.verify_key, SERVER.verify_key
)


def test_invitation_reads_back_as_typed_in_several_lines() -> None:
    text = INVITATION.to_text()
    assert Invitation.from_text(text) == INVITATION
    assert Invitation.from_text(f" {text[:50]}\n {text[50:]}\n") == INVITATION


def test_invitation_fits_a_code_that_a_cheap_camera_reads() -> None:
    """Version 12 has 65 modules a side; 40 is the largest. Source: ISO/IEC 18004."""
    assert int(segno.make(INVITATION.to_text(), micro=False, error="m").version) <= 14


@given(st.data())
def test_invitation_with_a_wrong_letter_is_refused(data: st.DataObject) -> None:
    text = INVITATION.to_text()
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("abcXYZ0189&=:/"))
    if text[at].lower() == letter.lower():
        return
    with pytest.raises(WireError) as refused:
        Invitation.from_text(text[:at] + letter + text[at + 1 :])
    assert refused.value.code == "SY-309"


def _with_checksum(body: str) -> str:
    return f"{body}&x={_checksum(body)}"


KEYS = f"k={CONTROLLER.verify_key.to_text()}&s={SERVER.verify_key.to_text()}"


@pytest.mark.parametrize(
    "body",
    [
        f"u=ftp://x&p=pilot&c=K7Q2M4ZT&{KEYS}",
        f"u=http://a:b@x&p=pilot&c=K7Q2M4ZT&{KEYS}",
        f"u=http://x:99999&p=pilot&c=K7Q2M4ZT&{KEYS}",
        f"u=http://x?y=1&p=pilot&c=K7Q2M4ZT&{KEYS}",
        f"u=http://[x&p=pilot&c=K7Q2M4ZT&{KEYS}",
        f"u=http://x&p=../etc&c=K7Q2M4ZT&{KEYS}",
        f"u=http://x&p=pilot&c=short&{KEYS}",
        f"u=http://x&p=pilot&c=K7Q2M4ZT&{KEYS}&z=1",
        f"u=http://x&p=pilot&p=other&c=K7Q2M4ZT&{KEYS}",
        "u=http://x&p=pilot&c=K7Q2M4ZT",
        f"u=http://x&p=pilot&c=K7Q2M4ZT&k=mkverify1qqqqqq&{KEYS[KEYS.index('s=') :]}",
    ],
)
def test_invitation_with_a_wrong_part_is_refused(body: str) -> None:
    with pytest.raises(WireError) as refused:
        Invitation.from_text(_with_checksum(PREFIX + body))
    assert refused.value.code == "SY-309"


def test_invitation_hides_its_code() -> None:
    assert INVITATION.code not in repr(INVITATION)


HELLO = Hello("centre", "2026-11-24T10:00:00Z", "n0nce", Limits(65536))


def test_hello_of_the_pinned_server_is_taken() -> None:
    assert check_hello(HELLO.signed(SERVER), "n0nce", SERVER.verify_key) == HELLO


@pytest.mark.parametrize(
    ("key", "nonce"), [(SERVER, "another"), (CONTROLLER, "n0nce")], ids=["replayed", "rogue"]
)
def test_hello_of_somebody_else_is_refused(key: SigningKey, nonce: str) -> None:
    with pytest.raises(WireError) as refused:
        check_hello(HELLO.signed(key), nonce, SERVER.verify_key)
    assert refused.value.code == "SY-306"


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"hello":{},"signature":""}'])
def test_portal_page_is_no_hello(body: bytes) -> None:
    with pytest.raises(WireError) as refused:
        check_hello(body, "n0nce", SERVER.verify_key)
    assert refused.value.code == "SY-310"


@pytest.mark.parametrize(("key", "value"), [("signature", "&"), ("hello", {"server_id": "x"})])
def test_hello_that_is_not_well_formed_is_refused(key: str, value: object) -> None:
    document = {**json.loads(HELLO.signed(SERVER)), key: value}
    with pytest.raises(WireError) as refused:
        check_hello(canonical_json(document), "n0nce", SERVER.verify_key)
    assert refused.value.code == "SY-310"


def test_enrolment_reads_back_and_hides_its_secrets() -> None:
    request = EnrolRequest("pilot", "K7Q2M4ZT", DEVICE.verify_key)
    answer = Enrolled("tablet-7f", "s3cret-token", SERVER.verify_key, Limits(1000))
    assert EnrolRequest.from_bytes(request.to_bytes()) == request
    assert Enrolled.from_bytes(answer.to_bytes()) == answer
    assert "K7Q2M4ZT" not in repr(request)
    assert "s3cret" not in repr(answer)


def test_enrolment_with_a_damaged_key_is_refused() -> None:
    request = EnrolRequest("pilot", "K7Q2M4ZT", DEVICE.verify_key).to_bytes()
    with pytest.raises(WireError) as refused:
        EnrolRequest.from_bytes(request.replace(b"mkverify1", b"mkverify1q"))
    assert refused.value.code == "SY-310"


BATCH = seal_batch(
    [b"{}"], BatchContext("00000000-0000-4000-8000-000000000001", "pilot", "tablet-7f", 1, 1, 1)
)


def test_batch_headers_read_back_when_the_tablet_signed_them() -> None:
    headers = batch_headers(BATCH, DEVICE)
    assert read_batch_headers(headers, DEVICE.verify_key) == BATCH.header
    assert digest_matches(headers[DIGEST_HEADER], BATCH.body)
    assert not digest_matches(headers[DIGEST_HEADER], BATCH.body + b"x")


def test_batch_headers_of_another_tablet_are_refused() -> None:
    with pytest.raises(WireError) as refused:
        read_batch_headers(batch_headers(BATCH, SERVER), DEVICE.verify_key)
    assert refused.value.code == "SY-306"


@pytest.mark.parametrize(
    "change",
    [
        {BATCH_HEADER: ""},
        {BATCH_HEADER: "&&&&"},
        {BATCH_HEADER: "A" * (HEADER_LIMIT + 4)},
        {SIGNATURE_HEADER: "&&&&"},
    ],
)
def test_batch_headers_that_are_none_are_refused(change: dict[str, str]) -> None:
    with pytest.raises(WireError) as refused:
        read_batch_headers({**batch_headers(BATCH, DEVICE), **change}, DEVICE.verify_key)
    assert refused.value.code == "SY-302"

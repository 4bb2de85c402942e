"""Yesterday's bytes: one frozen example of every document of protocol 1, read and written again.

A change that breaks this breaks every tablet in the field. A new version of a format gets examples
of its own; these stay.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from sync.keys import SigningKey, VerifyKey
from sync.release.record import ReleaseRecord
from sync.wire.batch import BatchHeader, open_batch
from sync.wire.hello import Enrolled, EnrolRequest, check_hello
from sync.wire.invitation import Invitation
from sync.wire.receipt import SignedReceipt, check_receipt

CORPUS = json.loads(
    (Path(__file__).parent / "corpus" / "protocol-1.json").read_text(encoding="utf-8")
)
SERVER = VerifyKey.from_text(CORPUS["server_key"])
HEADER = CORPUS["batch_header"].encode()
BODY = base64.b64decode(CORPUS["batch_body"])


def test_release_line_is_read_and_written_again() -> None:
    line = CORPUS["release"].encode()
    assert ReleaseRecord.from_bytes(line).to_bytes() == line
    assert ReleaseRecord.from_bytes(line).content_hash == CORPUS["release_sha256"]


def test_batch_opens_and_its_header_is_written_again() -> None:
    header = BatchHeader.from_bytes(HEADER)
    assert header.to_bytes() == HEADER
    assert open_batch(header, BODY) == (CORPUS["release"].encode(),)
    device = VerifyKey.from_text(CORPUS["device_key"])
    assert device.verify(HEADER, base64.b64decode(CORPUS["batch_signature"]))


def test_receipt_is_accepted_and_written_again() -> None:
    data = CORPUS["receipt"].encode()
    receipt = check_receipt(data, BatchHeader.from_bytes(HEADER), SERVER)
    assert receipt.code == CORPUS["receipt_code"]
    assert SignedReceipt.from_bytes(data).to_bytes() == data


def test_hello_proves_the_server() -> None:
    assert check_hello(CORPUS["hello"].encode(), CORPUS["nonce"], SERVER).server_id == "centre"


@pytest.mark.parametrize(
    ("name", "kind"), [("enrol_request", EnrolRequest), ("enrol_answer", Enrolled)]
)
def test_enrolment_is_read_and_written_again(name: str, kind: type) -> None:
    assert kind.from_bytes(CORPUS[name].encode()).to_bytes() == CORPUS[name].encode()


def test_invitation_is_read_and_written_again() -> None:
    invitation = Invitation.from_text(CORPUS["invitation"])
    assert invitation.to_text() == CORPUS["invitation"]
    assert invitation.server_key == SERVER


def test_keys_have_the_text_that_they_had() -> None:
    assert SigningKey(bytes(range(32))).verify_key.to_text() == CORPUS["server_key"]

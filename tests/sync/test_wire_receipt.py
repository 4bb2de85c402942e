"""Receipts: the only proof of delivery, so each way of being something else is refused."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import WireError
from sync.keys import SigningKey
from sync.wire.batch import BatchContext, seal_batch
from sync.wire.canonical import canonical_json
from sync.wire.receipt import (
    CODE_LETTERS,
    Durability,
    Outcome,
    OutcomeKind,
    Receipt,
    SignedReceipt,
    check_receipt,
    sign_receipt,
)

SERVER = SigningKey(bytes(range(32)))
HEADER = seal_batch(
    [b"{}", b"{}"], BatchContext(str(uuid.UUID(int=5, version=4)), "pilot", "tablet-7f", 1, 1, 2)
).header
RECEIPT = Receipt(
    batch_id=HEADER.batch_id,
    project="pilot",
    device_id="tablet-7f",
    epoch=1,
    sha256=HEADER.sha256,
    outcomes=(
        Outcome(str(uuid.UUID(int=7, version=4)), OutcomeKind.NEW),
        Outcome("", OutcomeKind.QUARANTINED, "SY-311"),
    ),
    server_id="centre",
    server_seq=12,
    received_at="2026-11-24T10:00:00Z",
    durability=Durability.LOCAL,
)
SIGNED = sign_receipt(RECEIPT, SERVER)


def test_genuine_receipt_is_taken() -> None:
    assert check_receipt(SIGNED.to_bytes(), HEADER, SERVER.verify_key) == RECEIPT


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Welcome to the hotspot</body></html>",
        b"{}",
        b'{"receipt":{},"signature":""}',
        b'{"receipt":1,"signature":""}',
        SIGNED.to_bytes() + b"\n",
    ],
)
def test_portal_page_is_no_receipt(body: bytes) -> None:
    with pytest.raises(WireError) as refused:
        check_receipt(body, HEADER, SERVER.verify_key)
    assert refused.value.code == "SY-307"


def test_receipt_by_another_server_is_refused() -> None:
    forged = sign_receipt(RECEIPT, SigningKey.generate())
    with pytest.raises(WireError) as refused:
        check_receipt(forged.to_bytes(), HEADER, SERVER.verify_key)
    assert refused.value.code == "SY-306"


@given(st.data())
def test_receipt_with_any_byte_changed_is_refused(data: st.DataObject) -> None:
    body = bytearray(SIGNED.to_bytes())
    at = data.draw(st.integers(0, len(body) - 1))
    body[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(WireError):
        check_receipt(bytes(body), HEADER, SERVER.verify_key)


@pytest.mark.parametrize(
    "change",
    [
        {"batch_id": str(uuid.UUID(int=9, version=4))},
        {"sha256": "ab" * 32},
        {"epoch": 2},
        {"device_id": "tablet-80"},
        {"project": "other"},
        {"outcomes": RECEIPT.outcomes[:1]},
    ],
)
def test_receipt_for_another_batch_is_refused(change: dict[str, object]) -> None:
    other = sign_receipt(replace(RECEIPT, **change), SERVER)  # type: ignore[arg-type] -- a table
    with pytest.raises(WireError) as refused:
        check_receipt(other.to_bytes(), HEADER, SERVER.verify_key)
    assert refused.value.code == "SY-308"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", "makazi-receipt/2"),
        ("n", 1),
        ("n", True),
        ("durability", "somewhere"),
        ("server_seq", 0),
        ("received_at", "yesterday"),
        ("outcomes", "none"),
        ("outcomes", [1]),
        ("outcomes", [{"revision_id": "x", "kind": "new", "reason": ""}] * 2),
        ("outcomes", [{"revision_id": "", "kind": "lost", "reason": ""}] * 2),
        ("outcomes", [{"revision_id": "", "kind": "new", "reason": "said Amina Otieno"}] * 2),
    ],
)
def test_receipt_with_a_field_of_another_kind_is_refused(key: str, value: object) -> None:
    document = json.loads(SIGNED.to_bytes())
    document["receipt"][key] = value
    with pytest.raises(WireError) as refused:
        SignedReceipt.from_bytes(canonical_json(document))
    assert refused.value.code == "SY-307"


def test_receipt_with_a_signature_that_is_no_base64_is_refused() -> None:
    document = json.loads(SIGNED.to_bytes())
    document["signature"] = "&&&"
    with pytest.raises(WireError) as refused:
        SignedReceipt.from_bytes(canonical_json(document))
    assert refused.value.code == "SY-307"


def test_receipt_code_can_be_read_over_the_telephone() -> None:
    assert len(RECEIPT.code) == 8
    assert set(RECEIPT.code) <= set(CODE_LETTERS)
    assert replace(RECEIPT, server_seq=13).code != RECEIPT.code


def test_receipts_chain_by_the_digest_of_the_one_before() -> None:
    following = replace(RECEIPT, server_seq=13, prev_receipt_sha256=RECEIPT.sha256_of_receipt)
    assert SignedReceipt.from_bytes(sign_receipt(following, SERVER).to_bytes()).receipt == following

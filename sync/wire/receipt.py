"""A receipt: the centre's signed answer to a batch, and the only proof of delivery.

A bare 200 is never success: what answered may be a captive portal. A tablet marks records only
after `check_receipt` found the signature, its own digest and its own count. Receipts are chained,
so that an auditor can prove that none was removed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from forms.problems import Problem
from sync.errors import WireError
from sync.wire.batch import GENESIS
from sync.wire.canonical import canonical_json
from sync.wire.fields import HEX_DIGEST, NAME, UUID4, Fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.keys import SigningKey, VerifyKey
    from sync.wire.batch import BatchHeader
    from sync.wire.canonical import Json

FORMAT: Final = "makazi-receipt/1"
CODE_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U to mishear or misread."""
MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
REASON: Final = re.compile(r"[A-Za-z0-9.,-]{0,120}")
"""Problem codes, comma between them; never free text, which could repeat an answer."""
_KEYS = (
    "format", "batch_id", "project", "device_id", "epoch", "sha256", "n", "outcomes", "server_id",
    "server_seq", "received_at", "durability", "prev_receipt_sha256",
)  # fmt: skip


class OutcomeKind(StrEnum):
    """What became of one record of a batch."""

    NEW = "new"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    QUARANTINED = "quarantined"


class Durability(StrEnum):
    """How safely the centre holds a batch: on one machine, or on a second one too."""

    LOCAL = "local"
    REPLICATED = "replicated"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one record.

    Attributes:
        revision_id: The revision; empty when the line was not readable enough to tell.
        kind: What became of it.
        reason: Problem codes with commas between; empty when there is nothing to say.
    """

    revision_id: str
    kind: OutcomeKind
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The centre's answer to one batch.

    Attributes:
        batch_id: Which batch.
        project: Project it belongs to.
        device_id: Tablet that sealed it.
        epoch: Life of that tablet's store.
        sha256: Hex digest of the body as it arrived.
        outcomes: One per record line.
        server_id: Who answers.
        server_seq: Number of the receipt at that server, from 1, gapless.
        received_at: UTC to the second, `2026-11-24T10:00:00Z`.
        durability: How safely it is held.
        prev_receipt_sha256: Digest of the server's receipt before, or `GENESIS`.
    """

    batch_id: str
    project: str
    device_id: str
    epoch: int
    sha256: str
    outcomes: tuple[Outcome, ...]
    server_id: str
    server_seq: int
    received_at: str
    durability: Durability
    prev_receipt_sha256: str = GENESIS

    def to_document(self) -> Mapping[str, Json]:
        """The receipt as a JSON object."""
        return {
            "format": FORMAT,
            "batch_id": self.batch_id,
            "project": self.project,
            "device_id": self.device_id,
            "epoch": self.epoch,
            "sha256": self.sha256,
            "n": len(self.outcomes),
            "outcomes": [
                {"revision_id": o.revision_id, "kind": o.kind.value, "reason": o.reason}
                for o in self.outcomes
            ],
            "server_id": self.server_id,
            "server_seq": self.server_seq,
            "received_at": self.received_at,
            "durability": self.durability.value,
            "prev_receipt_sha256": self.prev_receipt_sha256,
        }

    def to_bytes(self) -> bytes:
        """The canonical JSON that is signed."""
        return canonical_json(self.to_document())

    @property
    def sha256_of_receipt(self) -> str:
        """Hex digest of the signed bytes, named by the server's next receipt."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @property
    def code(self) -> str:
        """Eight characters to read over the telephone."""
        number = int(self.sha256_of_receipt[:10], 16)
        return "".join(CODE_LETTERS[number >> shift & 31] for shift in range(35, -1, -5))


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """A receipt with the server's signature over its canonical bytes.

    Attributes:
        receipt: What is said.
        signature: 64 bytes, Ed25519.
    """

    receipt: Receipt
    signature: bytes

    def to_bytes(self) -> bytes:
        """The answer's body: `{"receipt": …, "signature": base64}`, canonical."""
        return canonical_json(
            {
                "receipt": self.receipt.to_document(),
                "signature": base64.b64encode(self.signature).decode(),
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> SignedReceipt:
        """What `to_bytes` wrote; the signature is not checked yet.

        Raises:
            WireError: SY-307.
        """
        fields = Fields.read(data, "SY-307", "receipt", ("receipt", "signature"))
        try:
            signature = base64.b64decode(fields.text("signature"), validate=True)
        except (binascii.Error, ValueError) as error:
            raise fields.wrong("The signature is not base64.") from error
        return cls(_receipt(fields.object("receipt")), signature)


def _receipt(document: Mapping[str, Json]) -> Receipt:
    fields = Fields(document, "SY-307", "receipt", _KEYS)
    if fields.text("format") != FORMAT:
        raise fields.wrong("It is of another version of the format.")
    outcomes = tuple(_outcome(o) for o in fields.objects("outcomes"))
    if fields.integer("n") != len(outcomes):
        raise fields.wrong("It names another number of outcomes than it holds.")
    durability = fields.text("durability")
    if durability not in set(Durability):
        raise fields.wrong("The durability is unknown.")
    return Receipt(
        batch_id=fields.text("batch_id", UUID4),
        project=fields.text("project", NAME),
        device_id=fields.text("device_id", NAME),
        epoch=fields.integer("epoch", 1),
        sha256=fields.text("sha256", HEX_DIGEST),
        outcomes=outcomes,
        server_id=fields.text("server_id", NAME),
        server_seq=fields.integer("server_seq", 1),
        received_at=fields.text("received_at", MOMENT),
        durability=Durability(durability),
        prev_receipt_sha256=fields.text("prev_receipt_sha256", HEX_DIGEST),
    )


def _outcome(document: Mapping[str, Json]) -> Outcome:
    fields = Fields(document, "SY-307", "outcome", ("revision_id", "kind", "reason"))
    kind = fields.text("kind")
    if kind not in set(OutcomeKind):
        raise fields.wrong("The outcome is unknown.")
    revision_id = fields.text("revision_id")
    if revision_id and not UUID4.fullmatch(revision_id):
        raise fields.wrong("The revision id is not a version 4 UUID.")
    return Outcome(revision_id, OutcomeKind(kind), fields.text("reason", REASON))


def sign_receipt(receipt: Receipt, key: SigningKey) -> SignedReceipt:
    """The receipt with the server's signature."""
    return SignedReceipt(receipt, key.sign(receipt.to_bytes()))


def check_receipt(data: bytes, header: BatchHeader, server_key: VerifyKey) -> Receipt:
    """The receipt in `data`, when it is the pinned server's answer to exactly this batch.

    Args:
        data: Body of the answer.
        header: The batch that was sent.
        server_key: The key pinned at enrolment.

    Raises:
        WireError: SY-307 not a receipt (a portal page, for one), SY-306 signature, SY-308 for
            another batch, digest, tablet or number of records.
    """
    signed = SignedReceipt.from_bytes(data)
    receipt = signed.receipt
    if not server_key.verify(receipt.to_bytes(), signed.signature):
        raise WireError(
            Problem(
                "SY-306",
                "receipt",
                "The signature is not that of the server this tablet was enrolled with.",
                "Nothing is marked as delivered. Check the network, and ask the coordinator.",
            )
        )
    answered = (receipt.batch_id, receipt.project, receipt.device_id, receipt.epoch)
    asked = (header.batch_id, header.project, header.device_id, header.epoch)
    counted = (receipt.sha256, len(receipt.outcomes))
    if answered != asked or counted != (header.sha256, header.count):
        raise WireError(
            Problem(
                "SY-308",
                f"batch {header.batch_id}",
                "The receipt speaks of another batch, or of other bytes.",
                "Nothing is marked as delivered; the batch is sent again.",
            )
        )
    return receipt

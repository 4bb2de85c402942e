"""The first exchange: is this our server, and what does it allow; then enrolment.

`hello` answers with the caller's own nonce under the server's signature. A captive portal cannot
make that, whatever status it answers with.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from forms.problems import Problem
from sync.errors import KeyFormatError, WireError
from sync.keys import VerifyKey
from sync.wire.batch import BODY_LIMIT
from sync.wire.canonical import canonical_json
from sync.wire.fields import NAME, Fields
from sync.wire.invitation import CODE
from sync.wire.receipt import MOMENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.keys import SigningKey
    from sync.wire.canonical import Json

PROTOCOL: Final = 1
"""Version of the protocol that this code speaks."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a server takes at once.

    Attributes:
        max_batch_bytes: Largest batch body.
    """

    max_batch_bytes: int = BODY_LIMIT

    def to_document(self) -> Mapping[str, Json]:
        """The limits as a JSON object."""
        return {"max_batch_bytes": self.max_batch_bytes}

    @classmethod
    def from_document(cls, document: Mapping[str, Json]) -> Limits:
        """The limits that `to_document` wrote.

        Raises:
            WireError: SY-310.
        """
        fields = Fields(document, "SY-310", "limits", ("max_batch_bytes",))
        return cls(fields.integer("max_batch_bytes", 1))


@dataclass(frozen=True, slots=True)
class Hello:
    """What a server says of itself.

    Attributes:
        server_id: Who answers.
        time: UTC to the second; the tablet only learns its clock's offset from it.
        nonce: The caller's own.
        limits: What it takes at once.
        min_client: Oldest protocol version that it still takes.
    """

    server_id: str
    time: str
    nonce: str
    limits: Limits = Limits()
    min_client: int = PROTOCOL

    def to_document(self) -> Mapping[str, Json]:
        """The hello as a JSON object."""
        return {
            "server_id": self.server_id,
            "time": self.time,
            "nonce": self.nonce,
            "limits": self.limits.to_document(),
            "min_client": self.min_client,
        }

    def signed(self, key: SigningKey) -> bytes:
        """The answer's body: `{"hello": …, "signature": base64}`, canonical."""
        signature = base64.b64encode(key.sign(canonical_json(self.to_document()))).decode()
        return canonical_json({"hello": self.to_document(), "signature": signature})


def check_hello(data: bytes, nonce: str, server_key: VerifyKey) -> Hello:
    """The hello in `data`, when the pinned server said it in answer to `nonce`.

    Raises:
        WireError: SY-310 not a hello (a portal page, for one), SY-306 another key or nonce.
    """
    outer = Fields.read(data, "SY-310", "hello", ("hello", "signature"))
    try:
        signature = base64.b64decode(outer.text("signature"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise outer.wrong("The signature is not base64.") from error
    document = outer.object("hello")
    keys = ("server_id", "time", "nonce", "limits", "min_client")
    fields = Fields(document, "SY-310", "hello", keys)
    hello = Hello(
        server_id=fields.text("server_id", NAME),
        time=fields.text("time", MOMENT),
        nonce=fields.text("nonce"),
        limits=Limits.from_document(fields.object("limits")),
        min_client=fields.integer("min_client", 1),
    )
    if hello.nonce != nonce or not server_key.verify(canonical_json(document), signature):
        raise WireError(
            Problem(
                "SY-306",
                "hello",
                "What answers is not the server that this tablet was invited to.",
                "Check the network; a hotspot may ask you to sign in first.",
            )
        )
    return hello


@dataclass(frozen=True, slots=True)
class EnrolRequest:
    """A tablet asks to be let into a project.

    Attributes:
        project: Which.
        code: One-time code of the invitation.
        device_key: The tablet's public key, for the batches that it will sign.
    """

    project: str
    code: str = field(repr=False)
    device_key: VerifyKey

    def to_bytes(self) -> bytes:
        """The request's body, canonical JSON."""
        return canonical_json(
            {"project": self.project, "code": self.code, "device_key": self.device_key.to_text()}
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> EnrolRequest:
        """The request that `to_bytes` wrote.

        Raises:
            WireError: SY-310.
        """
        keys = ("project", "code", "device_key")
        fields = Fields.read(data, "SY-310", "enrolment", keys)
        return cls(fields.text("project", NAME), fields.text("code", CODE), _key(fields))


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The server's answer to an enrolment.

    Attributes:
        device_id: What the tablet is called from now on.
        token: Bearer token, 256 random bits as text.
        server_key: Must equal the key of the invitation.
        limits: What the server takes at once.
    """

    device_id: str
    token: str = field(repr=False)
    server_key: VerifyKey
    limits: Limits = Limits()

    def to_bytes(self) -> bytes:
        """The answer's body, canonical JSON."""
        return canonical_json(
            {
                "device_id": self.device_id,
                "token": self.token,
                "server_key": self.server_key.to_text(),
                "limits": self.limits.to_document(),
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Enrolled:
        """The answer that `to_bytes` wrote.

        Raises:
            WireError: SY-310.
        """
        keys = ("device_id", "token", "server_key", "limits")
        fields = Fields.read(data, "SY-310", "enrolment", keys)
        return cls(
            fields.text("device_id", NAME),
            fields.text("token"),
            _key(fields, "server_key"),
            Limits.from_document(fields.object("limits")),
        )


def _key(fields: Fields, name: str = "device_key") -> VerifyKey:
    try:
        return VerifyKey.from_text(fields.text(name))
    except KeyFormatError as error:
        raise fields.wrong(f"The field {name} is not a key.") from error

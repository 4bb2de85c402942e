"""How a tablet comes to belong to a survey: invitation, proof of the server, token.

The keys and the token are one sealed setting, written in the transaction that also gives up what
an earlier enrolment had sealed and not delivered.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sync.errors import ProtocolMismatch, Rejected, TransportError, Unauthorised, WireError
from sync.greeting import check_available, greet
from sync.keys import SigningKey, VerifyKey
from sync.transport.answers import problem_number, refused, stranger, unauthorised
from sync.wire.canonical import canonical_json
from sync.wire.fields import NAME, Fields
from sync.wire.hello import Enrolled, EnrolRequest, Limits

if TYPE_CHECKING:
    from sync.transport.http import Answer, HttpTransport
    from sync.wire.invitation import Invitation

LOG = logging.getLogger(__name__)
SETTING: Final = "enrolment"
_KEYS: Final = (
    "project", "device_id", "server_url", "controller_key", "server_key", "device_key", "token",
    "max_batch_bytes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an enrolled tablet knows.

    Attributes:
        project: The survey.
        device_id: What the server calls this tablet.
        server_url: Where the server is.
        controller_key: Who signs the forms.
        server_key: Who signs the receipts.
        device_key: Signs this tablet's batches.
        token: Lets it in.
        limits: What the server takes at once.
    """

    project: str
    device_id: str
    server_url: str
    controller_key: VerifyKey
    server_key: VerifyKey
    device_key: SigningKey = field(repr=False)
    token: str = field(repr=False)
    limits: Limits

    @property
    def controller_fingerprint(self) -> str:
        """Twelve digits to compare with the data controller's, by eye or by telephone."""
        return self.controller_key.fingerprint

    def transport(self) -> HttpTransport:
        """A new connection to the server, with the token."""
        return _connected(self.server_url, self.token)

    def to_bytes(self) -> bytes:
        """All of it, secrets too: only ever for a sealed setting."""
        return canonical_json(
            {
                "project": self.project,
                "device_id": self.device_id,
                "server_url": self.server_url,
                "controller_key": self.controller_key.to_text(),
                "server_key": self.server_key.to_text(),
                "device_key": self.device_key.to_text(),
                "token": self.token,
                "max_batch_bytes": self.limits.max_batch_bytes,
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Enrolment:
        """What `to_bytes` wrote.

        Raises:
            WireError: SY-310.
            KeyFormatError: SY-203.
        """
        fields = Fields.read(data, "SY-310", "enrolment", _KEYS)
        return cls(
            fields.text("project", NAME),
            fields.text("device_id", NAME),
            fields.text("server_url"),
            VerifyKey.from_text(fields.text("controller_key")),
            VerifyKey.from_text(fields.text("server_key")),
            SigningKey.from_text(fields.text("device_key")),
            fields.text("token"),
            Limits(fields.integer("max_batch_bytes", 1)),
        )


def enrolled_by(invitation: Invitation) -> Enrolment:
    """The enrolment that an invitation gives, asked for once.

    Raises:
        TransportError: SY-401 no answer, SY-408 busy; Unauthorised SY-404 the code was used, is
            too old or unknown; ProtocolMismatch SY-402 another server answers, SY-405;
            Rejected SY-407.
    """
    device_key = SigningKey.generate()
    request = EnrolRequest(invitation.project, invitation.code, device_key.verify_key)
    transport = _connected(invitation.server_url)
    try:
        greet(transport, invitation.server_key)
        answer = transport.post("v1", "enrol", body=request.to_bytes())
    finally:
        transport.close()
    enrolled = _enrolled(answer)
    if enrolled.server_key != invitation.server_key:
        raise ProtocolMismatch(stranger("It names another key than the invitation."))
    LOG.info("enrolled device=%s project=%s", enrolled.device_id, invitation.project)
    return Enrolment(
        invitation.project,
        enrolled.device_id,
        invitation.server_url,
        invitation.controller_key,
        invitation.server_key,
        device_key,
        enrolled.token,
        enrolled.limits,
    )


def _enrolled(answer: Answer) -> Enrolled:
    check_available(answer)
    if answer.status != 201:
        raise refusal(answer)
    try:
        return Enrolled.from_bytes(answer.body)
    except WireError as error:
        raise ProtocolMismatch(stranger("It does not answer as a server does.")) from error


def refusal(answer: Answer) -> TransportError:
    """The error that an answer of refusal stands for; a portal's words are no refusal."""
    code, _ = problem_number(answer)
    if not code:
        return ProtocolMismatch(stranger(f"It answers with status {answer.status}."))
    if answer.status in {401, 403} or code == "409.1":
        return Unauthorised(unauthorised(code))
    return Rejected(refused(code))


def _connected(server_url: str, token: str = "") -> HttpTransport:
    """A connection; what speaks HTTP is loaded only now, since a tablet starts far from a network.

    It takes a quarter of the start of the app: `python -X importtime -c "import sync.profile"`.
    """
    from sync.transport.http import HttpTransport  # noqa: PLC0415 -- said above

    return HttpTransport(server_url, token)

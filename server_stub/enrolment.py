"""Invitations and enrolment: how a tablet and this server come to trust each other.

The invitation carries both public keys, so that trust does not come over the network. Its code
works once and not for long; what a tablet holds afterwards is a random token of which only the
digest is stored here.
"""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import IntegrityError

from server_stub.problems import ConfigError, ServerProblem
from server_stub.settings import moment
from server_stub.store.enrolled import (
    NewDevice,
    add_device,
    add_invitation,
    controller_key,
    device_of_token,
    invitation_expiry,
    revoke_device,
    tablets,
)
from sync.keys import VerifyKey
from sync.wire.hello import Enrolled, Limits
from sync.wire.invitation import Invitation

if TYPE_CHECKING:
    from datetime import datetime

    from server_stub.store.database import Database
    from server_stub.store.enrolled import Device
    from sync.wire.hello import EnrolRequest

CODE_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH: Final = 16
"""80 random bits, typed in an emergency."""
VALID_MINUTES: Final = 15
"""Source: sync protocol, server table: an enrolment code is single-use and lives 15 minutes."""
TOKEN_BYTES: Final = 32


def invite(
    database: Database, invitation: tuple[str, str, VerifyKey], now: datetime, valid_minutes: int
) -> Invitation:
    """A new invitation to one project.

    Args:
        database: The store.
        invitation: Server address, project, and the server's public key.
        now: The clock's time.
        valid_minutes: How long its code works.

    Raises:
        ConfigError: There is no such project.
    """
    url, project_id, server_key = invitation
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    expires = moment(now + timedelta(minutes=valid_minutes))
    with database.writing() as connection:
        controller = controller_key(connection, project_id)
        if controller is None:
            raise ConfigError(f"There is no project {project_id}. Begin with: makazi server init.")
        add_invitation(connection, project_id, code, expires, moment(now))
    made = Invitation(url, project_id, code, VerifyKey.from_text(controller), server_key)
    return Invitation.from_text(made.to_text())  # a wrong address is noticed here, not in the field


def enrol(
    database: Database, request: EnrolRequest, server_key: VerifyKey, now: datetime, limits: Limits
) -> Enrolled:
    """Let a tablet in, once per invitation.

    Raises:
        ServerProblem: 403.1 unknown or expired code, 409.1 used code.
    """
    device_id, token = f"tab-{uuid.uuid4().hex[:12]}", secrets.token_urlsafe(TOKEN_BYTES)
    device = NewDevice(
        request.project, device_id, token, request.device_key.to_text(), request.code
    )
    try:
        with database.writing() as connection:
            expires = invitation_expiry(connection, request.project, request.code)
            if expires is None or moment(now) > expires:
                raise ServerProblem("403.1", "Ask the coordinator for a new invitation.")
            add_device(connection, device, moment(now))
    except IntegrityError as error:
        raise ServerProblem("409.1", "Ask the coordinator for a new invitation.") from error
    return Enrolled(device_id, token, server_key, limits)


def known_device(database: Database, authorization: str, project_id: str) -> Device:
    """The tablet that a request comes from.

    Args:
        database: The store.
        authorization: The `Authorization` header, `Bearer …`.
        project_id: The project in the address.

    Raises:
        ServerProblem: 401.1 no or unknown token, 403.2 blocked, 403.3 another project's tablet.
    """
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise ServerProblem("401.1", "Send the token from enrolment as a bearer token.")
    with database.reading() as connection:
        device = device_of_token(connection, token.strip())
    if device is None:
        raise ServerProblem("401.1", "Enrol the tablet again.")
    if device.revoked:
        raise ServerProblem("403.2", "Bring the tablet to the coordinator.")
    if device.project_id != project_id:
        raise ServerProblem("403.3", "Enrol the tablet in this project.")
    return device


def block(database: Database, project_id: str, device_id: str, now: datetime) -> None:
    """Let a lost or stolen tablet in no more; what it delivered stays. Idempotent.

    Raises:
        ConfigError: The project has no such tablet.
    """
    with database.writing() as connection:
        known = {tablet.device_id: tablet for tablet in tablets(connection, project_id)}
        if device_id not in known:
            raise ConfigError(
                f"Project {project_id} has no tablet {device_id}. "
                "See which it has: makazi server status."
            )
        if not known[device_id].blocked:
            revoke_device(connection, project_id, device_id, moment(now))

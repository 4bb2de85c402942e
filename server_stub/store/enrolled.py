"""Projects, bundles, invitations and tablets: who is trusted here, and by whom."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from server_stub.store.schema import BUNDLES, DEVICES, INVITATIONS, PROJECTS, REVOCATIONS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from forms.bundle import FormBundle


def secret_digest(secret: str) -> str:
    """SHA-256 (hex) of a random secret: a stolen store opens no door.

    Only for secrets of many random bits; a guessable one would need a slow hash.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Device:
    """An enrolled tablet.

    Attributes:
        project_id: The project that it collects for.
        device_id: Its name on the wire.
        verify_key: Text of the key that signs its batches.
        revoked: Whether it was blocked.
    """

    project_id: str
    device_id: str
    verify_key: str
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class ListedBundle:
    """A bundle as the list shows it."""

    digest: str
    form_id: str
    version: str
    title: str
    added_at: str


@dataclass(frozen=True, slots=True)
class NewDevice:
    """What is stored of a tablet when it enrols; the secrets only as digests."""

    project_id: str
    device_id: str
    token: str = field(repr=False)
    verify_key: str
    code: str = field(repr=False)


def add_project(connection: Connection, project_id: str, controller_key: str, at: str) -> None:
    """Store a project and the one key whose bundles it takes."""
    connection.execute(
        insert(PROJECTS).values(project_id=project_id, controller_key=controller_key, created_at=at)
    )


def controller_key(connection: Connection, project_id: str) -> str | None:
    """The project's controller key as text; None when there is no such project."""
    found: str | None = connection.scalar(
        select(PROJECTS.c.controller_key).where(PROJECTS.c.project_id == project_id)
    )
    return found


def project_ids(connection: Connection) -> tuple[str, ...]:
    """Every project, in order of its name."""
    rows = connection.execute(select(PROJECTS.c.project_id).order_by(PROJECTS.c.project_id))
    return tuple(row.project_id for row in rows)


def add_bundle(
    connection: Connection, project_id: str, bundle: FormBundle, content: bytes, at: str
) -> bool:
    """Store a bundle whose signature was checked; False when it was there. Idempotent."""
    if bundle_content(connection, project_id, bundle.digest) is not None:
        return False
    connection.execute(
        insert(BUNDLES).values(
            project_id=project_id,
            digest=bundle.digest,
            form_id=bundle.form_id,
            version=bundle.version,
            title=bundle.title,
            content=content,
            added_at=at,
        )
    )
    return True


def bundle_content(connection: Connection, project_id: str, digest: str) -> bytes | None:
    """The bundle file, exactly as the controller signed it."""
    found: bytes | None = connection.scalar(
        select(BUNDLES.c.content).where(
            BUNDLES.c.project_id == project_id, BUNDLES.c.digest == digest
        )
    )
    return found


def listed_bundles(connection: Connection, project_id: str) -> tuple[ListedBundle, ...]:
    """The project's bundles, oldest first."""
    columns = (
        BUNDLES.c.digest,
        BUNDLES.c.form_id,
        BUNDLES.c.version,
        BUNDLES.c.title,
        BUNDLES.c.added_at,
    )
    query = select(*columns).where(BUNDLES.c.project_id == project_id)
    rows = connection.execute(query.order_by(BUNDLES.c.added_at, BUNDLES.c.digest))
    return tuple(ListedBundle(*row) for row in rows)


def add_invitation(
    connection: Connection, project_id: str, code: str, expires_at: str, at: str
) -> None:
    """Store a one-time code, as its digest."""
    connection.execute(
        insert(INVITATIONS).values(
            project_id=project_id,
            code_sha256=secret_digest(code),
            expires_at=expires_at,
            created_at=at,
        )
    )


def invitation_expiry(connection: Connection, project_id: str, code: str) -> str | None:
    """When the code expires; None when it was never given out."""
    found: str | None = connection.scalar(
        select(INVITATIONS.c.expires_at).where(
            INVITATIONS.c.project_id == project_id,
            INVITATIONS.c.code_sha256 == secret_digest(code),
        )
    )
    return found


def add_device(connection: Connection, device: NewDevice, at: str) -> None:
    """Store a tablet.

    Raises:
        sqlalchemy.exc.IntegrityError: The code was used before.
    """
    connection.execute(
        insert(DEVICES).values(
            project_id=device.project_id,
            device_id=device.device_id,
            token_sha256=secret_digest(device.token),
            verify_key=device.verify_key,
            code_sha256=secret_digest(device.code),
            enrolled_at=at,
        )
    )


def device_of_token(connection: Connection, token: str) -> Device | None:
    """The tablet that holds the token, in whichever project."""
    revoked = (
        select(REVOCATIONS.c.device_id)
        .where(
            REVOCATIONS.c.project_id == DEVICES.c.project_id,
            REVOCATIONS.c.device_id == DEVICES.c.device_id,
        )
        .exists()
    )
    row = connection.execute(
        select(DEVICES.c.project_id, DEVICES.c.device_id, DEVICES.c.verify_key, revoked).where(
            DEVICES.c.project_id.in_(select(PROJECTS.c.project_id)),
            DEVICES.c.token_sha256 == secret_digest(token),
        )
    ).first()
    return None if row is None else Device(row[0], row[1], row[2], bool(row[3]))


def revoke_device(connection: Connection, project_id: str, device_id: str, at: str) -> None:
    """Block a tablet; what it delivered stays."""
    connection.execute(
        insert(REVOCATIONS).values(project_id=project_id, device_id=device_id, revoked_at=at)
    )


@dataclass(frozen=True, slots=True)
class Tablet:
    """A tablet as a coordinator sees it.

    Attributes:
        device_id: Its name.
        enrolled_at: UTC to the second.
        blocked: Whether it is let in no more.
    """

    device_id: str
    enrolled_at: str
    blocked: bool


def tablets(connection: Connection, project_id: str) -> tuple[Tablet, ...]:
    """Every tablet of the project, the first enrolled first."""
    gone = select(REVOCATIONS.c.device_id).where(REVOCATIONS.c.project_id == project_id)
    query = (
        select(DEVICES.c.device_id, DEVICES.c.enrolled_at, DEVICES.c.device_id.in_(gone))
        .where(DEVICES.c.project_id == project_id)
        .order_by(DEVICES.c.enrolled_at, DEVICES.c.device_id)
    )
    return tuple(Tablet(row[0], row[1], bool(row[2])) for row in connection.execute(query))

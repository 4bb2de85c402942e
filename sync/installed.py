"""Form bundles on the tablet: fetched, verified with the pinned key, then installed together.

A server hands bundles on and can change none: each is opened with the controller's key before the
first one is installed, and opened again when it is read back.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from forms.bundle import BUNDLE_LIMIT
from forms.errors import BundleError, FormsError
from forms.problems import Problem
from sync.bundles import open_bundle
from sync.enrolment import refusal
from sync.errors import ProtocolMismatch, StoreError, SyncError, WireError
from sync.greeting import check_available
from sync.transport.answers import stranger
from sync.wire.fields import HEX_DIGEST, Fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forms.bundle import FormBundle
    from sync.blobs import BlobCipher
    from sync.database import TabletDatabase
    from sync.enrolment import Enrolment
    from sync.keys import VerifyKey
    from sync.transport.http import Answer, HttpTransport
    from sync.wire.canonical import Json

LOG = logging.getLogger(__name__)
_LISTED: Final = ("digest", "form_id", "version", "title")


@dataclass(frozen=True, slots=True)
class InstalledBundle:
    """A form that can be filled in on this tablet.

    Attributes:
        bundle: Signed by the pinned controller.
        installed: Counts installations on this tablet; a larger number came later.
    """

    bundle: FormBundle
    installed: int


@lru_cache(maxsize=32)
def _opened(data: bytes, controller_key: VerifyKey) -> FormBundle:
    """One process reads a form once, however often it is asked for."""
    return open_bundle(data, controller_key)


class BundleShelf:
    """The bundles of one tablet."""

    def __init__(self, database: TabletDatabase, cipher: BlobCipher) -> None:
        self._database, self._cipher = database, cipher

    def digests(self) -> frozenset[str]:
        """Which bundles are here."""
        with self._database.reading() as rows:
            return frozenset(d for (d,) in rows.execute("SELECT digest FROM bundles").fetchall())

    def install(
        self, files: Sequence[bytes], controller_key: VerifyKey
    ) -> tuple[InstalledBundle, ...]:
        """Verify every file, then install those that are new, all or none.

        Raises:
            BundleError: XF-501 to XF-507; nothing was installed.
            KeyFormatError: SY-203 a recipient is not a key; nothing was installed.
            FormsError: The form or its policy is not sound; nothing was installed.
        """
        bundles = [(_opened(data, controller_key), data) for data in files]
        new: list[InstalledBundle] = []
        with self._database.writing() as rows:
            last = rows.execute("SELECT coalesce(max(installed), 0) FROM bundles").fetchone()[0]
            here = self.digests()
            for bundle, data in bundles:
                if bundle.digest in here:
                    continue
                last += 1
                rows.execute(
                    "INSERT INTO bundles (digest, installed, blob) VALUES (?, ?, ?)",
                    (bundle.digest, last, self._cipher.seal(f"bundle:{bundle.digest}", data)),
                )
                new.append(InstalledBundle(bundle, last))
        return tuple(new)

    def all(self, controller_key: VerifyKey) -> tuple[InstalledBundle, ...]:
        """Every bundle of this controller: the newest of each form first, then the older ones."""
        with self._database.reading() as rows:
            found = rows.execute(
                "SELECT digest, installed, blob FROM bundles ORDER BY installed DESC"
            ).fetchall()
        opened = [
            InstalledBundle(bundle, installed)
            for digest, installed, blob in found
            if (bundle := self._readable(digest, blob, controller_key)) is not None
        ]
        newest: dict[str, InstalledBundle] = {}
        for one in opened:
            newest.setdefault(one.bundle.form_id, one)
        return (*newest.values(), *(o for o in opened if o not in newest.values()))

    def one(self, digest: str, controller_key: VerifyKey) -> FormBundle:
        """The bundle of a digest.

        Raises:
            StoreError: SY-107 it is not here, or was signed by another controller.
        """
        with self._database.reading() as rows:
            found = rows.execute("SELECT blob FROM bundles WHERE digest = ?", (digest,)).fetchone()
        bundle = None if found is None else self._readable(digest, found[0], controller_key)
        if bundle is None:
            advice = "Fetch the forms again; drafts of it are kept until it is back."
            raise StoreError(Problem("SY-107", digest[:12], "There is no such form here.", advice))
        return bundle

    def _readable(self, digest: str, blob: bytes, key: VerifyKey) -> FormBundle | None:
        """The bundle; None, with a line in the log, when this app or controller refuses it."""
        try:
            return _opened(self._cipher.open(f"bundle:{digest}", blob), key)
        except (FormsError, SyncError) as error:
            LOG.warning("bundle=%s refused=%s", digest[:12], error.problems[0].code)
            return None


def fetch_bundles(
    transport: HttpTransport, enrolment: Enrolment, here: frozenset[str]
) -> tuple[bytes, ...]:
    """The files of bundles that the server lists and the tablet does not have, oldest first.

    Raises:
        TransportError: As `sync.enrolment.enrolled_by`.
        BundleError: XF-502 the server sent another bundle than it listed.
    """
    path = ("v1", "projects", enrolment.project, "bundles")
    listed = _digests(transport.get(*path))
    files: list[bytes] = []
    for digest in listed:
        if digest in here:
            continue
        data = _accepted(transport.get(*path, digest, limit=BUNDLE_LIMIT)).body
        if _opened(data, enrolment.controller_key).digest != digest:
            raise BundleError(
                Problem("XF-502", digest[:12], "The server sent another bundle than it listed.")
            )
        files.append(data)
    return tuple(files)


def _accepted(answer: Answer) -> Answer:
    check_available(answer)
    if answer.status != 200:
        raise refusal(answer)
    return answer


def _digests(answer: Answer) -> list[str]:
    try:
        fields = Fields.read(_accepted(answer).body, "SY-310", "list of bundles", ("bundles",))
        return [_digest(document) for document in fields.objects("bundles")]
    except WireError as error:
        raise ProtocolMismatch(stranger("It does not list forms.")) from error


def _digest(document: Mapping[str, Json]) -> str:
    return Fields(document, "SY-310", "listed bundle", _LISTED).text("digest", HEX_DIGEST)

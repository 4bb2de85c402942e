"""One tablet, opened: what the app, the demo and `makazi sync` hold in their hands.

It wires store, outbox, enrolment, forms and sender, and holds the folder for one process: two that
write one SQLite file at once can damage it.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from forms.problems import Problem
from sync.blobs import BlobCipher
from sync.clock import SystemClock, iso_week
from sync.database import open_database
from sync.disk import disk_error
from sync.enrolment import SETTING, Enrolment, enrolled_by
from sync.errors import BlobError, StoreError, StoreLocked, TransportError
from sync.installed import BundleShelf, InstalledBundle, fetch_bundles
from sync.outbox import Outbox
from sync.push import Outcome, Push, PushReport
from sync.release.pipeline import Released, ReleaseIdentity, ReleaseKeys, release
from sync.salvage import Salvaged, salvage
from sync.store import TabletStore
from sync.wire.invitation import Invitation

if TYPE_CHECKING:
    from forms.bundle import FormBundle
    from forms.engine.submission import Submission
    from sync.clock import Clock
    from sync.database import TabletDatabase
    from sync.keystore import Keystore
    from sync.push import OnProgress

__all__ = ["InstalledBundle", "PushReport", "TabletProfile"]

STORE_FILE: Final = "tablet.sqlite"
LOCK_FILE: Final = "lock"
PSEUDONYM_KEY: Final = "pseudonym-key"


class TabletProfile:
    """One tablet; make it with `open`.

    Attributes:
        store: Drafts and revisions, for the screens.
        enrolment: The survey it belongs to; None before enrolment.
    """

    def __init__(
        self, database: TabletDatabase, cipher: BlobCipher, clock: Clock, lock: int
    ) -> None:
        self._database, self._clock, self._lock = database, clock, lock
        self._cipher = cipher
        self.store = TabletStore(database, cipher)
        self._outbox = Outbox(database, cipher)
        self._shelf = BundleShelf(database, cipher)
        self._push = Push(self.store, self._outbox, clock)
        self._release_keys = self._keys()
        kept = self.store.setting(SETTING)
        self.enrolment: Enrolment | None = None if kept is None else Enrolment.from_bytes(kept)

    @classmethod
    def open(cls, folder: Path, keystore: Keystore, clock: Clock | None = None) -> TabletProfile:
        """The tablet in a folder, made when it is not there yet.

        Args:
            folder: Its own folder.
            keystore: Keeps the key that everything in it is sealed under.
            clock: This machine's unless a test says else.

        Raises:
            StoreError: SY-101, SY-105, SY-106 the key is missing or another store's.
            StoreLocked: SY-103 another process has the tablet open.
            StoreCorrupt: SY-102; the damaged files were moved aside, and the next `open` begins an
                empty store.
            DiskFull: SY-104.
            BlobError: SY-201 the machine's cipher is wrong.
        """
        now = clock or SystemClock()
        path = folder / STORE_FILE
        with ExitStack() as undo:
            lock = _held(folder)
            undo.callback(os.close, lock)
            cipher = BlobCipher(keystore.data_key(may_create=not path.exists()))
            database = open_database(path, now.now())
            undo.callback(database.close)
            try:
                profile = cls(database, cipher, now, lock)
            except BlobError as error:
                raise _other_key() from error
            undo.pop_all()
        return profile

    def close(self) -> None:
        """Close the store and let other processes have the folder."""
        self._database.close()
        os.close(self._lock)

    # Belonging to a survey -------------------------------------------------------------------

    def enrol(self, invitation_text: str) -> None:
        """Join the survey of an invitation; what waits is sent under the new enrolment.

        Raises:
            WireError: SY-309 the invitation is not readable.
            StoreError: SY-406 records of another survey wait.
            TransportError: As `sync.enrolment.enrolled_by`; nothing was changed.
        """
        invitation = Invitation.from_text(invitation_text)
        self._check_nothing_waits_for_another(invitation)
        enrolment = enrolled_by(invitation)
        with self._database.writing():
            self._outbox.give_up_all()
            self.store.keep_setting(SETTING, enrolment.to_bytes())
        self.enrolment = enrolment

    def _check_nothing_waits_for_another(self, invitation: Invitation) -> None:
        if self.enrolment is None or not self._outbox.waiting():
            return
        mine = (self.enrolment.project, self.enrolment.controller_key)
        if (invitation.project, invitation.controller_key) != mine:
            raise StoreError(
                Problem(
                    "SY-406",
                    self.enrolment.project,
                    f"{self._outbox.waiting()} records of this survey wait to be sent.",
                    "Send them first; then join the other survey.",
                )
            )

    def _enrolled(self) -> Enrolment:
        if self.enrolment is None:
            raise TransportError(_not_enrolled())
        return self.enrolment

    # Forms -----------------------------------------------------------------------------------

    def pull(self) -> tuple[InstalledBundle, ...]:
        """Fetch and install the forms that are new; all of them or none.

        Returns:
            Those that were installed now.

        Raises:
            TransportError: SY-403 not enrolled, and as `sync.enrolment.enrolled_by`.
            FormsError: A bundle is not genuine or not sound (XF-5xx); nothing was changed.
        """
        enrolment = self._enrolled()
        transport = enrolment.transport()
        try:
            files = fetch_bundles(transport, enrolment, self._shelf.digests())
        finally:
            transport.close()
        return self._shelf.install(files, enrolment.controller_key)

    def bundles(self) -> tuple[InstalledBundle, ...]:
        """Every installed form: the newest of each first, then older versions."""
        if self.enrolment is None:
            return ()
        return self._shelf.all(self.enrolment.controller_key)

    def bundle(self, digest: str) -> FormBundle:
        """The form of a digest; read once a process.

        Raises:
            StoreError: SY-107 it is not installed.
            TransportError: SY-403 not enrolled.
        """
        return self._shelf.one(digest, self._enrolled().controller_key)

    # Records ---------------------------------------------------------------------------------

    def finalise(self, record_id: str, submission: Submission, bundle: FormBundle) -> Released:
        """Release an interview and queue it; its draft goes in the same transaction.

        Args:
            record_id: The draft's; version 4 UUID.
            submission: From `Instance.finalise`.
            bundle: The one that the interview was held with.

        Raises:
            ReleaseRefused: SY-208, SY-209; the draft stays.
            StoreError: SY-108, or its children; the draft stays.
            TransportError: SY-403 not enrolled; the draft stays.
        """
        now = self._clock.now()
        parent = self.store.newest_revision(record_id)
        identity = ReleaseIdentity(
            project=self._enrolled().project,
            record_id=record_id,
            revision_id=submission.instance_id.removeprefix("uuid:"),
            parents=() if parent is None else (parent,),
            week=iso_week(now),
        )
        released = release(submission, bundle, identity, self._release_keys)
        self.store.keep_revision(released, now)
        return released

    def _keys(self) -> ReleaseKeys:
        kept = self.store.setting(PSEUDONYM_KEY)
        if kept is None:
            kept = BlobCipher.new_key()
            self.store.keep_setting(PSEUDONYM_KEY, kept)
        return ReleaseKeys(kept)

    def push(self, *, flush: bool = False, on_progress: OnProgress | None = None) -> PushReport:
        """Send what is due; see `sync.push.Push.run`. May be called from another thread.

        Raises:
            StoreError: The store cannot be used.
        """
        if self.enrolment is None:
            waiting = self._outbox.waiting()
            return PushReport(Outcome.NOT_ENROLLED, waiting=waiting, problems=(_not_enrolled(),))
        return self._push.run(self.enrolment, flush=flush, on_progress=on_progress)

    def salvage(self, aside: Path) -> Salvaged:
        """Take back what a damaged store still holds; see `sync.salvage`.

        Args:
            aside: The folder that the damaged files were moved to.

        Raises:
            StoreError: SY-107 there is no damaged store in the folder.
        """
        now = self._clock.now()
        found = salvage(aside, self._database, self._cipher, self.store, now)
        self._release_keys = self._keys()
        return found

    def retry_parked(self) -> int:
        """Let parked records be sent again; how many these are."""
        return self._outbox.unpark()


def _held(folder: Path) -> int:
    """A descriptor that holds the folder for this process until it is closed, or the process ends.

    Raises:
        StoreLocked: SY-103.
        StoreError: SY-105.
        DiskFull: SY-104.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise disk_error(error, folder) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise StoreLocked(
            Problem(
                "SY-103",
                "profile",
                "This tablet is open in another program.",
                "Close the other Makazi window, or name another folder.",
            )
        ) from error
    return lock


def _other_key() -> StoreError:
    return StoreError(
        Problem(
            "SY-106",
            "key",
            "The key is not the one that this store was sealed under.",
            "Put the right key back; nothing is deleted.",
        )
    )


def _not_enrolled() -> Problem:
    return Problem(
        "SY-403",
        "tablet",
        "This tablet does not belong to a survey yet.",
        "Scan the coordinator's invitation: makazi sync enrol.",
    )

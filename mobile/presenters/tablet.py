"""What the presenters need of the tablet's profile, and of the machine that it runs on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import tzinfo
    from random import Random

    from forms.bundle import FormBundle
    from forms.engine.submission import Submission
    from mobile.ports import Clock
    from sync.release.pipeline import Released
    from sync.store import TabletStore
    from sync.wire.invitation import Invitation


class PushReport(Protocol):
    """What a push did."""

    @property
    def delivered(self) -> int:
        """Records whose receipt was checked in this push."""

    @property
    def waiting(self) -> int:
        """Records that still wait."""

    @property
    def try_again_in_s(self) -> float:
        """Seconds until the next try makes sense."""


class Tablet(Protocol):
    """The forms and records of one enrolled tablet; `sync.profile.TabletProfile` is one."""

    @property
    def store(self) -> TabletStore:
        """Drafts and records."""

    def bundles(self) -> Sequence[FormBundle]:
        """The newest bundle of each form that is installed, in the order of installing."""

    def bundle(self, digest: str) -> FormBundle:
        """One bundle, also an older one.

        Raises:
            SyncError: It is not installed.
        """

    def finalise(self, record_id: str, submission: Submission, bundle: FormBundle) -> Released:
        """Release a submission and put it in the outbox; its draft goes.

        Raises:
            SyncError: The gate or the store refused; the draft stays.
        """

    def push(self) -> PushReport:
        """Send what waits.

        Raises:
            SyncError: It had to stop; nothing is lost.
        """

    def enrol(self, invitation: Invitation) -> None:
        """Join a project.

        Raises:
            SyncError: It could not.
        """

    def pull(self) -> None:
        """Fetch the forms.

        Raises:
            SyncError: They could not be fetched.
            BundleError: What came is not signed by the controller.
        """


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the engine asks of the machine.

    Attributes:
        clock: The tablet's.
        timezone: Its zone.
        random: For random() and randomize().
        new_uuid: A version 4 UUID.
        properties: deviceid, username … for preloads.
    """

    clock: Clock
    timezone: tzinfo
    random: Random
    new_uuid: Callable[[], str]
    properties: Mapping[str, str] = field(default_factory=dict)

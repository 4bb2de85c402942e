"""The errors of the `sync` room: one root, each child a place where work had to stop.

Only what stops work is an error. A dead network is the value `Outcome.try_later`, a wrong answer a
`Problem` in a list. Each error carries its problems; no error text holds an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forms.problems import Problem


class SyncError(Exception):
    """The root of everything that `sync` raises.

    Attributes:
        problems: Why it stopped; at least one.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems

    @property
    def code(self) -> str:
        """The code of the first problem."""
        return self.problems[0].code


class StoreError(SyncError):
    """The tablet's store cannot be used as asked; what it holds is untouched."""


class StoreLocked(StoreError):  # noqa: N818 -- the state of the store, not a mistake of the caller
    """Another program holds the store."""


class StoreCorrupt(StoreError):  # noqa: N818 -- the state of the store
    """The store's file is damaged; it is set aside, never deleted."""


class DiskFull(StoreError):  # noqa: N818 -- the state of the disk
    """There is no room to write; what was written before is untouched."""


class KeyFormatError(SyncError):
    """A key, or a recipient, is mistyped, damaged or of another kind."""


class BlobError(SyncError):
    """A sealed blob was damaged, moved to another row, or sealed under another key."""


class VaultError(SyncError):
    """A vault entry or an age file cannot be opened."""


class ReleaseRefused(SyncError):  # noqa: N818 -- the gate's decision
    """The gate did not let a submission pass; it stays on the tablet."""


class WireError(SyncError):
    """Bytes are not what the wire format says they should be."""


class TransportError(SyncError):
    """Sending or fetching had to stop; nothing is lost, and nothing counts as delivered."""


class Rejected(TransportError):  # noqa: N818 -- the server's decision
    """The server refused what was sent, and will refuse it again."""


class Unauthorised(TransportError):  # noqa: N818 -- the server's decision
    """The server does not know this tablet, or does not trust it any more."""


class ProtocolMismatch(TransportError):  # noqa: N818 -- a fact about two versions
    """What answered is not a Makazi server that this tablet understands."""


class TryLater(TransportError):  # noqa: N818 -- what to do, and when
    """The server is there and cannot answer now.

    Attributes:
        retry_after_s: Seconds that it asked for, if it did.
    """

    def __init__(self, problem: Problem, retry_after_s: float | None = None) -> None:
        super().__init__(problem)
        self.retry_after_s = retry_after_s

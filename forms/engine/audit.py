"""The audit log of an interview: when each question was shown, and what was changed.

A form asks for it with `meta/audit`, and says there how much is to be written down. The engine
knows no screens, so the client tells it what was shown and left; this module keeps the order, the
times of the caller's clock and the columns, and gives the file that goes with the submission.
Answers are written only when the form asks for them (`track-changes`).
Source: ODK documentation, form audit; the columns are those of Collect's audit.csv.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from forms.xform.names import ODK

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from forms.definition import FormDefinition

FILE: Final = "audit.csv"
SHOWN: Final = frozenset({"question", "group questions", "beginning of form", "end screen"})
"""Events that last until the next one."""
_HEADER: Final = ("event", "node", "start", "end")


@dataclass(frozen=True, slots=True)
class AuditWishes:
    """How much a form wants to have written down.

    Attributes:
        changes: Old and new answers.
        user: Who fills it in.
        reasons: Why a finished interview is changed.
    """

    changes: bool = False
    user: bool = False
    reasons: bool = False


def audit_wishes(form: FormDefinition) -> AuditWishes | None:
    """What a form wants; None when it wants no log."""
    bind = form.binds.get(f"/{form.root_name}/meta/audit")
    if bind is None:
        return None

    def wanted(name: str) -> bool:
        return bind.extra.get(f"{{{ODK}}}{name}", "") == "true"

    reasons = bind.extra.get(f"{{{ODK}}}track-changes-reasons", "") == "on-form-edit"
    return AuditWishes(wanted("track-changes"), wanted("identify-user"), reasons)


@dataclass(slots=True)
class AuditEvent:
    """One line: what happened where, from when to when; answers are never printed."""

    name: str
    node: str
    start: int
    end: int | None = None
    old: str = field(default="", repr=False)
    new: str = field(default="", repr=False)
    user: str = field(default="", repr=False)
    reason: str = field(default="", repr=False)


class AuditLog:
    """The events of one interview, in order.

    Args:
        wishes: What the form wants.
        now: The caller's clock.
        user: Who fills it in; written only when the form wants it.
    """

    def __init__(self, wishes: AuditWishes, now: Callable[[], datetime], user: str = "") -> None:
        self._wishes = wishes
        self._now = now
        self._user = user if wishes.user else ""
        self._events: list[AuditEvent] = []

    def happened(self, name: str, node: str = "", *, reason: str = "") -> None:
        """Something at one moment; what was shown is left by it.

        Args:
            name: As Collect says it: `form start`, `form resume`, `form save`, `form exit`,
                `form finalize`, `jump`, `add repeat`, `delete repeat`, `constraint error`,
                `finalize error`, `change reason`.
            node: Reference of the question or row, where there is one.
            reason: Why a finished interview is changed.
        """
        self.left()
        kept = reason if self._wishes.reasons else ""
        self._events.append(self._event(name, node, reason=kept))

    def shown(self, name: str, node: str, value: str = "") -> None:
        """A question, or a screen of several, is shown with an answer or none."""
        self.left()
        self._events.append(self._event(name, node, old=value if self._wishes.changes else ""))

    def left(self, value: str | None = None) -> None:
        """What is shown is left; `value` is its answer now, None when nobody looked."""
        last = self._events[-1] if self._events else None
        if last is None or last.end is not None or last.name not in SHOWN:
            return
        last.end = self._moment()
        if not self._wishes.changes or value is None or value == last.old:
            last.old = ""  # only a change is written down
        else:
            last.new = value

    def _event(self, name: str, node: str, *, old: str = "", reason: str = "") -> AuditEvent:
        return AuditEvent(name, node, self._moment(), None, old, "", self._user, reason)

    def _moment(self) -> int:
        """Milliseconds since 1970."""
        return round(self._now().timestamp() * 1000)

    def csv(self) -> bytes:
        """The file, with the columns that the form wants."""
        wishes = self._wishes
        names = [
            *_HEADER,
            *(["old-value", "new-value"] if wishes.changes else []),
            *(["user"] if wishes.user else []),
            *(["change-reason"] if wishes.reasons else []),
        ]
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, names, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        for each in self._events:
            end = "" if each.end is None else str(each.end)
            row = {"event": each.name, "node": each.node, "start": str(each.start), "end": end}
            row |= {"old-value": each.old, "new-value": each.new}
            writer.writerow({**row, "user": each.user, "change-reason": each.reason})
        return out.getvalue().encode()

"""Walks a policy over the answers of one interview: what is shown, what is sealed, what stays.

`release` and the screen "what will leave this tablet" call the same walk, so the screen cannot say
one thing and the release do another. The walk follows the policy; an answer that the policy does
not name can only end as a fate that says that it stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from sync.release.treatments import Pseudonymiser, treated

if TYPE_CHECKING:
    from forms.engine.submission import Row
    from forms.privacy import FieldPolicy, Policy, RepeatPolicy
    from sync.release.record import ReleasedAnswers

Nested: TypeAlias = Mapping[str, "str | tuple[Nested, ...]"]
"""Answers by key, repeats as rows; the shape of a release and of a vault entry."""


class FateKind(StrEnum):
    """What becomes of one answer."""

    SHOWN = "shown"
    SEALED = "sealed"
    STAYS = "stays"
    UNDECLARED = "undeclared"
    NOT_AGREED = "not-agreed"
    ROW_TOO_MANY = "row-too-many"
    NOT_UNDERSTOOD = "not-understood"


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one answer of one interview.

    Attributes:
        ref: The node, with positions on repeats: `/data/roster[2]/r_age`.
        path: Its path without positions.
        kind: What becomes of it.
        shown: The text that the release holds; empty when it holds none.
        policy: Its policy; None when it is not declared.
    """

    ref: str
    path: str
    kind: FateKind
    shown: str = field(default="", repr=False)
    policy: FieldPolicy | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk found in one household or one row.

    Attributes:
        shown: For the release.
        sealed: For the vault.
        fates: One per answer, in the order of the answers.
    """

    shown: ReleasedAnswers = field(repr=False)
    sealed: Nested = field(repr=False)
    fates: tuple[Fate, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the interview the walk is: the row, the rows around it, and its node."""

    repeat: str | None
    ref: str
    rows: tuple[Row, ...] = field(repr=False)
    too_many: bool = False

    def answer(self, path: str) -> str:
        """The answer at `path` in this row or in one around it; empty when there is none."""
        return next((row.values[path] for row in reversed(self.rows) if path in row.values), "")

    def ref_of(self, path: str) -> str:
        return self.ref + path.removeprefix(self.repeat or "")


class Walk:
    """One policy, ready to be walked over answers.

    Args:
        policy: What may be shown.
        pseudonymiser: For `pseudonym:tablet`.
    """

    def __init__(self, policy: Policy, pseudonymiser: Pseudonymiser) -> None:
        self._policy, self._pseudonymiser = policy, pseudonymiser

    def over(self, answers: Row) -> Walked:
        """What becomes of every answer of one interview. Pure and total."""
        return self._row(_Place(None, "", (answers,)))

    def _row(self, place: _Place) -> Walked:
        shown: dict[str, str | tuple[ReleasedAnswers, ...]] = {}
        sealed: dict[str, str | tuple[Nested, ...]] = {}
        row = place.rows[-1]
        fates: dict[str, Fate] = {
            path: Fate(place.ref_of(path), path, FateKind.UNDECLARED) for path in row.values
        }
        for policy in self._policy.fields_in[place.repeat]:
            if not (text := row.values.get(policy.path, "")):
                continue
            fate = self._fate(policy, text, place)
            fates[policy.path] = fate
            if fate.kind is FateKind.SHOWN:
                shown[policy.key] = fate.shown
            elif fate.kind is FateKind.SEALED:
                sealed[policy.key] = text
        below = list(fates.values())
        for repeat in self._policy.repeats_in[place.repeat]:
            below += self._rows(repeat, place, shown, sealed)
        return Walked(shown, sealed, tuple(below))

    def _rows(
        self,
        repeat: RepeatPolicy,
        place: _Place,
        shown: dict[str, str | tuple[ReleasedAnswers, ...]],
        sealed: dict[str, str | tuple[Nested, ...]],
    ) -> list[Fate]:
        """Add the rows of one repeat to what is shown and sealed; return their fates."""
        fates: list[Fate] = []
        walked: list[Walked] = []
        for number, row in enumerate(place.rows[-1].repeats.get(repeat.path, ()), start=1):
            inside = _Place(
                repeat.path,
                f"{place.ref_of(repeat.path)}[{number}]",
                (*place.rows, row),
                place.too_many or number > repeat.rows_top,
            )
            walked.append(self._row(inside))
            fates += walked[-1].fates
        rows = tuple(w.shown for w in walked[: repeat.rows_top])
        if any(rows) and not place.too_many:  # rows with nothing in them would still be a number
            shown[repeat.key] = rows
        if any(w.sealed for w in walked):
            sealed[repeat.key] = tuple(w.sealed for w in walked)
        return fates

    def _fate(self, policy: FieldPolicy, text: str, place: _Place) -> Fate:
        ref, consent = place.ref_of(policy.path), policy.consent
        shown = ""
        if consent and place.answer(consent.path) != consent.code:
            kind = FateKind.NOT_AGREED
        elif policy.treatment.seals:
            kind = FateKind.SEALED
        elif not policy.treatment.releases:
            kind = FateKind.STAYS
        elif place.too_many:
            kind = FateKind.ROW_TOO_MANY
        else:
            shown = treated(policy, text, self._pseudonymiser) or ""
            kind = FateKind.SHOWN if shown else FateKind.NOT_UNDERSTOOD
        return Fate(ref, policy.path, kind, shown, policy)

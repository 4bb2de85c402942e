"""What answers a field can have at all: its kind, and its choices with their ladders.

The permission matrix is a table over kinds, not over types, because to privacy a barcode is free
text and a range is a number. A choice list is closed when every code is known before the
interview; a list that is filled from answers (names of the roster) is free text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FieldKind(StrEnum):
    """How the permission matrix sees a field."""

    CHOICE = "select one"
    CHOICES = "select multiple"
    RANK = "rank"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    POINT = "point"
    LINE = "line or area"
    MEDIA = "media"
    TEXT = "free text"
    CODE = "calculated code"


@dataclass(frozen=True, slots=True)
class ChoiceList:
    """A closed list of codes and the wider groups that each belongs to.

    Attributes:
        codes: Every code, in the order of the list.
        groups: Code to the columns `gen1`, `gen2`, … of its row; an empty text is a gap.
    """

    codes: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def group(self, code: str, rung: int) -> str | None:
        """The group of `code` at `rung`, from 1; None for a foreign code."""
        groups = self.groups.get(code, ())
        return groups[rung - 1] if 0 < rung <= len(groups) else None

    def gaps(self, rung: int) -> tuple[str, ...]:
        """Codes without a one-word group at `rung` or below: a ladder must be total."""
        return tuple(
            code
            for code in self.codes
            if any(len((self.group(code, r) or "").split()) != 1 for r in range(1, rung + 1))
        )

    def breaks(self, rung: int) -> tuple[str, ...]:
        """Groups below `rung` that the next rung splits: a ladder must be nested."""
        split: list[str] = []
        for below in range(1, rung):
            wider: dict[str | None, str | None] = {}
            for code in self.codes:
                here, above = self.group(code, below), self.group(code, below + 1)
                if wider.setdefault(here, above) != above and here:
                    split.append(here)
        return tuple(dict.fromkeys(split))

    def extent(self, rung: int) -> frozenset[str]:
        """Every group at `rung`."""
        return frozenset(g for code in self.codes if (g := self.group(code, rung)))


@dataclass(frozen=True, slots=True)
class Domain:
    """Kind and type of a field, and its choices when the list is closed.

    Attributes:
        kind: Row of the permission matrix.
        bind_type: XForms type of the bind.
        choices: The closed list; None for every other kind.
    """

    kind: FieldKind
    bind_type: str
    choices: ChoiceList | None = None

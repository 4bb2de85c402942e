"""The third gated type: tables that passed disclosure control.

Only `protect()` makes a `PublishedTable`, and pages, CSV and JSON are written from nothing else; an
architecture test holds both. A figure that is withheld is not in it at all, under no name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forms.indicator import Shape
    from server_stub.disclosure.rule import DisclosureRule
    from server_stub.disclosure.suppress import Withheld
    from server_stub.indicators.estimate import NoError


class GroupKind(StrEnum):
    """What a row of a table stands for."""

    ALL = "all"
    ANSWER = "answer"
    NOT_STATED = "not-stated"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class PublishedCell:
    """One category of one group.

    Attributes:
        id: The category.
        labels: By language.
        share: 0 to 1, rounded to four decimals; None when withheld or when there is no base.
        households: How many households it was counted from, unweighted; None when withheld.
        se: Standard error, in the same unit as the share; None when there is none.
        low: Lower bound of the 95 % interval.
        high: Upper bound.
        withheld: Why it is not shown; None when it is.
    """

    id: str
    labels: Mapping[str, str]
    share: float | None = None
    households: int | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    withheld: Withheld | None = None


@dataclass(frozen=True, slots=True)
class PublishedGroup:
    """One row of a table.

    Attributes:
        kind: What it stands for. The withheld groups of a breakdown are one row, without their
            names: a code that is told of one household can tell who it is.
        breakdown: The field that it breaks down by; empty for all.
        group: The answer; empty unless the kind is an answer.
        labels: Of the group, by language.
        base: Households in the base, unweighted; None when withheld.
        weighted_base: What they stand for, in the unit of the indicator, rounded.
        unknown: Households outside the base because an answer is not known; None when withheld,
            here or in another group of the breakdown.
        imprecise: Whether the base is so small that shares are to be read with care.
        no_error: Why there is no standard error; None when there is one.
        cells: In the order of the indicator.
    """

    kind: GroupKind
    breakdown: str
    group: str
    labels: Mapping[str, str]
    base: int | None
    weighted_base: int | None
    unknown: int | None
    imprecise: bool
    no_error: NoError | None
    cells: tuple[PublishedCell, ...]


@dataclass(frozen=True, slots=True)
class PublishedIndicator:
    """One indicator with all its rows.

    Attributes:
        form_id: The form that asks.
        id: Its id in that form.
        shape: Share or ladder.
        titles: By language.
        units: What is counted in percent, by language.
        source: Whose definition it is.
        level: `household`, or the repeat whose rows are counted.
        definition: Its conditions as their author wrote them, by their key in `indicators.toml`.
        smallest_cell: Fewest households in a published cell of it.
        breakdowns: Titles of its breakdowns by language, by field.
        groups: All first, then breakdown by breakdown.
    """

    form_id: str
    id: str
    shape: Shape
    titles: Mapping[str, str]
    units: Mapping[str, str]
    source: str
    level: str
    definition: Mapping[str, str]
    smallest_cell: int
    breakdowns: Mapping[str, Mapping[str, str]]
    groups: tuple[PublishedGroup, ...]


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """What a project publishes.

    Attributes:
        project: Its id.
        server_seq: Number of the last receipt whose records are in it.
        rule: What it was protected by.
        indicators: In the order of their forms and files.
    """

    project: str
    server_seq: int
    rule: DisclosureRule
    indicators: tuple[PublishedIndicator, ...]

    @property
    def withheld(self) -> int:
        """How many cells are not shown."""
        return sum(
            cell.withheld is not None
            for indicator in self.indicators
            for group in indicator.groups
            for cell in group.cells
        )

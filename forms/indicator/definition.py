"""What an indicator is: a share or a distribution, over a universe, weighted, by some breakdowns.

Defined in data (`indicators.toml`, signed with the form) and nowhere else, so that tablet, laptop
and centre count the same thing. A share is a distribution with one published category.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forms.indicator.condition import Condition

HOUSEHOLD: Final = "household"
"""The level of one row per record."""
DEFAULT_LANGUAGE: Final = "en"


class Shape(StrEnum):
    """How an indicator is laid out: one share, or one share per rung of a ladder."""

    SHARE = "share"
    LADDER = "ladder"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A released field as a column.

    Attributes:
        name: Its column name, unique among released fields.
        key: Its key in a release, below the root or below its innermost repeat.
        level: `household`, or the path of its innermost repeat below the root.
        privacy_class: A, B, C or D.
        codes: Every text that it can be released as, in the order of the form; empty when its
            answers are not a closed list.
    """

    name: str
    key: str
    level: str
    privacy_class: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Category:
    """One published part of the base.

    Attributes:
        id: Its code, the rung's value in a ladder.
        labels: By language.
        condition: True for the rows that are in it.
    """

    id: str
    labels: Mapping[str, str]
    condition: Condition


@dataclass(frozen=True, slots=True)
class Indicator:
    """One share or one ladder.

    Attributes:
        id: Its name in addresses and files.
        shape: Share or ladder.
        titles: By language.
        units: What is counted in percent, by language.
        level: One row per record, or per row of a repeat.
        universe: Whom it speaks about.
        denominator: Those of them whose answer is known: the base.
        categories: Parts of the base, from best to worst; they do not overlap.
        weight: What a row counts.
        cluster: Field of the primary sampling unit; empty when every household was drawn by itself.
        stratum: Field of the stratum; empty when there is one.
        disaggregate: Fields to break down by, each by itself.
        source: Whose definition it is.
        field: The field of a ladder; empty for a share.
    """

    id: str
    shape: Shape
    titles: Mapping[str, str]
    units: Mapping[str, str]
    level: str
    universe: Condition
    denominator: Condition
    categories: tuple[Category, ...]
    weight: Condition
    cluster: str
    stratum: str
    disaggregate: tuple[str, ...]
    source: str
    field: str = ""

    @property
    def reads(self) -> frozenset[str]:
        """Every field that it looks at."""
        conditions = (self.universe, self.denominator, self.weight)
        named = {n for n in (self.cluster, self.stratum, *self.disaggregate) if n}
        return frozenset(named).union(
            *(c.leaves for c in conditions), *(c.condition.leaves for c in self.categories)
        )

    @property
    def reveals(self) -> frozenset[str]:
        """The fields whose answers its figures tell about."""
        return self.universe.leaves.union(
            self.denominator.leaves, *(c.condition.leaves for c in self.categories)
        )


@dataclass(frozen=True, slots=True)
class IndicatorSet:
    """All indicators of one form.

    Attributes:
        indicators: In the order of the file.
        leaves: Every released field by name.
    """

    indicators: tuple[Indicator, ...]
    leaves: Mapping[str, Leaf]

    def indicator(self, indicator_id: str) -> Indicator | None:
        """The indicator with that id."""
        return next((i for i in self.indicators if i.id == indicator_id), None)


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in `language`, else in English, else in any language."""
    for wanted in (language, DEFAULT_LANGUAGE):
        if wanted in texts:
            return texts[wanted]
    return next(iter(texts.values()), "")

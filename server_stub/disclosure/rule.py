"""What may be published: the smallest cell, the smallest base, and what counts as sensitive.

A rule can be tightened and not loosened below its floor. What an outsider is taken to know: every
published figure, this rule, and that nothing is counted below zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from server_stub.problems import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forms.indicator import Indicator

SENSITIVE: Final = "D"
FLOOR: Final = 5
"""No rule goes below it. Source: privacy reference, gate for files, k >= 5."""


@dataclass(frozen=True, slots=True)
class DisclosureRule:
    """Thresholds, in households.

    Attributes:
        smallest_cell: Fewest in a published cell of a survey that may have asked everybody.
            Source: ACRO's default of 10, privacy reference 2.3.
        smallest_cell_sampled: The same where the indicator names its clusters or strata: a sample
            was drawn, and nobody outside knows who is in it. Source: privacy reference, k >= 5.
        smallest_base: Fewest in the base of a share: below it, it is withheld as unreliable.
            Source: DHS tables, under 25 unweighted.
        precise_base: Below it a share is marked. Source: DHS tables, 25-49 in brackets.
        smallest_base_sensitive: The same for answers of class D. Source: privacy reference 2.3.
        largest_part: Most of a cell's weight that one household may hold. Source: dominance rule
            (1, 50 %), stricter than the (2, 90 %) of privacy reference 2.3 from two households on.
    """

    smallest_cell: int = 10
    smallest_cell_sampled: int = 5
    smallest_base: int = 25
    precise_base: int = 50
    smallest_base_sensitive: int = 50
    largest_part: float = 0.5

    def __post_init__(self) -> None:
        if min(self.smallest_cell, self.smallest_cell_sampled, self.smallest_base) < FLOOR:
            raise ConfigError(f"A cell of fewer than {FLOOR} households is never published.")

    def cell(self, indicator: Indicator) -> int:
        """Fewest households in a cell of this indicator."""
        sampled = bool(indicator.cluster or indicator.stratum)
        return self.smallest_cell_sampled if sampled else self.smallest_cell


def is_sensitive(indicator: Indicator, classes: Mapping[str, str]) -> bool:
    """Whether its figures, or the groups it is broken down by, tell about answers of class D.

    Args:
        indicator: Which.
        classes: Privacy class of every released field, by name.
    """
    read = indicator.reveals | set(indicator.disaggregate)
    return any(classes[name] == SENSITIVE for name in read)

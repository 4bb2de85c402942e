"""Released records as rows: one per record, and one per row of each repeat, leaves as columns.

A record is read by the bundle that released it, so that a field that moved in a later version is
still found. What a row of a repeat stands in (its household) is written beside it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from forms.indicator import HOUSEHOLD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from forms.indicator import Leaf
    from sync.release.record import ReleasedAnswers

Leaves: TypeAlias = "Mapping[tuple[str, str], str]"
"""Level and key of a released field to its column."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a level.

    Attributes:
        record_id: The record that it stands in.
        values: Text by column; a column that is not there is unknown.
    """

    record_id: str
    values: Mapping[str, str] = field(repr=False)


ReleasedRows: TypeAlias = "Mapping[str, tuple[Row, ...]]"
"""Rows by level: `household`, or the path of a repeat below the root."""


def leaves_by_key(leaves: Mapping[str, Leaf]) -> Leaves:
    """The columns of one bundle, as a record of it spells them."""
    return {(leaf.level, leaf.key): leaf.name for leaf in leaves.values()}


def released_rows(records: Iterable[tuple[str, ReleasedAnswers, Leaves]]) -> ReleasedRows:
    """Rows of all levels. Pure; the order of the records decides nothing but the order of rows.

    Args:
        records: Id, answers, and the columns of the bundle that released them.
    """
    found: dict[str, list[Row]] = defaultdict(list)
    for record_id, answers, leaves in records:
        for level, values in _rows(answers, leaves, HOUSEHOLD, {}):
            found[level].append(Row(record_id, values))
    return {level: tuple(rows) for level, rows in found.items()}


def _rows(
    answers: ReleasedAnswers, leaves: Leaves, level: str, around: Mapping[str, str]
) -> Iterator[tuple[str, Mapping[str, str]]]:
    own = {
        leaves[level, key]: value
        for key, value in answers.items()
        if isinstance(value, str) and (level, key) in leaves
    }
    values = {**around, **own}
    yield level, values
    for key, value in answers.items():
        if not isinstance(value, str):
            below = key if level == HOUSEHOLD else f"{level}/{key}"
            for row in value:
                yield from _rows(row, leaves, below, values)

"""A finalised interview: the first of the three gated types. It never leaves the tablet.

`Row` keeps repeats as rows instead of numbered paths, so that what walks a submission (release,
export) handles a person of the roster in one way however many there are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Row:
    """The relevant, non-empty answers of one household, or of one instance of a repeat.

    Attributes:
        values: Answer text by absolute path without positions, e.g. `/data/water/ws1`.
        repeats: Rows by the absolute path of the repeat, in document order.
    """

    values: Mapping[str, str] = field(repr=False)
    repeats: Mapping[str, tuple[Row, ...]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Submission:
    """A valid, finalised interview with everything that identifies. Made by `Instance.finalise`.

    Attributes:
        form_id: The form's id.
        version: The form's version.
        instance_id: `uuid:` and a version 4 UUID.
        xml: The submission XML, non-relevant nodes removed.
        answers: The same answers, by path.
    """

    form_id: str
    version: str
    instance_id: str
    xml: bytes = field(repr=False)
    answers: Row = field(repr=False)

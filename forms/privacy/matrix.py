"""The permission matrix: which treatment a field of a kind and a class may have at all.

A table, not code: reading it is reading the promise. Source: our own rules, in docs/privacy.md;
the direction (nothing leaves unless marked) is SurveyCTO's `publishable`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forms.privacy.domain import FieldKind
from forms.privacy.words import PrivacyClass, Word

if TYPE_CHECKING:
    from collections.abc import Mapping

STAYS: Final = frozenset({Word.DROP, Word.SEAL, Word.WITHHOLD})
"""Nothing of the answer is in the release."""

_CODED: Final = STAYS | {Word.KEEP, Word.ONLY, Word.PSEUDONYM}

MATRIX: Final[Mapping[FieldKind, frozenset[Word]]] = {
    FieldKind.CHOICE: _CODED | {Word.LADDER},
    FieldKind.CHOICES: STAYS | {Word.KEEP, Word.ONLY, Word.LADDER},
    FieldKind.RANK: STAYS | {Word.KEEP},
    FieldKind.NUMBER: STAYS | {Word.KEEP, Word.BAND, Word.TOP, Word.ROUND, Word.PSEUDONYM},
    FieldKind.BOOLEAN: STAYS | {Word.KEEP},
    FieldKind.DATE: STAYS | {Word.WEEK, Word.MONTH},
    FieldKind.TIME: STAYS,
    FieldKind.POINT: frozenset({Word.DROP, Word.SEAL, Word.GRID}),
    FieldKind.LINE: STAYS,
    FieldKind.MEDIA: STAYS,
    FieldKind.TEXT: STAYS | {Word.PSEUDONYM},
    FieldKind.CODE: _CODED,
}
"""What a kind of field may have, whatever its class."""

DIRECT: Final = STAYS | {Word.PSEUDONYM}
"""What class A may have, whatever its kind."""


TELLING: Final = frozenset({FieldKind.TEXT, FieldKind.MEDIA, FieldKind.POINT, FieldKind.LINE})
"""Kinds that a kept calculation may not read: a part of them still tells who or where."""


def permitted(kind: FieldKind, privacy_class: PrivacyClass) -> frozenset[Word]:
    """The treatments that a field of this kind and class may have."""
    words = MATRIX[kind]
    if privacy_class is PrivacyClass.DIRECT:
        return words & DIRECT
    if privacy_class is PrivacyClass.QUASI and kind is FieldKind.NUMBER:
        return words - {Word.KEEP}
    return words

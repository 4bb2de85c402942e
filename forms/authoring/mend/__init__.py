"""Mending of forms: one function a fault, in the order in which one fault hides another.

To mend one more fault, write a rule (see `change.Rule`) and put it into `RULES` where what it needs
is right already: tabs before headers, headers before cells, names before what refers to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forms.authoring.mend import cells, headers, lists, names, questions, structure
from forms.authoring.mend.change import Change, Rule

if TYPE_CHECKING:
    from forms.authoring.book import Book

RULES: Final[tuple[Rule, ...]] = (
    headers.tabs, headers.header_rows, headers.headers, cells.invisible, cells.types,
    cells.untyped, cells.parameters,
    lists.external, structure.groups, questions.audits, names.missing, cells.expressions,
    names.references, names.names, lists.list_names, lists.missing_lists, lists.choice_names,
    lists.doubles, questions.or_other, questions.calculations, questions.triggers,
    questions.pictures, questions.labels, questions.settings,
)  # fmt: skip
_ROUNDS: Final = 8
"""A mended fault may lay open another; more rounds than this were never needed in any test."""


def mend(book: Book) -> tuple[Change, ...]:
    """Mend a book in place.

    Returns:
        Every change, in the order in which it was made; empty when there was nothing to mend.
    """
    changes: list[Change] = []
    for _ in range(_ROUNDS):
        made = [change for rule in RULES for change in rule(book)]
        changes += made
        if not made:
            break
    return tuple(changes)


__all__ = ["RULES", "Change", "mend"]

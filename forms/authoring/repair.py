"""`makazi form repair`: the faults that make old public forms fail, mended, each change shown.

Nothing is decided in silence: a change that may touch what the form asks is marked to be looked at.
What cannot be mended with certainty is left as it is, and named by the check that follows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forms.authoring.book import Book, workbook_of
from forms.authoring.bookfile import read_book
from forms.authoring.compile import compiled
from forms.authoring.mend import mend
from forms.authoring.mend.change import Change
from forms.authoring.mend.names import names
from forms.errors import AuthoringError
from forms.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


_CODES: Final = {
    "type": "XF-604", "no-type": "XF-604", "no-label": "XF-604", "no-calculation": "XF-604",
    "no-name": "XF-605", "name": "XF-605", "duplicate-name": "XF-605", "audit-name": "XF-605",
    "invisible": "XF-605", "reference": "XF-606", "trigger": "XF-606", "missing-list": "XF-607",
    "list-name": "XF-607", "no-list-name": "XF-607", "duplicate-choice": "XF-607",
    "choice-blank": "XF-607", "empty-choice": "XF-607", "or-other": "XF-607",
    "missing-end": "XF-608", "extra-end": "XF-608", "wrong-end": "XF-608",
    "header-slip": "XF-616", "double-column": "XF-616", "unreadable-column": "XF-616",
    "sheet-name": "XF-616", "header-row": "XF-616",
}  # fmt: skip
"""What a check calls the faults that stop the compiler and that a repair mends."""


_SAME: Final = re.compile(r"multiple survey elements named '(.+?)'")
"""Source: pyxform's message."""


@dataclass(frozen=True)
class Repair:
    """What came of a repair.

    Attributes:
        book: The mended sheets.
        changes: What was changed, in order.
        problems: What still stops the compiler; empty when the form compiles.
    """

    book: Book
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]


def repaired(source: Path) -> Repair:
    """A form's source, mended.

    Raises:
        AuthoringError: XF-601 to XF-603 it cannot be read, XF-614 there is no compiler.
    """
    book = read_book(source)
    changes = mend(book)
    if book.formulas:
        why = "a formula that was not calculated by a spreadsheet has no value"
        before = f"{book.formulas} formulas"
        changes = (*changes, Change("formula", source.name, 0, "", before, "their values", why))
        book.formulas = 0
    told, problems = _told_apart(book)
    return Repair(book, (*changes, *told), problems)


def _told_apart(book: Book) -> tuple[tuple[Change, ...], tuple[Problem, ...]]:
    """Rename questions of which the compiler says that it cannot tell them apart.

    Two questions in two groups may have one name; whether the compiler has to look for one of them
    only it knows.
    """
    changes: list[Change] = []
    while True:
        try:
            compiled(workbook_of(book))
        except AuthoringError as error:
            sought = {name for problem in error.problems for name in _SAME.findall(problem.message)}
            made = list(names(book, sought)) if sought else []
            changes += made
            if not made:
                return tuple(changes), error.problems
        else:
            return tuple(changes), ()


def repairable(source: Path) -> Iterator[Problem]:
    """The faults of a form that a repair would mend, as problems of a check.

    The compiler stops at its first fault and a repair does not: so they are known all at once.
    """
    book = read_book(source)
    places = {grid.title: grid.place for grid in book.grids}
    places |= {grid.sheet: grid.place for grid in book.grids if grid.sheet and not book.folder}
    for change in mend(book):
        if change.kind not in _CODES:
            continue
        place = places.get(change.sheet, change.sheet)
        head = f"sheet {change.sheet} header" if change.row == 1 else f"sheet {change.sheet}"
        where = place.format(change.row) if change.row > 1 else head
        where = f"{where}, column {change.column}" if change.column else where
        advice = f"`makazi form repair` would write {change.after!r}."
        message = f"{change.before!r}: {change.why}." if change.before else f"{change.why}."
        yield Problem(_CODES[change.kind], where, message[:1].upper() + message[1:], advice)

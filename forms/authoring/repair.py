"""`makazi form repair`: the faults that make old public forms fail, mended, each change shown.

Nothing is decided in silence: a change that may touch what the form asks is marked to be looked at.
What cannot be mended with certainty is left as it is, and named by the check that follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.authoring.book import Book, workbook_of
from forms.authoring.bookfile import read_book
from forms.authoring.compile import compiled
from forms.authoring.mend import mend
from forms.authoring.mend.change import Change
from forms.errors import AuthoringError

if TYPE_CHECKING:
    from pathlib import Path

    from forms.problems import Problem


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
    try:
        compiled(workbook_of(book))
    except AuthoringError as error:
        return Repair(book, changes, error.problems)
    return Repair(book, changes, ())

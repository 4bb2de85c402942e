"""One change of a repair, as data: what stood where, what stands there now, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from forms.authoring.book import Book, Grid, Line


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        kind: A short name of the fault that was mended, e.g. `duplicate-name`.
        sheet: The sheet, or the CSV file.
        row: Row of the sheet or line of the file, as it was read; 0 for a row that was added.
        column: The column; empty when the change is about the row or the sheet.
        before: What stood there.
        after: What stands there now.
        why: What was wrong.
        look: Whether the author must look: the form compiles, and what it asks may need a word.
    """

    kind: str
    sheet: str
    row: int
    column: str
    before: str
    after: str
    why: str
    look: bool = False

    def __str__(self) -> str:
        """The change as one line for a terminal."""
        place = f"{self.sheet}, row {self.row}" if self.row else f"{self.sheet}, new row"
        where = f"{place}, column {self.column}" if self.column else place
        mark = "LOOK " if self.look else ""
        return f"{mark}{where}: {self.before!r} → {self.after!r} ({self.why})"


Rule: TypeAlias = "Callable[[Book], Iterator[Change]]"
"""Mends one kind of fault in place, and yields what it changed; nothing on a second run."""


@dataclass(frozen=True, slots=True)
class Why:
    """What kind of fault a change mends, and what was wrong."""

    kind: str
    text: str
    look: bool = False


def edit(grid: Grid, line: Line, index: int, text: str, why: Why) -> Iterator[Change]:
    """Write a cell; nothing when it says that already."""
    before = grid.at(line, index)
    if before == text:
        return
    grid.put(line, index, text)
    column = grid.header[index]
    yield Change(why.kind, grid.title, line.number, column, before, text, why.text, why.look)


def rename_column(grid: Grid, index: int, name: str, why: Why) -> Iterator[Change]:
    """Write a header."""
    before = grid.header[index]
    if before == name:
        return
    grid.header[index] = name
    yield Change(why.kind, grid.title, 1, before, before, name, why.text, why.look)

"""Tabs and headers: slips, names of old, columns that stand twice, columns that nobody can read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from forms.authoring.columns import EXPRESSIONS, KNOWN, base_of, canonical, near, plain
from forms.authoring.mend.change import Change, Why, edit, rename_column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.authoring.book import Book, Grid

_SLIP: Final = Why("header-slip", "a column's name was misspelt")
_OLD: Final = Why("old-column", "the column has another name today")
_INVISIBLE: Final = Why("invisible", "blanks or characters that cannot be seen")
_CRASHING: Final = frozenset({"bind", "control", "body", "instance", "media", "actions"})
"""Headers on which the compiler stops when a text stands below them: they are names of groups."""
_UNREAD: Final = Why("unreadable-column", "the compiler cannot read a column of this name")
_DEEPEST: Final = 10
"""A header that stands below this many rows is none."""
_ONE_LANGUAGE: Final = frozenset({
    "type", "name", "list_name", "default", "appearance", "parameters", "trigger", *EXPRESSIONS,
})  # fmt: skip
"""Columns that only machines read."""
_REQUIRED: Final = {"survey": frozenset({"type", "name", "label"}),
                    "choices": frozenset({"list_name", "name", "label"})}  # fmt: skip
_WORD: Final = re.compile(r"[^\W\d][\w.:-]*\Z")


def tabs(book: Book) -> Iterator[Change]:
    """Tabs that are a sheet by a slip of its name."""
    for grid in book.grids:
        if grid.sheet and not book.folder and plain(grid.title).lower() != grid.sheet:
            yield from _renamed(grid, grid.sheet, "the sheet's name was misspelt")
        elif grid.sheet and not book.folder and plain(grid.title) != grid.title:
            yield from _renamed(grid, plain(grid.title), "blanks that cannot be seen")


def _renamed(grid: Grid, title: str, why: str) -> Iterator[Change]:
    yield Change("sheet-name", grid.title, 1, "", grid.title, title, why)
    grid.title = title


def header_rows(book: Book) -> Iterator[Change]:
    """Sheets with a title, or with empty rows, above their header."""
    for grid in book.grids:
        needed = _REQUIRED.get(grid.sheet, frozenset()) - {"label"}
        if not needed or needed & {canonical(grid.sheet, plain(name)) for name in grid.header}:
            continue
        for number, line in enumerate(grid.lines[:_DEEPEST]):
            if needed <= {canonical(grid.sheet, plain(cell)) for cell in line.cells}:
                above = [grid.header, *(each.cells for each in grid.lines[:number])]
                before = " | ".join(cell for cells in above for cell in cells if cell.strip())
                grid.header, grid.lines = line.cells, grid.lines[number + 1 :]
                why = "the header was not in the first row; what stood above it is taken out"
                yield Change("header-row", grid.title, 1, "", before, "", why, look=bool(before))
                break


def headers(book: Book) -> Iterator[Change]:
    """Headers as they are called today."""
    for grid in book.grids:
        if not grid.sheet:
            continue
        for index, name in enumerate(grid.header):
            yield from rename_column(grid, index, plain(name), _INVISIBLE)
        yield from _slips(grid)
        for index, name in enumerate(grid.header):
            today = canonical(grid.sheet, name)
            if not _only_case(today, name):
                yield from rename_column(grid, index, today, _OLD)
        yield from _unreadable(grid)
        yield from _twice(grid)
    yield from _unsaved(book)


def _unsaved(book: Book) -> Iterator[Change]:
    """A column save_to without entities that anything could be saved to."""
    if any(True for _ in book.lines("entities")):
        return
    for grid in book.of("survey"):
        at = grid.index("save_to")
        if at is not None and any(grid.at(line, at).strip() for line in grid.lines):
            text = "there is no sheet of entities that it could save to; kept as a note"
            yield from rename_column(grid, at, "note_save_to", Why("save-to", text, look=True))


def _only_case(today: str, name: str) -> bool:
    """Whether a header differs only by case and blanks, which every reader takes."""
    return today == "_".join(name.split()).lower() or today == name


def _slips(grid: Grid) -> Iterator[Change]:
    known = KNOWN.get(grid.sheet, frozenset())
    have = {base_of(canonical(grid.sheet, name))[0] for name in grid.header}
    wanted = known - have
    if grid.sheet in {"choices", "external_choices"}:
        wanted &= _REQUIRED["choices"]  # other columns belong to the author's filters
    for index, name in enumerate(grid.header):
        base, language = base_of(canonical(grid.sheet, name))
        if base in known or not base or ":" in base:
            continue
        found = near("_".join(base.split()).lower(), frozenset(wanted))
        if found is not None:
            wanted -= {found}
            whole = f"{found}::{language}" if language else found
            yield from rename_column(grid, index, whole, _SLIP)


def _unreadable(grid: Grid) -> Iterator[Change]:
    """Headers that make the compiler stop, or drop what stands below them."""
    for index, name in enumerate(grid.header):
        base, language = base_of(name)
        if not name and any(grid.at(line, index).strip() for line in grid.lines):
            taken = {other.lower() for other in grid.header}
            new = next(f"note_{n}" for n in range(1, 9999) if f"note_{n}" not in taken)
            why = Why("no-header", "cells without a header cannot be read; kept as a note")
            yield from rename_column(grid, index, new, why)
        elif grid.sheet in {"survey", "choices"} and name.lower() in _CRASHING:
            yield from rename_column(grid, index, f"note_{name.lower()}", _UNREAD)
        elif language and _today(grid, base) in _ONE_LANGUAGE:
            plain_name = _today(grid, base)
            new = (
                f"note_{name.replace('::', '_')}"
                if grid.index(plain_name) is not None
                else plain_name
            )
            why = Why("unreadable-column", "what machines read has no language", look=True)
            yield from rename_column(grid, index, new, why)
        elif "::" in language and base in KNOWN.get(grid.sheet, frozenset()):
            yield from rename_column(grid, index, f"{base}::{language.replace('::', ' ')}", _UNREAD)
        elif grid.sheet == "choices" and " " in base and name not in {"list name", *KNOWN}:
            why = Why("header-blank", "a column of choices is an XML name: no blanks")
            yield from rename_column(grid, index, "_".join(base.split()), why)


def _today(grid: Grid, base: str) -> str:
    return canonical(grid.sheet, base)


def _twice(grid: Grid) -> Iterator[Change]:
    """Two columns that are one: cells move where nothing stands; what differs stays as a note."""
    first: dict[str, int] = {}
    for index, name in enumerate(list(grid.header)):
        if not name:
            continue
        same = canonical(grid.sheet, name)
        if first.setdefault(same, index) == index:
            continue
        yield from _merged(grid, first[same], index)


def _merged(grid: Grid, first: int, second: int) -> Iterator[Change]:
    name, moved = grid.header[second], Why("double-column", "the column stands twice")
    differs = False
    for line in grid.lines:
        ours, other = grid.at(line, first).strip(), grid.at(line, second).strip()
        if other and not ours:
            yield from edit(grid, line, first, grid.at(line, second), moved)
        differs = differs or bool(other and ours and other != ours)
    if not differs:
        for line in grid.lines:
            if second < len(line.cells):
                line.cells[second] = ""
        yield from rename_column(grid, second, "", moved)
        return
    taken, base = {other.lower() for other in grid.header}, base_of(name)[0]
    new = next(f"note_{base}_{n}" for n in range(2, 9999) if f"note_{base}_{n}" not in taken)
    text = "the column stands twice and says two things; the first counts, this one is a note"
    yield from rename_column(grid, second, new, Why("double-column", text, look=True))

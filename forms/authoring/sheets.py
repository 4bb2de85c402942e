"""The sheets of a form as its author wrote them, and where each row stands.

The place of a row is what makes an error message useful, and it gets lost in compiling. So it is
kept here: of every row, and of every question by its path in the XForm.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from forms.authoring.columns import EXPRESSIONS, TEXTS, base_of, canonical
from forms.errors import AuthoringError
from forms.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

ROOT: Final = "data"
"""Name of the root element of every form that is compiled here. Source: XLSForm's default."""
SHEETS: Final = ("survey", "choices", "settings", "entities")
"""Sheets that a folder may hold. Source: XLSForm; `repair` takes in `external_choices`."""
_PLACE: Final = re.compile(
    r"(?:sheet )?(?P<sheet>[\w.-]+)(?:, row | line | )?(?P<row>\d+)?(?: header)?"
    r"(?:, (?!column ).*?)?(?:, column (?P<column>.*))?\Z"
)
LIST_COLUMNS: Final = ("list_name", "list name")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet.

    Attributes:
        place: Where it stands, as the author can find it.
        cells: Text by column; empty cells are left out.
    """

    place: str
    cells: Mapping[str, str]

    def at(self, column: str) -> str:
        """The place of one of its cells."""
        return f"{self.place}, column {column}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its columns and its rows. Rows that hold nothing stay, because rows are counted."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Workbook:
    """Every sheet of a form by its name."""

    sheets: Mapping[str, Sheet]
    folder: bool = field(default=False)
    slips: Mapping[str, str] = field(default_factory=dict)
    """Tabs that are a sheet by a slip of its name only."""

    def rows(self, sheet: str) -> Sequence[Row]:
        """The rows of a sheet; none when it is not there."""
        found = self.sheets.get(sheet)
        return found.rows if found is not None else ()

    def columns(self, sheet: str) -> tuple[str, ...]:
        """The columns of a sheet."""
        found = self.sheets.get(sheet)
        return found.columns if found is not None else ()

    def setting(self, name: str) -> str:
        """A value of the settings sheet, empty when it has none."""
        return next((r.cells[name] for r in self.rows("settings") if name in r.cells), "")

    def place(self, sheet: str, number: int) -> str:
        """The place of a row by its number in the sheet, the header being 1."""
        rows = self.rows(sheet)
        if 2 <= number < len(rows) + 2:
            return rows[number - 2].place
        return f"sheet {sheet}, row {number}"

    @cached_property
    def questions(self) -> Mapping[str, Row]:
        """The row of every question, group and repeat, by its path in the XForm."""
        found: dict[str, Row] = {}
        path = [ROOT]
        for row in self.rows("survey"):
            word = row.cells.get("type", "").replace(" ", "_").lower()
            if word.startswith("end_"):
                path = path[:-1] or [ROOT]
                continue
            name = row.cells.get("name", "")
            if name:
                found.setdefault("/" + "/".join([*path, name]), row)
            if word.startswith("begin_"):
                path.append(name)
        return found

    def place_of(self, where: str) -> str:
        """A problem's place in the sheets, when it names a question that stands in one."""
        path, _, facet = where.partition(" (")
        row = self.questions.get(path)
        if row is None:
            return where
        column = _column_of(row, facet.rstrip(")")) if facet else ""
        return f"{row.place}, {path}, column {column}" if column else f"{row.place}, {path}"


def _column_of(row: Row, facet: str) -> str:
    """The column, as the author wrote it, that became a facet of a question."""
    wanted = {"setvalue": ("calculation", "default"), "label": tuple(sorted(TEXTS))}.get(facet)
    wanted = wanted or tuple(column for column, name in EXPRESSIONS.items() if name == facet)
    for column in row.cells:
        if base_of(canonical("survey", column))[0] in wanted:
            return column
    return facet


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem is, in parts, for programs.

    Attributes:
        sheet: The sheet or its file; the path of an XForm when there are no sheets.
        row: Row or line; 0 when the problem is about the whole.
        column: The column, empty when it is about the row.
    """

    sheet: str
    row: int
    column: str


def place_parts(where: str) -> Place:
    """A problem's place in parts."""
    found = _PLACE.match(where)
    if found is None:
        return Place(where, 0, "")
    return Place(found["sheet"], int(found["row"] or 0), found["column"] or "")


def read_folder(folder: Path) -> Workbook:
    """The CSV sheets of a form's folder.

    Raises:
        AuthoringError: XF-601 there is no survey.csv, XF-603 a sheet cannot be read.
    """
    problems: list[Problem] = []
    sheets: dict[str, Sheet] = {}
    for name in SHEETS:
        files = [folder / f"{name}.csv", *sorted(folder.glob(f"{name}-*.csv"))]
        parts = [_sheet(file, name, problems) for file in files if file.is_file()]
        if parts:
            sheets[name] = _joined(parts)
    if problems:
        raise AuthoringError(*problems)
    if "survey" not in sheets:
        advice = "A form's folder has a survey.csv; see `makazi form --help`."
        raise AuthoringError(Problem("XF-601", folder.name, "There is no survey.csv.", advice))
    return Workbook(sheets, folder=True)


def _joined(parts: Sequence[Sheet]) -> Sheet:
    columns = dict.fromkeys(column for part in parts for column in part.columns)
    return Sheet(tuple(columns), tuple(row for part in parts for row in part.rows))


def _sheet(file: Path, sheet: str, problems: list[Problem]) -> Sheet:
    try:
        reader = csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline=""), strict=True)
        header, *records = list(_records(reader)) or [(1, [])]
    except (UnicodeDecodeError, csv.Error) as error:
        advice = "Save it as CSV in UTF-8 with commas, texts with commas in double quotes."
        problems.append(Problem("XF-603", file.name, f"It cannot be read: {error}.", advice))
        return Sheet((), ())
    columns = tuple(canonical(sheet, column) for column in header[1])
    problems += _header_problems(file.name, columns)
    rows = []
    for line, cells in records:
        place = f"{file.name} line {line}"
        if any(cells[len(columns) :]):
            advice = "Put texts that hold a comma in double quotes."
            message = "The row has more cells than there are columns."
            problems.append(Problem("XF-603", place, message, advice))
        filled = zip(columns, cells, strict=False)
        rows.append(Row(place, {column: cell for column, cell in filled if cell and column}))
    return Sheet(tuple(c for c in columns if c), tuple(rows))


def _records(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line that it begins on: a cell may hold line ends."""
    begins = 1
    for record in reader:
        yield begins, [cell.strip() for cell in record]
        begins = getattr(reader, "line_num", begins) + 1


def _header_problems(name: str, columns: tuple[str, ...]) -> list[Problem]:
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    return [
        Problem("XF-603", f"{name} line 1, column {column}", "The column stands twice.")
        for column in twice
    ]

"""A form's sheets cell by cell, as they stand in the file: what is mended, and written back.

`sheets.Workbook` is what a form says; this is how it is written. Nothing is trimmed or left out
here, because what has to be mended is often what a reader would trim: a blank that cannot be seen,
a header that stands twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from forms.authoring.columns import canonical
from forms.authoring.sheets import SHEETS, Row, Sheet, Workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EXTERNAL: Final = "external_choices"
"""The sheet of lists that older Collect kept outside of the form."""


@dataclass(slots=True, eq=False)
class Line:
    """One row of a grid below its header.

    Attributes:
        cells: Text by position; may be shorter than the header.
        number: Row or line in the file that was read; 0 for a row that was added.
    """

    cells: list[str]
    number: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing stands in it."""
        return not "".join(self.cells).strip()


@dataclass(slots=True, eq=False)
class Grid:
    """One table: a tab of a workbook, a table of a Markdown file, or a CSV file.

    Attributes:
        title: Its name in the file: the tab, or `choices-places.csv`.
        sheet: The sheet that it is part of: survey, choices, …; empty for one of no meaning here.
        header: Column names as written.
        lines: The rows below.
        place: How its rows are named: `sheet survey, row {}` or `survey.csv line {}`.
    """

    title: str
    sheet: str
    header: list[str]
    lines: list[Line]
    place: str

    def index(self, column: str) -> int | None:
        """The position of a column by its name of today; the first when it stands twice."""
        return _positions(self.sheet, tuple(self.header)).get(column)

    def get(self, line: Line, column: str) -> str:
        """The text of a cell by column; empty when there is none."""
        at = self.index(column)
        return self.at(line, at) if at is not None else ""

    def disabled(self, line: Line) -> bool:
        """Whether the author switched a row off; the compiler passes it over."""
        return self.get(line, "disabled").strip().lower() in {"yes", "true", "true()"}

    def at(self, line: Line, index: int) -> str:
        """The text of a cell by position."""
        return line.cells[index] if index < len(line.cells) else ""

    def put(self, line: Line, index: int, text: str) -> None:
        """Write a cell by position."""
        line.cells += [""] * (index + 1 - len(line.cells))
        line.cells[index] = text

    def need(self, column: str) -> int:
        """The position of a column, which is added at the end when it is not there."""
        found = self.index(column)
        if found is None:
            self.header.append(column)
            return len(self.header) - 1
        return found


@lru_cache(maxsize=256)
def _positions(sheet: str, header: tuple[str, ...]) -> Mapping[str, int]:
    """The first position of each column by its name of today."""
    found: dict[str, int] = {}
    for index, name in enumerate(header):
        found.setdefault(canonical(sheet, name), index)
    return found


@dataclass(eq=False)
class Book:
    """Every grid of a form, in the order of the file.

    Attributes:
        stem: Name of the file without its ending: what a form is called that does not say.
        grids: The grids.
        folder: Whether it is a folder of CSV files.
        formulas: Cells whose formula gave way to its value when the workbook was read.
    """

    stem: str
    grids: list[Grid]
    folder: bool = False
    formulas: int = field(default=0)

    def of(self, sheet: str) -> list[Grid]:
        """The grids that make up a sheet."""
        return [grid for grid in self.grids if grid.sheet == sheet]

    def lines(self, sheet: str) -> Iterator[tuple[Grid, Line]]:
        """Every row of a sheet that counts, with its grid: not empty, and not switched off."""
        for grid in self.of(sheet):
            for line in grid.lines:
                if not line.empty and not (sheet == "survey" and grid.disabled(line)):
                    yield grid, line

    def need(self, sheet: str, *columns: str) -> Grid:
        """The first grid of a sheet, which is added with these columns when it is not there."""
        found = self.of(sheet)
        if found:
            return found[0]
        title = f"{sheet}.csv" if self.folder else sheet
        grid = Grid(title, sheet, list(columns), [], place_format(title, sheet, self.folder))
        self.grids.append(grid)
        return grid


def place_format(title: str, sheet: str, folder: bool) -> str:
    """How rows of a grid are named to its author."""
    return f"{title} line {{}}" if folder else f"sheet {sheet or title}, row {{}}"


def workbook_of(book: Book) -> Workbook:
    """What the sheets say: cells trimmed, empty ones left out, CSV files of one sheet joined.

    Columns have their names of today; one that stands twice is named twice.
    """
    sheets: dict[str, Sheet] = {}
    for name in (*SHEETS, EXTERNAL):
        grids = book.of(name)
        columns = [c for grid in grids for each in grid.header if (c := canonical(name, each))]
        columns = columns if len(grids) == 1 else list(dict.fromkeys(columns))
        if columns:
            rows = tuple(_row(g, line, n) for g in grids for n, line in enumerate(g.lines, 2))
            sheets[name] = Sheet(tuple(columns), rows)
    slips = {
        grid.title: grid.sheet
        for grid in book.grids
        if grid.sheet and not book.folder and grid.title.strip().lower() != grid.sheet
    }
    return Workbook(sheets, book.folder, slips if len(book.grids) > 1 else {})


def _row(grid: Grid, line: Line, number: int) -> Row:
    cells: dict[str, str] = {}
    for name, cell in zip(grid.header, line.cells, strict=False):
        text = cell.replace("\u00a0", " ").strip()
        if text and (column := canonical(grid.sheet, name)):
            cells.setdefault(column, text)
    return Row(grid.place.format(line.number or number), cells)

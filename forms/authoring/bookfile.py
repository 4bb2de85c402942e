"""Books from files and to files: workbooks, Markdown tables, folders of CSV.

A file is written back in its own kind. A workbook keeps its look and its other tabs; its formulas
become their values, because the compiler reads values and a formula that was only saved has none.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import struct
import zipfile
import zlib
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree

from forms.authoring.book import EXTERNAL, Book, Grid, Line, place_format
from forms.authoring.columns import distance, plain
from forms.authoring.sheets import SHEETS
from forms.errors import AuthoringError
from forms.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

WORKBOOKS: Final = frozenset({".xlsx", ".xlsm", ".xls"})
_DAMAGED: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, ElementTree.ParseError, EOFError, OSError,
    LookupError, ValueError, TypeError, AttributeError, AssertionError, RuntimeError,
)  # fmt: skip
"""What a damaged workbook makes its readers raise: they check little before they read."""
GAP: Final = 60
"""Empty rows after which a tab has ended. Source: pyxform, `max_adjacent_empty_rows`."""
_CELLS: Final = re.compile(r"(?<!\\)\|")
_FORMULA: Final = re.compile(rb"<f[ >]")
_RULE: Final = re.compile(r"[\s|:-]+\Z")


def read_book(source: Path) -> Book:
    """The sheets of a file or a folder, cell by cell.

    Raises:
        AuthoringError: XF-601 there is none, XF-602 of no kind that holds sheets, XF-603 damaged.
    """
    if source.is_dir():
        return _read_folder(source)
    if not source.is_file():
        advice = "Name a form's folder, or a .md, .xlsx or .xls file."
        raise AuthoringError(Problem("XF-601", str(source), "There is no such form.", advice))
    if source.suffix == ".md":
        return _read_markdown(source)
    if source.suffix == ".csv":
        return _read_one_csv(source)
    if source.suffix in WORKBOOKS:
        return _read_old(source) if source.suffix == ".xls" else _read_workbook(source)
    message = "Sheets can be read from a folder of CSV, one CSV, Markdown and workbooks."
    raise AuthoringError(Problem("XF-602", source.name, message))


def write_book(book: Book, source: Path, target: Path) -> None:
    """Write a book where it was read, or beside it.

    Args:
        book: The book.
        source: What it was read from; a workbook's look comes from there.
        target: A path of the same kind; an old `.xls` is written as `.xlsx`.

    Raises:
        AuthoringError: XF-615, the target is of another kind or a folder that holds something.
        OSError: It cannot be written.
    """
    if book.folder:
        _write_folder(book, source, target)
    elif source.suffix == ".md" and target.suffix == ".md":
        written = source.read_text("utf-8-sig")
        target.write_text(_markdown(book, written), encoding="utf-8")
    elif source.suffix == target.suffix == ".csv":
        target.write_text(_one_csv(book), encoding="utf-8", newline="")
    elif source.suffix in WORKBOOKS and target.suffix == ".xlsx":
        _write_workbook(book, source, target)
    else:
        advice = "A form stays of its kind, and an old .xls becomes .xlsx."
        message = f"The form is a {source.suffix or 'folder'} and stays one."
        raise AuthoringError(Problem("XF-615", str(target), message, advice))


def sheet_named(title: str, titles: Sequence[str]) -> str:
    """The sheet that a tab is: by its name, or by a slip of it when no other tab has that name."""
    name = plain(title).lower().replace(" ", "_")
    if name in {*SHEETS, EXTERNAL}:
        return name
    taken = {plain(other).lower().replace(" ", "_") for other in titles}
    slips = [s for s in SHEETS if s not in taken and distance(name, s) <= 2]
    return slips[0] if len(slips) == 1 and not name.startswith("_") else ""


def _grid(title: str, titles: Sequence[str], rows: list[list[str]]) -> Grid:
    sheet = "survey" if len(titles) == 1 else sheet_named(title, titles)
    header, *rest = rows or [[]]
    lines = [Line(cells, number) for number, cells in enumerate(rest, 2)]
    while lines and lines[-1].empty:
        lines.pop()
    return Grid(title, sheet, header, lines, place_format(title, sheet, folder=False))


# Workbooks -----------------------------------------------------------------------------------


def _read_workbook(source: Path) -> Book:
    import openpyxl  # type: ignore[import-untyped] # noqa: PLC0415 -- only the authoring extra has it

    try:
        found = openpyxl.load_workbook(source, data_only=True)
        formulas = _formulas(source)
    except _DAMAGED as error:
        raise _damaged(source, error) from error
    tabs = [tab for tab in found.sheetnames if hasattr(found[tab], "iter_rows")]
    grids = [_grid(tab, tabs, _ended(found[tab].iter_rows(values_only=True))) for tab in tabs]
    return Book(source.stem, grids, formulas=formulas)


def _formulas(source: Path) -> int:
    """How many cells of a workbook are formulas; its reader gives values or formulas, not both."""
    with zipfile.ZipFile(source) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return sum(len(_FORMULA.findall(archive.read(name))) for name in sheets)


def _read_old(source: Path) -> Book:
    import xlrd  # type: ignore[import-untyped] # noqa: PLC0415

    try:
        found = xlrd.open_workbook(str(source))
    except (xlrd.XLRDError, *_DAMAGED) as error:
        raise _damaged(source, error) from error
    tabs = found.sheet_names()
    return Book(
        source.stem,
        [
            _grid(tab, tabs, _ended(_old_rows(found.sheet_by_name(tab), found.datemode)))
            for tab in tabs
        ],
    )


def _old_rows(tab: Any, datemode: int) -> Iterable[tuple[object, ...]]:
    import xlrd  # noqa: PLC0415

    def value(cell: Any) -> object:
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        if cell.ctype == xlrd.XL_CELL_DATE:
            return xlrd.xldate_as_datetime(cell.value, datemode)
        return cell.value

    return (tuple(value(cell) for cell in tab.row(number)) for number in range(tab.nrows))


def _ended(rows: Iterable[Sequence[object]]) -> list[list[str]]:
    """The rows of a tab as text, up to a long run of empty ones."""
    found: list[list[str]] = []
    empty = 0
    for row in rows:
        cells = [_text(value) for value in row]
        while cells and not cells[-1].strip():
            cells.pop()
        empty = 0 if cells else empty + 1
        if empty > GAP:
            break
        found.append(cells)
    return found


def _text(value: object) -> str:
    """A cell's value as text. Source: what pyxform makes of it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _write_workbook(book: Book, source: Path, target: Path) -> None:
    import openpyxl  # noqa: PLC0415

    if source.suffix == ".xls":
        out = openpyxl.Workbook()
        out.remove(out.active)
    else:
        out = openpyxl.load_workbook(source, data_only=True)
    for number, grid in enumerate(book.grids):
        if grid.title not in out.sheetnames:
            renamed = number < len(out.sheetnames) and source.suffix != ".xls"
            if renamed and out.sheetnames[number] not in {g.title for g in book.grids}:
                out[out.sheetnames[number]].title = grid.title
            else:
                out.create_sheet(grid.title, number)
        if grid.sheet or source.suffix == ".xls":
            _fill(out[grid.title], [grid.header, *(line.cells for line in grid.lines)])
    out.save(target)


def _fill(tab: Any, rows: list[list[str]]) -> None:
    """Write what differs, so that what was not mended keeps its kind and its look."""
    width = max([len(row) for row in rows] + [tab.max_column or 0])
    for number in range(1, max(len(rows), tab.max_row or 0) + 1):
        row = rows[number - 1] if number <= len(rows) else []
        for column in range(1, width + 1):
            text = row[column - 1] if column <= len(row) else ""
            cell = tab.cell(number, column)
            if _text(cell.value) != text and type(cell).__name__ != "MergedCell":
                cell.value = text or None
                cell.data_type = "s" if text else "n"  # a text that begins with = is no formula


# Markdown ------------------------------------------------------------------------------------


def _read_markdown(source: Path) -> Book:
    try:
        text = source.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _damaged(source, error) from error
    tables: dict[str, list[list[str]]] = {}
    current: list[list[str]] | None = None
    for line in text.splitlines():
        cells_of_row = _cells(line)
        if cells_of_row is None:
            continue
        first, *cells = cells_of_row
        if first:
            current = tables.setdefault(first, [])
        if current is not None and any(cells):
            current.append(cells)
    titles = list(tables)
    if not titles:
        message = "It holds no table."
        advice = "A table begins with a row | survey |; see `makazi form check --help`."
        raise AuthoringError(Problem("XF-603", source.name, message, advice))
    return Book(source.stem, [_grid(title, titles, rows) for title, rows in tables.items()])


def _cells(line: str) -> list[str] | None:
    """The cells of a table's row; None for prose, comments and rules between rows."""
    row = line.strip()
    row = row[: row.rfind("|") + 1]  # the compiler allows a comment behind the last cell
    if not row.startswith("|") or row.count("|") < 2 or _RULE.match(row):
        return None
    return [cell.strip(" \t").replace("\\|", "|") for cell in _CELLS.split(row)[1:-1]]


def _markdown(book: Book, written: str) -> str:
    """The file with its tables written anew; what stands between them stays."""
    out: list[str] = []
    begun: set[str] = set()
    for line in written.splitlines():
        cells = _cells(line)
        if cells is None:
            out += [] if _RULE.match(line) and "|" in line else [line]
        elif cells[0] and cells[0] not in begun:
            out.append(_table(book.grids[len(begun)]))
            begun.add(cells[0])
    return "\n".join([*out, *(_table(grid) for grid in book.grids[len(begun) :])]) + "\n"


def _table(grid: Grid) -> str:
    rows = [grid.header, *(line.cells for line in grid.lines if not line.empty)]
    width = max((len(row) for row in rows), default=0)
    out = [f"| {grid.title} |" + " |" * width]
    for row in rows:
        cells = [cell.replace("|", "\\|").replace("\n", " ") for cell in row]
        cells += [""] * (width - len(cells))
        out.append("| | " + " | ".join(cells) + " |")
    return "\n".join(out)


# Folders of CSV ------------------------------------------------------------------------------


def _read_folder(source: Path) -> Book:
    grids: list[Grid] = []
    for sheet in SHEETS:
        files = [source / f"{sheet}.csv", *sorted(source.glob(f"{sheet}-*.csv"))]
        grids += [_read_csv(file, sheet) for file in files if file.is_file()]
    if not any(grid.sheet == "survey" for grid in grids):
        advice = "A form's folder has a survey.csv; see `makazi form --help`."
        raise AuthoringError(Problem("XF-601", source.name, "There is no survey.csv.", advice))
    return Book(source.name, grids, folder=True)


def _read_csv(file: Path, sheet: str) -> Grid:
    try:
        text = file.read_text("utf-8-sig")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        rows, begins = [], 1
        for record in reader:
            rows.append(Line(record, begins))
            begins = reader.line_num + 1
    except (UnicodeDecodeError, csv.Error) as error:
        raise _damaged(file, error) from error
    header = rows[0].cells if rows else []
    place = place_format(file.name, sheet, folder=True)
    return Grid(file.name, sheet, header, rows[1:], place)


def _read_one_csv(source: Path) -> Book:
    """All sheets in one file, as older tools wrote them: a sheet's name stands in column one."""
    whole = _read_csv(source, "")
    tables: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = []
    for cells in (whole.header, *(line.cells for line in whole.lines)):
        first, *rest = cells or [""]
        if first.strip():
            rows = tables.setdefault(first.strip(), [])
        if any(cell.strip() for cell in rest):
            rows.append(rest)
    return Book(source.stem, [_grid(title, list(tables), found) for title, found in tables.items()])


def _one_csv(book: Book) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    for grid in book.grids:
        writer.writerow([grid.title])
        lines = (line.cells for line in grid.lines if not line.empty)
        writer.writerows(["", *cells] for cells in (grid.header, *lines))
    return out.getvalue()


def _write_folder(book: Book, source: Path, target: Path) -> None:
    if target.resolve() != source.resolve():
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            message = "There is something at this place already."
            raise AuthoringError(Problem("XF-615", str(target), message, "Choose another place."))
        shutil.copytree(source, target, dirs_exist_ok=True)
    for grid in book.grids:
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\n")
        width = len(grid.header)
        for cells in (grid.header, *(line.cells for line in grid.lines)):
            writer.writerow(_trimmed(cells, width) if any(cells) else [])
        (target / grid.title).write_text(out.getvalue(), encoding="utf-8", newline="")


def _trimmed(cells: Sequence[str], width: int) -> list[str]:
    """A row as wide as its header; cells beyond it stay, because nothing may get lost."""
    beyond = list(cells[width:])
    extra = len(beyond) - len(list(takewhile(lambda cell: not cell, reversed(beyond))))
    padded = [*cells[:width], *[""] * (width - len(cells))]
    return [*padded, *beyond[:extra]]


def _damaged(source: Path, error: BaseException) -> AuthoringError:
    said = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
    advice = "Save it again: CSV and Markdown in UTF-8, a workbook as .xlsx."
    return AuthoringError(Problem("XF-603", source.name, f"It cannot be read: {said}.", advice))

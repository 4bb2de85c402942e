"""Sheets to XForm XML by pyxform, the reference compiler; the only importer of it.

It is imported when something is compiled and not before: it takes half a second, and machines that
only run forms do not have it. What it raises becomes problems with the author's own row.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from forms.authoring.sheets import ROOT, SHEETS, Row, Sheet, Workbook
from forms.errors import AuthoringError
from forms.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_ROW: Final = re.compile(r"\[row\s*:\s*(?:None|(\d+))\]\s*")
_SHEET: Final = re.compile(r"On the '(\w+)' sheet, the '([^']+)' value is \w+\.\s*")
_TYPE: Final = re.compile(r"Unknown question type '(.+?)'")
_KINDS: Final = (
    ("XF-606", re.compile(r"Reference variables|\$\{|reference variable", re.IGNORECASE)),
    ("XF-608", re.compile(r"Unmatched|end_|begin_(?!.*name)", re.IGNORECASE)),
    ("XF-607", re.compile(r"choice|list name|list_name|option", re.IGNORECASE)),
    ("XF-605", re.compile(r"\bnames?\b", re.IGNORECASE)),
)
"""The first that fits decides the code; what fits none is XF-604."""
_CRASHES: Final = (
    TypeError, ValueError, KeyError, AttributeError, IndexError, AssertionError, RecursionError,
)  # fmt: skip
"""What pyxform lets through on sheets that it did not expect. Source: three of 330 public forms."""


def read_tables(path: Path) -> Workbook:
    """The sheets of a Markdown file or an Excel workbook.

    Raises:
        AuthoringError: XF-603, it cannot be read; XF-614, pyxform is not installed.
    """
    _need_pyxform()
    from pyxform.errors import PyXFormError  # noqa: PLC0415 -- see the module's first lines
    from pyxform.xls2json_backends import get_xlsform  # noqa: PLC0415

    try:
        found = get_xlsform(path.read_text("utf-8") if path.suffix == ".md" else str(path))
    except (PyXFormError, UnicodeDecodeError, *_CRASHES) as error:
        advice = "Save it again with a sheet named survey."
        raise AuthoringError(Problem("XF-603", path.name, _first_line(error), advice)) from error
    sheets = {}
    for name in SHEETS:
        header, rows = getattr(found, f"{name}_header"), getattr(found, name)
        columns = tuple(c for part in header or rows or () for c in part)
        if columns:
            sheets[name] = Sheet(tuple(dict.fromkeys(columns)), _rows(name, rows or ()))
    return Workbook(sheets)


def _rows(sheet: str, rows: Iterable[Mapping[str, object]]) -> tuple[Row, ...]:
    return tuple(
        Row(
            f"sheet {sheet}, row {number}",
            {column: str(cell) for column, cell in cells.items() if cell not in {None, ""}},
        )
        for number, cells in enumerate(rows, 2)
    )


def compiled(workbook: Workbook) -> tuple[bytes, tuple[Problem, ...]]:
    """The XForm XML of sheets, and pyxform's warnings as problems.

    Raises:
        AuthoringError: XF-604 to XF-608, with the place in the sheets; XF-614.
    """
    _need_pyxform()
    from pyxform.errors import PyXFormError  # noqa: PLC0415
    from pyxform.xls2xform import convert  # noqa: PLC0415

    sheets: dict[str, object] = {"sheet_names": list(workbook.sheets)}
    for name, sheet in workbook.sheets.items():
        sheets[name] = [dict(row.cells) for row in sheet.rows]
        sheets[f"{name}_header"] = [dict.fromkeys(sheet.columns)]
    warnings: list[str] = []
    try:
        xform: str = convert(sheets, warnings=warnings, form_name=ROOT).xform
    except PyXFormError as error:
        raise AuthoringError(problem_of(str(error), workbook)) from error
    except _CRASHES as error:
        advice = "Compare the sheets with the XLSForm reference; look at the last change first."
        what = f"The compiler stopped at something unexpected: {_first_line(error)}."
        raise AuthoringError(Problem("XF-604", "survey", what, advice)) from error
    return xform.encode(), tuple(_warning(text, workbook) for text in dict.fromkeys(warnings))


def problem_of(text: str, workbook: Workbook) -> Problem:
    """The compiler's message as a problem with its place in the sheets."""
    row, sheet = _ROW.search(text), _SHEET.search(text)
    message = _SHEET.sub("", _ROW.sub("", text)).strip()
    message = message.partition("Learn more")[0].strip()
    name = sheet.group(1) if sheet else "survey"
    where = name
    if row is not None and row.group(1):
        where = workbook.place(name, int(row.group(1)))
    elif unknown := _TYPE.search(text):
        same = [r.place for r in workbook.rows("survey") if r.cells.get("type") == unknown.group(1)]
        where = next(iter(same), name)
    where = f"{where}, column {sheet.group(2)}" if sheet else where
    code = next((code for code, pattern in _KINDS if pattern.search(text)), "XF-604")
    return Problem(code, where, message, "Mend this row, then check again.")


def _warning(text: str, workbook: Workbook) -> Problem:
    found = problem_of(text, workbook)
    return Problem("XF-610", found.where, found.message, "", Severity.WARNING)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


def _need_pyxform() -> None:
    try:
        import pyxform  # noqa: F401, PLC0415
    except ImportError as error:
        advice = "Install the authoring extra: pip install 'makazi[authoring]'."
        raise AuthoringError(
            Problem("XF-614", "pyxform", "The compiler of forms is not installed.", advice)
        ) from error

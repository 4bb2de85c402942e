"""Sheets to XForm XML by pyxform, the reference compiler; the only importer of it.

It is imported when something is compiled and not before: it takes half a second, and machines that
only run forms do not have it. What it raises becomes problems with the author's own row.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from forms.authoring.sheets import ROOT, Row, Sheet, Workbook
from forms.errors import AuthoringError
from forms.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
_NAME: Final = re.compile(r"[^\W\d][\w.-]*\Z")
_ROUNDS: Final = 25
_ROWS: Final = 20_000
"""The compiler is asked again so often, and over so many rows in all: a row costs 1 ms."""
_CRASHES: Final = (
    TypeError, ValueError, KeyError, AttributeError, IndexError, AssertionError, RecursionError,
)  # fmt: skip
"""What pyxform lets through on sheets that it did not expect. Source: three of 330 public forms."""


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


def compiler_problems(workbook: Workbook, first: Sequence[Problem]) -> Iterator[Problem]:
    """What the compiler says, beyond its first word.

    It stops at the first fault. So the row that it named is replaced by one that is in order, and
    it is asked again, until it names no row, or often enough.

    Args:
        workbook: The sheets.
        first: What it said of them as they are.
    """
    yield from first
    said, found = set(first), first
    rounds = min(_ROUNDS, _ROWS // max(1, sum(len(s.rows) for s in workbook.sheets.values())))
    for number in range(rounds):
        changed = _without(workbook, found[0].where.partition(", column")[0], number)
        if changed is None:
            return
        workbook = changed
        try:
            compiled(workbook)
        except AuthoringError as error:
            found = error.problems
        else:
            return
        yield from (problem for problem in found if problem not in said)
        said |= set(found)


def _without(workbook: Workbook, place: str, number: int) -> Workbook | None:
    """The sheets with the row of a place in order; None when it cannot be put in order."""
    for name in ("survey", "choices"):
        sheet, rows = workbook.sheets.get(name), workbook.rows(name)
        at = next((n for n, row in enumerate(rows) if row.place == place), None)
        if sheet is None or at is None:
            continue
        cells = _in_order(name, rows[at], number)
        if cells is None or cells == rows[at].cells:
            return None
        columns = tuple(dict.fromkeys([*sheet.columns, *cells]))
        mended = Sheet(columns, (*rows[:at], Row(place, cells), *rows[at + 1 :]))
        return replace(workbook, sheets={**workbook.sheets, name: mended})
    return None


def _in_order(sheet: str, row: Row, number: int) -> Mapping[str, str] | None:
    name = row.cells.get("name", "")
    spare = f"spare_{number}"
    if sheet == "choices":
        columns = {"list_name": row.cells.get("list_name", spare)}
        return {**columns, "name": spare, "label": spare}
    if row.cells.get("type", "").lower().startswith(("begin", "end")):
        return None
    if row.cells.keys() == {"type", "name", "label"} and row.cells["type"] == "text":
        return {"type": "text", "name": spare, "label": spare}
    return {"type": "text", "name": name if _NAME.match(name) else spare, "label": spare}


def problem_of(text: str, workbook: Workbook) -> Problem:
    """The compiler's message as a problem with its place in the sheets."""
    row, sheet = _ROW.search(text), _SHEET.search(text)
    message = _SHEET.sub("", _ROW.sub("", text)).strip()
    message = " ".join(message.partition("Learn more")[0].split())
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

"""What a question must have beside its name: a text, a calculation, a trigger that is one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from forms.authoring.book import Line
from forms.authoring.columns import base_of, canonical
from forms.authoring.mend.change import Change, Why, edit
from forms.authoring.mend.names import REFERENCE, entries_of, slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.authoring.book import Book, Grid

_SILENT: Final = frozenset({
    "start", "end", "today", "deviceid", "phonenumber", "username", "email", "audit", "calculate",
    "hidden", "simserial", "subscriberid", "start-geopoint", "background-audio",
    "background-geopoint", "xml-external", "csv-external",
})  # fmt: skip
"""Types that show nothing."""
_SHOWN: Final = frozenset({"label", "hint", "image", "audio", "video", "big-image"})
_OUTER: Final = ("begin", "end")


def labels(book: Book) -> Iterator[Change]:
    """A question that is shown has a text; its name stands in."""
    for entry in entries_of(book):
        type_ = entry.grid.get(entry.line, "type").split()[0]
        if type_ in _SILENT or type_.startswith(_OUTER):
            continue
        if _shown(entry.grid, entry.line) or entry.grid.get(entry.line, "calculation").strip():
            continue
        at = next(
            (n for n, h in enumerate(entry.grid.header) if _base(h) == "label"), None
        )  # the first language of the sheet
        why = Why("no-label", "a question without a text cannot be asked; its name stands in",
                  look=True)  # fmt: skip
        index = at if at is not None else entry.grid.need("label")
        yield from edit(entry.grid, entry.line, index, entry.name or type_, why)


def _base(header: str) -> str:
    return base_of(canonical("survey", header))[0]


def _shown(grid: Grid, line: Line) -> bool:
    return any(grid.at(line, n).strip() for n, h in enumerate(grid.header) if _base(h) in _SHOWN)


def pictures(book: Book) -> Iterator[Change]:
    """A big picture stands behind a small one; where there is none, it is its own."""
    why = Why("big-image", "a big-image needs an image, which is touched to open it")
    for sheet in ("survey", "choices"):
        for grid, line in book.lines(sheet):
            for index, name in enumerate(list(grid.header)):
                base, language = base_of(canonical(sheet, name))
                if base == "big-image" and grid.at(line, index).strip():
                    at = grid.need(f"image::{language}" if language else "image")
                    if not grid.at(line, at).strip():
                        yield from edit(grid, line, at, grid.at(line, index), why)


def calculations(book: Book) -> Iterator[Change]:
    """A calculate that calculates nothing is empty, as it always was."""
    for grid, line in book.lines("survey"):
        if grid.get(line, "type").strip() != "calculate":
            continue
        if not grid.get(line, "calculation").strip() and not grid.get(line, "default").strip():
            why = Why("no-calculation", "a calculate without a calculation is empty", look=True)
            yield from edit(grid, line, grid.need("calculation"), "''", why)


def triggers(book: Book) -> Iterator[Change]:
    """A trigger is `${question}`, or several; anything else never did anything."""
    names = {entry.name for entry in entries_of(book)}
    for grid, line in book.lines("survey"):
        at = grid.index("trigger")
        text = grid.at(line, at).strip() if at is not None else ""
        if at is None or not text:
            continue
        parts = [part.strip() for part in re.split(r"[,;\s]+", REFERENCE.sub(_closed, text))]
        wanted = [_name(part) for part in parts if part]
        if all(name in names for name in wanted):
            new = ", ".join(f"${{{name}}}" for name in wanted)
            same = re.sub(r"\s", "", new) == re.sub(r"\s", "", text)
            why = Why("trigger", "a trigger names questions as ${name}, with commas between")
            yield from edit(grid, line, at, text if same else new, why)
        elif not REFERENCE.search(text):
            why = Why("trigger", "it names no question, so nothing ever triggered it", look=True)
            yield from edit(grid, line, at, "", why)


def _closed(found: re.Match[str]) -> str:
    return f" ${{{found[2]}}} "


def _name(part: str) -> str:
    found = REFERENCE.fullmatch(part)
    return found[2] if found is not None else part


def audits(book: Book) -> Iterator[Change]:
    """There is one audit, and it has no name of its own."""
    seen = False
    for grid, line in book.lines("survey"):
        at = grid.index("name")
        if at is None or grid.get(line, "type").strip() != "audit":
            continue
        if seen:
            before = " | ".join(cell for cell in line.cells if cell.strip())
            line.cells = []
            why = "a form keeps one audit; the row is taken out"
            yield Change("audit", grid.title, line.number, "", before, "", why, look=True)
        elif grid.at(line, at).strip() not in {"", "audit"}:
            why_name = Why("audit-name", "an audit is always called audit")
            yield from edit(grid, line, at, "audit", why_name)
        seen = True


def or_other(book: Book) -> Iterator[Change]:
    """`or_other` beside a choice filter: the compiler refuses it, so the two lines are written."""
    for grid in book.of("survey"):
        for number, line in enumerate(list(grid.lines)):
            type_ = grid.get(line, "type").strip()
            if not type_.endswith(" or_other") or not grid.get(line, "choice_filter").strip():
                continue
            at, name = grid.need("type"), grid.get(line, "name").strip()
            why = Why("or-other", "or_other cannot stand beside a choice filter; the question for"
                      " another answer is written out", look=True)  # fmt: skip
            yield from edit(grid, line, at, type_.removesuffix(" or_other"), why)
            yield _other(grid, number, name, why)


def _other(grid: Grid, number: int, name: str, why: Why) -> Change:
    new = Line([""] * len(grid.header))
    label = next((n for n, h in enumerate(grid.header) if _base(h) == "label"), None)
    grid.put(new, grid.need("type"), "text")
    grid.put(new, grid.need("name"), f"{name}_other")
    grid.put(new, label if label is not None else grid.need("label"), "Specify other.")
    grid.put(new, grid.need("relevant"), f"selected(${{{name}}}, 'other')")
    grid.lines.insert(grid.lines.index(grid.lines[number]) + 1, new)
    return Change(why.kind, grid.title, 0, "name", "", f"{name}_other", why.text, look=True)


def settings(book: Book) -> Iterator[Change]:
    """A form has an id and a version: tablets tell forms apart by them."""
    grid = book.need("settings", "form_id", "version")
    if not any(not line.empty for line in grid.lines):
        grid.lines[:] = [Line([""] * len(grid.header))]
    first = next((line for line in grid.lines if not line.empty), grid.lines[0])
    for column, value in (("form_id", slug(book.stem)), ("version", "1")):
        if not grid.get(first, column).strip():
            why = Why("settings", f"a form has a {column}: tablets tell forms apart by it")
            yield from edit(grid, first, grid.need(column), value, why)

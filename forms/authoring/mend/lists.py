"""Choice lists: named, found, and without doubles that a form cannot mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from forms.authoring.book import EXTERNAL, Line
from forms.authoring.columns import plain
from forms.authoring.mend.change import Change, Why, edit
from forms.authoring.mend.names import slug
from forms.authoring.mend.types import is_select, list_of, type_today, with_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.authoring.book import Book, Grid

_YES: Final = frozenset({"yes", "true", "1", "true()"})
MISSING: Final = "choices_missing"
"""The one choice of a list that was named and never written."""
_QUOTED: Final = re.compile(r"'([^']*)'|\"([^\"]*)\"")


def external(book: Book) -> Iterator[Change]:
    """Lists of `external_choices` become lists like any other, and their questions too."""
    for outside in [grid for grid in book.of(EXTERNAL) if grid.lines]:
        inside = book.need("choices", "list_name", "name", "label")
        columns = [inside.need(name) if name else None for name in outside.header]
        name, label = inside.need("name"), inside.need("label")
        for line in outside.lines:
            new = Line([""] * len(inside.header), line.number)
            for at, cell in zip(columns, line.cells, strict=False):
                if at is not None:
                    inside.put(new, at, cell)
            if not inside.at(new, label).strip():
                inside.put(new, label, inside.at(new, name))
            inside.lines.append(new)
        why = f"{len(outside.lines)} choices: only old Collect keeps lists outside of a form"
        yield Change("external-choices", outside.title, 0, "", EXTERNAL, inside.title, why)
        outside.lines = []
    for grid, row in book.lines("survey"):
        at = grid.index("type")
        text = grid.at(row, at) if at is not None else ""
        if at is not None and text.startswith("select_one_external "):
            new_type = text.replace("select_one_external", "select_one", 1)
            why_type = Why("external-choices", "the list is inside now")
            yield from edit(grid, row, at, new_type, why_type)


def list_names(book: Book) -> Iterator[Change]:
    """Choices without a list belong to the one above; a list's name has no blanks."""
    for grid in book.of("choices"):
        yield from _filled_down(grid)
    names = _lists(book)
    for name in sorted(names):
        if " " in name and slug(name) not in names:
            yield from _rename_list(book, name, slug(name))


def _filled_down(grid: Grid) -> Iterator[Change]:
    at, above = grid.index("list_name"), ""
    for line in grid.lines if at is not None else ():
        name = grid.at(line, at).strip() if at is not None else ""
        if at is not None and not name and above and grid.get(line, "name").strip():
            why = Why("no-list-name", "a choice without a list belongs to the list above it")
            yield from edit(grid, line, at, above, why)
        above = name or above


def _rename_list(book: Book, old: str, new: str) -> Iterator[Change]:
    why = Why("list-name", "the name of a list has no blanks")
    for grid, line in book.lines("choices"):
        at = grid.index("list_name")
        if at is not None and grid.at(line, at).strip() == old:
            yield from edit(grid, line, at, new, why)
    for grid, line in book.lines("survey"):
        at = grid.index("type")
        if at is not None and list_of(grid.at(line, at)) == old:
            yield from edit(grid, line, at, with_list(grid.at(line, at), new), why)


def missing_lists(book: Book) -> Iterator[Change]:
    """Questions whose list is written otherwise, or is nowhere."""
    names = _lists(book)
    for grid, line in book.lines("survey"):
        at = grid.index("type")
        text = grid.at(line, at) if at is not None else ""
        if at is None or not is_select(text) or "${" in text:
            continue
        name = list_of(text)
        if name in names or "search(" in grid.get(line, "appearance"):
            continue
        wanted = name or grid.get(line, "name").strip()
        same = [n for n in sorted(names) if _loose(n) == _loose(wanted)]
        if len(same) == 1:
            why = Why("list-name", "the list is written so in the choices")
            yield from edit(grid, line, at, with_list(text, same[0]), why)
            continue
        new = slug(wanted) if wanted else "list_1"
        why = Why("missing-list", "the list is nowhere; it has one choice until it is written",
                  look=True)  # fmt: skip
        yield from edit(grid, line, at, with_list(text, new), why)
        if new not in names:
            names.add(new)
            yield _placeholder(book, new, why)


def _loose(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()


def _placeholder(book: Book, name: str, why: Why) -> Change:
    grid = book.need("choices", "list_name", "name", "label")
    new = Line([""] * len(grid.header))
    cells = {"list_name": name, "name": MISSING}
    labels = [n for n in grid.header if n.partition("::")[0] == "label"] or ["label"]
    for column, text in {**cells, **dict.fromkeys(labels, f"({name}: no choices yet)")}.items():
        at = grid.header.index(column) if column in grid.header else grid.need(column)
        grid.put(new, at, text)
    grid.lines.append(new)
    return Change(why.kind, grid.title, 0, "name", "", f"{name}: {MISSING}", why.text, look=True)


def choice_names(book: Book) -> Iterator[Change]:
    """Choices without a name or a label; blanks in names of lists of which several are chosen."""
    several = {
        list_of(grid.get(line, "type"))
        for grid, line in book.lines("survey")
        if type_today(grid.get(line, "type")).startswith(("select_multiple", "rank"))
    }
    for grid, line in book.lines("choices"):
        name, label = grid.get(line, "name").strip(), _label(grid, line)
        if not grid.get(line, "list_name").strip():
            continue
        if not name and label:
            why = Why("no-name", "a choice has a name", look=True)
            yield from edit(grid, line, grid.need("name"), slug(label).lower(), why)
        elif not name:
            yield from _dropped(grid, line, "a choice without a name and a label says nothing")
        elif not label and grid.index("label") is not None:
            why = Why("no-label", "a choice without a label cannot be read; its name stands in")
            yield from edit(grid, line, grid.need("label"), name, why)
        elif " " in name and grid.get(line, "list_name").strip() in several:
            yield from _rename_choice(book, grid, line, name)


def _label(grid: Grid, line: Line) -> str:
    labels = [n for n, h in enumerate(grid.header) if h.partition("::")[0].strip() == "label"]
    return next((text for n in labels if (text := grid.at(line, n).strip())), "")


def _rename_choice(book: Book, grid: Grid, line: Line, name: str) -> Iterator[Change]:
    """A choice of a list of which several are chosen has no blanks; expressions follow."""
    new = re.sub(r"\s+", "_", name)
    why = Why("choice-blank", "answers of a select_multiple are parted by blanks")
    yield from edit(grid, line, grid.need("name"), new, why)

    def follow(found: re.Match[str]) -> str:
        text = found[1] if found[1] is not None else found[2]
        return found[0].replace(name, new) if text == name else found[0]

    for survey, row in book.lines("survey"):
        for column in ("relevant", "constraint", "calculation", "choice_filter", "default",
                       "required"):  # fmt: skip
            at = survey.index(column)
            text = survey.at(row, at) if at is not None else ""
            if at is not None and name in text:
                meant = new if text.strip() == name else _QUOTED.sub(follow, text)
                yield from edit(
                    survey, row, at, meant, Why("choice-blank", "the choice's new name")
                )


def doubles(book: Book) -> Iterator[Change]:
    """The same choice twice: gone when nothing of it differs, else both are allowed to stand."""
    seen: dict[tuple[str, str], tuple[str, ...]] = {}
    differs = False
    for grid, line in book.lines("choices"):
        key = (grid.get(line, "list_name").strip(), grid.get(line, "name").strip())
        cells = tuple(plain(grid.at(line, n)) for n in range(len(grid.header)))
        if not all(key):
            continue
        if key not in seen:
            seen[key] = cells
        elif seen[key] == cells:
            yield from _dropped(grid, line, "the same choice stands above, alike in every column")
        else:
            differs = True
    if differs:
        yield from _allowed(book)


def _allowed(book: Book) -> Iterator[Change]:
    settings = book.need("settings", "allow_choice_duplicates")
    at = settings.need("allow_choice_duplicates")
    if not settings.lines:
        settings.lines.append(Line([""] * len(settings.header)))
    first = next((x for x in settings.lines if not x.empty), settings.lines[0])
    if settings.at(first, at).strip().lower() not in _YES:
        text = "a choice stands twice in its list and differs, as in lists that are filtered"
        yield from edit(settings, first, at, "yes", Why("duplicate-choice", text, look=True))


def _dropped(grid: Grid, line: Line, why: str) -> Iterator[Change]:
    before = " | ".join(cell for cell in line.cells if cell.strip())
    line.cells = []
    yield Change("duplicate-choice" if "same" in why else "empty-choice", grid.title, line.number,
                 "", before, "", why)  # fmt: skip


def _lists(book: Book) -> set[str]:
    return {
        name
        for grid, line in book.lines("choices")
        if (name := grid.get(line, "list_name").strip())
    }

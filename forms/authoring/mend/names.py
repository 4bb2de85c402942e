"""Names of questions: allowed, there, and one of a kind; and every `${name}` that follows them.

A name that changes takes its references along. Where several questions have the name, a reference
means the one that shares most groups with it, else the first; every reference that is rewritten is
a change of its own, so that the author sees what was decided.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forms.authoring.columns import base_of, canonical, plain
from forms.authoring.mend.change import Change, Why, edit
from forms.authoring.mend.types import control_of
from forms.authoring.sheets import ROOT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from forms.authoring.book import Book, Grid, Line

REFERENCE: Final = re.compile(r"\$\s*\{\s*(last-saved#)?([^{}$]*?)\s*\}")
NAME: Final = re.compile(r"[^\W\d][\w.-]*\Z")
_RESERVED: Final = frozenset({"meta", "__version__"})
_LETTERS: Final = 30
"""A name that is made from a label keeps so many letters."""


@dataclass(slots=True, eq=False)
class Entry:
    """A question, group or repeat of the survey.

    Attributes:
        grid: Its grid.
        line: Its row.
        name: Its name as written.
        kind: `group`, `repeat`, `loop` for what opens; empty for a question.
        path: The rows of the groups and repeats around it, outermost first.
    """

    grid: Grid
    line: Line
    name: str
    kind: str
    path: tuple[int, ...]
    new: str = ""


def entries_of(book: Book) -> list[Entry]:
    """Every row that has or needs a name, in order."""
    found: list[Entry] = []
    path: tuple[int, ...] = ()
    for grid, line in book.lines("survey"):
        word, kind = control_of(grid.get(line, "type"))
        if word == "end":
            path = path[:-1]
            continue
        name = grid.get(line, "name").strip()
        if grid.get(line, "type").strip() not in {"", "audit"}:  # an audit lives in meta
            found.append(Entry(grid, line, name, kind, path, name))
        if word == "begin":
            path = (*path, id(line))
    return found


def slug(text: str) -> str:
    """A name made of a text: letters, digits, `_ . -`, not beginning with a digit."""
    name = re.sub(r"[^\w.-]+", "_", plain(text)).strip("_") or "_"
    return name if NAME.match(name) else f"_{name.lstrip('.-')}"


def references(book: Book) -> Iterator[Change]:
    """`${ name }`, `$ {name}` and names that differ from a question's only by case or blanks."""
    names = {e.name for e in entries_of(book) if e.name} | _generated(book)
    loose: dict[str, list[str]] = {}
    for name in names:
        loose.setdefault(slug(name).lower(), []).append(name)

    def right(found: re.Match[str]) -> str:
        name = plain(found[2])
        same = loose.get(slug(name).lower(), []) if name else []
        if name not in names and len(same) == 1:
            name = same[0]
        return f"${{{found[1] or ''}{name}}}" if name else found[0]

    why = Why("reference", "a reference is ${name}, as the question is written")
    for grid, line, index in _cells(book):
        text = grid.at(line, index)
        if "{" in text:
            yield from edit(grid, line, index, REFERENCE.sub(right, text), why)


def _generated(book: Book) -> set[str]:
    """Names of questions that the compiler adds: `_other` after or_other, `_count` of a repeat."""
    found = set()
    for entry in entries_of(book):
        if "or_other" in entry.grid.get(entry.line, "type"):
            found.add(f"{entry.name}_other")
        if entry.kind == "repeat":
            found.add(f"{entry.name}_count")
    return found


def missing(book: Book) -> Iterator[Change]:
    """Rows without a name get one, made of their label or of what they are."""
    entries = entries_of(book)
    taken = {entry.name.lower() for entry in entries} | {ROOT}
    for entry in entries:
        type_ = entry.grid.get(entry.line, "type").split()[0]
        if entry.name or type_ == "note":  # the compiler names notes itself
            continue
        label = next(iter(_labels(entry.grid, entry.line)), "")
        base = slug(label)[:_LETTERS].rstrip("_.-").lower() if label else entry.kind or type_
        name = _free(base if NAME.match(base) else f"{entry.kind or 'q'}", taken)
        taken.add(name.lower())
        why = Why("no-name", "every question, group and repeat has a name")
        yield from edit(entry.grid, entry.line, entry.grid.need("name"), name, why)


def _labels(grid: Grid, line: Line) -> list[str]:
    """Its texts in every language, the label first."""
    found = [
        grid.at(line, n).strip()
        for n, name in enumerate(grid.header)
        if base_of(canonical(grid.sheet, name))[0] == "label"
    ]
    return [text for text in found if text]


def names(book: Book, sought: Collection[str] = ()) -> Iterator[Change]:
    """Names that are not allowed, or that two have; references follow.

    Args:
        book: The form.
        sought: Names of which the compiler said that it cannot tell two questions apart.
    """
    entries = [entry for entry in entries_of(book) if entry.name]
    why: dict[int, Why] = {}
    taken = {entry.name.lower() for entry in entries} | {ROOT}
    for entry in entries:
        if not NAME.match(entry.name):
            same = [e for e in entries if e.name == entry.name and e.new != e.name]
            entry.new = same[0].new if same else _free(slug(entry.name), taken)
            taken.add(entry.new.lower())
            why[id(entry)] = Why("name", "a name has letters, digits, _ . - and begins with none"
                                 " of the last three")  # fmt: skip
    _settle_doubles(entries, _referenced(book).union(sought), taken, why)
    if not why:
        return
    yield from _followed(book, entries)
    for entry in entries:
        if entry.new != entry.name:
            at = entry.grid.need("name")
            yield from edit(entry.grid, entry.line, at, entry.new, why[id(entry)])


def _settle_doubles(
    entries: Sequence[Entry], sought: set[str], taken: set[str], why: dict[int, Why]
) -> None:
    """Give names to those that cannot keep theirs."""
    siblings: set[tuple[tuple[int, ...], str]] = set()
    anywhere: set[str] = set()
    repeats: set[str] = set()
    for entry in entries:
        place = (entry.path, entry.new)
        reason = ""
        if entry.new in _RESERVED or (entry.new == ROOT and (entry.kind or ROOT in sought)):
            reason = "the name is reserved for the form itself"
        elif place in siblings:
            reason = "the name is used already in this group"
        elif entry.kind == "repeat" and entry.new in repeats:
            reason = "two repeats have the name"
        elif entry.new in anywhere and entry.name in sought:
            reason = "the name is used twice, and what looks for it cannot tell which is meant"
        if reason:
            entry.new = _free(f"{entry.new}_2" if entry.new not in _RESERVED else f"{entry.new}_",
                              taken)  # fmt: skip
            taken.add(entry.new.lower())
            why[id(entry)] = Why("duplicate-name", reason, look=entry.name in sought)
        siblings.add((entry.path, entry.new))
        anywhere.add(entry.new)
        repeats |= {entry.new} if entry.kind == "repeat" else set()


def _free(base: str, taken: set[str]) -> str:
    if base.lower() not in taken:
        return base
    stem = re.sub(r"_\d+\Z", "", base)
    return next(f"{stem}_{n}" for n in range(2, 100_000) if f"{stem}_{n}".lower() not in taken)


def _referenced(book: Book) -> set[str]:
    return {
        plain(name)
        for grid, line, index in _cells(book)
        for _, name in REFERENCE.findall(grid.at(line, index))
    }


def _followed(book: Book, entries: Sequence[Entry]) -> Iterator[Change]:
    """Rewrite the references to names that change."""
    by_name: dict[str, list[Entry]] = {}
    for entry in entries:
        by_name.setdefault(entry.name, []).append(entry)
    own = {id(entry.line): entry for entry in entries}
    for grid, line, index in _cells(book):
        text = grid.at(line, index)
        if "{" not in text:
            continue
        here = own.get(id(line))
        path = (*here.path, id(line)) if here is not None else ()

        def meant(found: re.Match[str], path: tuple[int, ...] = path) -> str:
            same = by_name.get(found[2])
            if not same:
                return found[0]
            best = max(same, key=lambda entry: _shared(entry.path, path))
            return f"${{{found[1] or ''}{best.new}}}"

        why = Why("reference", "the question that it names has another name now")
        yield from edit(grid, line, index, REFERENCE.sub(meant, text), why)


def _shared(left: tuple[int, ...], right: tuple[int, ...]) -> int:
    """How many groups two rows have in common."""
    count = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        count += 1
    return count


def _cells(book: Book) -> Iterator[tuple[Grid, Line, int]]:
    """Every cell that may hold a reference."""
    for sheet in ("survey", "choices", "settings", "entities"):
        for grid, line in book.lines(sheet):
            for index in range(min(len(line.cells), len(grid.header))):
                yield grid, line, index

"""Groups and repeats: every one that opens closes, in the order that they opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forms.authoring.book import Line
from forms.authoring.mend.change import Change, Why, edit
from forms.authoring.mend.types import control_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.authoring.book import Book, Grid

_CLOSED: Final = "it was opened and not closed; what follows may belong outside of it"
_WRONG: Final = Why("wrong-end", "it closes what was opened last, which is of the other kind")


def groups(book: Book) -> Iterator[Change]:
    """Ends that are missing, of the wrong kind, or too many."""
    for grid in book.of("survey"):
        if grid.index("type") is not None:
            yield from _Groups(grid).mended()


class _Groups:
    """One pass over a survey, with what is open."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._at = grid.need("type")
        self._open: list[tuple[str, Line]] = []
        self._out: list[Line] = []

    def mended(self) -> Iterator[Change]:
        """The changes; the grid's lines are replaced when there are any."""
        lines = self._grid.lines
        for line in lines:
            word, kind = control_of(self._grid.at(line, self._at))
            if self._grid.disabled(line):
                word = ""
            if word == "end":
                yield from self._ended(kind, line)
                continue
            if word == "begin":
                self._open.append((kind, line))
            self._out.append(line)
        while self._open:
            yield self._closed()
        self._grid.lines = self._out

    def _ended(self, kind: str, line: Line) -> Iterator[Change]:
        if not self._open:
            before = self._grid.at(line, self._at)
            yield Change(
                "extra-end", self._grid.title, line.number, "type", before, "",
                "nothing is open that it could close; the row is taken out", look=True,
            )  # fmt: skip
            return
        if self._open[-1][0] != kind and kind in [k for k, _ in self._open]:
            while self._open[-1][0] != kind:
                yield self._closed()
        top = self._open.pop()[0]
        if top != kind:
            yield from edit(self._grid, line, self._at, f"end_{top}", _WRONG)
        self._out.append(line)

    def _closed(self) -> Change:
        kind, begin = self._open.pop()
        cells = [""] * len(self._grid.header)
        cells[self._at] = f"end_{kind}"
        self._out.append(Line(cells))
        name = self._grid.get(begin, "name")
        why = f"{name or kind} of row {begin.number}: {_CLOSED}"
        return Change("missing-end", self._grid.title, 0, "type", "", f"end_{kind}", why, look=True)

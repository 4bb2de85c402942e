"""The jump list: beside the question on a wide screen, a page of its own on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kivy.clock import Clock
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from mobile.screens.page import Page
from mobile.widgets.base import Tap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mobile.i18n import Strings
    from mobile.presenters.entry_view import OutlineLine
    from mobile.presenters.form_entry import FormEntry
    from mobile.screens.go import Go


class OutlineRow(Tap):
    """One line: a mark for its state, its words, its answer.

    Attributes:
        ref: Where it leads.
        kind: `question`, `group`, `repeat` or `row`.
        depth: How far it is indented.
        mark: Name of its icon; its tone follows it.
    """

    ref = StringProperty("")
    kind = StringProperty("question")
    depth = NumericProperty(0)
    label = StringProperty("")
    answer = StringProperty("")
    mark = StringProperty("")
    tone = StringProperty("muted")
    current = BooleanProperty(False)


def marked(line: OutlineLine) -> tuple[str, str]:
    """Icon and tone of a line: never the colour alone."""
    if line.kind != "question":
        return {"group": "chevron-right", "repeat": "account-group", "row": "account"}.get(
            line.kind, ""
        ), "muted"
    if line.problem:
        return "alert-circle", "error"
    if line.answered:
        return "check-circle", "ok"
    return "circle-outline", "muted"


def show_lines(
    box: BoxLayout, lines: Sequence[OutlineLine], picked: Callable[[str], None], *, answers: bool
) -> OutlineRow | None:
    """Fill a box with lines, using the rows that are there; gives the row of the open question."""
    rows: list[OutlineRow] = list(reversed(box.children))
    while len(rows) < len(lines):
        row = OutlineRow()
        row.bind(on_release=lambda touched: picked(touched.ref))
        box.add_widget(row)
        rows.append(row)
    for row in rows[len(lines) :]:
        box.remove_widget(row)
    here = None
    for row, line in zip(rows, lines, strict=False):
        row.ref, row.kind, row.depth, row.label = line.ref, line.kind, line.depth, line.label
        row.answer = line.value if answers else ""
        row.mark, row.tone = marked(line)
        row.current = line.current
        here = row if line.current else here
    return here


class OutlinePanel(BoxLayout):
    """The list beside the question; answers are not shown, over a shoulder they could be read."""

    def __init__(self, picked: Callable[[str], None]) -> None:
        super().__init__()
        self._picked = picked

    def show(self, lines: Sequence[OutlineLine], strings: Strings) -> None:
        """Show the lines, with the open question in sight."""
        self.ids.heading.text = strings.text("entry.jump")
        here = show_lines(self.ids.box, lines, self._picked, answers=False)
        if here is not None:
            Clock.schedule_once(lambda _: self._into_sight(here), 0)

    def _into_sight(self, row: OutlineRow) -> None:
        scroll = self.ids.scroll
        if row.parent is not None and self.ids.box.height > scroll.height:
            scroll.scroll_to(row, padding=row.height, animate=False)


class OutlineScreen(Page):
    """The list as a page, with answers."""

    def __init__(self, entry: FormEntry, go: Go) -> None:
        super().__init__()
        self._entry, self._go = entry, go
        view = entry.view()
        self.speak(view.strings, view.direction)
        self.title, self.subtitle = view.strings.text("entry.jump"), view.form_title
        box = BoxLayout(orientation="vertical", size_hint_y=None, spacing="2dp")
        box.bind(minimum_height=box.setter("height"))
        self.ids.column.add_widget(box)
        here = show_lines(box, entry.outline(), self._jump, answers=True)
        if here is not None:
            Clock.schedule_once(lambda _: self._into_sight(here), 0)

    def _into_sight(self, row: OutlineRow) -> None:
        if self.parent is not None and self.ids.scroll.viewport_size[1] > self.ids.scroll.height:
            self.ids.scroll.scroll_to(row, padding=row.height * 2, animate=False)

    def _jump(self, ref: str) -> None:
        self._entry.jump(ref)
        self._go.entry(self._entry)

    def go_back(self) -> None:
        """Back to the open question."""
        self._go.entry(self._entry)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

"""A calendar to pick a day in: days, then months, then years, each by a touch of at least 48 dp.

A birthday of 1961 is seven touches away, not seven hundred: the month's name opens the months, the
year opens the years.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from mobile.widgets.base import Surface, Tap, Tiles
from mobile.widgets.control import Control

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobile.i18n import Strings
    from mobile.presenters.entry_view import QuestionView

Mode = Literal["days", "months", "years"]
YEARS_A_PAGE = 20
FIRST_YEAR, LAST_YEAR = 1900, 2100


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a year."""

    year: int
    month: int

    def shifted(self, months: int) -> Month:
        """The month that many later, within the years of the calendar."""
        count = self.year * 12 + self.month - 1 + months
        count = min(max(count, FIRST_YEAR * 12), LAST_YEAR * 12 + 11)
        return Month(count // 12, count % 12 + 1)

    def days(self) -> list[int]:
        """Days in weeks from Monday; 0 pads."""
        return [
            d for week in calendar.Calendar().monthdayscalendar(self.year, self.month) for d in week
        ]


class Cell(Tap):
    """A day, month or year of the calendar.

    Attributes:
        says: What it stands for: `day-7`, `month-3`, `year-1961`.
        chosen: Whether it is the answer.
        today: Whether it is today.
    """

    says = StringProperty("")
    text = StringProperty("")
    chosen = BooleanProperty(False)
    today = BooleanProperty(False)


class CalendarGrid(Tiles):
    """Days, months or years."""


class CalendarHead(Surface):
    """What the grid shows, with a step back and a step on.

    Attributes:
        month: Name of the month, empty in years.
        year: The year, or the span of years.
    """

    month = StringProperty("")
    year = StringProperty("")
    earlier_says = StringProperty("")
    later_says = StringProperty("")
    __events__ = ("on_step", "on_months", "on_years")

    def on_step(self, step: int) -> None:
        """Kivy's default handler."""

    def on_months(self) -> None:
        """Kivy's default handler."""

    def on_years(self) -> None:
        """Kivy's default handler."""


class DateDisplay(Surface):
    """The chosen day in words."""

    text = StringProperty("")
    hint = StringProperty("")
    wrong = BooleanProperty(False)
    chosen = NumericProperty(0)


def parsed(text: str) -> date | None:
    """The day of an answer; None when it is none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


class DateControl(Control):
    """A date, as `YYYY-MM-DD`."""

    def __init__(self, strings: Strings, **kwargs: Any) -> None:  # Kivy's own keyword arguments
        super().__init__(strings, **kwargs)
        self.spacing = "10dp"
        self.today: Callable[[], date] = date.today
        self._day: date | None = None
        self.mode: Mode = "days"
        self.page = Month(self.today().year, self.today().month)
        self._months = strings.text("date.months").split("|")
        self._weekdays = strings.text("date.weekdays").split("|")
        self.display = DateDisplay(hint=strings.text("date.pick"))
        self.head = CalendarHead(
            earlier_says=strings.text("date.earlier"), later_says=strings.text("date.later")
        )
        self.head.bind(
            on_step=lambda _, step: self._step(step),
            on_months=lambda _: self._turn("months"),
            on_years=lambda _: self._turn("years"),
        )
        self.grid = CalendarGrid()
        for part in (self.display, self.head, self.grid):
            self.add_widget(part)

    def show(self, view: QuestionView) -> None:
        """Show the day that was picked, and its month."""
        day = parsed(view.value)
        if day is not None and day != self._day:
            self.page, self.mode = Month(day.year, day.month), "days"
        self._day = day
        self.display.wrong = bool(view.problem)
        self.display.text = self._in_words(day) if day else ""
        self.disabled = view.read_only
        self._draw()

    def _in_words(self, day: date) -> str:
        return self.strings.text(
            "date.long", day=day.day, month=self._months[day.month - 1], year=day.year
        )

    def _turn(self, mode: Mode) -> None:
        self.mode = "days" if self.mode == mode else mode
        self._draw()

    def _step(self, step: int) -> None:
        months = {"days": 1, "months": 12, "years": 12 * YEARS_A_PAGE}[self.mode]
        self.page = self.page.shifted(step * months)
        self._draw()

    def _draw(self) -> None:
        self.grid.clear_widgets()
        self.head.month = self._months[self.page.month - 1] if self.mode == "days" else ""
        self.head.year = str(self.page.year)
        {"days": self._draw_days, "months": self._draw_months, "years": self._draw_years}[
            self.mode
        ]()

    def _draw_days(self) -> None:
        self.grid.cols = 7
        for name in self._weekdays:
            self.grid.add_widget(WeekdayName(text=name))
        today = self.today()
        for day in self.page.days():
            if not day:
                self.grid.add_widget(Surface())
                continue
            this = date(self.page.year, self.page.month, day)
            cell = Cell(
                says=f"day-{day}", text=str(day), chosen=this == self._day, today=this == today
            )
            cell.bind(on_release=lambda _, this=this: self.dispatch("on_answer", this.isoformat()))
            self.grid.add_widget(cell)

    def _draw_months(self) -> None:
        self.grid.cols = 3
        for number, name in enumerate(self._months, 1):
            chosen = self._day is not None and (self._day.year, self._day.month) == (
                self.page.year,
                number,
            )
            cell = Cell(says=f"month-{number}", text=name, chosen=chosen)
            cell.bind(
                on_release=lambda _, number=number: self._open(self.page.year, number, "days")
            )
            self.grid.add_widget(cell)

    def _draw_years(self) -> None:
        self.grid.cols = 4
        first = self.page.year - self.page.year % YEARS_A_PAGE
        self.head.year = f"{first} – {first + YEARS_A_PAGE - 1}"
        for year in range(first, first + YEARS_A_PAGE):
            chosen = self._day is not None and self._day.year == year
            cell = Cell(says=f"year-{year}", text=str(year), chosen=chosen)
            cell.bind(on_release=lambda _, year=year: self._open(year, self.page.month, "months"))
            self.grid.add_widget(cell)

    def _open(self, year: int, month: int, mode: Mode) -> None:
        self.page, self.mode = Month(year, month), mode
        self._draw()


class WeekdayName(Surface):
    """Two or three letters over a column of days."""

    text = StringProperty("")


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

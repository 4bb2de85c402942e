"""How each kind of question is answered with a finger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mobile.ports import Fix
from mobile.presenters.entry_view import WidgetKind
from mobile.widgets.base import Btn, IconBtn
from mobile.widgets.choice import SEARCH_FROM, ChoiceRow, folded
from mobile.widgets.datepicker import YEARS_A_PAGE, Cell, parsed
from mobile.widgets.numberpad import BACK, SIGN, Key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mobile.presenters.entry_view import QuestionView
    from mobile.robot.gps import PlaceableGps
    from mobile.robot.hands import Hands
    from mobile.screens.entry import QuestionCard

# SDL key codes.
A_KEY, BACKSPACE_KEY = 97, 8


class CannotAnswerError(Exception):
    """A question cannot be answered with what was given; the message holds no answer."""


class Fingers:
    """Answers one question by touch.

    Args:
        hands: That touch.
        gps: Whose place can be set.
    """

    def __init__(self, hands: Hands, gps: PlaceableGps) -> None:
        self._hands, self._gps = hands, gps

    def answer(self, card: QuestionCard, view: QuestionView, value: str) -> None:
        """Answer a question that is on the screen.

        Raises:
            CannotAnswerError: The value does not fit the question.
            NotFoundError: Something to touch is not there.
        """
        act = _ACTS.get(view.kind)
        if act is None:
            raise CannotAnswerError(f"{view.ref}: a {view.kind} cannot be answered")
        act(self, card, view, value)
        control = card.control
        self._hands.wait(lambda: not control.is_typing, f"the answer of {view.ref} to be taken")

    def _text(self, card: QuestionCard, _view: QuestionView, value: str) -> None:
        field: Any = card.control.box.field
        self._hands.tap(field)
        if field.text:
            self._hands.key(A_KEY, "ctrl")
            self._hands.key(BACKSPACE_KEY)
        self._hands.type(value)

    def _number(self, card: QuestionCard, view: QuestionView, value: str) -> None:
        keys = {key.says: key for key in self._hands.all_of(Key) if _is_in(key, card)}
        for _ in view.value:
            self._hands.tap(keys[BACK])
        for sign in value.removeprefix("-"):
            if sign not in keys:
                raise CannotAnswerError(f"{view.ref}: the pad has no key for part of the number")
            self._hands.tap(keys[sign])
        if value.startswith("-"):
            self._hands.tap(keys[SIGN])

    def _date(self, card: QuestionCard, view: QuestionView, value: str) -> None:
        day = parsed(value)
        if day is None:
            raise CannotAnswerError(f"{view.ref}: not a date")
        control: Any = card.control
        hands, head = self._hands, control.head
        hands.tap(next(b for b in head.walk() if isinstance(b, Btn) and b.text == head.year))
        earlier, later = (b for b in head.walk() if isinstance(b, IconBtn))
        while day.year // YEARS_A_PAGE != control.page.year // YEARS_A_PAGE:
            hands.tap(earlier if day.year < control.page.year else later)
        for says in (f"year-{day.year}", f"month-{day.month}", f"day-{day.day}"):
            hands.tap(hands.one_of(Cell, says=says))

    def _choose(self, card: QuestionCard, view: QuestionView, value: str) -> None:
        several = view.kind is WidgetKind.SELECT_MULTIPLE
        wanted = set(value.split()) if several else {value}
        offered = {choice.value: choice for choice in view.choices}
        if not wanted <= set(offered):
            raise CannotAnswerError(f"{view.ref}: a choice that is not offered")
        chosen = {choice.value for choice in view.choices if choice.selected}
        for one in wanted ^ chosen if several else wanted - chosen:
            if len(view.choices) >= SEARCH_FROM:
                self._search(card, offered[one].label)
            self._hands.tap(self._row(card, one))

    def _search(self, card: QuestionCard, label: str) -> None:
        field: Any = card.control._search.field  # noqa: SLF001 -- of a long list
        self._hands.tap(field)
        if field.text:
            self._hands.key(A_KEY, "ctrl")
            self._hands.key(BACKSPACE_KEY)
        self._hands.type(folded(label)[:40])
        self._hands.pump_for(0.3)

    def _row(self, card: QuestionCard, value: str) -> ChoiceRow:
        def found() -> ChoiceRow | None:
            rows = self._hands.all_of(ChoiceRow)
            return next((r for r in rows if r.value == value and _is_in(r, card)), None)

        row: ChoiceRow = self._hands.wait(found, f"a choice of {card.ref}")
        return row

    def _place(self, card: QuestionCard, view: QuestionView, value: str) -> None:
        parts = [float(part) for part in value.split()]
        if len(parts) < 2:
            raise CannotAnswerError(f"{view.ref}: not a geopoint")
        latitude, longitude, altitude_m, accuracy_m = (
            (*parts, 0.0, 4.0)[:4] if len(parts) < 4 else parts[:4]
        )
        control: Any = card.control
        self._hands.tap(control.find)
        self._gps.place(Fix(longitude, latitude, altitude_m, accuracy_m, "simulated", mocked=True))
        self._hands.wait(lambda: not control.keep.disabled, f"a position for {view.ref}")
        self._hands.tap(control.keep)


def _is_in(widget: Any, card: QuestionCard) -> bool:
    parent = widget
    while parent is not None and parent is not parent.parent:
        if parent is card:
            return True
        parent = parent.parent
    return False


_ACTS: Final[Mapping[WidgetKind, Callable[[Fingers, QuestionCard, QuestionView, str], None]]] = {
    WidgetKind.TEXT: Fingers._text,  # noqa: SLF001 -- of this module
    WidgetKind.INTEGER: Fingers._number,  # noqa: SLF001
    WidgetKind.DECIMAL: Fingers._number,  # noqa: SLF001
    WidgetKind.DATE: Fingers._date,  # noqa: SLF001
    WidgetKind.SELECT_ONE: Fingers._choose,  # noqa: SLF001
    WidgetKind.SELECT_MULTIPLE: Fingers._choose,  # noqa: SLF001
    WidgetKind.GEOPOINT: Fingers._place,  # noqa: SLF001
}

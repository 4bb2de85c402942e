"""Which control asks which kind of question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mobile.presenters.entry_view import WidgetKind
from mobile.widgets.choice import SelectMultipleControl, SelectOneControl
from mobile.widgets.control import Control
from mobile.widgets.datepicker import DateControl
from mobile.widgets.field import TextControl
from mobile.widgets.geopoint import GeopointControl
from mobile.widgets.note import NoteControl, UnsupportedControl
from mobile.widgets.numberpad import DecimalControl, NumberControl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mobile.i18n import Strings

CONTROLS: Final[Mapping[WidgetKind, type[Control]]] = {
    WidgetKind.TEXT: TextControl,
    WidgetKind.INTEGER: NumberControl,
    WidgetKind.DECIMAL: DecimalControl,
    WidgetKind.DATE: DateControl,
    WidgetKind.SELECT_ONE: SelectOneControl,
    WidgetKind.SELECT_MULTIPLE: SelectMultipleControl,
    WidgetKind.GEOPOINT: GeopointControl,
    WidgetKind.NOTE: NoteControl,
    WidgetKind.UNSUPPORTED: UnsupportedControl,
}


def control_for(kind: WidgetKind, strings: Strings) -> Control:
    """A new control for a kind of question."""
    return CONTROLS[kind](strings)

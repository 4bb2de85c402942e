"""How one kind of value becomes another: XPath 1.0, and ODK's dates that are typed by shape.

A text of the shape `YYYY-MM-DD[Thh:mm[:ss[.fff]][zone]]` becomes a number (days since 1970-01-01
UTC, with the fraction of the zone given) wherever a number is needed. That is all there is to
dates: `today()` is such a text, so `today() + 1` is a number and `concat(today())` is readable.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forms.xpath.tree import Value, XNode

_NUMBER = re.compile(r"\s*-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*\Z")
_DATE = re.compile(
    r"\s*(\d{4})-(\d\d)-(\d\d)"
    r"(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?\s*\Z"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_S = 86_400.0


class NoDate(str):
    """What `date()` gives for what is no date: a text to read, and false as a condition."""

    __slots__ = ()

    def __bool__(self) -> bool:
        """False, so that `if(date(…), …)` tells a date from none."""
        return False


INVALID_DATE = NoDate("Invalid Date")


def to_string(value: Value) -> str:
    """XPath's string(): the first node's text, numbers without a needless fraction."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    return value[0].string_value() if value else ""


def number_text(number: float) -> str:
    """A number as XPath writes it: no exponent, no trailing zeros, `-0` as `0`."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == int(number):
        return str(int(number))
    text = repr(number)
    return text if "e" not in text else f"{number:.20f}".rstrip("0").rstrip(".")


def to_boolean(value: Value) -> bool:
    """XPath's boolean(): non-empty text, non-zero number, any node."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    if isinstance(value, list) and len(value) == 1:
        own = getattr(value[0], "typed", None)
        return True if own is None else to_boolean(own())
    return bool(value)


def unpacked(value: Value) -> Value:
    """A node-set of an interview as the value of its only node; no node is the empty text.

    Several nodes stay several: see decision 0127.
    """
    if not isinstance(value, list) or len(value) > 1:
        return value
    if not value:
        return ""
    own = getattr(value[0], "typed", None)
    known: Value = value[0].string_value() if own is None else own()
    return known


def to_number(value: Value, zone: tzinfo = UTC) -> float:
    """XPath's number(), with dates by shape; NaN for anything else."""
    if isinstance(value, float):
        return value
    if isinstance(value, list):
        return node_number(value[0], zone) if value else math.nan
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    return text_number(value, zone)


def node_number(node: XNode, zone: tzinfo) -> float:
    """The number that a node is; a condition that was computed into it is 1 or 0.

    What somebody typed as a text is no date, whatever its shape (decision 0127).
    """
    own = getattr(node, "typed", None)
    value = node.string_value() if own is None else own()
    if type(value) is float:
        return value
    if not isinstance(value, str):
        return float(value)
    if own is not None and node.is_written and not _NUMBER.match(value):  # type: ignore[attr-defined]
        return math.nan
    return text_number(value, zone)


def text_number(text: str, zone: tzinfo = UTC) -> float:
    """A text as a number: a plain number, or a date or date-time in days since 1970 UTC."""
    if text.isdecimal() and text.isascii():
        return float(text)
    if _NUMBER.match(text):
        return float(text)
    moment = moment_of(text, zone)
    return math.nan if moment is None else days_of(moment)


def moment_of(text: str, zone: tzinfo) -> datetime | None:
    """The instant that a date or date-time text names; None when it is neither.

    Args:
        text: `2026-11-24`, `2026-11-24T10:30`, with or without seconds and zone.
        zone: The device's zone, for a text that names none.
    """
    match = _DATE.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        moment = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int(((fraction or "0") + "000000")[:6]),
            tzinfo=_offset(offset) if offset else zone,
        )
    except ValueError:
        return None
    return moment


def _offset(text: str) -> tzinfo:
    if text == "Z":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    if digits[2:] > "59":
        raise ValueError(text)
    delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-delta if text[0] == "-" else delta)


def days_of(moment: datetime) -> float:
    """An instant in days since 1970-01-01 00:00 UTC."""
    delta = moment - _EPOCH
    return delta.days + (delta.seconds + delta.microseconds / 1e6) / DAY_S


def moment_at(days: float, zone: tzinfo) -> datetime | None:
    """Days since 1970 UTC as an instant in a zone, to the millisecond; None beyond 1-9999."""
    if math.isnan(days) or math.isinf(days):
        return None
    try:
        return (_EPOCH + timedelta(milliseconds=round(days * DAY_S * 1000))).astimezone(zone)
    except (OverflowError, ValueError):
        return None


def date_text(moment: datetime) -> str:
    """An instant as a date, or as a date-time when its clock is not at midnight."""
    if moment.time() == time(0):
        return moment.date().isoformat()
    return moment_text(moment)


def moment_text(moment: datetime) -> str:
    """An instant with milliseconds and offset, as JavaRosa stores it: `…T10:30:00.000+03:00`."""
    return moment.isoformat(timespec="milliseconds")

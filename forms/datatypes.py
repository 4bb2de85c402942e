"""One codec a bind type: what a typed text must look like, and how it is stored.

`decode` is asked before an answer is stored: a text that its type cannot hold is a problem, and
the old answer stays. `stored` is what a calculation's value becomes.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, time
from typing import TYPE_CHECKING

from forms.problems import Problem
from forms.xpath.values import moment_of, number_text, to_number, to_string

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from forms.xpath.tree import Value

INT_LIMIT = 2**31
"""An int of XForms has 32 bits, and so it is kept on every server. Source: ODK XForms, int."""
_INTEGER = re.compile(r"[+-]?\d{1,18}\Z")
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\Z")
_LINE_END = re.compile(r"\r\n?")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Source: XML 1.0, production 2."""
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?\Z")
"""A date may have a time on the wall, which is dropped; with a zone the day would be in doubt."""
_CLOCK = re.compile(r"(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d(?::?\d\d)?)?\Z")


@dataclass(frozen=True, slots=True)
class DataType:
    """A bind type: how its text is read, and what to say when it cannot be.

    Attributes:
        read: Text to normal text; None when the type cannot hold it.
        advice: What a right answer looks like.
    """

    read: Callable[[str], str | None]
    advice: str


def _text(text: str) -> str | None:
    return text


def _integer(text: str) -> str | None:
    if not _INTEGER.match(text.strip()):
        return None
    number = int(text)
    return str(number) if -INT_LIMIT <= number < INT_LIMIT else None


def _decimal(text: str) -> str | None:
    plain = text.strip()
    if not _DECIMAL.match(plain):
        return None
    return plain if math.isfinite(float(plain)) else None


def _date(text: str) -> str | None:
    match = _DAY.match(text.strip())
    try:
        return date.fromisoformat(match[1]).isoformat() if match is not None else None
    except ValueError:
        return None


def _time(text: str) -> str | None:
    match = _CLOCK.match(text.strip())
    if match is None:
        return None
    try:
        time.fromisoformat(match[1][:8] + (match[2] or ""))
    except ValueError:
        return None
    return text.strip()


def _date_time(text: str) -> str | None:
    return text.strip() if moment_of(text, UTC) is not None else None


def _point(text: str) -> str | None:
    words = text.split()
    if not 2 <= len(words) <= 4:
        return None
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        return None
    fits = -90 <= numbers[0] <= 90 and -180 <= numbers[1] <= 180
    return " ".join(words) if fits and all(map(math.isfinite, numbers)) else None


def _points(text: str) -> str | None:
    parts = [part for part in text.split(";") if part.strip()]
    read = [_point(part) for part in parts]
    return ";".join(p for p in read if p) if read and all(read) else None


def _boolean(text: str) -> str | None:
    known = {"1": "1", "true": "1", "true()": "1", "0": "0", "false": "0", "false()": "0"}
    return known.get(text.strip().lower())


TEXT = DataType(_text, "")
DATATYPES: dict[str, DataType] = {
    "string": TEXT,
    "int": DataType(_integer, "Give a whole number."),
    "integer": DataType(_integer, "Give a whole number."),
    "decimal": DataType(_decimal, "Give a number, with a point before decimals."),
    "date": DataType(_date, "Give a date as year-month-day."),
    "time": DataType(_time, "Give a time as hours:minutes."),
    "dateTime": DataType(_date_time, "Give a date and a time."),
    "geopoint": DataType(_point, "Give latitude and longitude in degrees."),
    "geotrace": DataType(_points, "Give points of latitude and longitude, joined by ;"),
    "geoshape": DataType(_points, "Give points of latitude and longitude, joined by ;"),
    "boolean": DataType(_boolean, "Give true or false."),
}
"""Types that are not here (binary, barcode, intent, …) hold any text."""


def decode(bind_type: str, text: str, where: str = "") -> str | Problem:
    """The normal text of an answer, or XF-302.

    Args:
        bind_type: The bind's type.
        text: What was typed or chosen; empty clears the answer and is always right. Characters
            that no XML can hold are left out: a draft that cannot be read again is lost.
        where: The node's reference, for the problem.
    """
    text = _NOT_IN_XML.sub("", _LINE_END.sub("\n", text))
    if not text:
        return ""
    datatype = DATATYPES.get(bind_type, TEXT)
    read = datatype.read(text if datatype is TEXT else _latin(text))
    if read is None:
        return Problem("XF-302", where, f"the answer is not of type {bind_type}", datatype.advice)
    return read


def default(bind_type: str, text: str) -> str:
    """The text that a form writes into a node, as the node keeps it (decision 0122).

    A date drops its time and an int its fraction; what cannot be read stays as it is written.
    """
    if not text.strip():
        return ""
    if bind_type == "date":
        return _date(text.strip().partition("T")[0]) or text
    if bind_type in {"int", "integer"} and _DECIMAL.match(text.strip()):
        return str(math.trunc(float(text)))
    return text


def _latin(text: str) -> str:
    """Digits of any script as 0 to 9, the Arabic decimal sign as a point: `٢٫٥` is 2.5."""
    if text.isascii():
        return text
    digits = (str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return "".join(digits).replace("\u066b", ".")


def stored(bind_type: str, value: Value, zone: tzinfo) -> str:
    """A calculation's value as its node keeps it.

    NaN is the empty text; an int drops its fraction (decision 0122); a date given as a number of
    days is written as a date.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if bind_type in {"int", "integer"}:
        return _whole(value, zone)
    if isinstance(value, float):
        return "" if math.isnan(value) else number_text(value)
    return to_string(value)


def _whole(value: Value, zone: tzinfo) -> str:
    text = to_string(value)
    number = to_number(value, zone)
    if not text or math.isnan(number):
        return "" if isinstance(value, float) else text
    return str(math.trunc(number)) if math.isfinite(number) else text

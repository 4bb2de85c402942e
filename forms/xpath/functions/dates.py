"""Functions on dates and times; clock and zone are the environment's, never the machine's."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from forms.xpath.functions.registry import Argument, function, text
from forms.xpath.values import date_text, days_of, moment_at, moment_of, moment_text, to_string

if TYPE_CHECKING:
    from datetime import datetime

    from forms.xpath.environment import Context
    from forms.xpath.tree import Value

MONTHS: dict[str, tuple[str, ...]] = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "fr": (
        "janv.",
        "févr.",
        "mars",
        "avr.",
        "mai",
        "juin",
        "juil.",
        "août",
        "sept.",
        "oct.",
        "nov.",
        "déc.",
    ),
    "sw": ("Jan", "Feb", "Mac", "Apr", "Mei", "Jun", "Jul", "Ago", "Sep", "Okt", "Nov", "Des"),
    "ar": (
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "مايو",
        "يونيو",
        "يوليو",
        "أغسطس",
        "سبتمبر",
        "أكتوبر",
        "نوفمبر",
        "ديسمبر",
    ),
}
"""Abbreviated months for `%b`; Source: Unicode CLDR, abbreviated format months."""
DAYS: dict[str, tuple[str, ...]] = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    "sw": ("Jumatatu", "Jumanne", "Jumatano", "Alhamisi", "Ijumaa", "Jumamosi", "Jumapili"),
    "ar": ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
}
"""Abbreviated days for `%a`, Monday first; Source: Unicode CLDR, abbreviated format days."""
_LOOSE = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?=T|$)")
"""A date whose month or day has one digit; date() reads it, comparisons do not."""
_CODE = re.compile(r"%([YymnbdeaHhMS3])")
_TIME = re.compile(r"\s*(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?\s*\Z")


@function("today", 0)
def _today(c: Context, _: tuple[Argument, ...]) -> Value:
    return c.environment.now().astimezone(c.environment.timezone).date().isoformat()


@function("now", 0)
def _now(c: Context, _: tuple[Argument, ...]) -> Value:
    return moment_text(c.environment.now().astimezone(c.environment.timezone))


def _moment(c: Context, argument: Argument) -> datetime | None:
    value, zone = argument(c), c.environment.timezone
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return moment_at(value, zone)
    written = _LOOSE.sub(lambda m: f"{m[1]}-{m[2]:0>2}-{m[3]:0>2}", to_string(value))
    found = moment_of(written, zone)
    if found is not None:
        return found
    try:
        return moment_at(float(written), zone)
    except ValueError:
        return None


@function("date", 1)
def _date(c: Context, a: tuple[Argument, ...]) -> Value:
    moment = _moment(c, a[0])
    if moment is None:
        return "" if not text(c, a[0]).strip() else "Invalid Date"
    return date_text(moment.astimezone(c.environment.timezone))


@function("date-time", 1)
def _date_time(c: Context, a: tuple[Argument, ...]) -> Value:
    return _date(c, a)


@function("decimal-date-time", 1)
def _decimal_date_time(c: Context, a: tuple[Argument, ...]) -> Value:
    moment = _moment(c, a[0])
    return math.nan if moment is None else days_of(moment)


@function("decimal-time", 1)
def _decimal_time(c: Context, a: tuple[Argument, ...]) -> Value:
    match = _TIME.match(text(c, a[0]))
    if match is None:
        return math.nan
    hour, minute, second = int(match[1]), int(match[2]), float(f"{match[3] or 0}.{match[4] or 0}")
    if hour > 23 or minute > 59 or second >= 60:
        return math.nan
    if match[5]:
        today = c.environment.now().astimezone(c.environment.timezone).date().isoformat()
        clock = f"{match[1]}:{match[2]}:{match[3] or '00'}.{match[4] or '0'}"
        moment = moment_of(f"{today}T{clock}{match[5]}", c.environment.timezone)
        if moment is None:
            return math.nan
        local = moment.astimezone(c.environment.timezone)
        hour, minute = local.hour, local.minute
        second = local.second + local.microsecond / 1e6
    return (hour * 3600 + minute * 60 + second) / 86_400


@function("format-date", 2)
def _format_date(c: Context, a: tuple[Argument, ...]) -> Value:
    moment = _moment(c, a[0])
    if moment is None:
        return ""
    return formatted(
        moment.astimezone(c.environment.timezone), text(c, a[1]), c.environment.language
    )


@function("format-date-time", 2)
def _format_date_time(c: Context, a: tuple[Argument, ...]) -> Value:
    return _format_date(c, a)


def formatted(moment: datetime, pattern: str, language: str) -> str:
    """A moment in ODK's pattern: %Y %y %m %n %b %d %e %a %H %h %M %S %3."""
    spoken = _language(language)
    values = {
        "Y": f"{moment.year:04}",
        "y": f"{moment.year % 100:02}",
        "m": f"{moment.month:02}",
        "n": str(moment.month),
        "b": MONTHS[spoken][moment.month - 1],
        "d": f"{moment.day:02}",
        "e": str(moment.day),
        "a": DAYS[spoken][moment.weekday()],
        "H": f"{moment.hour:02}",
        "h": str(moment.hour),
        "M": f"{moment.minute:02}",
        "S": f"{moment.second:02}",
        "3": f"{moment.microsecond // 1000:03}",
    }
    return _CODE.sub(lambda match: values[match[1]], pattern)


def _language(name: str) -> str:
    code = re.search(r"\(([a-z]{2})", name)
    short = code[1] if code else name[:2].lower()
    return short if short in MONTHS else "en"

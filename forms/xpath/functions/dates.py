"""Functions on dates and times; clock and zone are the environment's, never the machine's."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from forms.xpath.functions.registry import Argument, function, text
from forms.xpath.values import (
    DAY_S,
    INVALID_DATE,
    date_text,
    days_of,
    moment_at,
    moment_of,
    moment_text,
    to_string,
)

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
_BROWSER = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d{4}) (\d\d:\d\d:\d\d) GMT([+-]\d{4})\b"
)
"""How browsers write a moment. Source: Enketo takes it; old answers and preloads hold it."""
_CODE = re.compile(r"%([YymnbdeaHhMS3])")
_TIME = re.compile(r"\d\d:\d\d")


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
    browser = _BROWSER.match(written)
    if browser is not None and browser[1] in MONTHS["en"]:
        month = MONTHS["en"].index(browser[1]) + 1
        written = f"{browser[3]}-{month:02}-{browser[2]}T{browser[4]}{browser[5]}"
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
        return "" if not text(c, a[0]).strip() else INVALID_DATE
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
    written, zone = text(c, a[0]).strip(), c.environment.timezone
    if _TIME.match(written):
        written = f"{c.environment.now().astimezone(zone).date().isoformat()}T{written}"
    moment = moment_of(written, zone) if "T" in written else None
    if moment is None:
        return math.nan
    local = moment.astimezone(zone)
    seconds = local.hour * 3600 + local.minute * 60 + local.second
    return (seconds + local.microsecond / 1e6) / DAY_S


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

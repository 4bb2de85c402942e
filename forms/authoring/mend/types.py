"""Types of questions: today's words, the ones that forms were written with, and slips of both."""

from __future__ import annotations

import re
from typing import Final

from forms.authoring.columns import near, plain

PLAIN: Final = frozenset({
    "acknowledge", "audio", "audit", "background-audio", "background-geopoint", "barcode",
    "calculate", "csv-external", "date", "dateTime", "datetime", "decimal", "deviceid", "email",
    "end", "file", "geopoint", "geoshape", "geotrace", "hidden", "image", "int", "integer", "note",
    "osm", "percentage", "phonenumber", "photo", "range", "simserial", "start", "start-geopoint",
    "string", "subscriberid", "text", "time", "today", "trigger", "username", "video",
    "xml-external", "location", "gps",
})  # fmt: skip
"""Types that take no list. Source: the XLSForm reference table, and what pyxform still takes."""
CONTROLS: Final = (
    "begin_group", "end_group", "begin_repeat", "end_repeat", "begin_loop", "end_loop",
)  # fmt: skip
SELECTS: Final = ("select_one", "select_multiple", "rank")
_FILES: Final = ("select_one_from_file", "select_multiple_from_file")
_WORDS: Final = {word.lower(): word for word in (*PLAIN, *CONTROLS)}
_OLD: Final = {
    "number": "integer", "numeric": "integer", "numero": "integer", "float": "decimal",
    "double": "decimal", "textarea": "text", "str": "text", "gps_point": "geopoint",
    "picture": "image", "date_time": "dateTime", "calculation": "calculate", "calc": "calculate",
    "phone_number": "phonenumber", "device_id": "deviceid", "start_time": "start",
    "end_time": "end", "begin_lgroup": "begin_repeat", "end_lgroup": "end_repeat",
    "begin_looped_group": "begin_repeat", "end_looped_group": "end_repeat",
    "group_begin": "begin_group", "group_end": "end_group", "repeat_begin": "begin_repeat",
    "repeat_end": "end_repeat", "start_group": "begin_group", "start_repeat": "begin_repeat",
}  # fmt: skip
_PROMPT: Final = re.compile(r"(?:add|q|get)[ _](.+?)(?:[ _]prompt)?\Z", re.IGNORECASE)
_SELECT: Final = re.compile(
    r"(?:add[ _])?(?P<kind>select[ _-]?one|select1|select[ _-]?multiple|select[ _-]?many|"
    r"select[ _]all[ _]that[ _]apply|rank)(?P<file>[ _-]from[ _-]file)?"
    r"(?:[ _]external)?(?:[ _]prompt)?(?:[ _](?:using|from))?"
    r"(?:[ :]+(?P<rest>\S.*))?\Z",
    re.IGNORECASE,
)
_TAKEN: Final = re.compile(
    r"(?:begin|end)[ _](?:group|repeat|loop|lgroup|looped group)|(?:begin[ _]loop over \S+)|"
    r"(?:add select one prompt using|add select multiple prompt using|select all that apply from|"
    r"select one from|select1|select_one|select one|select_multiple|select all that apply|rank|"
    r"select_one_external|select[ _](?:one|multiple)[ _]from[ _]file) \S+"
    r"(?: or specify other| or_other| or other)?|(?:add \w+ prompt)|(?:q \w+)|date time"
)
"""Types that the compiler takes as they are, old ones too. Source: pyxform, `RE_SELECT` etc."""
_OTHER: Final = re.compile(r"\s+or[ _](?:specify[ _])?other\s*\Z", re.IGNORECASE)


def type_today(text: str) -> str:
    """A type in today's words; as it was when it is none that is known, even by a slip."""
    clean = plain(text)
    found = _SELECT.match(clean)
    if found is not None:
        return _select(found)
    word = "_".join(clean.split()).lower()
    known = _WORDS.get(word) or _WORDS.get(word.replace("_", "-")) or _OLD.get(word)
    if known is not None or not clean:
        return known or clean
    prompt = _PROMPT.match(clean)
    inner = type_today(prompt.group(1)) if prompt is not None else ""
    return inner if inner in PLAIN else _slip(clean, word)


def taken(text: str) -> bool:
    """Whether the compiler takes a type as it is."""
    return text in PLAIN or _TAKEN.fullmatch(text) is not None


def _select(found: re.Match[str]) -> str:
    kind = re.sub(r"[ -]", "_", found["kind"]).lower()
    one = kind in {"select_one", "selectone", "select1"}
    word = "rank" if kind == "rank" else "select_one" if one else "select_multiple"
    if found["file"]:
        word += "_from_file"
    if "external" in found[0].lower().split("from")[0] and word == "select_one":
        word = "select_one_external"
    rest = found["rest"] or ""
    other = _OTHER.search(rest)
    name = rest[: other.start()] if other else rest
    return f"{word} {name}".strip() + (" or_other" if other else "")


def _slip(clean: str, word: str) -> str:
    """The type that a misspelt word means; the word itself when none, or more than one, is near."""
    found = near(word, frozenset(_WORDS))
    if found is not None:
        return _WORDS[found]
    first, _, rest = clean.partition(" ")
    select = near(first.lower(), frozenset({*SELECTS, *_FILES}))
    return f"{select} {rest}".strip() if select is not None else clean


def list_of(text: str) -> str:
    """The list that a select or a rank names; empty for other types and for lists in files."""
    found = _SELECT.match(plain(text))
    if found is None or found["file"] or "external" in text.lower():
        return ""
    return _OTHER.sub("", found["rest"] or "").strip()


def is_select(text: str) -> bool:
    """Whether a type needs a list of the choices sheet."""
    found = _SELECT.match(plain(text))
    return found is not None and not found["file"] and "external" not in text.lower()


def with_list(text: str, name: str) -> str:
    """A select with another list."""
    found = _SELECT.match(plain(text))
    if found is None:
        return text
    other = " or_other" if _OTHER.search(found["rest"] or "") else ""
    return f"{plain(text)[: found.end('kind')]} {name}{other}"


def control_of(text: str) -> tuple[str, str]:
    """`("begin", "group")` and the like; empty words for a question."""
    word, _, kind = type_today(text).partition(" ")[0].partition("_")
    return (word, kind) if word in {"begin", "end"} and kind else ("", "")

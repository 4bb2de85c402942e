"""The columns of XLSForm: their names of today, the ones that they had, and how to tell a slip.

Source of the names: the XLSForm reference table, and what pyxform 4.5 takes for the same column.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

SURVEY: Final = frozenset({
    "type", "name", "label", "hint", "guidance_hint", "constraint", "constraint_message",
    "required", "required_message", "relevant", "default", "readonly", "calculation", "appearance",
    "parameters", "choice_filter", "repeat_count", "trigger", "save_to", "image", "audio", "video",
    "big-image", "autoplay", "no_app_error_string", "disabled",
})  # fmt: skip
CHOICES: Final = frozenset({
    "list_name", "name", "label", "image", "audio", "video", "big-image", "geometry",
})  # fmt: skip
SETTINGS: Final = frozenset({
    "form_title", "form_id", "version", "default_language", "namespaces", "instance_name",
    "public_key", "submission_url", "style", "allow_choice_duplicates", "auto_send", "auto_delete",
    "instance_xmlns", "name", "clean_text_values", "omit_instanceid",
})  # fmt: skip
ENTITIES: Final = frozenset({
    "list_name", "label", "entity_id", "create_if", "update_if", "repeat",
})  # fmt: skip
KNOWN: Final = {
    "survey": SURVEY, "choices": CHOICES, "external_choices": CHOICES, "settings": SETTINGS,
    "entities": ENTITIES,
}  # fmt: skip
"""Columns by sheet. Others are allowed: notes of the author, and what choice filters look at."""
_LISTS: Final = {"list name": "list_name", "value": "name", "caption": "label"}
ALIASES: Final[dict[str, dict[str, str]]] = {
    "survey": {
        "caption": "label", "command": "type", "tag": "name", "value": "name",
        "relevance": "relevant", "calculate": "calculation", "read_only": "readonly",
        "constraining_message": "constraint_message", "count": "repeat_count",
        "jr:count": "repeat_count", "requiredmsg": "required_message",
        "noapperrorstring": "no_app_error_string", "compact_tag": "instance::odk:tag",
        "bind::relevant": "relevant", "bind::constraint": "constraint",
        "bind::required": "required", "bind::readonly": "readonly",
        "bind::calculate": "calculation", "bind::jr:constraintmsg": "constraint_message",
        "bind::jr:requiredmsg": "required_message", "control::appearance": "appearance",
        "body::appearance": "appearance", "control::jr:count": "repeat_count",
        "media::image": "image", "media::audio": "audio", "media::video": "video",
        "media::big-image": "big-image",
    },
    "choices": _LISTS | {"media::image": "image", "media::audio": "audio", "media::video": "video"},
    "external_choices": _LISTS,
    "settings": {
        "title": "form_title", "set_form_title": "form_title", "set_form_id": "form_id",
        "id_string": "form_id", "form_version": "version",
    },
    "entities": {"dataset": "list_name"},
}  # fmt: skip
"""Older names of columns, in lower case with underscores, by sheet."""
EXPRESSIONS: Final = {
    "relevant": "relevant", "constraint": "constraint", "calculation": "calculate",
    "required": "required", "readonly": "read_only", "choice_filter": "choice_filter",
    "repeat_count": "repeat_count",
}  # fmt: skip
"""Columns of the survey that hold an expression, and the facet of the form that they become."""
TEXTS: Final = frozenset({
    "label", "hint", "guidance_hint", "constraint_message", "required_message",
})  # fmt: skip
"""Columns that people read; they may hold `${name}`, and a blank in them may have a meaning."""
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e]")
_GROUP: Final = re.compile(r"\A(bind|control|body|media|instance):(?=[^:])")
"""Columns in parts, which old forms wrote with one colon."""
_ODD: Final = re.compile("[\u00a0\u2000-\u200a\u202f\u3000]")
_BLANK: Final = re.compile(r"[\s\u00a0\u2000-\u200a\u202f\u3000]+")


def plain(text: str) -> str:
    """A text without characters that cannot be seen, with ordinary single blanks."""
    return _BLANK.sub(" ", _INVISIBLE.sub("", text)).strip()


def visible(text: str) -> str:
    """A text without characters that cannot be seen, every odd blank as an ordinary one."""
    return _ODD.sub(" ", _INVISIBLE.sub("", text))


def squeezed(column: str) -> str:
    """A column as the compiler takes it: trimmed, runs of blanks as one."""
    return re.sub(r" +", " ", column.strip())


def base_of(column: str) -> tuple[str, str]:
    """The column and the language of a header: `label::English (en)` is `label` and the rest."""
    base, _, language = column.partition("::")
    return base.strip(), language.strip()


@lru_cache(maxsize=4096)
def canonical(sheet: str, column: str) -> str:
    """Today's name of a column, with its language; as written when it is none that is known."""
    text = squeezed(column)
    whole = _GROUP.sub(r"\1::", _snake(text))
    aliases, known = ALIASES.get(sheet, {}), KNOWN.get(sheet, frozenset())
    if whole in known or whole in aliases:
        return aliases.get(whole, whole)
    for cut in _cuts(text):
        base, language = _snake(text[:cut]), text[cut:].lstrip(":").strip()
        base = aliases.get(base, base)
        if base in known and base != "name" and language:
            return f"{base}::{language}"
    return text


def _cuts(text: str) -> list[int]:
    """Where a language may begin: at the last `::`, or at one colon as in old forms."""
    double = text.rfind("::")
    if double > 0:
        return [double, text.find("::")]
    single = text.find(":")
    return [single] if single > 0 and not text.startswith(("jr:", "bind:", "pvy:")) else []


def _snake(text: str) -> str:
    return "_".join(text.split()).lower()


def near(word: str, candidates: frozenset[str]) -> str | None:
    """The one known word that differs by a slip; None when there is none, or more than one."""
    allowed = 1 if len(word) < 8 else 2
    found = [c for c in candidates if len(c) > 3 and distance(word, c) <= allowed]
    return found[0] if len(found) == 1 else None


def distance(left: str, right: str) -> int:
    """How many letters must be changed, added, left out or swapped with their neighbour."""
    if abs(len(left) - len(right)) > 2:
        return 3
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        now = [i]
        for j, b in enumerate(right, 1):
            best = min(row[j] + 1, now[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                best = min(best, before[j - 2] + 1)
            now.append(best)
        before, row = row, now
    return row[-1]

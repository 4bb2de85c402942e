"""What is wrong in the sheets themselves, before they are compiled: every fault at once.

The compiler stops at the first; an author with ten slips would need ten runs. These rules look
only for what can be said with certainty from the sheets.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from forms.authoring.columns import KNOWN, base_of, near
from forms.authoring.sheets import LIST_COLUMNS, Row, Workbook
from forms.privacy.words import NAMESPACE
from forms.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

REFERENCE: Final = re.compile(r"\$\{\s*(?:last-saved#)?([^}\s]*)\s*\}")
SELECT: Final = re.compile(
    r"(?:select[_ ]one|select[_ ]multiple|rank)(_from_file)?\s+(\S+)", re.IGNORECASE
)
_PREFIXED: Final = re.compile(r"(?:bind::)?([A-Za-z_][\w.-]*):(\w+)\Z")
_OWN_PREFIXES: Final = frozenset({"jr", "orx", "odk", "xsd", "entities", "body", "instance"})
"""Prefixes that pyxform declares or that mean something else in a column's name."""
_NAMESPACE: Final = re.compile(r"""([\w.-]+)\s*=\s*["']([^"']*)["']""")
_PRIVACY_WORDS: Final = frozenset({"class", "do", "consent"})
_PRIVATE: Final = re.compile(r"bind::[\w.-]+:\w+\Z|pvy:(?:class|do|consent)\Z")
_PRIVATE_SLIP: Final = re.compile(
    r"(?:bind)?[\s:]*pvy\b|bind[\s:]+(?:class|do|consent)\Z", re.IGNORECASE
)
_MEDIA: Final = re.compile(r"(?:media::)?(image|big-image|audio|video)(?:::.*)?\Z")
_TRANSLATED: Final = re.compile(r"([\w:]+?)::([^:]+)\Z")
_TEXTS: Final = frozenset({"label", "hint", "constraint_message", "required_message"})


def sheet_problems(workbook: Workbook, media: Collection[str]) -> tuple[Problem, ...]:
    """Everything that the sheets alone show to be wrong. Pure.

    Args:
        workbook: The sheets.
        media: Names of the files beside the form.
    """
    rules = (_headers, _settings, _prefixes, _names, _references, _lists, _translations)
    found = [problem for rule in rules for problem in rule(workbook)]
    return (*found, *_files(workbook, media))


def _headers(workbook: Workbook) -> Iterator[Problem]:
    """Tabs and columns that are misspelt, or that stand twice."""
    for title, sheet in workbook.slips.items():
        message = f"The compiler does not take it for the sheet {sheet}."
        yield Problem(
            "XF-616", f"sheet {title}", message, f"Name it {sheet}, or `repair` the form."
        )
    for sheet in workbook.sheets:
        columns = workbook.columns(sheet)
        known = KNOWN.get(sheet, frozenset())
        missing = known - {base_of(column)[0] for column in columns}
        if sheet != "survey":
            missing &= {"list_name", "name", "label", "form_id", "version"}
        for column, times in Counter(columns).items():
            where, base = f"sheet {sheet} header, column {column}", base_of(column)[0]
            if times > 1:
                advice = "Rename one of them, or `repair` the form."
                yield Problem("XF-616", where, "The column stands twice.", advice)
            elif base not in known and ":" not in base:
                meant = near("_".join(base.split()).lower(), missing)
                if meant is not None:
                    message = f"It is not read; did you mean {meant}?"
                    yield Problem("XF-616", where, message, "", Severity.WARNING)


def _settings(workbook: Workbook) -> Iterator[Problem]:
    for name in ("form_id", "version"):
        if not workbook.setting(name):
            yield Problem(
                "XF-611", "sheet settings" if not workbook.folder else "settings.csv",
                f"The form has no {name}.",
                f"Give it a column {name} in the settings: tablets tell forms apart by it.",
                Severity.WARNING,
            )  # fmt: skip


def _prefixes(workbook: Workbook) -> Iterator[Problem]:
    """Columns of other namespaces: undeclared ones break the form, misspelt ones vanish in it."""
    declared = dict(_NAMESPACE.findall(workbook.setting("namespaces")))
    for column in workbook.columns("survey"):
        if _PRIVATE_SLIP.match(column) and not _PRIVATE.match(column):
            message = "It looks like a privacy column and would not be read as one."
            advice = "They are bind::pvy:class, bind::pvy:do and bind::pvy:consent."
            yield Problem("XF-609", f"survey header, column {column}", message, advice)
            continue
        found = _PREFIXED.match(column)
        if found is None or (prefix := found.group(1)) in _OWN_PREFIXES or "::" in found.group(2):
            continue
        private = prefix == "pvy" or found.group(2) in _PRIVACY_WORDS
        where = f"survey header, column {column}"
        advice = f'Settings need the column namespaces with pvy="{NAMESPACE}".'
        if not column.startswith("bind::"):
            if private:
                yield Problem(
                    "XF-609", where, "A privacy column is not read without bind:: before it.",
                    f"Name it bind::{column}.",
                )  # fmt: skip
        elif prefix not in declared:
            message = f"The prefix {prefix} is not declared."
            yield Problem("XF-609", where, message, advice if private else "Declare it.")
        elif private and declared[prefix] != NAMESPACE:
            message = f"The prefix {prefix} stands for {declared[prefix]!r}: nothing would leave."
            yield Problem("XF-609", where, message, advice)


def _names(workbook: Workbook) -> Iterator[Problem]:
    seen: dict[str, Row] = {}
    path: list[str] = []
    for row in workbook.rows("survey"):
        word = row.cells.get("type", "").replace(" ", "_").lower()
        name = row.cells.get("name", "")
        if word.startswith("end_"):
            path = path[:-1]
            continue
        here = "/".join([*path, name])
        if name and here in seen:
            message = f"The name {name} is used already at {seen[here].place}."
            yield Problem("XF-605", row.at("name"), message, "Rename one of them.")
        seen.setdefault(here, row)
        if word.startswith("begin_"):
            path.append(name)


def _references(workbook: Workbook) -> Iterator[Problem]:
    names = {row.cells.get("name", "") for row in workbook.rows("survey")}
    for row in workbook.rows("survey"):
        for column, text in row.cells.items():
            for name in dict.fromkeys(REFERENCE.findall(text)):
                if name not in names:
                    message = f"${{{name}}} is no question of this form."
                    yield Problem("XF-606", row.at(column), message, "Check its spelling.")


def _list_of(row: Row) -> str:
    return next((row.cells[column] for column in LIST_COLUMNS if column in row.cells), "")


def _lists(workbook: Workbook) -> Iterator[Problem]:
    lists = {_list_of(row) for row in workbook.rows("choices")}
    for row in workbook.rows("survey"):
        found = SELECT.match(row.cells.get("type", ""))
        if row.cells.get("type", "").startswith("select_one_external"):
            message = "Only older Collect reads lists of external_choices; here it is a text."
            advice = "`makazi form repair` moves the list into the choices."
            yield Problem("XF-607", row.at("type"), message, advice, Severity.WARNING)
        if found is None or found.group(1) or found.group(2).startswith("${"):
            continue
        if found.group(2) not in lists and not row.cells.get("type", "").endswith("search()"):
            message = f"There is no choice list {found.group(2)}."
            yield Problem("XF-607", row.at("type"), message, "Add it to the choices.")
    duplicates = workbook.setting("allow_choice_duplicates").lower() in {"yes", "true", "1"}
    yield from () if duplicates else _repeated_choices(workbook)


def _repeated_choices(workbook: Workbook) -> Iterator[Problem]:
    seen: dict[tuple[str, str], Row] = {}
    for row in workbook.rows("choices"):
        key = (_list_of(row), row.cells.get("name", ""))
        if all(key) and key in seen:
            message = f"The list {key[0]} has the choice {key[1]} already at {seen[key].place}."
            yield Problem("XF-607", row.at("name"), message, "Rename or remove one of them.")
        seen.setdefault(key, row)


def _translations(workbook: Workbook) -> Iterator[Problem]:
    """Texts that stand in one language of the sheet and not in another."""
    for sheet in ("survey", "choices"):
        spoken: dict[str, list[str]] = {}
        for column in workbook.columns(sheet):
            found = _TRANSLATED.match(column)
            if found is not None and found.group(1).split(":")[-1] in _TEXTS:
                spoken.setdefault(found.group(1), []).append(column)
        for row in workbook.rows(sheet):
            for columns in spoken.values():
                missing = [c for c in columns if c not in row.cells]
                if 0 < len(missing) < len(columns):
                    yield Problem(
                        "XF-613", row.at(missing[0]), f"No text in: {', '.join(missing)}.",
                        "Who reads that language sees nothing or another language.",
                        Severity.WARNING,
                    )  # fmt: skip


def _files(workbook: Workbook, media: Collection[str]) -> Iterator[Problem]:
    """Files that the sheets name and that are not beside the form."""
    wanted: Counter[tuple[str, str]] = Counter()
    for sheet in ("survey", "choices"):
        for row in workbook.rows(sheet):
            for column, name in row.cells.items():
                if _MEDIA.match(column) and "${" not in name:
                    wanted[name, row.at(column)] += 1
            listed = SELECT.match(row.cells.get("type", "")) if sheet == "survey" else None
            if listed is not None and listed.group(1):
                wanted[listed.group(2), row.at("type")] += 1
    for name, where in wanted:
        if name not in media:
            yield Problem("XF-612", where, f"The file {name} is not there.", "Put it in media.")

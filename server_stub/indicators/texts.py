"""What a form calls its fields and choices, by language, for the headings of tables.

Only labels are read, never answers. A calculation that was given no label goes by its name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from forms.indicator.definition import DEFAULT_LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forms.definition import Control, FormDefinition, Text, TextParts
    from forms.lists import DataNode

Labels: TypeAlias = "Mapping[str, str]"
"""Text by language code."""

_CODE: Final = re.compile(r"\(\s*([A-Za-z]{2,3})(?:-\w+)?\s*\)|^([a-z]{2,3})$")
"""`Kiswahili (sw)` or `sw`. Source: XLSForm, multiple language support."""
_INSTANCE: Final = re.compile(r"instance\(\s*(['\"])(.+?)\1\s*\)")
_FORMS: Final = ("short", "long")
"""A table has little room: the short form of a label comes first."""


@dataclass(frozen=True, slots=True)
class FormTexts:
    """Labels of a form's questions and choices.

    Attributes:
        fields: Labels by name of the field.
        choices: Labels by name of the field and code.
        codes: Labels by code alone, where every question of the form that has it agrees: a field
            that is calculated from such a question answers with its codes.
    """

    fields: Mapping[str, Labels] = field(default_factory=dict)
    choices: Mapping[tuple[str, str], Labels] = field(default_factory=dict)
    codes: Mapping[str, Labels] = field(default_factory=dict)

    def field(self, name: str) -> Labels:
        """What a field is called; empty when nothing but its name is known."""
        return self.fields.get(name, {})

    def choice(self, name: str, code: str) -> Labels:
        """What a choice is called; empty when nothing but its code is known."""
        return self.choices.get((name, code)) or self.codes.get(code, {})


def form_texts(form: FormDefinition) -> FormTexts:
    """The labels of a form. Pure."""
    fields: dict[str, Labels] = {}
    choices: dict[tuple[str, str], Labels] = {}
    for path, control in form.controls.items():
        name = path.rpartition("/")[2]
        fields.setdefault(name, _labels(form, control.label))
        for code, labels in _choices(form, control):
            choices.setdefault((name, code), labels)
    for path in form.leaf_paths():  # a calculation is in no body; its label stands in itext alone
        fields.setdefault(path.rpartition("/")[2], _itext(form, f"{path}:label"))
    return FormTexts(fields, choices, _agreed(choices))


def _agreed(choices: Mapping[tuple[str, str], Labels]) -> Mapping[str, Labels]:
    found: dict[str, Labels] = {}
    disputed: set[str] = set()
    for (_, code), labels in choices.items():
        if found.setdefault(code, labels) != labels:
            disputed.add(code)
    return {code: labels for code, labels in found.items() if code not in disputed}


def language_code(name: str, default: str = DEFAULT_LANGUAGE) -> str:
    """The short code of a form's language."""
    found = _CODE.search(name.strip())
    return (found[1] or found[2]).lower() if found else default


def _labels(form: FormDefinition, text: Text | None) -> Labels:
    if text is None:
        return {}
    if text.itext:
        return _itext(form, text.itext)
    return _said({DEFAULT_LANGUAGE: _plain(text.parts)})


def _itext(form: FormDefinition, entry: str) -> Labels:
    found: dict[str, str] = {}
    for language, entries in form.translations.items():
        forms = entries.get(entry, {})
        parts = next((forms[form] for form in _FORMS if form in forms), ())
        found.setdefault(language_code(language), _plain(parts))
    return _said(found)


def _said(labels: Labels) -> Labels:
    return {language: text for language, text in labels.items() if text}


def _plain(parts: TextParts) -> str:
    """The text without what depends on an answer."""
    return " ".join("".join(part for part in parts if isinstance(part, str)).split())


def _choices(form: FormDefinition, control: Control) -> Iterator[tuple[str, Labels]]:
    for item in control.items:
        yield item.value, _labels(form, item.label)
    itemset = control.itemset
    named = _INSTANCE.search(itemset.nodeset) if itemset else None
    instance = form.instances.get(named[2]) if named else None
    if itemset is None or instance is None:
        return
    for row in _rows(instance.top, itemset.value):
        label = _cell(row, itemset.label)
        known = _itext(form, label) if itemset.label_is_itext else {DEFAULT_LANGUAGE: label}
        yield _cell(row, itemset.value), known


def _rows(top: DataNode, column: str) -> Iterator[DataNode]:
    waiting = [top]
    while waiting:
        node = waiting.pop()
        if node.children_named(column):
            yield node
        waiting += reversed(node.children())


def _cell(row: DataNode, column: str) -> str:
    cells = row.children_named(column)
    return cells[0].string_value().strip() if cells else ""

"""Turns a node of the engine into what a screen shows of it, and an answer into words."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from mobile.presenters.entry_view import ChoiceView, QuestionView, WidgetKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forms.engine.node import Node
    from forms.problems import Problem
    from mobile.i18n import Strings
    from mobile.presenters.interview import Interview

_INPUTS: Final[Mapping[str, WidgetKind]] = {
    "int": WidgetKind.INTEGER,
    "integer": WidgetKind.INTEGER,
    "decimal": WidgetKind.DECIMAL,
    "date": WidgetKind.DATE,
    "geopoint": WidgetKind.GEOPOINT,
}
"""By bind type; the others (time, dateTime, barcode …) are typed as text."""
_CONTROLS: Final[Mapping[str, WidgetKind]] = {
    "select1": WidgetKind.SELECT_ONE,
    "trigger": WidgetKind.SELECT_ONE,
    "select": WidgetKind.SELECT_MULTIPLE,
    "upload": WidgetKind.UNSUPPORTED,
    "rank": WidgetKind.UNSUPPORTED,
}
"""By control; the others (input, range, secret) go by bind type."""
ACKNOWLEDGED: Final = "OK"
"""What a trigger stores. Source: ODK XForms, `trigger`."""
_DECIMAL_SIGNS: Final = str.maketrans({",": ".", "٫": "."})
_NUMBERS: Final = frozenset({WidgetKind.INTEGER, WidgetKind.DECIMAL})


def kind_of(node: Node) -> WidgetKind:
    """Which control asks a node."""
    control = node.control
    if control is None:
        return WidgetKind.NOTE
    if control.kind in _CONTROLS:
        return _CONTROLS[control.kind]
    kind = _INPUTS.get(node.bind_type, WidgetKind.TEXT)
    return WidgetKind.NOTE if kind is WidgetKind.TEXT and node.read_only else kind


def typed(node: Node, text: str) -> str:
    """An answer as the engine reads it: digits of any script, and a comma for a decimal point."""
    kind = kind_of(node)
    if kind not in _NUMBERS:
        return text
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text.strip())
    return digits.translate(_DECIMAL_SIGNS) if kind is WidgetKind.DECIMAL else digits


def question_view(
    interview: Interview, node: Node, strings: Strings, *, reveal: bool
) -> QuestionView:
    """What a screen shows of a question.

    Args:
        interview: That it is asked in.
        node: The question.
        strings: For messages that the form does not have.
        reveal: Whether to say now what is wrong with it.
    """
    rejected = interview.rejected.get(node.ref)
    return QuestionView(
        ref=node.ref,
        kind=kind_of(node),
        label=node.label,
        hint=node.hint,
        guidance=node.guidance,
        value=node.value if rejected is None else rejected.text,
        choices=_choices(node, strings),
        required=node.required,
        read_only=node.read_only,
        problem=problem_text(interview, node, strings) if reveal else "",
        appearance=node.appearance,
    )


def problem_text(interview: Interview, node: Node, strings: Strings) -> str:
    """What is wrong with a question, as the form says it or as we do; empty when nothing is."""
    rejected = interview.rejected.get(node.ref)
    if rejected is not None:
        return wrong_type_text(node, strings)
    violation = node.violation
    if violation is None:
        return ""
    return node.message or strings.text(f"entry.{violation}")


def wrong_type_text(node: Node, strings: Strings) -> str:
    """What a right answer looks like."""
    key = f"entry.type_{kind_of(node).replace('-', '_')}"
    return strings.text(key if strings.has(key) else "entry.type_text")


def shown_in_words(interview: Interview, node: Node) -> str:
    """What the enumerator answered, as a person reads it; a wrong text as it was typed."""
    rejected = interview.rejected.get(node.ref)
    return answer_in_words(node) if rejected is None else rejected.text


def answer_in_words(node: Node) -> str:
    """An answer as a person reads it: the labels of what was chosen, else the text."""
    value, kind = node.value, kind_of(node)
    if value and kind is WidgetKind.GEOPOINT:
        return _place_in_words(value)
    if not value or kind not in {WidgetKind.SELECT_ONE, WidgetKind.SELECT_MULTIPLE}:
        return value
    labels = {choice.value: choice.label for choice in node.choices()}
    chosen = value.split() if kind is WidgetKind.SELECT_MULTIPLE else [value]
    return ", ".join(labels.get(each) or each for each in chosen)


def _place_in_words(value: str) -> str:
    """`-1.31131, 36.78765 (±5 m)`: five decimals are about a metre."""
    numbers = [float(each) for each in value.split()]
    place = f"{numbers[0]:.5f}, {numbers[1]:.5f}"
    return f"{place} (±{numbers[3]:.0f} m)" if len(numbers) > 3 else place


def problem_words(problem: Problem, strings: Strings) -> str:
    """A problem of a code in the language shown; its own sentence when the app has none."""
    key = f"problem.{problem.code.lower().replace('-', '_')}"
    if strings.has(key):
        return strings.text(key)
    return f"{problem.message} {problem.advice} ({problem.code})".replace("  ", " ")


def _choices(node: Node, strings: Strings) -> tuple[ChoiceView, ...]:
    control = node.control
    if control is not None and control.kind == "trigger":
        chosen = node.value == ACKNOWLEDGED
        return (ChoiceView(ACKNOWLEDGED, strings.text("entry.acknowledge"), chosen),)
    several = kind_of(node) is WidgetKind.SELECT_MULTIPLE
    selected = set(node.value.split()) if several else {node.value}
    return tuple(
        ChoiceView(choice.value, choice.label or choice.value, choice.value in selected)
        for choice in node.choices()
    )

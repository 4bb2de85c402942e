"""How far an interview has come, so that the bar never runs back when an answer opens questions.

It is counted over the form's own questions and not over those that are asked now: a refusal or a
consent far ahead may add or take dozens. The rows of a repeat share the repeat's part.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from forms.definition import Control

if TYPE_CHECKING:
    from forms.engine.instance import Instance
    from forms.engine.navigation import Step

_POSITION: Final = re.compile(r"\[(\d+)\]")


def progress_of(instance: Instance, step: Step) -> float:
    """The part of the form that stands before a step, from 0 to 1.

    Args:
        instance: The interview.
        step: One of its steps.
    """
    order = [each.path for each in instance.form.walk() if isinstance(each, Control)]
    if step.kind == "end" or not order:
        return 1.0
    ref = step.refs[0] if step.refs else step.ref
    path = _POSITION.sub("", ref)
    if path in order:
        before = float(order.index(path))
    else:  # a repeat's prompt: all of its questions stand before it
        first, count = _part(order, path)
        before = float(first + count)
    for row in _rows_around(ref):
        before = _in_row(instance, order, row, before)
    return before / len(order)


def _rows_around(ref: str) -> list[str]:
    """Rows that a reference stands in, the innermost first: `/d/a[2]/b[1]`, `/d/a[2]`."""
    ends = [match.end() for match in _POSITION.finditer(ref) if match.end() < len(ref)]
    return [ref[:end] for end in reversed(ends)]


def _in_row(instance: Instance, order: list[str], row: str, before: float) -> float:
    """The same place when every row of the repeat has its share of the repeat's questions."""
    first, count = _part(order, _POSITION.sub("", row))
    name, _, number = row.rpartition("[")
    rows = len(instance.find(name.rpartition("/")[0]).named(name.rpartition("/")[2]))
    done = (int(number.rstrip("]")) - 1) * count + (before - first)
    return first + done / max(1, rows)


def _part(order: list[str], path: str) -> tuple[int, int]:
    """Where the questions of a group or repeat begin, and how many they are."""
    inside = [place for place, each in enumerate(order) if each.startswith(f"{path}/")]
    return (inside[0], len(inside)) if inside else (0, 0)

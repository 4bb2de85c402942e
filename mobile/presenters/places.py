"""Where things stand in an interview: steps by reference, sections, rows, and the jump list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mobile.presenters.entry_view import OutlineLine, RowView
from mobile.presenters.question_view import answer_in_words, shown_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forms.definition import FormDefinition
    from forms.engine.instance import Instance
    from forms.engine.navigation import Step
    from forms.engine.node import Node
    from mobile.presenters.interview import Interview


END: Final = "end"
"""Position of the last step; no reference looks like it."""


def position_of(step: Step) -> str:
    """What names a step in a draft: its first question, or its repeat; empty for the end."""
    if step.kind == "end":
        return END
    return step.refs[0] if step.refs else step.ref


def index_of(steps: Sequence[Step], ref: str, *, default: int = 0, prompt: bool = False) -> int:
    """The first step that a reference leads to.

    Args:
        steps: Of the interview.
        ref: A question, group, row or repeat, or a position of `position_of`.
        default: When it leads nowhere.
        prompt: Whether a repeat's prompt is meant, and not its first row.
    """
    if ref == END:
        return len(steps) - 1
    if prompt:
        return next((i for i, s in enumerate(steps) if _is_prompt(s, ref)), default)
    inside = (f"{ref}/", f"{ref}[")
    exact = next((i for i, s in enumerate(steps) if ref in s.refs or _is_prompt(s, ref)), None)
    if exact is not None and steps[exact].kind != "repeat-prompt":
        return exact
    within = next(
        (i for i, s in enumerate(steps) if any(r.startswith(inside) for r in s.refs)), default
    )
    return within if exact is None else exact


def _is_prompt(step: Step, ref: str) -> bool:
    return step.kind == "repeat-prompt" and step.ref == ref


def nearest(steps: Sequence[Step], before: Sequence[Step]) -> int:
    """Where the last of the steps `before` stands now, or the one before it that still does."""
    by_position = {position_of(step): i for i, step in enumerate(steps)}
    by_ref = {ref: i for i, step in enumerate(steps) for ref in step.refs}
    for step in reversed(before):
        for name in (position_of(step), *step.refs):
            found = by_position.get(name, by_ref.get(name))
            if found is not None:
                return found
    return 0


def _above(instance: Instance, ref: str) -> list[Node]:
    """Groups and rows around a reference, the innermost first, without the root."""
    found: list[Node] = []
    parent = ref.rpartition("/")[0]
    while parent.count("/") > 1:
        found.append(instance.node(parent))
        parent = parent.rpartition("/")[0]
    return found


def section_of(instance: Instance, step: Step) -> str:
    """The label of the nearest group or row around a step; empty at the top."""
    if step.kind == "end":
        return ""
    inner = [instance.node(step.ref)] if step.kind == "group" else []
    for node in (*inner, *_above(instance, step.refs[0] if step.refs else step.ref)):
        label = row_label(node) if node.kind == "repeat-instance" else node.label
        if label:
            return label
    return ""


def row_of(instance: Instance, step: Step) -> RowView | None:
    """The innermost row that a step belongs to."""
    if not step.refs:
        return None
    for node in _above(instance, step.refs[0]):
        if node.kind == "repeat-instance":
            return RowView(node.ref, row_label(node), node.can_remove)
    return None


def rows_of(instance: Instance, ref: str) -> tuple[RowView, ...]:
    """The rows of a repeat."""
    parent, _, name = ref.rpartition("/")
    rows = instance.node(parent).rows(name)
    return tuple(RowView(row.ref, row_label(row), row.can_remove) for row in rows if row.relevant)


def repeat_label(instance: Instance, ref: str) -> str:
    """The label of a repeat, also of one without rows."""
    path = "/".join(part.partition("[")[0] for part in ref.split("/"))
    repeat = instance.form.repeats.get(path)
    parent = instance.find(ref.rpartition("/")[0])
    return instance.texts.of(repeat.label, parent) if repeat is not None else ""


def bare_label(form: FormDefinition, ref: str, language: str) -> str:
    """The label of a question or repeat without an interview: answers in it are left out."""
    path = "/".join(part.partition("[")[0] for part in ref.split("/"))
    element = form.controls.get(path) or form.repeats.get(path)
    if element is None or element.label is None:
        return ""
    parts = element.label.parts
    if element.label.itext:
        words = form.translations.get(language) or form.translations.get(form.default_language, {})
        entry = words.get(element.label.itext, {})
        parts = entry.get("long") or entry.get("short") or ()
    return "".join(part if isinstance(part, str) else "…" for part in parts).strip()


def row_label(row: Node) -> str:
    """`Person 2 · Amina`: label, number and first answer of a row."""
    number = row.ref.rpartition("[")[2].rstrip("]") or "1"
    first = next(
        (each for each in _questions(row) if each.relevant and each.value and each.label), None
    )
    named = f"{row.label} {number}".strip()
    return named if first is None else f"{named} · {answer_in_words(first)}"


def _questions(node: Node) -> list[Node]:
    found: list[Node] = []
    for child in node.children:
        if child.kind == "group":
            found += _questions(child)
        elif child.kind == "question":
            found.append(child)
    return found


def outline(interview: Interview, here: Step, passed: set[str]) -> tuple[OutlineLine, ...]:
    """The engine's outline with answers in words and what needs a look."""
    instance = interview.instance
    lines = []
    for entry in instance.outline():
        if entry.kind == "question":
            node = instance.node(entry.ref)
            rejected = entry.ref in interview.rejected
            broken = node.violation == "constraint" or rejected
            lines.append(
                OutlineLine(
                    ref=entry.ref,
                    kind=entry.kind,
                    depth=entry.depth,
                    label=entry.label,
                    value=shown_in_words(interview, node),
                    answered=bool(node.value) or rejected,
                    problem=broken or (entry.ref in passed and node.violation is not None),
                    current=entry.ref in here.refs,
                )
            )
        else:
            lines.append(_heading(instance, entry.kind, entry.ref, entry.depth, entry.label, here))
    return tuple(lines)


def _heading(
    instance: Instance, kind: str, ref: str, depth: int, label: str, here: Step
) -> OutlineLine:
    if kind == "row":
        label = row_label(instance.node(ref))
    current = kind == "repeat" and here.kind == "repeat-prompt" and here.ref == ref
    return OutlineLine(ref, kind, depth, label, current=current)

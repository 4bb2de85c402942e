"""The interview as a row of screens, and as an outline to jump in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.definition import Control, Group, Repeat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.definition import BodyElement
    from forms.engine.instance import Instance
    from forms.engine.nodes import InstanceNode

FIELD_LIST = "field-list"


@dataclass(frozen=True, slots=True)
class Step:
    """One screen.

    Attributes:
        kind: `question`, `group` (several questions on one screen), `repeat-prompt` (another row?),
            or `end`.
        ref: The question, the group or the repeat (without its own position).
        refs: The questions on it.
    """

    kind: str
    ref: str
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A line of the jump list.

    Attributes:
        kind: `question`, `group`, `repeat` or `row`.
        ref: Where it leads.
        depth: How far it is indented.
        label: What it says in the language shown.
    """

    kind: str
    ref: str
    depth: int
    label: str


def steps(instance: Instance) -> tuple[Step, ...]:
    """Screens over what is relevant, ending with `end`."""
    found = [
        step
        for element in instance.form.body
        for step in _steps(instance, element, instance.root_node)
    ]
    return (*found, Step("end", instance.root_node.ref))


def _steps(instance: Instance, element: BodyElement, at: InstanceNode) -> Iterator[Step]:
    if isinstance(element, Control):
        for node in _nodes(instance, element.path, at):
            if node.relevant:
                yield Step("question", node.ref, (node.ref,))
    elif isinstance(element, Group):
        yield from _group(instance, element, at)
    else:
        yield from _repeat(instance, element, at)


def _group(instance: Instance, group: Group, at: InstanceNode) -> Iterator[Step]:
    inner = at
    if group.path:
        found = _nodes(instance, group.path, at)
        if not found or not found[0].relevant:
            return
        inner = found[0]
    if FIELD_LIST in group.appearance:
        refs = tuple(
            step.ref
            for child in group.children
            for step in _steps(instance, child, inner)
            if step.kind == "question"
        )
        if refs:
            yield Step("group", inner.ref, refs)
        return
    for child in group.children:
        yield from _steps(instance, child, inner)


def _repeat(instance: Instance, repeat: Repeat, at: InstanceNode) -> Iterator[Step]:
    parents = _nodes(instance, repeat.path.rpartition("/")[0], at)
    name = repeat.path.rpartition("/")[2]
    for parent in parents:
        if not parent.relevant:
            continue
        for row in parent.named(name):
            if not row.relevant:
                continue
            if FIELD_LIST in repeat.appearance:
                refs = [s.ref for c in repeat.children for s in _steps(instance, c, row)]
                yield Step("group", row.ref, tuple(refs))
                continue
            for child in repeat.children:
                yield from _steps(instance, child, row)
        if repeat.count is None and not repeat.fixed:
            yield Step("repeat-prompt", f"{parent.ref}/{name}")


def _nodes(instance: Instance, path: str, at: InstanceNode) -> list[InstanceNode]:
    """Nodes of a path below the row that is being walked."""
    mine = at.program.path
    if path == mine:
        return [at]
    if path.startswith(f"{mine}/"):
        level = [at]
        for step in path[len(mine) + 1 :].split("/"):
            level = [kid for node in level for kid in node.named(step)]
        return level
    return instance.near(path, at)


def outline(instance: Instance) -> tuple[OutlineEntry, ...]:
    """Groups, rows and questions that are relevant, in order."""
    lines: list[OutlineEntry] = []
    for element in instance.form.body:
        _outline(instance, element, instance.root_node, 0, lines)
    return tuple(lines)


def _outline(
    instance: Instance,
    element: BodyElement,
    at: InstanceNode,
    depth: int,
    lines: list[OutlineEntry],
) -> None:
    texts = instance.texts
    if isinstance(element, Control):
        for node in _nodes(instance, element.path, at):
            if node.relevant:
                label = texts.of(element.label, node)
                lines.append(OutlineEntry("question", node.ref, depth, label))
        return
    if isinstance(element, Group):
        inner = next(iter(_nodes(instance, element.path, at)), at) if element.path else at
        if not inner.relevant:
            return
        label = texts.of(element.label, inner)
        if label:
            lines.append(OutlineEntry("group", inner.ref, depth, label))
        for child in element.children:
            _outline(instance, child, inner, depth + bool(label), lines)
        return
    _outline_rows(instance, element, at, depth, lines)


def _outline_rows(
    instance: Instance, repeat: Repeat, at: InstanceNode, depth: int, lines: list[OutlineEntry]
) -> None:
    name = repeat.path.rpartition("/")[2]
    for parent in _nodes(instance, repeat.path.rpartition("/")[0], at):
        if not parent.relevant:
            continue
        label = instance.texts.of(repeat.label, parent)
        lines.append(OutlineEntry("repeat", f"{parent.ref}/{name}", depth, label))
        for row in parent.named(name):
            if row.relevant:
                lines.append(OutlineEntry("row", row.ref, depth + 1, label))
                for child in repeat.children:
                    _outline(instance, child, row, depth + 2, lines)

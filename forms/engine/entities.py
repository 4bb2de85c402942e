"""Entities: the things that an interview registers or corrects, such as a household or a tap.

A form says in `meta/entity` that its answers make or change an entity of a list (`dataset`). What
it says stands in attributes, which are computed like answers: `id`, `create`, `update`, the
version that was corrected. Other forms read the list as a secondary instance; `updated_list` puts
what was registered without a network into it, so that the next interview finds it.
Source: ODK XForms, entities, versions 2022.1.0 to 2025.1.0.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forms.datatypes import stored
from forms.errors import XPathError
from forms.problems import Problem, Severity
from forms.xform.names import ENTITIES
from forms.xpath.environment import Context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from forms.definition import Bind
    from forms.engine.instance import Instance
    from forms.engine.nodes import InstanceNode

SAVE_TO = f"{{{ENTITIES}}}saveto"
TRUE = frozenset({"1", "true"})
_ORDER = ("name", "label", "__version", "__trunkVersion", "__branchId")
"""Columns of an entity list, as a server writes them, before the entities' own properties."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing that an interview makes or changes.

    Attributes:
        dataset: The list that it belongs to.
        id: Which one.
        create: Whether it is made when the list does not have it.
        update: Whether it is changed when the list has it; with `create` it is either.
        label: What it is called; empty keeps the name that it has.
        values: Properties by name, only of questions that were asked.
        base_version: The version that was corrected; empty for a new one.
        trunk_version: The last version that the server knows.
        branch_id: Of the changes made without a network since then.
    """

    dataset: str
    id: str = field(repr=False)
    create: bool
    update: bool
    label: str = field(repr=False)
    values: Mapping[str, str] = field(repr=False)
    base_version: str = ""
    trunk_version: str = ""
    branch_id: str = ""


def split_attribute(path: str) -> tuple[str, str]:
    """`/data/meta/entity/@id` as its element and the attribute's name; no name for an element."""
    owner, _, name = path.partition("/@")
    return owner, name


def set_attribute(node: InstanceNode, name: str, text: str) -> None:
    """Write an attribute that the form declares on a node."""
    for each in node.attrs:
        if each.name == name:
            each.text = text


def compute_attributes(instance: Instance) -> tuple[Problem, ...]:
    """Compute the attributes that binds calculate; nothing reads them but the submission.

    Returns:
        XF-307 for each that could not be computed; it is empty then.
    """
    problems: list[Problem] = []
    for path, bind in instance.form.binds.items():
        owner, name = split_attribute(path)
        if name and bind.calculate:
            for node in instance.nodes_of(owner):
                set_attribute(node, name, attribute_value(instance, node, name, bind, problems))
    return tuple(problems)


def attribute_value(
    instance: Instance, node: InstanceNode, name: str, bind: Bind, problems: list[Problem]
) -> str:
    """The value of one attribute, seen from the attribute itself: `..` is its element."""
    attribute = next((each for each in node.attrs if each.name == name), None)
    if attribute is None or not bind.calculate:
        return ""
    context = Context(attribute, instance.scope, 1, 1, node)
    try:
        value = instance.expression(bind.calculate, bind.path).evaluate(context)
    except XPathError as error:
        what = f"calculate failed: {error.problems[0].message}"
        problems.append(Problem("XF-307", bind.path, what, "", Severity.WARNING))
        return ""
    return stored(bind.type, value, instance.settings.timezone)


def entities_of(instance: Instance) -> tuple[Entity, ...]:
    """What a finished interview makes and changes; an entity without an id is none."""
    compute_attributes(instance)
    found = (_entity(node) for node in _declared(instance) if node.relevant)
    return tuple(entity for entity in found if entity is not None)


def _declared(instance: Instance) -> Iterator[InstanceNode]:
    for node in instance.root_node.walk():
        parent = node.parent
        if node.name == "entity" and parent is not None and parent.name == "meta":
            yield node


def _entity(node: InstanceNode) -> Entity | None:
    said = {each.name: each.text for each in node.attrs}
    create, update = said.get("create", "") in TRUE, said.get("update", "") in TRUE
    label = next((kid.text for kid in node.named("label") if kid.shown), "")
    if not said.get("id") or not (create or update) or (not label and not update):
        return None
    return Entity(
        said.get("dataset", ""),
        said["id"],
        create,
        update,
        label,
        _properties(node),
        said.get("baseVersion", ""),
        said.get("trunkVersion", ""),
        said.get("branchId", ""),
    )


def _properties(node: InstanceNode) -> dict[str, str]:
    """Answers that the form saves to this entity: of its own row, not of rows within it."""
    meta = node.parent
    top = meta.parent if meta is not None else None
    waiting = [top] if top is not None else []
    found: dict[str, str] = {}
    while waiting:
        at = waiting.pop()
        name = at.program.bind.extra.get(SAVE_TO)
        if name:
            found[name] = at.text
        own = (kid for kid in at.kids if kid.shown and not _is_anothers(kid))
        waiting += reversed(list(own))
    return found


def _is_anothers(node: InstanceNode) -> bool:
    """Whether a row declares an entity of its own."""
    metas = node.named("meta") if node.program.is_repeat else []
    return any(meta.named("entity") for meta in metas)


# The list, without a network ------------------------------------------------------------------


def updated_list(table: bytes, entities: Sequence[Entity], new_uuid: Callable[[], str]) -> bytes:
    """An entity list as CSV with what was registered and corrected since it was fetched.

    Args:
        table: The list as the server wrote it, or as this function did; empty for none.
        entities: Of one dataset, in the order in which the interviews were finished.
        new_uuid: For the branch of changes that the server has not seen.
    """
    reader = csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline=""))
    rows = {row.get("name", ""): dict(row) for row in reader}
    for entity in entities:
        known = rows.get(entity.id)
        if known is not None and entity.update:
            rows[entity.id] = _corrected(known, entity, new_uuid)
        elif known is None and entity.create:
            rows[entity.id] = _registered(entity, new_uuid)
    names = dict.fromkeys([*_ORDER, *(name for row in rows.values() for name in row)])
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(names), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows.values())
    return out.getvalue().encode()


def _registered(entity: Entity, new_uuid: Callable[[], str]) -> dict[str, str]:
    own = {"name": entity.id, "label": entity.label, "__version": "1", "__trunkVersion": ""}
    return {**own, "__branchId": new_uuid(), **entity.values}


def _corrected(
    row: Mapping[str, str], entity: Entity, new_uuid: Callable[[], str]
) -> dict[str, str]:
    """One version more; the first change without a network leaves the server's version behind."""
    version = int(row.get("__version") or "1")
    branch = row.get("__branchId") or ""
    trunk = row.get("__trunkVersion", "") if branch else str(version)
    return {
        **row,
        "label": entity.label or row.get("label", ""),
        "__version": str(version + 1),
        "__trunkVersion": trunk,
        "__branchId": branch or new_uuid(),
        **entity.values,
    }

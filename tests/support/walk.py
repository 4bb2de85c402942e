"""Answers by chance, of the right kind: what an enumerator might give, and now and then none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

    from forms.engine.instance import Instance
    from forms.engine.node import Node

NUMBERS = ("0", "1", "2", "3", "5", "8", "17", "40", "99")
WORDS = ("", "Asha", "2 rooms", "no")
DATES = ("1980-05-01", "2019-12-31", "2026-11-24")
BY_TYPE = {
    "int": NUMBERS,
    "decimal": (*NUMBERS, "2.5"),
    "date": DATES,
    "time": ("08:30:00.000Z",),
    "dateTime": ("2026-11-24T08:30:00.000Z",),
    "boolean": ("1", "0"),
    "geotrace": ("-1.3 36.8 0 5; -1.31 36.79 0 5",),
    "geoshape": ("-1.3 36.8 0 5; -1.31 36.79 0 5; -1.3 36.79 0 5; -1.3 36.8 0 5",),
    "geopoint": ("-1.3 36.8 0 5", "-1.31 36.79 0 5"),
}


def answer_for(node: Node, chance: Random) -> str:
    """Some answer to a question; one of eight is none."""
    control = node.control
    if control is None or chance.random() < 0.125:
        return ""
    values = [choice.value for choice in node.choices()]
    if control.kind == "select1":
        return chance.choice(values) if values else ""
    if control.kind == "select":
        return " ".join(v for v in values if chance.random() < 0.4)
    if control.kind == "trigger":
        return "OK"
    return chance.choice(BY_TYPE.get(node.bind_type, WORDS))


def questions(instance: Instance) -> list[Node]:
    """Every question that stands in the interview now, asked or not, and may be answered."""
    nodes = [instance.node(inner.ref) for inner in instance.root_node.walk()]
    answered = (node for node in nodes if node.control is not None and not node.children)
    return [node for node in answered if not node.read_only and node.control.kind != "upload"]  # type: ignore[union-attr]


def wander(instance: Instance, chance: Random, steps: int) -> None:
    """Answer questions and add and remove rows, by chance."""
    for _ in range(steps):
        act = chance.random()
        if act < 0.08 and _change_rows(instance, chance, add=act < 0.05):
            continue
        asked = questions(instance)
        node = chance.choice(asked)
        instance.answer(node.ref, answer_for(node, chance))


def _change_rows(instance: Instance, chance: Random, *, add: bool) -> bool:
    rows = [instance.node(inner.ref) for inner in instance.root_node.walk()]
    removable = [row for row in rows if row.can_remove]
    addable = [(node, path) for node in rows for path in _repeats_of(node, instance)]
    if add and addable:
        node, name = chance.choice(addable)
        instance.add_repeat(f"{node.ref}/{name}")
        return True
    if removable and not add:
        instance.remove_repeat(chance.choice(removable).ref)
        return True
    return False


def _repeats_of(node: Node, instance: Instance) -> list[str]:
    names = [path.rpartition("/") for path in instance.form.repeat_paths]
    return [name for parent, _, name in names if parent == node.path and node.can_add(name)]


Fact = tuple[str, str, bool, bool, bool]


def facts(instance: Instance, *leave: str) -> list[Fact]:
    """What every node shows; paths that end in one of `leave` are left out."""
    nodes = [instance.node(inner.ref) for inner in instance.root_node.walk()]
    return [
        (n.ref, n.value, n.relevant, n.required, n.read_only)
        for n in nodes
        if not n.path.endswith(leave or ("\0",))
    ]

"""The closed choice list behind a question, with the ladder columns of its rows.

A list is closed when its codes stand in the form or in a file of the bundle. One that is filled
from answers (whom of the roster do you mean?) is not: its codes are what somebody said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from forms.privacy.domain import ChoiceList

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.definition import Control, FormDefinition
    from forms.lists import DataNode, SecondaryInstance

_OF_INSTANCE: Final = re.compile(r"\s*(?:randomize\(\s*)?instance\(\s*(['\"])(.+?)\1\s*\)")
"""A nodeset that starts in a secondary instance. Source: ODK XForms, itemset."""
_RUNG: Final = re.compile(r"gen[1-9]\d?")


def closed_list(form: FormDefinition, control: Control) -> ChoiceList | None:
    """Every code that `control` can answer, whatever its filter; None when it is not closed."""
    if control.itemset is None:
        return ChoiceList(tuple(dict.fromkeys(item.value for item in control.items)))
    found = _OF_INSTANCE.match(control.itemset.nodeset)
    instance = form.instances.get(found[2]) if found else None
    if instance is None:
        return None
    known = _READ.setdefault(instance, {})
    if control.itemset.value not in known:
        known[control.itemset.value] = _list(instance, control.itemset.value)
    return known[control.itemset.value]


_READ: Final[WeakKeyDictionary[SecondaryInstance, dict[str, ChoiceList]]] = WeakKeyDictionary()
"""Lists by the column of their codes: many questions offer one long list, which is read once."""


def _list(instance: SecondaryInstance, value: str) -> ChoiceList:
    groups: dict[str, tuple[str, ...]] = {}
    for row in _rows(instance, value):
        code = _text(row, value)
        rungs = _rungs(row)
        # One code in two rows with two ladders has none: the check then finds the gap.
        groups[code] = rungs if groups.setdefault(code, rungs) == rungs else ()
    return ChoiceList(tuple(groups), groups)


def _rows(instance: SecondaryInstance, value: str) -> Iterator[DataNode]:
    """Elements that have a child named as the itemset's value, in document order."""
    waiting = [instance.top]
    while waiting:
        node = waiting.pop()
        if node.children_named(value):
            yield node
        waiting += reversed(node.children())


def _text(row: DataNode, column: str) -> str:
    cells = row.children_named(column)
    return cells[0].string_value().strip() if cells else ""


def _rungs(row: DataNode) -> tuple[str, ...]:
    """The texts of `gen1`, `gen2`, … up to the last column there is."""
    last = sum(1 for cell in row.children() if _RUNG.fullmatch(cell.name))
    return tuple(_text(row, f"gen{rung}") for rung in range(1, last + 1))

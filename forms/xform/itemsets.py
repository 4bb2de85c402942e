"""Whether the lists that questions offer have what is shown and stored, told before anybody asks.

A list without its value column would show an enumerator empty rows; Collect refuses such a form,
by the first row of the list, and so do we.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from forms.errors import XFormError
from forms.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.definition import Control, FormDefinition
    from forms.lists import DataNode

_LIST: Final = re.compile(r"\s*(?:randomize\(\s*)?instance\(\s*(['\"])(.+?)\1\s*\)((?:/[\w.-]+)+)")
"""A nodeset that begins with plain steps into a list. Source: ODK XForms, itemset."""
_NAME: Final = re.compile(r"[\w.-]+")


def check_itemsets(form: FormDefinition) -> None:
    """Refuse a form of which a question offers a list without its value or its label.

    Raises:
        XFormError: XF-112, every such question.
    """
    problems = [p for control in form.controls.values() for p in _problems(form, control)]
    if problems:
        raise XFormError(*problems)


def _problems(form: FormDefinition, control: Control) -> Iterator[Problem]:
    found = _LIST.match(control.itemset.nodeset) if control.itemset is not None else None
    if control.itemset is None or found is None or found[2] not in form.instances:
        return
    row = _first(form.instances[found[2]].top, found[3].strip("/").split("/"))
    wanted = {"value": control.itemset.value, "label": control.itemset.label}
    for what, name in wanted.items():
        if row is not None and _NAME.fullmatch(name) and not row.children_named(name):
            message = f"the list {found[2]} has no {name}, which is its {what}"
            advice = f"Give its rows a {name}, or name another column."
            yield Problem("XF-112", control.path, message, advice)


def _first(top: DataNode, steps: list[str]) -> DataNode | None:
    """The first row of a list, which stands for all; None when the list is empty."""
    node: DataNode | None = top
    for step in steps:
        node = next(iter(node.children_named(step)), None) if node is not None else None
    return node

"""Saved interviews that a suite made up itself: what the recording still tells of them.

The file is not recorded, only what opening it gave, or why it was refused (decision 0106).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

from forms.definition import FormDefinition

OPENED = frozenset({"serialize-and-restore", "editCurrentInstance"})
_OTHER_FORM = re.compile(r'Expected instance id to be ".*", got: "(.*)"')


def refused(step: Mapping[str, Any]) -> bool:
    """Whether the reference refused to open the file because it is of another form."""
    return step.get("do") in OPENED and bool(_OTHER_FORM.search(str(step.get("throws", ""))))


def of_another_form(draft: bytes, why: str) -> bytes:
    """Our own draft under the id that the refusal names; `null` is none."""
    found, root = _OTHER_FORM.search(why), ET.fromstring(draft)
    root.attrib.pop("id", None)
    if found is not None and found[1] != "null":
        root.set("id", found[1])
    written: bytes = ET.tostring(root)
    return written


def answered_anew(form: FormDefinition, before: str, after: str) -> bool:
    """Whether an answer that nothing computes differs, so that it came out of the suite's file."""
    old, new = (dict(_answers(form, xml)) for xml in (before, after))
    return old.keys() == new.keys() and old != new


def _answers(form: FormDefinition, xml: str) -> Iterator[tuple[str, str]]:
    root = ET.fromstring(xml or "<none/>")
    targets = {action.target for action in form.actions}
    waiting = [(root, f"/{_local(root)}", f"/{_local(root)}")]
    while waiting:
        element, path, place = waiting.pop()
        for number, child in enumerate(element):
            name = _local(child)
            waiting.append((child, f"{path}/{name}", f"{place}/{name}[{number}]"))
        bind = form.binds.get(path)
        computed = bind is not None and bool(bind.calculate or bind.preload)
        if len(element) == 0 and not computed and path not in targets:
            yield place, element.text or ""


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]

"""An interview to XML and back: drafts with everything, submissions with what is relevant."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from forms.engine.submission import Row, Submission
from forms.errors import XFormError
from forms.problems import Problem
from forms.xform.document import parse_xml
from forms.xform.names import ORX, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.engine.instance import Instance
    from forms.engine.nodes import InstanceNode

for _prefix, _uri in {
    "orx": ORX,
    "jr": "http://openrosa.org/javarosa",
    "odk": "http://www.opendatakit.org/xforms",
    "entities": "http://www.opendatakit.org/xforms/entities",
}.items():
    ET.register_namespace(_prefix, _uri)


def draft(instance: Instance) -> bytes:
    """The whole tree, relevant or not."""
    return _written(_element(instance.root_node, everything=True))


def submission_xml(instance: Instance) -> bytes:
    """The tree without what is not relevant."""
    return _written(_element(instance.root_node, everything=False))


def _written(element: ET.Element) -> bytes:
    written: bytes = ET.tostring(element, encoding="utf-8")
    return written


def _element(top: InstanceNode, *, everything: bool) -> ET.Element:
    root = _bare(top)
    waiting = [(top, root)]
    while waiting:
        node, element = waiting.pop()
        for kid in node.kids:
            if everything or kid.shown:
                child = _bare(kid)
                element.append(child)
                waiting.append((kid, child))
    return root


def _bare(node: InstanceNode) -> ET.Element:
    element = ET.Element(f"{{{node.namespace}}}{node.name}" if node.namespace else node.name)
    for each in node.attrs:
        element.set(f"{{{each.namespace}}}{each.name}" if each.namespace else each.name, each.text)
    if not node.kids and node.text:
        element.text = node.text
    return element


def overlay(instance: Instance, xml: bytes) -> None:
    """Put a saved interview over the form's own tree; rows are made as the XML has them.

    Raises:
        XFormError: XF-101, XF-103 damaged or hostile; XF-110 of another form.
    """
    saved, _ = parse_xml(xml, "saved interview")
    root = instance.root_node
    _refuse_of_another_form(root, saved)
    waiting = [(root, saved)]
    while waiting:
        node, element = waiting.pop()
        _overlay_text(node, element)
        by_name: dict[str, list[ET.Element]] = {}
        for child in element:
            by_name.setdefault(split(child.tag)[1], []).append(child)
        for name, below in node.program.below.items():
            elements = by_name.get(name, [])
            if below.is_repeat:
                _fit_rows(instance, node, name, len(elements))
            waiting += list(zip(node.named(name), elements, strict=False))


def _refuse_of_another_form(root: InstanceNode, saved: ET.Element) -> None:
    name, own_id = split(saved.tag)[1], next((a.text for a in root.attrs if a.name == "id"), None)
    if (name, saved.get("id")) != (root.name, own_id):
        advice = "Open it with the form that it was filled with."
        message = f"this form's root is {root.name}, its id {own_id!r}"
        raise XFormError(Problem("XF-110", f"{name} {saved.get('id')!r}", message, advice))


def _overlay_text(node: InstanceNode, element: ET.Element) -> None:
    if not node.program.below:
        node.text = element.text or ""
    for key, text in element.attrib.items():
        uri, name = split(key)
        for own in node.attrs:
            if own.name == name and own.namespace == uri and node.parent is not None:
                own.text = text if node.program.depth > 1 else own.text


def _fit_rows(instance: Instance, parent: InstanceNode, name: str, wanted: int) -> None:
    rows = parent.named(name)
    program = parent.program.below[name]
    for row in reversed(rows[wanted:]):
        parent.remove(row)
    for _ in range(wanted - len(rows)):
        row = instance.rows.build(program, parent)
        parent.insert(instance.rows.end(parent, program), row)


def _meta(instance: Instance, name: str) -> InstanceNode | None:
    for meta in instance.root_node.named("meta"):
        for node in meta.named(name):
            return node
    return None


def set_instance_id(instance: Instance, value: str) -> None:
    """Give the interview its instanceID."""
    node = _meta(instance, "instanceID")
    if node is not None:
        node.text = value


def instance_id(instance: Instance) -> str:
    """The instanceID; empty when the form has no place for it."""
    node = _meta(instance, "instanceID")
    return node.text if node is not None else ""


def needs_id(instance: Instance) -> bool:
    """Whether the interview has no id yet, or still that of the submission that it corrects."""
    old, own = _meta(instance, "deprecatedID"), instance_id(instance)
    return not own or (old is not None and old.text == own)


def deprecate(instance: Instance, new_id: str) -> None:
    """Make the interview an edit: deprecatedID is the id it had, instanceID a new one.

    A form that preloads no id gets its new one when the interview is finalised (decision 0121).
    """
    old, own = instance_id(instance), _meta(instance, "instanceID")
    if own is not None and own.program.bind.preload == "uid":
        own.text = new_id
    node = _meta(instance, "deprecatedID")
    if node is None:
        meta = next(iter(instance.root_node.named("meta")), None)
        if meta is None:
            return
        node = instance.rows.sibling(meta, "deprecatedID")
    node.text = old


def submission(instance: Instance) -> Submission:
    """The frozen submission of a valid interview."""
    return Submission(
        instance.form.form_id,
        instance.form.version,
        instance_id(instance),
        submission_xml(instance),
        _row(instance.root_node),
    )


def _row(top: InstanceNode) -> Row:
    """Relevant, non-empty answers; rows of repeats as rows."""
    values: dict[str, str] = {}
    repeats: dict[str, list[Row]] = {}
    for node in _within(top):
        if node is not top and node.program.is_repeat:
            repeats.setdefault(node.program.path, []).append(_row(node))
        elif not node.kids and node.text:
            values[node.program.path] = node.text
    return Row(values, {path: tuple(rows) for path, rows in repeats.items()})


def _within(top: InstanceNode) -> Iterator[InstanceNode]:
    """Relevant nodes of one row; rows below it are given, and not entered."""
    waiting = [top]
    while waiting:
        node = waiting.pop()
        yield node
        if node is top or not node.program.is_repeat:
            waiting += [kid for kid in reversed(node.kids) if kid.shown]

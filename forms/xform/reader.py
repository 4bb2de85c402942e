"""XForm XML to a `FormDefinition`: the only door for forms on tablets and servers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forms.definition import Bind, Element, FormDefinition
from forms.errors import XFormError
from forms.problems import Problem, Severity
from forms.uncollected import uncollected
from forms.xform.body import BodyReader, absolute_path, action_of
from forms.xform.document import parse_xml
from forms.xform.itemsets import check_itemsets
from forms.xform.names import JR, ORX, USUAL, XF, XHTML, split
from forms.xform.secondary import external_instance, inline_instance
from forms.xform.texts import message_of, translations_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree import ElementTree as ET

    from forms.definition import Action
    from forms.lists import SecondaryInstance

_KNOWN_BIND = frozenset(
    {"nodeset", "id", "type", "relevant", "required", "constraint", "readonly", "calculate"}
)


@uncollected()
def read_form(
    xml: bytes, resources: Mapping[str, bytes] | None = None, *, missing_is_empty: bool = False
) -> FormDefinition:
    """Read an XForm.

    Args:
        xml: The document.
        resources: Files that it names, by file name.
        missing_is_empty: Whether lists whose file is missing are empty instead of an error.

    Raises:
        XFormError: XF-101 to XF-112; nothing is half loaded.
    """
    document, prefixes = parse_xml(xml)
    model = _model(document)
    instances = model.findall(f"{{{XF}}}instance")
    if not instances or len(instances[0]) == 0:
        raise XFormError(Problem("XF-102", "model", "there is no primary instance"))
    root, binds, ids, oddities = _primary(model, instances[0][0])
    body = document.find(f"{{{XHTML}}}body")
    reader = BodyReader(root.name, ids, frozenset(paths_of(root)))
    shown = reader.read(body, f"/{root.name}") if body is not None else ()
    translations, default = translations_of(model.find(f"{{{XF}}}itext"))
    form = FormDefinition(
        form_id=_attribute(root, "id") or root.namespace or root.name,
        version=_attribute(root, "version"),
        title=_title(document),
        root=root,
        namespaces={**USUAL, "": root.namespace, **{p: u for p, u in prefixes.items() if p}},
        binds=binds,
        body=shown,
        actions=(*_actions(model, root, ids), *reader.actions),
        translations=translations,
        default_language=default,
        instances=_secondary(instances[1:], resources or {}, missing_is_empty=missing_is_empty),
        warnings=(*oddities, *reader.warnings),
    )
    check_itemsets(form)
    return form


def _primary(
    model: ET.Element, source: ET.Element
) -> tuple[Element, dict[str, Bind], dict[str, str], list[Problem]]:
    """The primary instance with its binds, their ids, and what is odd about them."""
    written = element_of(source)
    root = with_instance_id(written)
    binds, ids, oddities = _binds(model, root)
    if root is not written:
        path = f"/{root.name}/meta/instanceID"
        binds.setdefault(path, Bind(path, preload="uid"))
    return root, binds, ids, oddities


def _model(document: ET.Element) -> ET.Element:
    head = document.find(f"{{{XHTML}}}head")
    model = head.find(f"{{{XF}}}model") if head is not None else None
    if model is None:
        model = next(document.iter(f"{{{XF}}}model"), None)
    if model is None:
        raise XFormError(
            Problem("XF-102", split(document.tag)[1], "there is no model", "Is this file an XForm?")
        )
    return model


def with_instance_id(root: Element) -> Element:
    """The root with `meta/instanceID`, added where the form has no place for it.

    Every server tells interviews apart by it. Source: OpenRosa Metadata Schema.
    """
    meta = next((child for child in root.children if child.name == "meta"), None)
    if meta is None:
        added = Element("meta", ORX, "", {}, (Element("instanceID", ORX, "", {}, ()),))
        return replace(root, children=(*root.children, added))
    if any(child.name == "instanceID" for child in meta.children):
        return root
    full = replace(
        meta, children=(*meta.children, Element("instanceID", meta.namespace, "", {}, ()))
    )
    return replace(root, children=tuple(full if c is meta else c for c in root.children))


def element_of(source: ET.Element) -> Element:
    """An element of the primary instance with everything below it."""
    uri, name = split(source.tag)
    template = f"{{{JR}}}template" in source.attrib
    attributes = {k: v for k, v in source.attrib.items() if k != f"{{{JR}}}template"}
    children = tuple(element_of(child) for child in source)
    text = "" if children else source.text or ""
    space = "" if uri == XF else uri
    return Element(name, space, text, attributes, children, template)


def paths_of(root: Element) -> list[str]:
    """Every path of an instance, in document order."""
    found, waiting = [], [(root, f"/{root.name}")]
    while waiting:
        element, path = waiting.pop()
        found.append(path)
        waiting += [(child, f"{path}/{child.name}") for child in reversed(element.children)]
    return found


def _attribute(root: Element, name: str) -> str:
    return root.attributes.get(name) or root.attributes.get(f"{{{ORX}}}{name}", "")


def _title(document: ET.Element) -> str:
    title = document.find(f"{{{XHTML}}}head/{{{XHTML}}}title")
    return (title.text or "").strip() if title is not None else ""


def _binds(
    model: ET.Element, root: Element
) -> tuple[dict[str, Bind], dict[str, str], list[Problem]]:
    binds: dict[str, Bind] = {}
    ids: dict[str, str] = {}
    oddities: list[Problem] = []
    known = frozenset(paths_of(root))
    for element in model.findall(f"{{{XF}}}bind"):
        path = absolute_path(element.get("nodeset") or element.get("ref") or "", f"/{root.name}")
        if element.get("id"):
            ids[element.get("id", "")] = path
        if path.partition("/@")[0] not in known:
            found = Problem("XF-106", path, "a bind points at a node that is not in the form")
            oddities.append(Problem(found.code, path, found.message, "", Severity.WARNING))
        binds[path] = _bind(path, element)
    return binds, ids, oddities


def _bind(path: str, element: ET.Element) -> Bind:
    get = element.get
    extra = {
        key: value
        for key, value in element.attrib.items()
        if key.startswith("{") and split(key)[0] != JR
    }
    return Bind(
        path,
        (get("type") or "string").rpartition(":")[2],
        get("relevant") or None,
        get("required") or None,
        get("constraint") or None,
        get("readonly") or None,
        get("calculate") or None,
        message_of(get(f"{{{JR}}}constraintMsg")),
        message_of(get(f"{{{JR}}}requiredMsg")),
        get(f"{{{JR}}}preload", ""),
        get(f"{{{JR}}}preloadParams", ""),
        extra,
    )


def _actions(model: ET.Element, root: Element, bind_ids: Mapping[str, str]) -> list[Action]:
    found = (action_of(element, f"/{root.name}", "", bind_ids) for element in model)
    return [action for action in found if action is not None]


def _secondary(
    elements: list[ET.Element], resources: Mapping[str, bytes], *, missing_is_empty: bool
) -> dict[str, SecondaryInstance]:
    found = {}
    for element in elements:
        name, source = element.get("id", ""), element.get("src", "")
        if source:
            found[name] = external_instance(
                name, source, resources, missing_is_empty=missing_is_empty
            )
        else:
            found[name] = inline_instance(name, element)
    return found

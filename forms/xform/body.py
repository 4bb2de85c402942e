"""The body of an XForm: what is shown, in which order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forms.definition import Action, Control, Group, Item, Itemset, Repeat, Text
from forms.errors import XFormError
from forms.problems import Problem, Severity
from forms.xform.names import JR, ODK, XF, split
from forms.xform.texts import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

    from forms.definition import BodyElement

CONTROLS = frozenset({"input", "select1", "select", "rank", "upload", "range", "trigger", "secret"})
ACTIONS = frozenset({"setvalue", "setgeopoint", "recordaudio"})
NEW_ROW = "odk-new-repeat"
EVENTS = frozenset(
    {
        "odk-instance-first-load", "odk-instance-load", "xforms-ready", "xforms-value-changed",
        "xforms-revalidate", NEW_ROW,
    }
)  # fmt: skip
"""Events that an action may wait for. Source: ODK XForms, events; xforms-ready is its ancestor."""
_STEPS = re.compile(r"[^/]+")
_EVENT = "{http://www.w3.org/2001/xml-events}event"


class BodyReader:
    """Reads body elements, and collects nested actions and oddities on the way.

    Args:
        binds: `id` of a bind to its path, for controls that name a bind.
        paths: Every path of the primary instance.
    """

    def __init__(self, root: str, bind_ids: Mapping[str, str], paths: frozenset[str]) -> None:
        self._root = root
        self._bind_ids = bind_ids
        self._paths = paths
        self.actions: list[Action] = []
        self.warnings: list[Problem] = []

    def read(self, parent: Element, context: str) -> tuple[BodyElement, ...]:
        """The elements of a group, with `context` as the base of relative references."""
        found: list[BodyElement] = []
        for child in parent:
            name = split(child.tag)[1]
            if name == "group":
                found.append(self._group(child, context))
            elif name == "repeat":
                found.append(self._repeat(child, context, None, ()))
            elif name in CONTROLS:
                found.append(self._control(name, child, context))
        return tuple(found)

    def _group(self, element: Element, context: str) -> Group | Repeat:
        label, appearance = text_of(_child(element, "label")), _words(element)
        path = self._path(element, context)
        repeat = _child(element, "repeat")
        if repeat is not None and len(_shown(element)) == 1:
            return self._repeat(repeat, path or context, label, appearance)
        return Group(path, label, appearance, self.read(element, path or context))

    def _repeat(
        self, element: Element, context: str, label: Text | None, appearance: tuple[str, ...]
    ) -> Repeat:
        path = self._path(element, context)
        for child in element:
            self._action(child, path)
        return Repeat(
            path,
            label if label is not None else text_of(_child(element, "label")),
            (*appearance, *_words(element)),
            element.get(f"{{{JR}}}count") or None,
            element.get(f"{{{JR}}}noAddRemove", "").strip() in {"true()", "true", "1"},
            self.read(element, path),
        )

    def _control(self, kind: str, element: Element, context: str) -> Control:
        path = self._path(element, context)
        if path not in self._paths:
            self.warnings.append(
                Problem(
                    "XF-106",
                    path or kind,
                    "the question points at a node that is not in the form",
                    "Check the name of the question.",
                    Severity.WARNING,
                )
            )
        for child in element:
            self._action(child, path)
        return Control(
            kind,
            path,
            text_of(_child(element, "label")),
            text_of(_child(element, "hint")),
            _words(element),
            _items(element),
            _itemset(element),
            element.get("mediatype", ""),
            _parameters(element),
        )

    def _path(self, element: Element, context: str) -> str:
        bind = element.get("bind")
        if bind and bind in self._bind_ids:
            return self._bind_ids[bind]
        written = element.get("nodeset") or element.get("ref") or ""
        return absolute_path(written, context) if written else ""

    def _action(self, element: Element, source: str) -> None:
        action = action_of(element, source or f"/{self._root}", source, self._bind_ids)
        if action is not None:
            self.actions.append(action)


def action_of(
    element: Element, context: str, source: str, bind_ids: Mapping[str, str]
) -> Action | None:
    """A `setvalue`, `setgeopoint` or `recordaudio`; None for any other element.

    Raises:
        XFormError: XF-111 it waits for an event that never comes, or that never comes here.
    """
    uri, name = split(element.tag)
    if name not in ACTIONS:
        return None
    events = tuple((element.get(_EVENT) or element.get("event") or "").split())
    never = [event for event in events if event not in EVENTS]
    if never or (not source and NEW_ROW in events) or (name != "setvalue" and uri != ODK):
        what = f"the action waits for {' '.join(never or events)}, which never comes here"
        raise XFormError(Problem("XF-111", context, what, "Check its event and its namespace."))
    bind = bind_ids.get(element.get("bind", ""))
    target = bind or absolute_path(element.get("ref") or element.get("bind") or "", context)
    return Action(name, events, target, element.get("value") or None, element.text or "", source)


def absolute_path(written: str, context: str) -> str:
    """A reference as an absolute path without predicates, positions or prefixes.

    Raises:
        XFormError: XF-106 it leads above the root.
    """
    plain = re.sub(r"\[[^\]]*\]", "", written.strip())
    steps = [] if plain.startswith("/") else _STEPS.findall(context)
    for step in _STEPS.findall(plain):
        if step == "..":
            if not steps:
                raise XFormError(Problem("XF-106", written, "the reference leads above the form"))
            steps.pop()
        elif step not in {".", "current()"}:
            steps.append(step.rpartition(":")[2])
    return "/" + "/".join(steps)


def _child(element: Element, name: str) -> Element | None:
    return next((c for c in element if split(c.tag)[1] == name), None)


def _shown(element: Element) -> list[Element]:
    shown = CONTROLS | {"group", "repeat"}
    return [c for c in element if split(c.tag)[1] in shown]


def _words(element: Element) -> tuple[str, ...]:
    return tuple(element.get("appearance", "").split())


def _items(element: Element) -> tuple[Item, ...]:
    found = []
    for item in element:
        if split(item.tag)[1] != "item":
            continue
        value, label = _child(item, "value"), text_of(_child(item, "label"))
        text = (value.text or "").strip() if value is not None else ""
        found.append(Item(text, label if label is not None else _plain(text)))
    return tuple(found)


def _plain(text: str) -> Text:
    return Text(parts=(text,))


def _itemset(element: Element) -> Itemset | None:
    itemset = _child(element, "itemset")
    if itemset is None:
        return None
    value, label = _child(itemset, "value"), _child(itemset, "label")
    value_ref = value.get("ref", "name") if value is not None else "name"
    label_ref = label.get("ref", value_ref) if label is not None else value_ref
    match = re.match(r"\s*jr:itext\((.*)\)\s*\Z", label_ref)
    return Itemset(
        itemset.get("nodeset", ""), value_ref, match[1] if match else label_ref, bool(match)
    )


def _parameters(element: Element) -> dict[str, str]:
    found = {}
    for key, value in element.attrib.items():
        uri, name = split(key)
        if uri in {ODK, XF} or (not uri and name not in {"ref", "bind", "appearance", "mediatype"}):
            found[name] = value
        elif uri:
            found[key] = value
    return found

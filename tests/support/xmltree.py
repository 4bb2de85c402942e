"""Any XML document as the nodes that XPath walks: for the recorded cases, not for forms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.dom import minidom

if TYPE_CHECKING:
    from collections.abc import Sequence

XMLNS = "http://www.w3.org/2000/xmlns/"
_KINDS = {1: "element", 2: "attribute", 3: "text", 4: "text", 8: "comment", 9: "root"}
_STEP = re.compile(
    r"(\*|text\(\)|comment\(\)|processing-instruction\(\))\[(\d+)\]|@(?:\{(.*?)\})?(.+)"
)


class XmlNode:
    """One node of a minidom document."""

    def __init__(
        self, source: minidom.Node, parent: XmlNode | None, *, declarations: bool = False
    ) -> None:
        self._keeps_declarations = declarations
        self.parent = parent
        self.kind = _KINDS.get(source.nodeType, "processing-instruction")
        named = self.kind in {"element", "attribute"}
        self.name: str = (source.localName or source.nodeName) if named else ""
        self.prefix: str = (source.prefix or "") if named else ""
        if self.kind == "processing-instruction":
            self.name = source.target
        self.namespace: str = (source.namespaceURI or "") if named else ""
        self._text = "" if self.kind in {"root", "element"} else source.nodeValue or ""
        self.scope: dict[str, str] = dict(parent.scope) if parent else {}
        self._attributes: list[XmlNode] = []
        self._declared: list[XmlNode] = []
        self._children: list[XmlNode] = []
        if self.kind == "element":
            self._read_attributes(source)
        if self.kind in {"root", "element"}:
            for child in source.childNodes:
                if child.nodeType != 10:
                    self._append(child)

    def _append(self, child: minidom.Node) -> None:
        # A CDATA section is a text node beside others, as the recorded engines' DOM has it.
        self._children.append(XmlNode(child, self, declarations=self._keeps_declarations))

    def _read_attributes(self, source: minidom.Element) -> None:
        for each in source.attributes.values():
            if each.namespaceURI == XMLNS:
                self.scope["" if each.prefix is None else each.localName] = each.value
                if self._keeps_declarations:
                    self._declared.append(self._namespace(each))
            else:
                self._attributes.append(XmlNode(each, self))

    def _namespace(self, source: minidom.Attr) -> XmlNode:
        """A declaration as a namespace node."""
        node = XmlNode(source, self)
        node.kind, node.namespace, node.prefix = "namespace", "", ""
        return node

    def children(self) -> Sequence[XmlNode]:
        return self._children

    def children_named(self, name: str) -> Sequence[XmlNode]:
        return [c for c in self._children if c.kind == "element" and c.name == name]

    def attributes(self) -> Sequence[XmlNode]:
        return self._attributes

    def namespaces(self) -> Sequence[XmlNode]:
        return self._declared

    def string_value(self) -> str:
        if self.kind not in {"root", "element"}:
            return self._text
        return "".join(c.string_value() for c in self._children if c.kind in {"element", "text"})


def parse(xml: str | None, *, declarations: bool = False) -> XmlNode:
    """A document's root node; `<root/>` when there is none.

    With `declarations` it has namespace nodes, as XPath 1.0 by itself; trees of ODK have none.
    """
    document = minidom.parseString((xml or "<root/>").encode())
    return XmlNode(document, None, declarations=declarations)


def at(root: XmlNode, path: str) -> XmlNode:
    """The node that a case names: `/*[1]/*[2]/text()[1]`, `/*[1]/@{ns}name`, `/`."""
    node = root
    for part in _parts(path):
        match = _STEP.fullmatch(part)
        assert match is not None, path
        if match[4]:
            uri = "" if match[3] in (None, XMLNS) else match[3]
            owned = node.namespaces() if match[3] == XMLNS else node.attributes()
            own = [a for a in owned if (a.namespace, a.name) == (uri, match[4])]
            if not own:
                raise LookupError(path)
            node = own[0]
            continue
        kind = "element" if match[1] == "*" else match[1][:-2]
        same = [c for c in node.children() if c.kind == kind]
        if int(match[2]) > len(same):
            raise LookupError(path)  # a split CDATA section, or a namespace node: see the deny-list
        node = same[int(match[2]) - 1]
    return node


def _parts(path: str) -> list[str]:
    """Steps of a path; a namespace in braces may hold slashes."""
    return [p for p in re.split(r"/(?![^{]*\})", path) if p]

"""Bytes to an element tree, safely: no document type, no entity, bounded size and depth.

The C parser does the work. A document type is refused before anything of it is read, so entity
bombs and external files never begin.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET
from xml.parsers import expat

from forms.errors import XFormError
from forms.problems import Problem

if TYPE_CHECKING:
    from typing import NoReturn

DEEPEST = 256
"""Nested elements; the deepest of some 700 public XForms has 14."""
_INVALID_TOKEN = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]
_ATTRIBUTE = re.compile(rb"""=\s*"[^"]*\"""")
_RAW_LESS = re.compile(rb"""=\s*"[^"<>]*<""")
"""A raw `<` in an expression is not XML, and JavaRosa reads it: forms written by hand have it."""
_PLAIN_START = re.compile(
    rb"""(?:\xef\xbb\xbf)?\s*(?:<\?xml\s(?:(?!encoding)[^>])*(?:encoding\s*=\s*["'](?i:utf-8|us-ascii)["']"""
    rb"""[^>]*)?\?>)?\s*<[^?]"""
)
"""A document in an encoding in which the words of a document type are written in these bytes."""
LARGEST_BYTES = 64 * 1024 * 1024
MOST_ATTRIBUTES = 1_000
"""Attributes of one element; real forms have some twenty."""
MOST_ELEMENTS = 1_000_000
"""Elements of one document; a form of 5,000 questions and 10,400 choices has some 150,000."""


class _Guard:
    """Builds the tree and stops at the first sign of a hostile document."""

    def __init__(self) -> None:
        self.builder = ET.TreeBuilder()
        self.depth = 0
        self.elements = 0
        self.prefixes: dict[str, str] = {}
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self.builder.data
        self._parser.StartNamespaceDeclHandler = self._declare
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._doctype

    def feed(self, xml: bytes) -> ET.Element:
        self._parser.Parse(xml, True)
        return self.builder.close()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise XFormError(
                Problem("XF-104", self._place(), f"elements are nested more than {DEEPEST} deep")
            )
        self.elements += 1
        if len(attributes) > MOST_ATTRIBUTES:
            raise XFormError(
                Problem("XF-104", self._place(), f"it has more than {MOST_ATTRIBUTES} attributes")
            )
        if self.elements > MOST_ELEMENTS:
            raise XFormError(
                Problem("XF-104", self._place(), f"there are more than {MOST_ELEMENTS:,} elements")
            )
        self.builder.start(_named(tag), {_named(k): v for k, v in attributes.items()})

    def _end(self, tag: str) -> None:
        self.depth -= 1
        self.builder.end(_named(tag))

    def _declare(self, prefix: str | None, uri: str | None) -> None:
        self.prefixes.setdefault(prefix or "", uri or "")

    def _doctype(self, *_: object) -> NoReturn:
        raise XFormError(
            Problem(
                "XF-103",
                self._place(),
                "a document type or an entity is declared; it could read files or fill memory",
                "Remove the DOCTYPE line; XForms need none.",
            )
        )

    def _place(self) -> str:
        return f"line {self._parser.CurrentLineNumber}"


def _named(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def _quick(xml: bytes) -> tuple[ET.Element, dict[str, str]] | None:
    """The tree by the C builder alone, which knows no bounds; None where it must be guarded.

    It may be used only where the bytes themselves show that there is no document type, and that
    the elements cannot be too many. Five times faster than the guard, on a form with long lists.
    """
    if not _PLAIN_START.match(xml) or b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or b"\0" in xml:
        return None
    if xml.count(b"<") > MOST_ELEMENTS or xml.count(b"=") > MOST_ELEMENTS:
        return None
    try:
        root = ET.fromstring(xml)  # noqa: S314 -- nothing is declared: see above
    except ET.ParseError:
        return None
    return (root, _prefixes(xml)) if _is_modest(root) else None


def _prefixes(xml: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartNamespaceDeclHandler = lambda prefix, uri: found.setdefault(prefix or "", uri or "")
    parser.Parse(xml, True)
    return found


def _is_modest(root: ET.Element) -> bool:
    """Whether no element is too deep or has too many attributes."""
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > DEEPEST or any(len(each.attrib) > MOST_ATTRIBUTES for each in level):
            return False
        level = [child for each in level for child in each]
    return True


def _fed(xml: bytes) -> tuple[ET.Element, dict[str, str]]:
    quick = _quick(xml)
    if quick is not None:
        return quick
    guard = _Guard()
    try:
        return guard.feed(xml), guard.prefixes
    except expat.ExpatError as error:
        if error.code != _INVALID_TOKEN or not _RAW_LESS.search(xml):
            raise
    guard = _Guard()
    return guard.feed(_ATTRIBUTE.sub(_escaped, xml)), guard.prefixes


def _escaped(attribute: re.Match[bytes]) -> bytes:
    return attribute.group().replace(b"<", b"&lt;")


def parse_xml(xml: bytes, what: str = "XForm") -> tuple[ET.Element, dict[str, str]]:
    """The root element, and the namespace prefixes (first declaration of each counts).

    Args:
        xml: The document; UTF-8 or whatever its declaration says.
        what: What it is, for the message.

    Raises:
        XFormError: XF-101 not XML, XF-103 document type or entity, XF-104 too large or too deep.
    """
    if len(xml) > LARGEST_BYTES:
        raise XFormError(Problem("XF-104", what, f"{len(xml):,} bytes; at most {LARGEST_BYTES:,}"))
    try:
        return _fed(xml)
    except (expat.ExpatError, ValueError, LookupError) as error:
        place = f"{what}, line {getattr(error, 'lineno', 1)}"
        raise XFormError(
            Problem("XF-101", place, f"it is not well-formed XML: {error}", "Build the form again.")
        ) from error

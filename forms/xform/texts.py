"""Labels, hints and translations, with what they put in from answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forms.definition import Output, Text
from forms.xform.names import XF, split

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from forms.definition import TextParts

_ITEXT = re.compile(r"""\s*jr:itext\(\s*(['"])(.*?)\1\s*\)\s*\Z""")
_COMPUTED = re.compile(r"\s*jr:itext\(.*\)\s*\Z", re.DOTALL)
"""An itext id that is computed."""


def text_of(element: Element | None) -> Text | None:
    """A `<label>` or `<hint>`: its itext id, or its own parts."""
    if element is None:
        return None
    reference = element.get("ref", "")
    match = _ITEXT.match(reference)
    if match:
        return Text(itext=match[2])
    if reference:
        return Text(parts=(Output(reference),))
    return Text(parts=parts_of(element))


def message_of(written: str | None) -> Text | None:
    """A `jr:constraintMsg` or `jr:requiredMsg`: itext, or literal text."""
    if not written:
        return None
    match = _ITEXT.match(written)
    if match is None and _COMPUTED.match(written):
        return Text(parts=(Output(written),))
    return Text(itext=match[2]) if match else Text(parts=(written,))


def parts_of(element: Element) -> TextParts:
    """Mixed content as texts and outputs."""
    parts: list[str | Output] = []
    if element.text:
        parts.append(element.text)
    for child in element:
        if split(child.tag)[1] == "output":
            parts.append(Output(child.get("value") or child.get("ref") or "''"))
        else:
            parts.extend(parts_of(child))
        if child.tail:
            parts.append(child.tail)
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip("\n")
    return tuple(parts)


def translations_of(
    itext: Element | None,
) -> tuple[dict[str, dict[str, dict[str, TextParts]]], str]:
    """Languages in order, each id → form → text; and the default language."""
    found: dict[str, dict[str, dict[str, TextParts]]] = {}
    default = ""
    for translation in itext if itext is not None else ():
        language = translation.get("lang", "")
        entries = found.setdefault(language, {})
        if "default" in translation.attrib:
            default = language
        for entry in translation.iter(f"{{{XF}}}text"):
            forms: dict[str, TextParts] = {}
            for value in entry:
                forms.setdefault(value.get("form", "long"), parts_of(value))
            entries[entry.get("id", "")] = forms
    return found, default or next(iter(found), "")

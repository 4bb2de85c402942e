"""Namespaces of XForms documents, and how attributes are spelt by ElementTree."""

from __future__ import annotations

XF = "http://www.w3.org/2002/xforms"
XHTML = "http://www.w3.org/1999/xhtml"
JR = "http://openrosa.org/javarosa"
ORX = "http://openrosa.org/xforms"
ODK = "http://www.opendatakit.org/xforms"
ENTITIES = "http://www.opendatakit.org/xforms/entities"
XML = "http://www.w3.org/XML/1998/namespace"

USUAL = {"h": XHTML, "jr": JR, "orx": ORX, "odk": ODK, "entities": ENTITIES}
"""Prefixes that expressions may use although a document forgot to declare them."""


def split(tag: str) -> tuple[str, str]:
    """`{uri}local` as (uri, local); no namespace is the empty text."""
    if tag.startswith("{"):
        uri, _, local = tag[1:].partition("}")
        return uri, local
    return "", tag

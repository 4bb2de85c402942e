"""Damaged forms: whole forms with bits flipped, ends cut off, parts swapped, doubled or spiced."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from random import Random
from xml.etree import ElementTree as ET

from forms.xform.names import JR
from tests.bench import xforms

SPICE = (
    b"<", b">", b"&amp;", b"&#0;", b"]]>", b"<!--", b"<?x ?>", b"<![CDATA[", b'"', b"\0", b"\xff",
    b"<repeat>", b"<group>", b"</group>", b"<itemset>", b'<output value="/data/a"/>', b'xmlns=""',
)  # fmt: skip
WORDS = (
    "",
    "/data",
    "/data/a",
    "/data/r",
    "/data/r/s",
    "/data/none",
    "..",
    "../..",
    "../../../../..",
    ".",
    "//*",
    "/",
    "[1]",
    "[. = '']",
    "()",
    " div 0",
    "999999999999",
    "-1",
    "NaN",
    "true()",
    "false()",
    "position(..)",
    "current()/../e",
    "instance('x')/root/item",
    "instance('x')/root/item[k = .]/name",
    "regex(., '(a+)+b')",
    "once(.)",
    "randomize(/data/a)",
    "randomize(/data/r)",
    "now()",
    "today()",
    "pulldata('x', 'name', 'k', 1)",
    "indexed-repeat(/data/r/e, /data/r, 2)",
    "sum(/data/r/e)",
    "count(/data/r/s)",
    "jr:itext('a')",
    "jr:choice-name(/data/c, '/data/c')",
    "format-date(., '%Y')",
    "substr(., 1e300)",
    "round(1, 1e9)",
    "pow(9, 1e9)",
    "string(//*)",
    "area(/data/q/w)",
    "uuid(1e9)",
    "checklist(1, 2, //*)",
    "date('9999-99-99')",
    "date(1e300)",
    "decimal-time('x')",
    "int",
    "date",
    "geopoint",
    "binary",
    "xforms-value-changed",
    "odk-new-repeat",
    "odk-instance-load",
    "uid",
    "a b",
    "jr://file/x.csv",
    "preceding::*",
    "ancestor::*/..",
    "following-sibling::*[1]",
    "@*",
    "a:b",
    "é",
)
"""Marks of XML, and words of XForms and XPath: what is written into forms."""
EVERYTHING = Path(__file__).with_name("everything.xml").read_bytes()
"""One form with a little of everything."""


def whole() -> list[bytes]:
    """The forms that are damaged."""
    made = (xforms.rows(2, shared=True), xforms.chain(12))
    return [EVERYTHING, *(form.xml().encode() for form in made)]


def damaged(seed: int, count: int) -> Iterator[bytes]:
    """So many damaged forms; the same seed gives the same ones."""
    chance, forms = Random(seed), whole()
    for _ in range(count):
        if chance.random() < 0.6:
            yield _twisted(chance)
            continue
        form = bytearray(chance.choice(forms))
        for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
            _damage(form, chance)
        yield bytes(form)


def _damage(form: bytearray, chance: Random) -> None:
    size = max(1, len(form))
    first = chance.randrange(size)
    after = min(size, first + chance.choice((1, 4, 30, 300)))
    kind = chance.randrange(7)
    if kind == 0 and form:
        form[first] ^= 1 << chance.randrange(8)
    elif kind == 1:
        del form[first:after]
    elif kind == 2:
        form[first:first] = form[first:after]
    elif kind == 3:
        place = chance.randrange(size)
        form[place:place] = form[first:after]
    elif kind == 4 and chance.random() < 0.3:
        del form[first:]
    else:
        _spice(form, chance)


def _spice(form: bytearray, chance: Random) -> None:
    """Write a word into an attribute, or anywhere."""
    marks = [place for place, byte in enumerate(form) if byte == ord('"')]
    anywhere = not marks or chance.random() < 0.3
    place = chance.randrange(len(form) + 1) if anywhere else chance.choice(marks) + 1
    form[place:place] = chance.choice(SPICE)


def _twisted(chance: Random) -> bytes:
    """A form that is still XML: attributes, texts and places of elements are others."""
    root = ET.fromstring(EVERYTHING)
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        around = chance.choice([each for each in root.iter() if len(each)])
        place = chance.randrange(len(around))
        _twist(root, around, place, chance)
    return ET.tostring(root)


def _twist(root: ET.Element, around: ET.Element, place: int, chance: Random) -> None:
    element, kind = around[place], chance.randrange(6)
    if kind == 0:
        around.remove(element)
    elif kind == 1:
        around.insert(chance.randrange(len(around) + 1), copy.deepcopy(element))
    elif kind == 2:
        chance.choice(list(root.iter())).append(copy.deepcopy(element))
    elif kind == 3:
        element.text = chance.choice(WORDS)
    else:
        written = [each for each in root.iter() if each.attrib]
        target = chance.choice(written)
        other = chance.choice(written)
        key = chance.choice([*target.attrib, *other.attrib, *KEYS])
        target.set(key, chance.choice([*WORDS, *other.attrib.values()]))


KEYS = (
    "relevant", "calculate", "readonly", "required", "constraint", "nodeset", "ref", "bind", "type",
    "event", "value", "src", "id", f"{{{JR}}}count", f"{{{JR}}}template", f"{{{JR}}}noAddRemove",
    f"{{{JR}}}preload", f"{{{JR}}}preloadParams",
)  # fmt: skip

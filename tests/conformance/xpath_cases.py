"""Runs the recorded XPath cases of the public engines and says which our room gets right."""

from __future__ import annotations

import json
import lzma
import math
import random
import re
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from forms.errors import XPathError
from forms.xpath.environment import Context
from forms.xpath.evaluate import compile_expression
from forms.xpath.functions import STANDARD
from forms.xpath.tree import Value
from forms.xpath.values import moment_of, to_boolean, to_number, to_string
from tests.support.xmltree import XmlNode, at, parse

DENY = Path(__file__).with_name("xpath_deny.json")
XHTML = {"h": "http://www.w3.org/1999/xhtml", "jr": "http://openrosa.org/javarosa"}
XFORMS = "http://www.w3.org/2002/xforms"


@dataclass
class CaseEnvironment:
    """What a case freezes: clock, zone, language; its document's instances and texts."""

    document: XmlNode
    root: XmlNode
    timezone: ZoneInfo
    language: str
    clock: datetime
    properties: dict[str, str] = field(default_factory=dict)
    random: random.Random = field(default_factory=lambda: random.Random(1))
    functions = STANDARD
    typed = False

    def now(self) -> datetime:
        return self.clock

    def new_uuid(self) -> str:
        return str(uuid.uuid4())

    def _all(self, name: str) -> list[XmlNode]:
        found, waiting = [], [self.document]
        while waiting:
            node = waiting.pop(0)
            if node.name == name:
                found.append(node)
            waiting += node.children()
        return found

    def instance(self, name: str) -> XmlNode | None:
        for node in self._all("instance"):
            if any(a.name == "id" and a.string_value() == name for a in node.attributes()):
                return node
        return None

    def itext(self, name: str, _: XmlNode) -> Value:
        translations = self._all("translation")
        wanted = [t for t in translations if _attribute(t, "lang") == self.language]
        default = [t for t in translations if any(a.name == "default" for a in t.attributes())]
        for translation in (wanted or default or translations)[:1]:
            for text in translation.children_named("text"):
                if _attribute(text, "id") == name:
                    return list(text.children_named("value"))
        return ""

    def choice_label(self, value: str, path: str, node: XmlNode) -> str:
        del path, node
        return value

    def fixed(self, _: object) -> None:
        """Nothing is kept: paths are walked."""

    def swept(self, *_: object) -> None:
        """Nothing is kept: sums are walked."""

    def own_row(self, rows: list[XmlNode], _: XmlNode) -> list[XmlNode]:
        return rows

    def lookup(self, *_: object) -> None:
        return None


def _attribute(node: XmlNode, name: str) -> str:
    return next((a.string_value() for a in node.attributes() if a.name == name), "")


@lru_cache(maxsize=64)
def _document(xml: str | None, profile: str) -> XmlNode:
    return parse(xml, declarations=profile == "xpath1")


def load(path: Path) -> list[dict[str, Any]]:
    """The cases of a file, plain or `.xz`."""
    data = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
    cases: list[dict[str, Any]] = json.loads(data)
    return cases


def passes(case: dict[str, Any]) -> str:
    """Empty when the case passes, else what was seen."""
    try:
        return _seen(case)
    except LookupError as missing:
        return f"no node {missing}"
    except Exception as crash:  # whatever it is, the other cases are still to be scored
        return f"crash {crash!r}"


def _seen(case: dict[str, Any]) -> str:
    document = _document(case["xml"], case["profile"])
    clock = case["clock"] or "2024-01-15T12:00:00Z"
    zone = ZoneInfo(case["tz"])
    moment = moment_of(clock, zone) or datetime.now(UTC)
    root = at(document, case["root"])
    environment = CaseEnvironment(document, root, zone, case["language"] or "", moment)
    namespaces = _namespaces(case, document)
    context = Context(at(document, case["context"]), environment)
    try:
        value = compile_expression(case["expr"], namespaces).evaluate(context)
    except XPathError as error:
        return "" if case["expect"]["type"] == "throws" else f"raised {error}"
    return _compared(case["expect"], value, document, zone)


def _namespaces(case: dict[str, Any], document: XmlNode) -> dict[str, str]:
    ns = case["ns"] or {}
    if "map" in ns:
        return dict(ns["map"])
    if "node" in ns:
        return XHTML | dict(at(document, ns["node"]).scope)
    top = document.children()[0].scope if document.children() else {}
    return XHTML | top


def _compared(expect: dict[str, Any], value: Any, document: XmlNode, zone: ZoneInfo) -> str:
    kind, wanted = expect["type"], expect.get("value")
    if kind == "throws":
        return f"gave {value!r}"
    if kind.startswith("nodeset"):
        return _same_nodes(value, [at(document, p) for p in wanted], in_order=kind == "nodeset")
    if kind.startswith("number"):
        factor = expect.get("factor")
        number = to_number(value, zone)
        asked = float(str(wanted).replace("Infinity", "inf"))
        return _same_number(_js_round(number, factor) if factor else number, asked)
    if kind == "string-matches":
        return "" if re.search(expect["regex"], to_string(value)) else repr(to_string(value))
    seen: dict[str, object] = {
        "boolean": to_boolean(value),
        "string-length": len(to_string(value)),
        "date": moment_of(to_string(value), zone),
    }
    asked_date = moment_of(wanted, zone) if kind == "date" else wanted
    return _same(seen.get(kind, to_string(value)), asked_date)


def _same_nodes(value: Any, wanted: list[XmlNode], *, in_order: bool) -> str:
    found = [id(n) for n in value] if isinstance(value, list) else [0]
    asked = [id(n) for n in wanted]
    if not in_order:
        found, asked = sorted(found), sorted(asked)
    return "" if found == asked else f"{len(found)} nodes"


def _js_round(number: float, factor: float) -> float:
    return math.floor(number * factor + 0.5) / factor


def _same(found: object, wanted: object) -> str:
    return "" if found == wanted else repr(found)


def _same_number(found: float, wanted: float) -> str:
    if math.isnan(wanted):
        return "" if math.isnan(found) else repr(found)
    return (
        "" if found == wanted or abs(found - wanted) <= 1e-12 * max(1, abs(wanted)) else repr(found)
    )


def denied() -> dict[str, str]:
    """Case id to the reason why our answer differs on purpose."""
    if not DENY.exists():
        return {}
    reasons: dict[str, str] = json.loads(DENY.read_text(encoding="utf-8"))
    return reasons


def score(path: Path) -> tuple[int, int, list[tuple[dict[str, Any], str]]]:
    """Passed, total, and the failures with what was seen."""
    deny = denied()
    cases = [c for c in load(path) if not c["volatile"] and c["id"] not in deny]
    failures = [(case, seen) for case in cases if (seen := passes(case))]
    return len(cases) - len(failures), len(cases), failures

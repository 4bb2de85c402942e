"""Replays the recorded interviews of the public engines and compares node facts after each step."""

from __future__ import annotations

import json
import lzma
import random
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from forms.engine.instance import Instance
from forms.engine.settings import EngineSettings
from forms.errors import FormsError
from forms.xform.reader import read_form
from forms.xpath.values import moment_of

Case: TypeAlias = Mapping[str, Any]
ZONE = {"web-forms": ZoneInfo("America/Phoenix"), "javarosa": ZoneInfo("UTC")}
COMPARED = ("value", "relevant", "readonly", "required")
DEFAULTS = {"relevant": True, "readonly": False, "required": False}


def _answer(instance: Instance, step: Case) -> None:
    instance.answer(step["ref"], _text(step["value"]))


def _add(instance: Instance, step: Case) -> None:
    instance.add_repeat(re.sub(r"\[\d+\]\Z", "", step["ref"]))


def _remove(instance: Instance, step: Case) -> None:
    instance.remove_repeat(step["ref"])


def _speak(instance: Instance, step: Case) -> None:
    instance.set_language(step["language"])


def _restore(instance: Instance, _: Case) -> Instance:
    return Instance.restore(instance.form, instance.draft(), instance.settings)


def _new(instance: Instance, _: Case) -> Instance:
    return Instance.new(instance.form, instance.settings)


ACTS: dict[str, Callable[[Instance, Case], Instance | None]] = {
    "answer": _answer,
    "createNewRepeat": _add,
    "removeRepeat": _remove,
    "setLanguage": _speak,
    "serialize-and-restore": _restore,
    "newInstance": _new,
}


@dataclass
class Replay:
    """One case as it runs: facts compared and differences found."""

    case: Case
    facts: int = 0
    differences: list[str] = field(default_factory=list)
    instance: Instance | None = None

    def run(self) -> Replay:
        """Play every step that writes; stop where a scenario of its own begins that we cannot."""
        refused = self.case["expects_init_error"]
        for step in self.case["steps"]:
            try:
                self._step(step)
            except FormsError as error:
                if not (refused and step.get("do") == "init"):
                    self.differences.append(f"{step.get('do')}: {error}")
                return self
        if refused:
            self.differences.append("a form that must be refused was loaded")
        return self

    def _step(self, step: Case) -> None:
        do = step.get("do")
        if do == "init":
            self.instance = self._init(step)
        elif self.instance is not None and do in ACTS and step.get("ref", True):
            self.instance = ACTS[do](self.instance, step) or self.instance
        if self.instance is not None and "state" in step:
            self._compare(step["state"])

    def _init(self, step: Case) -> Instance:
        suite = "web-forms" if "web-forms" in self.case["suite"] else "javarosa"
        options = step.get("options") or {}
        resources = {
            k: v["body"].encode() for k, v in (step.get("resources") or {}).items() if v.get("body")
        }
        missing = options.get("missingResourceBehavior") is not None
        form = read_form(step["form"].encode(), resources, missing_is_empty=missing)
        zone = ZONE[suite]
        clock = moment_of(step.get("clock") or "2024-01-15T12:00:00Z", zone) or datetime.now(UTC)
        settings = EngineSettings(
            now=lambda: clock,
            timezone=zone,
            language="",
            random=random.Random(1),
            new_uuid=lambda: str(uuid.uuid4()),
            properties=options.get("preloadProperties") or {},
        )
        edited = options.get("editInstance")
        if edited:
            body = edited if isinstance(edited, str) else edited["xml"]
            return Instance.edit(form, body.encode(), settings)
        return Instance.new(form, settings)

    def _compare(self, state: Case) -> None:
        for fact in state["nodes"]:
            if fact.get("volatile") or str(fact.get("type", "")).startswith("repeat-range"):
                continue
            self._compare_node(fact)

    def _compare_node(self, fact: Case) -> None:
        assert self.instance is not None
        try:
            node = self.instance.node(fact["ref"])
        except FormsError:
            self.facts += 1
            self.differences.append(f"{fact['ref']} is missing")
            return
        seen = {
            "value": node.value if node.relevant else "",
            "relevant": node.relevant,
            "readonly": node.read_only,
            "required": node.required,
        }
        for name in COMPARED:
            if name == "value" and not isinstance(fact.get("value"), str):
                continue
            wanted = fact.get(name, DEFAULTS.get(name))
            self.facts += 1
            if not _same(seen[name], wanted):
                self.differences.append(f"{fact['ref']} {name}: {seen[name]!r}, not {wanted!r}")


def _text(value: Case) -> str:
    raw = next(iter(value.values()))
    if isinstance(raw, list):
        return " ".join(map(str, raw))
    return "" if raw is None else str(raw)


def _same(seen: object, wanted: object) -> bool:
    if seen == wanted:
        return True
    if isinstance(wanted, str) and isinstance(seen, str):
        pattern = re.escape(wanted).replace(r"\{\{UUID\}\}", "[0-9a-f-]{36}")
        if re.fullmatch(pattern, seen):
            return True
        a, b = moment_of(seen, UTC), moment_of(wanted, UTC)
        return a is not None and a == b
    return False


def load(path: Path) -> list[Case]:
    """The cases of a file, plain or `.xz`."""
    data = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
    cases: list[Case] = json.loads(data)
    return cases


def core(cases: list[Case]) -> Iterator[Case]:
    """Portable cases on which JavaRosa and Web Forms agree."""
    return (
        c for c in cases if c["portable"] and ("javarosa" in c["suite"] or c["both_engines_agree"])
    )

"""Replays the recorded interviews of the public engines and compares node facts after each step."""

from __future__ import annotations

import json
import lzma
import math
import random
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from forms.datatypes import decode
from forms.engine.instance import Instance
from forms.engine.node import Node
from forms.engine.recalculate import Wave
from forms.engine.settings import EngineSettings
from forms.errors import FormsError
from forms.xform.reader import read_form
from forms.xpath.functions import Function
from forms.xpath.values import moment_of
from sync.signed_values import FUNCTIONS
from tests.conformance import counted, saved_files
from tests.conformance.recorded import properties_of, resources_of, text_of

Case: TypeAlias = Mapping[str, Any]
ZONE = {"web-forms": ZoneInfo("America/Phoenix"), "javarosa": ZoneInfo("UTC")}
COMPARED = ("value", "relevant", "readonly", "required")
WORDS = frozenset({"label", "hint", "choices", "violation", "message"})
DEFAULTS = {"relevant": True, "readonly": False, "required": False}
FABRICATED = "FabricatedInstanceFile"
"""The suite's own saved file: it is not recorded, only what opening it gave."""
MEASURED = re.compile(r"\b(?:area|distance|enclosed-area)\(")
NEAR = 1e-5
"""How near areas and distances must be; the engines differ by formula (decision 0104)."""
REFUSED = {"CONSTRAINT_VIOLATED": "constraint", "REQUIRED_BUT_EMPTY": "required"}
BOOLEANS = ({"true", "1"}, {"false", "0"})


CLIENT_SAYS = "no client implementation"
"""What JavaRosa's suite answers in the place of a device that is asked where it is."""
SUITE_FUNCTIONS = FUNCTIONS.extended(Function("custom-func", 0, 0, lambda _, __: "blah"))
"""With the function that JavaRosa's suite registers for itself."""


class NotRecordedError(Exception):
    """The case needs a file that the recording does not hold."""


@dataclass
class Replay:
    """One case as it runs: facts compared and differences found.

    Words (labels, hints, choices, messages, violations) are counted by themselves: a case passes
    by its facts, as the reference engines were compared.
    """

    case: Case
    facts: int = 0
    differences: list[str] = field(default_factory=list)
    words: int = 0
    other_words: list[str] = field(default_factory=list)
    instance: Instance | None = None
    form_xml: bytes = b""
    resources: dict[str, bytes] = field(default_factory=dict)
    before: Case = field(default_factory=dict)
    recorded: str = ""

    @property
    def collect(self) -> bool:
        """Whether the case was recorded on JavaRosa, the engine of Collect."""
        return "javarosa" in self.case["suite"]

    def run(self) -> Replay:
        """Play every step that writes; stop at the first that cannot be played."""
        refused = self.case["expects_init_error"]
        for step in self.case["steps"]:
            try:
                self._step(step)
            except FormsError as error:
                if not (refused and step.get("do") == "init") and not saved_files.refused(step):
                    self.differences.append(f"{step.get('do')}: {error}")
                return self
            except NotRecordedError as missing:
                self.differences.append(f"not recorded: {missing}")
                return self
            except Exception as crash:  # whatever it is, the other cases are still to be played
                self.differences.append(f"{step.get('do')}: crash {crash!r}")
                return self
            self.before = step
            self.recorded = (step.get("state") or {}).get("xml") or self.recorded
        if refused:
            self.differences.append("a form that must be refused was loaded")
        return self

    def _step(self, step: Case) -> None:
        do = step.get("do")
        if do == "init":
            self.instance = self._init(step)
        elif self.instance is not None and do in ACTS and step.get("ref", True):
            ACTS[do](self, self.instance, step)
        if self.instance is not None and saved_files.refused(step):
            self.differences.append(f"{do}: what must be refused was opened")
        state = step.get("state") or {}
        if self.instance is not None and not state.get("skipped"):
            facts = state.get("nodes") or ()
            unsettled = counted.unsettled(self.instance, facts) if self.collect else frozenset()
            for fact in facts:
                self._compare(self.instance, fact, unsettled)

    def _init(self, step: Case) -> Instance:
        options = step.get("options") or {}
        if not isinstance(step["form"], str):
            raise NotRecordedError("the form")
        self.form_xml = step["form"].encode()
        resources, unknown = resources_of(step.get("resources") or {})
        self.resources = resources
        missing = options.get("missingResourceBehavior") is not None or unknown
        form = read_form(self.form_xml, resources, missing_is_empty=missing)
        zone = ZONE["javarosa" if self.collect else "web-forms"]
        clock = moment_of(step.get("clock") or "2024-01-15T12:00:00Z", zone) or datetime.now(UTC)
        chance = random.Random(2)
        settings = EngineSettings(
            now=lambda: clock,
            timezone=zone,
            language="",
            random=random.Random(1),
            new_uuid=lambda: str(uuid.UUID(int=chance.getrandbits(128), version=4)),
            properties=properties_of(options.get("preloadProperties") or {}),
            functions=SUITE_FUNCTIONS,
        )
        edited = options.get("editInstance")
        if edited:
            body = edited if isinstance(edited, str) else edited["xml"]
            return Instance.edit(form, body.encode(), settings)
        instance = Instance.new(form, settings)
        for action, target in instance.events.intents if self.collect else ():
            if action.kind == "setgeopoint":
                _put(instance, target, CLIENT_SAYS)
        return instance

    def saved(self, step: Case) -> bytes:
        """What a restore opens: our own draft, or the suite's own file, as far as recorded."""
        assert self.instance is not None
        after = (step.get("state") or {}).get("xml")
        made_up = FABRICATED in json.dumps(self.before)
        if saved_files.refused(step):
            return saved_files.of_another_form(self.instance.draft(), step["throws"])
        if made_up and not isinstance(after, str):
            raise NotRecordedError("the saved file")
        if isinstance(after, str) and (
            made_up or saved_files.answered_anew(self.instance.form, self.recorded, after)
        ):
            return after.encode()
        return self.instance.draft()

    def _compare(self, instance: Instance, fact: Case, unsettled: frozenset[str]) -> None:
        if fact.get("volatile") or str(fact.get("type", "")).startswith("repeat-range"):
            return
        try:
            node = instance.node(fact["ref"])
        except FormsError:
            self.facts += 1
            self.differences.append(f"{fact['ref']} is missing")
            return
        self._compare_words(node, fact)
        seen = {
            "value": self._shown(node),
            "relevant": node.relevant,
            "readonly": node.read_only,
            "required": node.required,
        }
        for name in COMPARED:
            if name == "value" and (
                not isinstance(fact.get("value"), str) or node.path in unsettled
            ):
                continue
            wanted = fact.get(name, DEFAULTS.get(name))
            self.facts += 1
            if seen[name] != wanted and not (
                name == "value" and same_value(node, str(seen["value"]), wanted)
            ):
                self.differences.append(f"{fact['ref']} {name}: {seen[name]!r}, not {wanted!r}")

    def _compare_words(self, node: Node, fact: Case) -> None:
        for name in WORDS & fact.keys():
            wanted: object = fact[name]
            if isinstance(wanted, dict):
                continue  # not recorded
            seen: object = getattr(node, name) if name != "choices" else ""
            if isinstance(wanted, list):
                wanted = [(c.get("value"), _tidy(c.get("label"))) for c in wanted]
                seen = [(c.value, _tidy(c.label)) for c in node.choices()]
            self.words += 1
            if _tidy(seen) != _tidy(wanted):
                self.other_words.append(f"{fact['ref']} {name}: {seen!r}, not {wanted!r}")

    def _shown(self, node: Node) -> str:
        """The value as the recorded engine would show it.

        JavaRosa shows what is not relevant, and what a choice filter took away until navigation
        comes there (decisions 0120, 0125).
        """
        if self.collect:
            return node._inner.kept or node.value
        return node.value if node.relevant else ""


# What a step does --------------------------------------------------------------------------


def _answer(replay: Replay, instance: Instance, step: Case) -> None:
    ref = step["ref"]
    before = instance.node(ref).value
    text = text_of(step["value"], instance.node(ref).bind_type)
    control = instance.node(ref).control
    if control is not None and control.kind == "trigger":
        text = {"true": "OK", "false": ""}.get(text, text)
    if any(problem.code == "XF-302" for problem in instance.answer(ref, text).problems):
        if replay.collect:
            _put(instance, ref, text)
        else:
            instance.answer(ref, "")  # as its screens: what cannot be read is no answer
    refused = REFUSED.get(str(step.get("expect", {}).get("result")))
    if refused and refused == instance.node(ref).violation:
        instance.answer(ref, before)  # Collect does not store it; ours keeps and reports it


def _put(instance: Instance, ref: str, text: str) -> None:
    """Store a text whatever its type, as JavaRosa's suite does past every screen."""
    node, wave = instance.find(ref), Wave(instance)
    node.text = text
    wave.value_changed(node)
    wave.run()
    instance.events.changed(node, wave)
    wave.run()


def _add(_: Replay, instance: Instance, step: Case) -> None:
    instance.add_repeat(re.sub(r"\[\d+\]\Z", "", step["ref"]))


def _remove(_: Replay, instance: Instance, step: Case) -> None:
    instance.remove_repeat(step["ref"])


def _speak(_: Replay, instance: Instance, step: Case) -> None:
    instance.set_language(step["language"])


def _restore(replay: Replay, instance: Instance, step: Case) -> None:
    replay.instance = Instance.restore(instance.form, replay.saved(step), instance.settings)


def _edit(replay: Replay, instance: Instance, step: Case) -> None:
    del step
    replay.instance = Instance.edit(instance.form, instance.submission_xml(), instance.settings)


def _new(replay: Replay, instance: Instance, _: Case) -> None:
    replay.instance = Instance.new(instance.form, instance.settings)


def _opened(replay: Replay, instance: Instance, step: Case) -> None:
    """After the form itself was read again: a new interview, or the old one carried over."""
    if replay.before.get("do") != "reload-form-definition":
        return
    form = read_form(replay.form_xml, replay.resources, missing_is_empty=True)
    if step.get("new", True):
        replay.instance = Instance.new(form, instance.settings)
    else:
        replay.instance = Instance.restore(form, instance.draft(), instance.settings)


def _locate(_: Replay, instance: Instance, step: Case) -> None:
    """The device found its place: what asked for it gets it."""
    waiting, instance.events.intents = instance.events.intents, []
    for action, target in waiting:
        if action.kind == "setgeopoint":
            place = decode("geopoint", step["value"])
            instance.answer(target, place if isinstance(place, str) else "")


ACTS: dict[str, Callable[[Replay, Instance, Case], None]] = {
    "answer": _answer,
    "createNewRepeat": _add,
    "removeRepeat": _remove,
    "setLanguage": _speak,
    "serialize-and-restore": _restore,
    "editCurrentInstance": _edit,
    "newInstance": _new,
    "instance-opened": _opened,
    "provide-geolocation": _locate,
}


# What is the same --------------------------------------------------------------------------


def same_value(node: Node, seen: str, wanted: object) -> bool:
    """Whether a value is the wanted one, however it is spelt."""
    if not isinstance(wanted, str):
        return False
    pattern = re.escape(wanted).replace(r"\{\{UUID\}\}", "[0-9a-f-]{36}")
    control = node.control
    moments = _moment(seen), _moment(wanted)
    return bool(
        re.fullmatch(pattern, seen)
        or (node.bind_type == "boolean" and {seen, wanted} in BOOLEANS)
        or (control is not None and control.kind == "select" and _words(seen) == _words(wanted))
        or (moments[0] is not None and moments[0] == moments[1])
        or _same_numbers(node, seen, wanted)
    )


def _tidy(words: object) -> object:
    """A text without the blanks around it; nothing is the empty text."""
    return words.strip() if isinstance(words, str) else words or ""


def _moment(text: str) -> datetime | None:
    """A date, a date with time, or a time with its zone."""
    clock = re.fullmatch(r"\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)", text)
    try:
        return datetime.fromisoformat(f"2000-01-01T{text}") if clock else moment_of(text, UTC)
    except ValueError:
        return None


def _words(text: str) -> list[str]:
    return sorted(text.split())


def _same_numbers(node: Node, seen: str, wanted: str) -> bool:
    """`10` and `10.0`, `1 2 0 0;` and `1.0 2.0 0.0 0.0`; areas and distances nearly."""
    measured = MEASURED.search(node._inner.program.bind.calculate or "")
    tolerance = NEAR if measured else 1e-12
    ours, theirs = _numbers(seen), _numbers(wanted)
    if ours is None or theirs is None or len(ours) != len(theirs):
        return False
    return all(
        math.isclose(a, b, rel_tol=tolerance, abs_tol=1e-9)
        for a, b in zip(ours, theirs, strict=True)
    )


def _numbers(text: str) -> list[float] | None:
    try:
        return [float(part) for part in re.split(r"[\s;]+", text.strip(" ;"))]
    except ValueError:
        return None


def load(path: Path) -> list[Case]:
    """The cases of a file, plain or `.xz`."""
    data = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
    cases: list[Case] = json.loads(data)
    return cases


def core(cases: list[Case]) -> Iterator[Case]:
    """Portable cases on which JavaRosa and Web Forms agree."""
    portable = (case for case in cases if case["portable"])
    return (c for c in portable if "javarosa" in c["suite"] or c.get("both_engines_agree"))

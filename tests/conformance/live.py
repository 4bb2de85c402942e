"""The live differential: our engine beside JavaRosa on whole forms, answered by chance.

Forms come from the recorded cases and from the library; nothing of what is expected is recorded.
Every fact of every node is compared after each pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from forms.engine.instance import Instance
from forms.engine.node import Node
from forms.errors import FormsError
from forms.xform.reader import read_form
from tests.conformance.scenario_cases import same_value
from tests.support import javarosa
from tests.support.forms import settings
from tests.support.walk import answer_for

VOLATILE = re.compile(r"[/:](instanceID|start|end|c_start|c_end)$")
"""Nodes that hold chance or the time of the walk, by the names of the shipped forms."""
EVENTS = {"question": 4, "new row": 2, "end": 1}
"""Codes of JavaRosa's FormEntryController."""
LARGEST = 40_000
"""Bytes of a recorded form that is walked: the two largest alone would take a minute."""


class Pair:
    """One form in both engines, answered alike."""

    def __init__(self, xml: bytes, seed: int, files: dict[str, bytes] | None = None) -> None:
        now = datetime.now(UTC)
        self.ours = Instance.new(read_form(xml, files or {}), settings(now=now))
        self.theirs = javarosa.Interview(xml, files)
        self.chance = Random(seed)
        self.facts = 0

    def walk(self) -> None:
        """One pass from the first screen to the last, answering and adding rows by chance."""
        self.theirs.restart()
        rows = 0
        while (event := int(self.theirs.controller.stepToNextEvent())) != EVENTS["end"]:
            index = self.theirs.model.getFormIndex()
            if event == EVENTS["question"]:
                self._answer(self.theirs.ref_of(index))
            elif event == EVENTS["new row"] and rows < 3 and self.chance.random() < 0.6:
                self.theirs.controller.newRepeat()
                self.ours.add_repeat(re.sub(r"\[\d+\]$", "", self.theirs.ref_of(index)))
                rows += 1

    def _answer(self, ref: str) -> None:
        if self._left_over(ref):
            return
        node = self.ours.node(ref)
        assert node.relevant, f"JavaRosa asks {ref}, which is not relevant here"
        computed = node.read_only or node._inner.program.calculate is not None
        if computed or node.control is None or node.control.kind == "upload":
            return
        text = answer_for(node, self.chance)
        self.theirs.store(text)
        self.ours.answer(ref, text)

    def differences(self) -> list[str]:
        """Facts on which the engines differ, after JavaRosa has seen every screen."""
        self.theirs.settle()
        return [d for ref, fact in self.theirs.facts().items() for d in self._of(ref, fact)]

    def _of(self, ref: str, theirs: javarosa.Fact) -> list[str]:
        if self._left_over(ref):
            return []
        node = self.ours.node(ref)
        self.facts += 4
        pairs: dict[str, tuple[object, object]] = {
            "relevant": (node.relevant, theirs.relevant),
            "read-only": (node.read_only, theirs.read_only),
            "required": (node.required, theirs.required),
        }
        found = [
            f"{ref} {what}: {ours!r}, JavaRosa {his!r}"
            for what, (ours, his) in pairs.items()
            if ours != his
        ]
        if theirs.text is None or VOLATILE.search(ref) or _by_chance(node):
            return found
        # JavaRosa filters an answer when a screen shows its choices: before or after is right.
        shown = {node.value, node._inner.kept or node.value}
        if not any(o == theirs.text or same_value(node, o, theirs.text) for o in shown):
            found.append(f"{ref} value: {node.value!r}, JavaRosa {theirs.text!r}")
        return found

    def _left_over(self, ref: str) -> bool:
        """A row that pyxform wrote and that JavaRosa keeps although its count is not answered."""
        path = re.sub(r"\[\d+\]", "", ref)
        counted = [p for p, repeat in self.ours.form.repeats.items() if repeat.count is not None]
        return any(
            f"{path}/".startswith(f"{repeat}/") and not self.ours.nodes_of(repeat)
            for repeat in counted
        )


def _by_chance(node: Node) -> bool:
    """Whether the node's value is of the moment or of chance, and so differs between any two."""
    program = node._inner.program
    rule = program.calculate
    return bool(program.bind.preload) or (rule is not None and rule.expression.volatile)


@dataclass
class Walks:
    """What came of walking many forms."""

    facts: int = 0
    differences: list[tuple[str, str]] = field(default_factory=list)
    refused_here_only: list[tuple[str, str]] = field(default_factory=list)


def walk_all(forms: Iterable[tuple[str, bytes]], seed: int) -> Walks:
    """One pass over each form that JavaRosa loads."""
    walks = Walks()
    for name, xml in forms:
        try:
            pair = Pair(xml, seed)
        except FormsError as error:
            if _loads(xml):
                walks.refused_here_only.append((name, str(error)))
            continue
        except javarosa.java_error():
            continue
        walks.differences += [(name, found) for found in _walked(pair)]
        walks.facts += pair.facts
        pair.theirs.close()
    return walks


def _walked(pair: Pair) -> list[str]:
    try:
        pair.walk()
        return pair.differences()
    except javarosa.java_error():
        return []  # JavaRosa stopped on an expression: nothing to compare with


def _loads(xml: bytes) -> bool:
    try:
        javarosa.Interview(xml).close()
    except javarosa.java_error():
        return False
    return True


def recorded_forms(cases: Iterable[dict[str, Any]]) -> list[tuple[str, bytes]]:
    """The distinct forms of the recorded interviews that need no files and must load."""
    found: dict[str, str] = {}
    for case in cases:
        first = case["steps"][0]
        form = first.get("form")
        loads = case["portable"] and not case["expects_init_error"]
        if loads and isinstance(form, str) and not first.get("resources") and len(form) < LARGEST:
            found.setdefault(form, case["id"])
    return [(name, form.encode()) for form, name in found.items()]

"""JavaRosa through one case, as a process of its own: `python -m tests.bench.javarosa FORM.xml`.

It runs inside this Python. What Python needed before it began is left out of its memory, and what
one crossing from Python to Java costs is left out of its times: both in the peer's favour.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any

from tests.bench.cases import Case, read_case
from tests.bench.measure import memory_mb, spread, timed
from tests.support import javarosa

CROSSINGS = 500


class Peer:
    """JavaRosa with one form open."""

    def __init__(self, xml: bytes) -> None:
        import jpype

        self._class = jpype.JClass
        self._class("org.javarosa.model.xform.XFormsModule")().registerModule()
        self._xml = jpype.JArray(jpype.JByte)(xml)
        self.form: Any = None
        self.model: Any = None
        self.controller: Any = None
        self.places: dict[str, Any] = {}

    def _read(self) -> Any:
        stream = self._class("java.io.ByteArrayInputStream")(self._xml)
        return self._class("org.javarosa.xform.util.XFormUtils").getFormFromInputStream(stream)

    def open(self) -> None:
        """Read the form and begin an interview."""
        self.form = self._read()
        self.form.initialize(
            True, self._class("org.javarosa.core.model.instance.InstanceInitializationFactory")()
        )
        self.model = self._class("org.javarosa.form.api.FormEntryModel")(self.form)
        self.controller = self._class("org.javarosa.form.api.FormEntryController")(self.model)

    def walk(self, rows: int, added: list[float]) -> None:
        """Find every question; at the end of a repeat add rows until there are enough."""
        beginning = self._class("org.javarosa.core.model.FormIndex").createBeginningOfFormIndex()
        self.controller.jumpToIndex(beginning)
        control = self.controller
        while (event := control.stepToNextEvent()) != control.EVENT_END_OF_FORM:
            index = self.model.getFormIndex()
            if event == control.EVENT_PROMPT_NEW_REPEAT and index.getInstanceIndex() < rows:
                timed(control.newRepeat, added)
            elif event == control.EVENT_QUESTION:
                self.places[_ref(index.getReference())] = index

    def prepared(self, ref: str, text: str) -> tuple[Any, Any]:
        """The place of a question and an answer of its type, made before the clock runs."""
        index = self.places[ref]
        prompt = self.model.getQuestionPrompt(index)
        factory = self._class("org.javarosa.core.model.data.AnswerDataFactory")
        kind = factory.template(prompt.getControlType(), prompt.getDataType())
        return index, kind.cast(self._class("org.javarosa.core.model.data.UncastData")(text))

    def answer(self, ref: str, text: str, times_ms: list[float]) -> None:
        """Give one answer."""
        index, value = self.prepared(ref, text)
        timed(lambda: self.controller.answerQuestion(index, value, True), times_ms)

    def choices(self, ref: str) -> int:
        """How many choices a question offers."""
        return int(self.model.getQuestionPrompt(self.places[ref]).getSelectChoices().size())

    def saved(self) -> Any:
        """The interview as XML, as Collect keeps it between two sittings."""
        writer = self._class("org.javarosa.model.xform.XFormSerializingVisitor")()
        return writer.serializeInstance(self.form.getMainInstance())

    def restore(self, saved: Any) -> None:
        """Put a saved interview over the form, as Collect does when it opens one."""
        parser = self._class("org.javarosa.xform.parse.XFormParser")
        old = parser.restoreDataModel(saved, None).getRoot()
        root = self.form.getInstance().getRoot().deepCopy(True)
        root.populate(old, self.form)
        self.form.getInstance().setRoot(root)
        self.form.initialize(
            False, self._class("org.javarosa.core.model.instance.InstanceInitializationFactory")()
        )

    def value(self, ref: str) -> str:
        """What stands at a reference now."""
        node = self.form.getMainInstance().getRoot()
        for step in ref.strip("/").split("/")[1:]:
            name, _, number = step.partition("[")
            node = node.getChild(name, int(number.rstrip("]") or 1) - 1 if number else 0)
        value = node.getValue()
        return "" if value is None else str(value.getDisplayText())

    def crossing_ms(self) -> float:
        """What a call costs that does nothing, with as many arguments as an answer has."""
        nothing = self._class("java.util.Objects").equals
        times: list[float] = []
        for _ in range(CROSSINGS):
            timed(lambda: nothing(self.model, self.form), times)
        return median(times)


def _ref(reference: Any) -> str:
    steps = ""
    for place in range(reference.size()):
        name = str(reference.getName(place))
        row = f"[{reference.getMultiplicity(place) + 1}]" if name == "member" else ""
        steps += f"/{name}{row}"
    return steps


def run(form: Path, budget_s: float) -> dict[str, object]:
    """Everything that is measured of one case."""
    case, xml = read_case(form), form.read_bytes()
    base_mb = memory_mb("VmRSS")
    scratch = javarosa.start()
    peer = Peer(xml)
    cold: list[float] = []
    timed(peer.open, cold)
    added: list[float] = []
    until = monotonic() + budget_s
    peer.walk(case.rows, added)
    crossing = peer.crossing_ms()
    first: list[float] = []
    for ref, value in case.fill:
        if monotonic() < until:
            peer.answer(ref, value, first)
    answers, lists, offered = _act(peer, case, until)
    found = {
        "engine": "javarosa",
        "case": case.name,
        "open_cold_ms": round(cold[0], 2),
        "crossing_ms": round(crossing, 4),
        "add_row_ms": spread(_less(added, crossing)),
        "fill_ms": spread(_less(first, crossing)),
        "answer_ms": spread(_less(answers, crossing)),
        "choices_ms": spread(_less(lists, crossing)),
        "offered": offered,
        "checks": [peer.value(ref) for ref in case.checks],
    }
    found |= _kept(peer)
    found["peak_mb"] = round(memory_mb("VmHWM") - base_mb, 1)
    found["base_mb"] = round(base_mb, 1)
    opened: list[float] = []
    for _ in range(4):
        timed(peer.open, opened)
    found["open_ms"] = spread(opened)
    shutil.rmtree(scratch, ignore_errors=True)
    return found


def _less(times_ms: list[float], crossing_ms: float) -> list[float]:
    return [max(0.0, each - crossing_ms) for each in times_ms]


def _act(peer: Peer, case: Case, until: float) -> tuple[list[float], list[float], int]:
    answers: list[float] = []
    lists: list[float] = []
    offered = 0
    for ref, value, looked_at in case.acts:
        if monotonic() > until:
            break
        peer.answer(ref, value, answers)
        for asked in looked_at:
            offered += timed(lambda a=asked: peer.choices(a), lists)  # type: ignore[misc]
    return answers, lists, offered


def _kept(peer: Peer) -> dict[str, object]:
    written: list[float] = []
    restored: list[float] = []
    for _ in range(7):
        saved = timed(peer.saved, written)
    for _ in range(3):
        timed(lambda: peer.restore(saved), restored)
    return {
        "draft_ms": spread(written),
        "serialise_ms": spread(written),
        "restore_ms": spread(restored),
        "draft_bytes": len(saved),
    }


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), float(sys.argv[2]))), flush=True)

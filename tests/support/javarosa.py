"""JavaRosa, the engine of ODK Collect, as a live oracle: it rides inside the pyxform wheel.

One JVM a process, started once and never again, so every test shares it. What JavaRosa leaves to
the app (setgeopoint, files of a form) is served here. Facts are read from its whole instance, in
our notation of references: absolute, 1-based `[n]` on repeat instances only.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

TEMPLATE_MULTIPLICITY = -2
SELECTS = frozenset({2, 3, 16})
"""Codes of JavaRosa's controls that have a list: select1, select, rank."""
_PREFIX = re.compile(r"(?<=/)[\w.-]+:")
_LAST_PLACE = re.compile(r"\[\d+\]$")
OUTCOMES = {0: "ok", 1: "required", 2: "constraint"}


@dataclass(frozen=True, slots=True)
class Fact:
    """What one node shows: its text (None on a node with children) and its three states."""

    text: str | None
    relevant: bool
    read_only: bool
    required: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question that navigation stops at.

    Attributes:
        index: Where, as JavaRosa names it.
        value: Its answer; None when there is none.
        choices: What can be chosen; None when it is no select.
    """

    index: Any
    value: str
    choices: tuple[str, ...] | None


@dataclass(slots=True)
class Screens:
    """Everything that one pass stops at, by reference without prefixes.

    Attributes:
        questions: What is asked.
        prompts: Repeats to which a row may be added, and where.
        rows: Rows that may be removed, and where.
        fixed: The other rows, and where.
        filtered: Questions of which the answer was no longer in the list, and was taken out.
        made: Whether the pass itself made rows.
    """

    questions: dict[str, Question] = field(default_factory=dict)
    prompts: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)
    fixed: dict[str, Any] = field(default_factory=dict)
    filtered: list[str] = field(default_factory=list)
    made: bool = False

    @property
    def moved(self) -> bool:
        """Whether the pass itself changed anything."""
        return self.made or bool(self.filtered)


def available() -> str:
    """Why the oracle cannot run here; empty when it can."""
    if shutil.which("java") is None:
        return "no Java: install default-jre-headless to compare with JavaRosa"
    try:
        import jpype  # noqa: F401
        import pyxform  # noqa: F401
    except ImportError as missing:
        return f"{missing.name} is not installed"
    return ""


def need_javarosa() -> None:
    """Skip the calling test where the oracle cannot run."""
    if reason := available():
        pytest.skip(reason)


def java_error() -> type[Exception]:
    """What JavaRosa raises, as one class to catch."""
    import jpype

    found: type[Exception] = jpype.JException
    return found


@cache
def start(zone: str = "UTC") -> str:
    """Start this process's one JVM. Returns its scratch folder, thrown away with the machine's."""
    import jpype
    import pyxform

    scratch = tempfile.mkdtemp(prefix="javarosa-")
    jar = Path(pyxform.__file__).parent / "validators/odk_validate/bin/ODK_Validate.jar"
    options = ["-Xmx1g", "-Duser.language=en", f"-Duser.timezone={zone}"]
    jpype.startJVM(
        *options, f"-Djava.io.tmpdir={scratch}", classpath=[str(jar)], convertStrings=True
    )
    system = jpype.JClass("java.lang.System")
    hole = jpype.JClass("java.io.PrintStream")(jpype.JClass("java.io.ByteArrayOutputStream")())
    system.setOut(hole)  # Scenario prints whole forms
    system.setErr(hole)
    stub = jpype.JClass("org.opendatakit.validate.StubSetGeopointActionHandler")()
    parser = jpype.JClass("org.javarosa.xform.parse.XFormParser")
    parser.registerActionHandler("setgeopoint", stub)
    return scratch


def _serve(folder: Path) -> None:
    """Answer every `jr://…/name` with the file of that name in the form's folder."""
    import jpype

    stream = jpype.JClass("java.io.FileInputStream")

    def reference(uri: str) -> Any:
        path = folder / uri.rsplit("/", 1)[-1]
        calls = {
            "getURI": lambda: uri,
            "getLocalURI": lambda: str(path),
            "getStream": lambda: stream(str(path)),
            "doesBinaryExist": path.exists,
            "isReadOnly": lambda: True,
            "getOutputStream": lambda: None,
            "remove": lambda: None,
            "probeAlternativeReferences": lambda: None,
        }
        return jpype.JProxy("org.javarosa.core.reference.Reference", dict=calls)

    factory = jpype.JProxy(
        "org.javarosa.core.reference.ReferenceFactory",
        dict={
            "derives": lambda uri: str(uri).startswith("jr://"),
            "derive": lambda uri, context=None: reference(str(uri)),
        },
    )
    manager = jpype.JClass("org.javarosa.core.reference.ReferenceManager").instance()
    manager.reset()
    manager.addReferenceFactory(factory)


class Interview:
    """One form loaded into JavaRosa, answered by reference.

    Args:
        form_xml: The XForm.
        files: Attachments by file name.
    """

    def __init__(self, form_xml: bytes, files: dict[str, bytes] | None = None) -> None:
        import jpype

        start()
        self._folder = Path(tempfile.mkdtemp(prefix="form-"))
        path = self._folder / "form.xml"
        path.write_bytes(form_xml)
        for name, body in (files or {}).items():
            (self._folder / name).write_bytes(body)
        _serve(self._folder)
        self._class = jpype.JClass
        scenario = jpype.JClass("org.javarosa.test.Scenario")
        self._scenario = scenario.init(jpype.JClass("java.io.File")(str(path)))
        self.form = self._scenario.getFormDef()
        self.controller = self._scenario.getFormEntryController()
        self.model = self.controller.getModel()

    def close(self) -> None:
        """Remove the form's folder."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def restart(self) -> None:
        """Go to the beginning of the form."""
        self._scenario.jumpToBeginningOfForm()

    def settle(self) -> None:
        """One whole pass, because counted repeats appear only when navigation reaches them."""
        self.restart()
        while self.controller.stepToNextEvent() != self.controller.EVENT_END_OF_FORM:
            pass

    def facts(self) -> dict[str, Fact]:
        """Every node of the instance, by reference."""
        found: dict[str, Fact] = {}
        root = self.form.getMainInstance().getRoot()
        stack = [(root, _step(root))]
        while stack:
            node, path = stack.pop()
            if node.getMult() == TEMPLATE_MULTIPLICITY:
                continue
            count, value = node.getNumChildren(), node.getValue()
            text = value.uncast().getString() if value is not None else ""
            found[path] = Fact(
                None if count else str(text),
                bool(node.isRelevant()),
                not bool(node.isEnabled()),
                bool(node.isRequired()),
            )
            children = [node.getChildAt(i) for i in range(count)]
            stack += [(child, path + _step(child)) for child in children]
        return found

    def screens(self) -> Screens:
        """One whole pass, with everything that it stops at.

        The lists of all selects are asked for, because JavaRosa filters an answer when it shows
        the list.
        """
        found, controller = Screens(), self.controller
        self.restart()
        count = self._nodes()
        while (event := int(controller.stepToNextEvent())) != controller.EVENT_END_OF_FORM:
            index = self.model.getFormIndex()
            if event == controller.EVENT_QUESTION:
                self._see(index, found)
            elif event == controller.EVENT_PROMPT_NEW_REPEAT:
                found.prompts[_LAST_PLACE.sub("", _plain(self._reference(index)))] = index
            elif event == controller.EVENT_REPEAT:
                rows = found.rows if self._free(index) else found.fixed
                rows[_plain(self.ref_of(index))] = index
        found.made = self._nodes() != count
        return found

    def recompute(self) -> None:
        """Compute everything again.

        JavaRosa leaves what it had computed when it takes rows away, when it filters an answer
        and when the language changes; Collect shows it anew only after the next answer.
        """
        field_of = self.form.getClass().getDeclaredField("dagImpl")
        field_of.setAccessible(True)
        dag, context = field_of.get(self.form), self.form.getEvaluationContext()
        instance = self.form.getMainInstance()
        root = self._class("org.javarosa.core.model.instance.TreeReference").rootRef()
        types = [instance.getClass(), context.getClass(), root.getClass()]
        compute = dag.getClass().getDeclaredMethod("initializeTriggerables", types)
        compute.setAccessible(True)
        compute.invoke(dag, [instance, context, root])

    def _see(self, index: Any, found: Screens) -> None:
        prompt = self.model.getQuestionPrompt(index)
        node, choices = self.form.getMainInstance().resolveReference(index.getReference()), None
        before = _text(node.getValue())  # the prompt's own value is already filtered
        if int(prompt.getControlType()) in SELECTS:
            listed = prompt.getSelectChoices()
            choices = tuple(str(choice.getValue()) for choice in listed or ())
        value = _text(node.getValue())
        ref = _plain(self.ref_of(index))
        if value != before:
            found.filtered.append(ref)
        found.questions[ref] = Question(index, value, choices)

    def _free(self, index: Any) -> bool:
        group = self.model.getCaptionPrompt(index).getFormElement()
        return group.getCountReference() is None and not group.noAddRemove

    def _nodes(self) -> int:
        """How many nodes the instance has."""
        waiting, count = [self.form.getMainInstance().getRoot()], 0
        while waiting:
            node = waiting.pop()
            count += 1
            waiting += [node.getChildAt(i) for i in range(node.getNumChildren())]
        return count

    def _reference(self, index: Any) -> str:
        """The reference of a row that is not there yet."""
        reference, node = index.getReference(), self.form.getMainInstance().getRoot()
        path = _step(node)
        for i in range(1, reference.size() - 1):
            node = node.getChild(reference.getName(i), reference.getMultiplicity(i))
            path += _step(node)
        return f"{path}/{reference.getName(reference.size() - 1)}"

    def ref_of(self, index: Any) -> str:
        """A form index as a reference in our notation."""
        reference, node = index.getReference(), self.form.getMainInstance().getRoot()
        path = _step(node)
        for i in range(1, reference.size()):
            node = node.getChild(reference.getName(i), reference.getMultiplicity(i))
            path += _step(node)
        return path

    def store(self, text: str) -> str:
        """Answer the question that navigation stands at, and say what JavaRosa thought of it.

        A refused answer is stored all the same, as our engine keeps it: `saveAnswer` asks nobody.
        """
        return self.store_at(self.model.getFormIndex(), text)

    def store_at(self, index: Any, text: str) -> str:
        """The same for the question of an index, wherever navigation stands."""
        prompt = self.model.getQuestionPrompt(index)
        data = self._data(prompt, text) if text else None
        outcome = OUTCOMES[int(self.controller.answerQuestion(index, data, True))]
        if outcome != "ok":
            self.controller.saveAnswer(index, data, True)
        return outcome

    def _data(self, prompt: Any, text: str) -> Any:
        factory = self._class("org.javarosa.core.model.data.AnswerDataFactory")
        template = factory.template(prompt.getControlType(), prompt.getDataType())
        return template.cast(self._class("org.javarosa.core.model.data.UncastData")(text))

    def submission(self) -> str:
        """The submission XML after finalising."""
        self.controller.finalizeFormEntry()
        writer = self._class("org.javarosa.model.xform.XFormSerializingVisitor")()
        return bytes(writer.serializeInstance(self.form.getMainInstance())).decode()


def _text(data: Any) -> str:
    return "" if data is None else str(data.uncast().getString())


def _plain(ref: str) -> str:
    return _PREFIX.sub("", ref)


def _step(node: Any) -> str:
    prefix = node.getNamespacePrefix()
    number = f"[{node.getMult() + 1}]" if node.isRepeatable() else ""
    return f"/{f'{prefix}:' if prefix else ''}{node.getName()}{number}"

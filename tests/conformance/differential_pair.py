"""Our engine and JavaRosa side by side: the same step in both, then every fact compared.

A step is written down as what was done to which reference, so that any list of steps can be done
again on a fresh pair; that is what makes a difference repeatable and shrinkable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from forms.engine.instance import Instance
from forms.errors import FormsError
from tests.conformance.differential_chance import Uncertain, uncertain
from tests.conformance.differential_forms import without_pulldata
from tests.conformance.scenario_cases import same_value
from tests.support import javarosa
from tests.support.forms import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.definition import FormDefinition
    from forms.engine.node import Node

STATES = ("relevant", "required", "read-only")
MOST_PASSES = 5
"""Looks at every screen until nothing moves any more."""
_PREFIX = re.compile(r"(?<=/)[\w.-]+:")
_PLACE = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Step:
    """One act of an enumerator: `answer`, `add`, `remove` or `language`, where, and with what."""

    do: str
    ref: str
    text: str = ""

    def __str__(self) -> str:
        return f"{self.do} {self.ref}" + (f" = {self.text!r}" if self.do == "answer" else "")


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact on which the engines differ: where, what, and what each shows."""

    ref: str
    what: str
    ours: str
    theirs: str

    @property
    def kind(self) -> tuple[str, str]:
        """The path and the fact: differences of one kind are reported once."""
        return _PLACE.sub("", self.ref), self.what

    def __str__(self) -> str:
        return f"{self.ref} {self.what}: {self.ours}, JavaRosa {self.theirs}"


@dataclass
class Tally:
    """What was compared since the pair was opened."""

    facts: int = 0
    stale: int = 0
    differences: list[Difference] = field(default_factory=list)


class Both:
    """One form in both engines.

    Args:
        form: As our reader has it.
        xml: The document.
        files: What it reads, by file name.
    """

    def __init__(self, form: FormDefinition, xml: bytes, files: dict[str, bytes]) -> None:
        self.form = form
        self.theirs = javarosa.Interview(without_pulldata(xml), files)
        self.ours = Instance.new(form, settings(now=datetime.now(UTC)))
        self.tally = Tally()
        self.seen = self._settled()

    def close(self) -> None:
        """Leave no folder behind."""
        self.theirs.close()

    def apply(self, step: Step) -> None:
        """Do a step in both; a step whose place is gone in either does nothing."""
        try:
            self._act(step)
        except FormsError as error:
            self._differ(step.ref, step.do, f"refused ({error.problems[0].code})", "done")
        self.seen = self._settled(anew=step.do in {"remove", "language"})

    def _act(self, step: Step) -> None:
        if step.do == "language":
            self.theirs.controller.setLanguage(step.ref)
            self.ours.set_language(step.ref)
        elif step.do == "add" and step.ref in self.seen.prompts:
            self.theirs.controller.newRepeat(self.seen.prompts[step.ref])
            self.ours.add_repeat(step.ref)
        elif step.do == "remove" and step.ref in self.seen.rows:
            self.theirs.controller.deleteRepeat(self.seen.rows[step.ref])
            self.ours.remove_repeat(step.ref)
        elif step.do == "answer" and step.ref in self.seen.questions:
            outcome = self.theirs.store_at(self.seen.questions[step.ref].index, step.text)
            changes = self.ours.answer(step.ref, step.text)
            if changes.problems and changes.problems[0].code == "XF-302":
                self._differ(step.ref, "type", "refused", "stored")
            own = self.ours.node(step.ref).violation or "ok"
            self._compare(step.ref, "outcome", own, outcome)

    def _settled(self, *, anew: bool = False) -> javarosa.Screens:
        """One look at every screen, because JavaRosa makes counted rows and filters when shown.

        Two of our decisions are carried over, so that only mistakes are left to differ: a smaller
        count takes rows away (JavaRosa leaves them), and what comes back, a row or a choice, comes
        back with its answer (JavaRosa has forgotten it). See decisions 0125 and 0129.
        """
        for _ in range(MOST_PASSES):
            screens = self.theirs.screens()
            if not (self._carried_over(screens) or screens.moved or anew):
                break
            self.theirs.recompute()
            anew = False
        return screens

    def _carried_over(self, screens: javarosa.Screens) -> bool:
        """Whether anything was given to JavaRosa or taken from it."""
        for ref in screens.filtered:  # nobody hears of it until the screen is saved
            self.theirs.store_at(screens.questions[ref].index, screens.questions[ref].value)
        surplus = [ref for ref in screens.fixed if self._own(ref) is None]
        for ref in reversed(surplus):
            self.theirs.controller.deleteRepeat(screens.fixed[ref])
        back = [] if surplus else [*self._brought_back(screens), *self._taken_out(screens)]
        for ref in back:
            self.theirs.store_at(screens.questions[ref].index, self.ours.node(ref).value)
        missing = [] if surplus else list(self._rows_brought_back(screens))
        for ref in missing:
            self.theirs.controller.newRepeat(screens.prompts[ref])
        return bool(surplus or back or missing)

    def _rows_brought_back(self, screens: javarosa.Screens) -> Iterator[str]:
        """Repeats within a row that came back: JavaRosa makes the row anew, without them."""
        for ref in screens.prompts:
            parent, _, name = ref.rpartition("/")
            node = self._own(parent) if self._counted_above(ref) else None
            theirs = sum(
                row.startswith(f"{ref}[") and row.count("/") == ref.count("/")
                for row in screens.rows
            )
            if node is not None and len(node.rows(name)) > theirs:
                yield ref

    def _brought_back(self, screens: javarosa.Screens) -> Iterator[str]:
        for ref, question in screens.questions.items():
            node = self._own(ref) if not question.value else None
            if node is None or not node.value or node._inner.program.calculate is not None:
                continue
            if node._inner.program.choices is not None or self._counted_above(ref):
                yield ref

    def _taken_out(self, screens: javarosa.Screens) -> Iterator[str]:
        """Answers that JavaRosa keeps because it shows a list that it has kept, too."""
        for ref, question in screens.questions.items():
            node = self._own(ref) if question.value else None
            if node is not None and node._inner.kept and node.relevant and not node.value:
                yield ref

    def _counted_above(self, ref: str) -> bool:
        path = _PLACE.sub("", ref)
        return any(f"{path}/".startswith(f"{repeat}/") for repeat in self._counted)

    @property
    def size(self) -> int:
        """Nodes of the interview."""
        return sum(1 for _ in self.ours.root_node.walk())

    def may_answer(self, ref: str) -> bool:
        """Whether a person could answer it: asked by both, neither computed nor a file."""
        node = self._own(ref)
        if node is None or node.control is None or node.read_only or not node.relevant:
            return False
        if node._inner.program.calculate is not None:
            return False
        return node.control.kind != "upload" and not self._of_chance(node.path)

    # Comparing -------------------------------------------------------------------------------

    def compare(self) -> list[Difference]:
        """Every fact of every node, and the choices of every question that JavaRosa asks.

        JavaRosa computes an answer's readers in the answer's own row alone. What agrees as soon as
        it computes everything, as it does when the interview is opened again, is no difference;
        it is counted as stale.
        """
        before = len(self.tally.differences)
        facts = self.tally.facts
        self._compare_all()
        if found := len(self.tally.differences) - before:
            del self.tally.differences[before:]
            self.tally.facts = facts
            self.theirs.recompute()
            self.seen = self._settled()
            self._compare_all()
            self.tally.stale += max(0, found - len(self.tally.differences[before:]))
        return self.tally.differences[before:]

    def _compare_all(self) -> None:
        theirs = {plain(ref): fact for ref, fact in self.theirs.facts().items()}
        for ref, fact in theirs.items():
            self._node(ref, fact)
        for ref in self._rows() - theirs.keys():
            self._differ(ref, "row", "there", "absent")
        for ref, question in self.seen.questions.items():
            self._question(ref, question)

    def _node(self, ref: str, fact: javarosa.Fact) -> None:
        if self._of_chance(_PLACE.sub("", ref)):
            return
        node = self._own(ref)
        if node is None:
            if fact.relevant or not self._counted_above(ref):  # a row of a count is seen when asked
                self._differ(ref, "row", "absent", "there")
            return
        self._compare(ref, "relevant", node.relevant, fact.relevant)
        self._compare(ref, "required", node.required, fact.required)
        self._compare(ref, "read-only", node.read_only, fact.read_only)
        if fact.text is None or node.path in self.uncertain.values:
            return
        self.tally.facts += 1
        if not self._same(node, fact.text):
            self._differ(ref, "value", repr(node.value), repr(fact.text), counted=True)

    def _same(self, node: Node, theirs: str) -> bool:
        """Whether a value is JavaRosa's; what it has not shown again it has not filtered yet."""
        if node._inner.made is bool:
            return {"true": "1", "false": "0"}.get(node.value) == theirs
        if not node.relevant and not theirs and self._counted_above(node.ref):
            return True  # a row that came back is answered when it is asked
        shown = [node.value] if node.relevant else [node.value, node._inner.kept or node.value]
        return any(own == theirs or same_value(node, own, theirs) for own in shown)

    def _question(self, ref: str, question: javarosa.Question) -> None:
        node = self._own(ref)
        if node is None or self._of_chance(node.path):
            return
        if question.choices is not None and node.path not in self.uncertain.choices:
            own = sorted(choice.value for choice in node.choices())
            self._compare(ref, "choices", own, sorted(question.choices))

    def _compare(self, ref: str, what: str, ours: object, theirs: object) -> None:
        self.tally.facts += 1
        if ours != theirs:
            self._differ(ref, what, repr(ours), repr(theirs), counted=True)

    def _differ(
        self, ref: str, what: str, ours: str, theirs: str, *, counted: bool = False
    ) -> None:
        self.tally.facts += not counted
        self.tally.differences.append(Difference(ref, what, ours, theirs))

    def _own(self, ref: str) -> Node | None:
        try:
            return self.ours.node(ref)
        except FormsError:
            return None

    def _rows(self) -> set[str]:
        return {n.ref for n in self.ours.root_node.walk() if n.program.is_repeat and n.relevant}

    @cached_property
    def _counted(self) -> list[str]:
        return [path for path, repeat in self.form.repeats.items() if repeat.count is not None]

    def _of_chance(self, path: str) -> bool:
        """Whether it is a matter of chance that a node is there."""
        return any(f"{path}/".startswith(f"{top}/") for top in self.uncertain.states)

    @cached_property
    def uncertain(self) -> Uncertain:
        """What is of chance or of the instant, and everything made from it."""
        return uncertain(self.ours)


def plain(ref: str) -> str:
    """A reference without prefixes."""
    return _PREFIX.sub("", ref)

"""One interview: the only thing in `forms` that changes, and the public face of the engine.

The tablet, the test client and the oracle use the same calls. An answer that breaks its constraint
is kept and reported; an answer that its type cannot hold is not stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from forms.datatypes import decode
from forms.definition import Control
from forms.engine import navigation, serialise
from forms.engine.columns import Columns
from forms.engine.entities import compute_attributes
from forms.engine.events import Events
from forms.engine.node import Node
from forms.engine.nodes import InstanceNode
from forms.engine.program import program_of
from forms.engine.recalculate import Wave
from forms.engine.rows import Rows
from forms.engine.scope import Scope
from forms.engine.texts import Texts
from forms.errors import NotValid, XFormError
from forms.problems import Problem
from forms.uncollected import uncollected
from forms.xpath.environment import Context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from forms.definition import FormDefinition
    from forms.engine.navigation import OutlineEntry, Step
    from forms.engine.settings import EngineSettings
    from forms.engine.submission import Submission
    from forms.xpath.evaluate import Expression


@dataclass(frozen=True)
class Changes:
    """What one act changed.

    Attributes:
        nodes: Of which some fact changed, or may have.
        problems: An answer of the wrong type (then nothing was stored); calculations that failed.
    """

    nodes: tuple[InstanceNode, ...] = ()
    problems: tuple[Problem, ...] = ()

    @cached_property
    def refs(self) -> frozenset[str]:
        """References of these nodes, to be read before the next act: rows may move then."""
        return frozenset(node.ref for node in self.nodes)


class Instance:
    """An interview being filled. Made by `new` or `restore`."""

    def __init__(self, form: FormDefinition, settings: EngineSettings) -> None:
        self.form = form
        self.settings = settings
        self.program = program_of(form)
        self.root_path = f"/{form.root_name}"
        self.rows = Rows(self)
        self.events = Events(self)
        self.texts = Texts(self)
        self.columns = Columns(self)
        self.scope = Scope(self)
        self.load_problems: tuple[Problem, ...] = ()
        self.labels = {
            element.path: element.label
            for element in form.walk()
            if element.path and not isinstance(element, Control)
        }
        self.top = InstanceNode("", "", None, self.program.paths[self.root_path])
        self.root_node = self.rows.build(self.program.paths[self.root_path], self.top)
        self.top.kids.append(self.root_node)

    # Opening ---------------------------------------------------------------------------------

    @classmethod
    @uncollected()
    def new(cls, form: FormDefinition, settings: EngineSettings) -> Instance:
        """Begin an interview.

        Raises:
            XFormError: The form's expressions are wrong (XF-105), go in a circle (XF-107), or fail
                before anything is answered (XF-307): no answer would mend that.
        """
        instance = cls(form, settings)
        instance.events.preload()
        instance._settle(instance.events.first_load)
        if instance.load_problems:
            raise XFormError(*instance.load_problems)
        return instance

    @classmethod
    @uncollected()
    def restore(cls, form: FormDefinition, xml: bytes, settings: EngineSettings) -> Instance:
        """Open a draft, exactly as it was left.

        Raises:
            XFormError: XF-101 damaged, XF-110 the draft of another form.
        """
        instance = cls(form, settings)
        serialise.overlay(instance, xml)
        instance._settle(instance.events.load)
        return instance

    @classmethod
    @uncollected()
    def edit(cls, form: FormDefinition, xml: bytes, settings: EngineSettings) -> Instance:
        """Open a submission to correct it: a new instanceID, the old one as deprecatedID.

        A form that preloads no id gets its new one when the interview is finalised.

        Raises:
            XFormError: XF-101 damaged, XF-110 a submission of another form.
        """
        instance = cls(form, settings)
        serialise.overlay(instance, xml)
        serialise.deprecate(instance, f"uuid:{settings.new_uuid()}")
        instance._settle(instance.events.load)
        return instance

    def _settle(self, actions: Callable[[Wave], None]) -> None:
        """Compute everything, then act on the opening and compute what follows from that."""
        wave = Wave(self)
        wave.ask_all(self.root_node)
        wave.run()
        actions(wave)
        wave.run()
        self.load_problems = tuple(wave.problems)

    # Asking ----------------------------------------------------------------------------------

    @property
    def root(self) -> Node:
        """The root element."""
        return Node(self, self.root_node)

    def node(self, ref: str) -> Node:
        """The node of a reference.

        Raises:
            XFormError: XF-301.
        """
        return Node(self, self.find(ref))

    def find(self, ref: str) -> InstanceNode:
        """The inner node of a reference. Raises XFormError XF-301."""
        node: InstanceNode | None = self.top
        for step in ref.strip("/").split("/"):
            if node is None:
                break
            name, _, number = step.partition("[")
            found = node.named(name.rpartition(":")[2])
            place = int(number.rstrip("]")) if number.rstrip("]").isdigit() else 1
            node = found[place - 1] if 0 < place <= len(found) else None
        if node is None or node is self.top:
            raise XFormError(Problem("XF-301", ref, "there is no such question in this interview"))
        return node

    def nodes_of(self, path: str) -> list[InstanceNode]:
        """Every node of a path."""
        level = [self.top]
        for step in path.strip("/").split("/"):
            level = [kid for node in level for kid in node.named(step)]
        return level

    def near(self, path: str, node: InstanceNode) -> list[InstanceNode]:
        """Nodes of a path in the same rows as another node."""
        mine, other = node.program.path.split("/"), path.split("/")
        shared = 1
        for number in range(2, min(len(mine), len(other)) + 1):
            if mine[:number] != other[:number]:
                break
            shared = number - 1
        level = [node.above(shared)]
        for step in other[level[0].program.depth + 1 :]:
            level = [kid for each in level for kid in each.named(step)]
        return level

    def context(self, node: InstanceNode) -> Context:
        """Where an expression of a node stands."""
        return Context(node, self.scope, 1, 1, node)

    def expression(self, text: str, where: str) -> Expression:
        """A compiled expression. Raises XFormError XF-105."""
        found = self.program.expression(text, where)
        if found is None:
            raise XFormError(Problem("XF-105", where, f"{text!r} is not an expression"))
        return found

    # Answering -------------------------------------------------------------------------------

    def answer(self, ref: str, value: str | None) -> Changes:
        """Store an answer and compute what depends on it.

        Args:
            ref: The question's reference.
            value: Text as XForms stores it; None or empty clears the answer.

        Returns:
            What changed; with XF-302 (wrong type) or XF-305 (a group, or read-only) nothing is
            stored.

        Raises:
            XFormError: XF-301 there is no such question.
        """
        node = self.find(ref)
        if node.kids or node.program.below:
            return Changes((), (Problem("XF-305", ref, "a group has no answer"),))
        text = decode(node.program.bind.type, value or "", ref)
        if isinstance(text, Problem):
            return Changes((), (text,))
        wave = Wave(self)
        wave.mark(node)
        if text != node.text:
            node.text, node.kept, node.made = text, "", None
            wave.value_changed(node)
            wave.run()
            self.events.changed(node, wave)
            wave.run()
        return self._changes(wave)

    def add_repeat(self, ref: str) -> Node:
        """Add a row at the end of a repeat.

        Args:
            ref: The repeat's reference without its own position: `/data/roster`.

        Raises:
            XFormError: XF-301 there is no such repeat.
            NotValid: XF-306 its rows are counted or fixed.
        """
        parent_ref, _, name = ref.rpartition("/")
        parent = self.find(parent_ref)
        program = parent.program.below.get(name.partition("[")[0])
        if program is None or not program.is_repeat:
            raise XFormError(Problem("XF-301", ref, "there is no such repeat"))
        if program.repeat is not None and (program.repeat.fixed or program.count is not None):
            raise NotValid(Problem("XF-306", ref, "the number of rows is set by the form"))
        wave = Wave(self)
        row = self.rows.add(parent, program, wave)
        wave.run()
        return Node(self, row)

    def remove_repeat(self, ref: str) -> Changes:
        """Remove one row: `/data/roster[2]`.

        Raises:
            XFormError: XF-301.
            NotValid: XF-306 its rows are counted or fixed, or it is no row.
        """
        row = self.find(ref)
        repeat = row.program.repeat
        if repeat is None or repeat.fixed or row.program.count is not None:
            raise NotValid(Problem("XF-306", ref, "this row cannot be removed"))
        wave = Wave(self)
        self.rows.remove(row, wave)
        wave.run()
        return self._changes(wave)

    def _changes(self, wave: Wave) -> Changes:
        return Changes(tuple(wave.changed.values()), tuple(wave.problems))

    # Languages -------------------------------------------------------------------------------

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the form."""
        return self.form.languages

    @property
    def language(self) -> str:
        """The language shown."""
        return self.texts.language

    def set_language(self, name: str) -> None:
        """Show another language; calculations that read texts are computed again.

        Raises:
            XFormError: XF-301 the form does not have it.
        """
        if name not in self.form.translations:
            have = ", ".join(self.languages)
            raise XFormError(Problem("XF-301", name, f"the form has {have or 'one language'}"))
        self.texts.language = name
        wave = Wave(self)
        for rule in self.program.rules:
            if rule.expression.functions & {"jr:itext", "jr:choice-name"}:
                for node in self.nodes_of(rule.path):
                    wave.ask(node, rule)
        wave.run()

    # Walking and finishing -------------------------------------------------------------------

    def steps(self) -> tuple[Step, ...]:
        """Screens in order, over what is relevant now."""
        return navigation.steps(self)

    def outline(self) -> tuple[OutlineEntry, ...]:
        """What the jump list shows."""
        return navigation.outline(self)

    def problems(self) -> Iterator[Problem]:
        """XF-303 and XF-304 of everything that is asked, in order."""
        for node in self.root_node.walk():
            if node.program.control is None and node.program.constraint is None:
                continue
            view = Node(self, node)
            kind = view.violation if view.relevant else None
            if kind is not None:
                code = "XF-303" if kind == "required" else "XF-304"
                yield Problem(code, view.ref, view.message or f"the answer is {kind}")

    def validate(self) -> tuple[Problem, ...]:
        """Every problem that prevents finalising; empty when there is none."""
        return tuple(self.problems())

    def draft(self) -> bytes:
        """The whole interview, also what is not relevant, for `restore`."""
        return serialise.draft(self)

    def submission_xml(self) -> bytes:
        """The submission, non-relevant nodes removed, whatever is still wrong with it."""
        compute_attributes(self)
        return serialise.submission_xml(self)

    def finalise(self) -> Submission:
        """The frozen submission.

        Raises:
            NotValid: Answers are missing or wrong; nothing of the interview is changed.
        """
        found = self.validate()
        if found:
            raise NotValid(*found)
        if serialise.needs_id(self):  # a form that has a place for it and no preload
            serialise.set_instance_id(self, f"uuid:{self.settings.new_uuid()}")
        self.events.finish()
        compute_attributes(self)
        return serialise.submission(self)

"""What a client sees of a node: its state and its words, computed when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.engine.recalculate import truth
from forms.errors import XPathError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forms.definition import Control
    from forms.engine.instance import Instance
    from forms.engine.nodes import InstanceNode
    from forms.engine.texts import Choice
    from forms.xpath.evaluate import Expression


class Node:
    """A view of one node; it holds nothing, so it is never out of date.

    Two views of the same node are equal.
    """

    __slots__ = ("_inner", "_instance")

    def __init__(self, instance: Instance, inner: InstanceNode) -> None:
        self._instance = instance
        self._inner = inner

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and other._inner is self._inner

    def __hash__(self) -> int:
        return id(self._inner)

    def __repr__(self) -> str:
        """The reference, never the answer."""
        return f"Node({self.ref})"

    @property
    def ref(self) -> str:
        """Absolute reference, 1-based `[n]` on repeat instances."""
        return self._inner.ref

    @property
    def path(self) -> str:
        """The reference without positions."""
        return self._inner.program.path

    @property
    def name(self) -> str:
        """Local name."""
        return self._inner.name

    @property
    def kind(self) -> str:
        """`question`, `value` (nothing shown), `group` or `repeat-instance`."""
        if self._inner.program.is_repeat:
            return "repeat-instance"
        if self._inner.program.below:
            return "group"
        return "question" if self.control is not None else "value"

    @property
    def control(self) -> Control | None:
        """The question that answers it."""
        return self._inner.program.control

    @property
    def bind_type(self) -> str:
        """XForms data type."""
        return self._inner.program.bind.type

    @property
    def value(self) -> str:
        """The answer as stored, also while it is not relevant."""
        return self._inner.text

    @property
    def relevant(self) -> bool:
        """Whether it is asked."""
        return self._inner.relevant

    @property
    def read_only(self) -> bool:
        """Whether it, or a group around it, is read-only; calculated nodes are."""
        node: InstanceNode | None = self._inner
        while node is not None and node.parent is not None:
            if self._holds(node.program.read_only, node):
                return True
            node = node.parent
        return False

    @property
    def required(self) -> bool:
        """Whether an answer must be given."""
        return self._holds(self._inner.program.required, self._inner)

    @property
    def violation(self) -> str | None:
        """`required` or `constraint` when that is broken; a constraint only of a given answer."""
        if not self.value:
            return "required" if self.required and self.control is not None else None
        constraint = self._inner.program.constraint
        if constraint is not None and not self._holds(constraint, self._inner):
            return "constraint"
        return None

    @property
    def message(self) -> str:
        """What the form says of its violation; empty when there is none or nothing is said."""
        kind, bind = self.violation, self._inner.program.bind
        if kind is None:
            return ""
        text = bind.required_message if kind == "required" else bind.constraint_message
        return self._instance.texts.of(text, self._inner)

    @property
    def label(self) -> str:
        """Its label in the language shown."""
        program = self._inner.program
        if program.control is not None:
            return self._instance.texts.of(program.control.label, self._inner)
        texts = self._instance.texts
        group = texts.of(self._instance.labels.get(program.path), self._inner)
        # a calculation is in no body, but pyxform keeps the label of its row in itext all the same
        return group or texts.itext(f"{program.path}:label", self._inner)

    @property
    def hint(self) -> str:
        """Its hint."""
        text = self.control.hint if self.control is not None else None
        return self._instance.texts.of(text, self._inner)

    @property
    def guidance(self) -> str:
        """Guidance for the enumerator."""
        text = self.control.hint if self.control is not None else None
        return self._instance.texts.guidance(text, self._inner)

    @property
    def media(self) -> Mapping[str, str]:
        """image, audio and video of its label."""
        text = self.control.label if self.control is not None else None
        return self._instance.texts.media(text)

    @property
    def appearance(self) -> tuple[str, ...]:
        """Appearance words."""
        return self.control.appearance if self.control is not None else ()

    @property
    def parameters(self) -> Mapping[str, str]:
        """start, end, step and the like."""
        return self.control.parameters if self.control is not None else {}

    def choices(self) -> tuple[Choice, ...]:
        """What can be chosen now."""
        return self._instance.texts.choices(self._inner)

    @property
    def children(self) -> tuple[Node, ...]:
        """Nodes below, relevant or not."""
        return tuple(Node(self._instance, kid) for kid in self._inner.kids)

    @property
    def attributes(self) -> Mapping[str, str]:
        """Attributes by local name."""
        return {each.name: each.text for each in self._inner.attrs}

    def rows(self, name: str) -> tuple[Node, ...]:
        """Rows of the repeat `name` that stands here."""
        return tuple(Node(self._instance, kid) for kid in self._inner.named(name))

    @property
    def can_remove(self) -> bool:
        """Whether this row may be removed by hand."""
        repeat = self._inner.program.repeat
        return repeat is not None and not repeat.fixed and repeat.count is None

    def can_add(self, name: str) -> bool:
        """Whether a row of the repeat `name` may be added by hand."""
        program = self._inner.program.below.get(name)
        repeat = program.repeat if program is not None else None
        return repeat is not None and not repeat.fixed and repeat.count is None

    def _holds(self, expression: Expression | None, node: InstanceNode) -> bool:
        if expression is None:
            return False
        try:
            return truth(expression.evaluate(self._instance.context(node)))
        except XPathError:
            return False

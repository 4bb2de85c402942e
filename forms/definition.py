"""A form as it was written, frozen: what the reader makes and everything else looks at.

Nothing here changes while an interview is filled; the one thing that does is the `Instance`.
Paths are absolute, without positions: `/data/water/ws1`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forms.lists import SecondaryInstance
    from forms.problems import Problem
    from forms.xpath.syntax import Syntax


@dataclass(frozen=True, slots=True)
class Output:
    """`<output value="…"/>` inside a text: its expression."""

    expression: str


TextParts: TypeAlias = "tuple[str | Output, ...]"


@dataclass(frozen=True, slots=True)
class Text:
    """A label, hint or message: written in place, or an entry of itext.

    Attributes:
        parts: The text in place, with outputs.
        itext: The id of an itext entry; empty when the text stands in place.
    """

    parts: TextParts = ()
    itext: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """A node of the primary instance as the form writes it.

    Attributes:
        name: Local name.
        namespace: Namespace URI, empty for none.
        text: Default value.
        attributes: `{uri}local` or `local` to text; template and the like are left out.
        children: In document order; a repeat's template stands once.
        template: Whether it is marked `jr:template`.
    """

    name: str
    namespace: str
    text: str
    attributes: Mapping[str, str]
    children: tuple[Element, ...]
    template: bool = False


@dataclass(frozen=True, slots=True)
class Bind:
    """What the form says of one node.

    Attributes:
        path: The node.
        type: XForms data type; `string` when none is given.
        relevant: XPath or None, as are required, constraint, read_only and calculate.
        constraint_message: Shown when the constraint is broken.
        required_message: Shown when the answer is missing.
        preload: JavaRosa's preloader (`date`, `timestamp`, `property`, `uid`), or empty.
        preload_params: Its argument.
        extra: Attributes of other namespaces, `{uri}local` to text.
    """

    path: str
    type: str = "string"
    relevant: str | None = None
    required: str | None = None
    constraint: str | None = None
    read_only: str | None = None
    calculate: str | None = None
    constraint_message: Text | None = None
    required_message: Text | None = None
    preload: str = ""
    preload_params: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """A choice that stands in the body."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Itemset:
    """Choices computed from nodes: `nodeset` with its filter, and where value and label stand."""

    nodeset: str
    value: str
    label: str
    label_is_itext: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """Something that happens on an event.

    Attributes:
        kind: `setvalue`, `setgeopoint` or `recordaudio`.
        events: Its events, e.g. `odk-instance-first-load`.
        target: Path of the node it sets.
        expression: XPath of the value, or None.
        text: Literal value, used when there is no expression.
        source: Path of the control or repeat that it is nested in; empty for the model.
    """

    kind: str
    events: tuple[str, ...]
    target: str
    expression: str | None = None
    text: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Control:
    """A question as the form shows it.

    Attributes:
        kind: input, select1, select, rank, upload, range, trigger or secret.
        path: The node that it answers.
        label: Its text.
        hint: Below it.
        appearance: Space-separated words, split.
        items: Choices in place.
        itemset: Choices from nodes.
        mediatype: Of an upload.
        parameters: Attributes of the control such as start, end, step, and `odk:` ones.
    """

    kind: str
    path: str
    label: Text | None = None
    hint: Text | None = None
    appearance: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    itemset: Itemset | None = None
    mediatype: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together; `path` is empty when it only groups on the screen."""

    path: str
    label: Text | None
    appearance: tuple[str, ...]
    children: tuple[BodyElement, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A group that occurs once per thing.

    Attributes:
        path: The repeated node.
        label: Of the group around it.
        appearance: Of the group or the repeat.
        count: XPath of `jr:count`, or None.
        fixed: `jr:noAddRemove`: rows may be neither added nor removed by hand.
        children: What is asked in each row.
    """

    path: str
    label: Text | None
    appearance: tuple[str, ...]
    count: str | None
    fixed: bool
    children: tuple[BodyElement, ...]


BodyElement: TypeAlias = Control | Group | Repeat
Translation: TypeAlias = "Mapping[str, Mapping[str, TextParts]]"
"""itext id to form (`long`, `short`, `image`, `audio`, `video`, `guidance`) to text."""


@dataclass(frozen=True, eq=False)
class FormDefinition:
    """A whole form.

    Attributes:
        form_id: `id` of the root element.
        version: Its `version`, empty when it has none.
        title: `h:title`.
        root: The primary instance.
        namespaces: Prefix to URI, as declared in the document.
        binds: By path.
        body: What is shown, in order.
        actions: What happens on events.
        translations: By language, in the order of the form.
        default_language: The language marked default, else the first; empty when there is none.
        instances: Secondary instances by id.
        warnings: What is odd and does not stop the form.
        syntax: Expressions that are parsed already, by their text; a cached form has them.
    """

    form_id: str
    version: str
    title: str
    root: Element
    namespaces: Mapping[str, str]
    binds: Mapping[str, Bind]
    body: tuple[BodyElement, ...]
    actions: tuple[Action, ...]
    translations: Mapping[str, Translation]
    default_language: str
    instances: Mapping[str, SecondaryInstance]
    warnings: tuple[Problem, ...] = ()
    syntax: Mapping[str, Syntax] = field(default_factory=dict)

    @property
    def root_name(self) -> str:
        """Name of the root element of the primary instance."""
        return self.root.name

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the form, in its order."""
        return tuple(self.translations)

    @cached_property
    def controls(self) -> Mapping[str, Control]:
        """The first control of each node."""
        found: dict[str, Control] = {}
        for element in self.walk():
            if isinstance(element, Control):
                found.setdefault(element.path, element)
        return found

    @cached_property
    def repeats(self) -> Mapping[str, Repeat]:
        """Repeats by the path of the repeated node."""
        return {e.path: e for e in self.walk() if isinstance(e, Repeat)}

    @property
    def repeat_paths(self) -> frozenset[str]:
        """Paths of repeated nodes."""
        return frozenset(self.repeats)

    def control_of(self, path: str) -> Control | None:
        """The question that answers a node, or None."""
        return self.controls.get(path)

    def walk(self) -> Iterator[BodyElement]:
        """Every element of the body, outer before inner."""
        waiting = list(reversed(self.body))
        while waiting:
            element = waiting.pop()
            yield element
            if not isinstance(element, Control):
                waiting += reversed(element.children)

    @cached_property
    def _leaves(self) -> tuple[str, ...]:
        found: list[str] = []
        waiting = [(self.root, f"/{self.root.name}")]
        while waiting:
            element, path = waiting.pop()
            if not element.children:
                found.append(path)
            below = {child.name: (child, f"{path}/{child.name}") for child in element.children}
            waiting += reversed(list(below.values()))
        return tuple(found)

    def leaf_paths(self) -> tuple[str, ...]:
        """Paths of every value node, in document order."""
        return self._leaves

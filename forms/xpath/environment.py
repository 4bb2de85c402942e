"""Everything that an expression may ask besides its nodes: clock, zone, chance, lists, texts.

`forms` reads no clock and throws no dice: the caller hands these in, so a case can freeze them and
the same interview gives the same values on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence
    from datetime import datetime, tzinfo

    from forms.xpath.functions import FunctionRegistry
    from forms.xpath.sweep import PlainPath, Sweep
    from forms.xpath.tree import Value, XNode


class Environment(Protocol):
    """What the engine, or a test, provides to expressions."""

    @property
    def timezone(self) -> tzinfo:
        """The device's zone."""

    @property
    def language(self) -> str:
        """The form's language that is shown now."""

    @property
    def random(self) -> random.Random:
        """Chance, for `random()` and for `randomize()` without a seed."""

    @property
    def properties(self) -> Mapping[str, str]:
        """What the device knows, such as deviceid and username."""

    @property
    def typed(self) -> bool:
        """Whether nodes are answers of an interview, which have types (decision 0127)."""

    @property
    def functions(self) -> FunctionRegistry:
        """Functions that expressions may call."""

    @property
    def root(self) -> XNode:
        """Where absolute paths start: the parent of the primary instance's root element."""

    def now(self) -> datetime:
        """The instant, with a zone."""

    def new_uuid(self) -> str:
        """A version 4 UUID."""

    def instance(self, name: str) -> XNode | None:
        """The parent of a secondary instance's root element; None when there is none."""

    def itext(self, name: str, node: XNode) -> Value:
        """A text of the form in the language shown, with what it puts in seen from `node`."""

    def choice_label(self, value: str, path: str, node: XNode) -> str:
        """The label of a choice of the question at `path`, seen from `node`."""

    def own_row(self, rows: list[XNode], node: XNode) -> list[XNode]:
        """Of rows of a repeat, the one that holds `node`, alone; else the rows as they are."""

    def fixed(self, path: PlainPath) -> list[XNode] | None:
        """What a path finds that leads through no repeat; None: walk it."""

    def swept(self, sweep: Sweep, c: Context) -> float | None:
        """A sum or a count across rows, from what is kept of it; None: walk it."""

    def lookup(
        self, parent: XNode, item: str, children: tuple[str, ...], values: tuple[str, ...]
    ) -> Sequence[XNode] | None:
        """Children `item` whose `children` have these texts, from an index; None: there is none."""


@dataclass(slots=True)
class Context:
    """Where an expression stands: node, place in its list, and the node it was written on."""

    node: XNode
    environment: Environment
    position: int = 1
    size: int = 1
    current: XNode | None = None

    def at(self, node: XNode, position: int, size: int) -> Context:
        """The same expression at another node of a list."""
        return Context(node, self.environment, position, size, self.current or self.node)

    @property
    def hidden(self) -> bool:
        """Whether the question that it was written on is not asked now."""
        return not getattr(self.current or self.node, "relevant", True)

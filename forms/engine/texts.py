"""Labels, hints and messages in the language shown, with answers put in; and choices of selects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.definition import Output
from forms.errors import XPathError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forms.definition import Itemset, Text, TextParts
    from forms.engine.instance import Instance
    from forms.engine.nodes import InstanceNode
    from forms.xpath.tree import XNode

PLAIN = ("long", "short")


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a select.

    Attributes:
        value: What is stored.
        label: What is shown, in the language shown.
        media: `image`, `audio`, `video` to `jr://…`.
    """

    value: str
    label: str
    media: Mapping[str, str]


class Texts:
    """The words of one interview."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self.language = instance.settings.language
        form = instance.form
        if self.language not in form.translations:
            self.language = _matching(self.language, form.languages) or form.default_language

    def _entry(self, name: str) -> Mapping[str, TextParts]:
        form = self._instance.form
        for language in (self.language, form.default_language):
            entry = form.translations.get(language, {}).get(name)
            if entry is not None:
                return entry
        return {}

    def of(self, text: Text | None, node: InstanceNode) -> str:
        """A text as shown at a node; empty when there is none."""
        if text is None:
            return ""
        if text.itext:
            return self.itext(text.itext, node)
        return self._joined(text.parts, node)

    def itext(self, name: str, node: InstanceNode, *forms: str) -> str:
        """An itext entry: its long form, else its short one; or the forms asked for."""
        entry = self._entry(name)
        for form in forms or PLAIN:
            if form in entry:
                return self._joined(entry[form], node)
        return ""

    def media(self, text: Text | None) -> Mapping[str, str]:
        """image, audio and video of a text, as `jr://…`."""
        if text is None or not text.itext:
            return {}
        entry = self._entry(text.itext)
        kinds = ("image", "big-image", "audio", "video")
        return {k: "".join(p for p in entry[k] if isinstance(p, str)) for k in kinds if k in entry}

    def guidance(self, text: Text | None, node: InstanceNode) -> str:
        """The guidance of a hint."""
        if text is None or not text.itext:
            return ""
        return self.itext(text.itext, node, "guidance")

    def _joined(self, parts: TextParts, node: InstanceNode) -> str:
        words = []
        for part in parts:
            if isinstance(part, Output):
                words.append(self._output(part.expression, node))
            else:
                words.append(part)
        return "".join(words).strip()  # pyxform pads outputs with blanks

    def _output(self, expression: str, node: InstanceNode) -> str:
        try:
            compiled = self._instance.expression(expression, node.ref)
            return compiled.evaluate_string(self._instance.context(node))
        except XPathError:
            return ""

    # Choices ---------------------------------------------------------------------------------

    def choices(self, node: InstanceNode) -> tuple[Choice, ...]:
        """What can be chosen at a node now."""
        control = node.program.control
        if control is None:
            return ()
        if control.itemset is not None:
            return self._from_nodes(control.itemset, node)
        return tuple(
            Choice(item.value, self.of(item.label, node), self.media(item.label))
            for item in control.items
        )

    def offered(self, node: InstanceNode) -> frozenset[str] | None:
        """Values that can be chosen from a computed list now; None when it cannot be told."""
        control = node.program.control
        if control is None or control.itemset is None:
            return None
        items = self._items(control.itemset, node)
        return None if items is None else frozenset(_read(i, control.itemset.value) for i in items)

    def _from_nodes(self, itemset: Itemset, node: InstanceNode) -> tuple[Choice, ...]:
        return tuple(self._item(itemset, i, node) for i in self._items(itemset, node) or ())

    def _items(self, itemset: Itemset, node: InstanceNode) -> list[XNode] | None:
        try:
            nodeset = self._instance.expression(itemset.nodeset, node.ref)
            found = nodeset.evaluate(self._instance.context(node))
        except XPathError:
            return None
        return found if isinstance(found, list) else None

    def _item(self, itemset: Itemset, item: XNode, node: InstanceNode) -> Choice:
        value, label = _read(item, itemset.value), _read(item, itemset.label)
        if not itemset.label_is_itext:
            return Choice(value, label, {})
        entry = self._entry(label)
        kinds = ("image", "big-image", "audio", "video")
        media = {k: "".join(p for p in entry[k] if isinstance(p, str)) for k in kinds if k in entry}
        return Choice(value, self.itext(label, node), media)

    def choice_label(self, value: str, path: str, node: InstanceNode) -> str:
        """The label of a value at the question of a path, in the same rows as `node`."""
        for target in self._instance.near(path, node):
            for choice in self._chosen(value, target):
                return choice.label
        return ""

    def _chosen(self, value: str, node: InstanceNode) -> Iterator[Choice]:
        """The choice of a value; no other choice of a long list is put into words."""
        control = node.program.control
        if control is None or control.itemset is None:
            yield from (choice for choice in self.choices(node) if choice.value == value)
            return
        for item in self._items(control.itemset, node) or ():
            if _read(item, control.itemset.value) == value:
                yield self._item(control.itemset, item, node)


def _read(item: XNode, path: str) -> str:
    """A child's text; item refs are nearly always one name."""
    if path == ".":
        return item.string_value()
    level = [item]
    for step in path.split("/"):
        level = [kid for node in level for kid in node.children_named(step)]
    return level[0].string_value() if level else ""


def _matching(language: str, languages: tuple[str, ...]) -> str:
    """`sw` finds `Kiswahili (sw)`."""
    short = language.lower()
    return next((name for name in languages if short and f"({short})" in name.lower()), "")

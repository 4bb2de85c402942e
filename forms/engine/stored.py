"""Lists, texts and expressions of a cached form: as JSON values until somebody asks for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from forms.definition import Output
from forms.lists import DataAttribute, DataNode, SecondaryInstance
from forms.xpath.syntax import unpacked_syntax

if TYPE_CHECKING:
    from forms.definition import TextParts
    from forms.xpath.syntax import Syntax


class StoredTexts(Mapping[str, Mapping[str, "TextParts"]]):
    """itext entries by id.

    Args:
        entries: Id to a text, or to its forms.
    """

    def __init__(self, entries: dict[str, Any]) -> None:
        self._entries = entries

    def __getitem__(self, name: str) -> Mapping[str, TextParts]:
        entry = self._entries[name]
        if isinstance(entry, str):
            return {"long": (entry,)}
        return {
            form: tuple(Output(part[0]) if isinstance(part, list) else part for part in parts)
            for form, parts in entry.items()
        }

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


class StoredSyntax(Mapping[str, "Syntax"]):
    """Parsed expressions by their text.

    Args:
        packed: Text to packed syntax.
    """

    def __init__(self, packed: dict[str, Any]) -> None:
        self._packed = packed

    def __getitem__(self, text: str) -> Syntax:
        return unpacked_syntax(self._packed[text])

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


class StoredInstances(Mapping[str, SecondaryInstance]):
    """Lists by id; the nodes of one are made when it is asked for.

    Args:
        packed: Id to source and packed tree.
    """

    def __init__(self, packed: dict[str, Any]) -> None:
        self._packed = packed
        self._made: dict[str, SecondaryInstance] = {}

    def __getitem__(self, name: str) -> SecondaryInstance:
        found = self._made.get(name)
        if found is None:
            source, tree = self._packed[name]
            found = self._made[name] = SecondaryInstance(name, _node(tree, None), source)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


def stored_tree(node: DataNode) -> Any:
    """A list as JSON values: rows of plain cells as one table, any other node by itself."""
    attributes = [[a.name, a.text, a.namespace] for a in node.attributes()]
    table = _table(node)
    if table is not None:
        return [node.name, node.namespace, attributes, *table]
    text = "" if node.kids else node.string_value()
    return [node.name, node.namespace, attributes, text, [stored_tree(kid) for kid in node.kids]]


def _table(node: DataNode) -> list[Any] | None:
    """Name and columns of rows that are all alike, and their cells; None when they are not."""
    if not node.kids:
        return None
    first = node.kids[0]
    columns = [cell.name for cell in first.kids]
    rows = []
    for row in node.kids:
        cells = row.kids
        if row.name != first.name or not _is_bare(row) or [c.name for c in cells] != columns:
            return None
        if not cells or not all(_is_bare(cell) and not cell.kids for cell in cells):
            return None
        rows.append([cell.string_value() for cell in cells])
    spaces = {each.namespace for row in node.kids for each in (row, *row.kids)}
    return [first.name, spaces.pop(), columns, rows] if len(spaces) == 1 else None


def _is_bare(node: DataNode) -> bool:
    return not node.attributes()


def _node(packed: list[Any], parent: DataNode | None) -> DataNode:
    name, namespace, attributes, *rest = packed
    table = len(rest) == 4
    known = tuple(DataAttribute(key, text, None, space) for key, text, space in attributes)
    node = DataNode(name, "" if table else rest[0], parent, namespace, known)
    if not table:
        node.kids = [_node(kid, node) for kid in rest[1]]
        return node
    row_name, space, columns, rows = rest
    for cells in rows:
        row = DataNode(row_name, "", node, space)
        row.kids = [DataNode(c, cell, row, space) for c, cell in zip(columns, cells, strict=True)]
        node.kids.append(row)
    return node

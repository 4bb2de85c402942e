"""Lists that expressions read: in the form, or from XML, CSV and GeoJSON files beside it."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

from forms.errors import XFormError
from forms.lists import DataAttribute, DataNode, SecondaryInstance
from forms.problems import Problem
from forms.xform.document import parse_xml
from forms.xform.names import split

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

LAST_SAVED = "jr://instance/last-saved"
"""The interview that was saved last with this form; nothing is saved before the first."""
_SEPARATORS = ",;\t|"
"""What may part columns; the first wins where none is there."""
_OTHER_SEPARATOR = re.compile(r"[$^~:]")
LARGEST_LIST = 64 * 1024 * 1024
MOST_CELLS = 1_000_000
"""Cells of one list, so that it fits into the memory of a tablet."""
_NOT_IN_NAME = re.compile(r"[^\w.\-]")


def inline_instance(name: str, element: Element) -> SecondaryInstance:
    """A list that stands in the form."""
    top = DataNode("")
    for child in element:
        top.kids.append(_node(child, top))
    return SecondaryInstance(name, top)


def external_instance(
    name: str, source: str, resources: Mapping[str, bytes], *, missing_is_empty: bool
) -> SecondaryInstance:
    """A list from a file.

    Args:
        name: The instance's id.
        source: `jr://file/name.xml`, `jr://file-csv/name.csv`, …; the last part is the file name.
        resources: Files by name.
        missing_is_empty: Whether a missing file is an empty list instead of an error.

    Raises:
        XFormError: XF-108 the file is missing, XF-109 it cannot be read.
    """
    file = source.rsplit("/", 1)[-1]
    data = resources.get(source, resources.get(file))
    if data is None:
        if missing_is_empty or source == LAST_SAVED:
            return SecondaryInstance(name, _table([]), source)
        raise XFormError(
            Problem("XF-108", name, f"the form needs {file}", "Attach the file to the form.")
        )
    if len(data) > LARGEST_LIST:
        raise _too_long(file)
    try:
        return SecondaryInstance(name, _READERS.get(_kind(file, source), _from_xml)(data), source)
    except (
        csv.Error,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise XFormError(Problem("XF-109", file, f"it cannot be read: {error}")) from error


def _kind(file: str, source: str) -> str:
    if "://file-csv/" in source or file.endswith(".csv"):
        return "csv"
    return file.rpartition(".")[2].lower()


def _from_xml(data: bytes) -> DataNode:
    root, _ = parse_xml(data, "list")
    top = DataNode("")
    top.kids.append(_node(root, top))
    return top


def _from_csv(data: bytes) -> DataNode:
    text = data.decode("utf-8-sig")
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    if separator not in first and _OTHER_SEPARATOR.search(first):
        raise ValueError("its columns are parted by none of comma, semicolon, tab and bar")
    rows, cells = [], 0
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        rows.append(row)
        cells += len(row)
        if cells > MOST_CELLS:
            raise _too_long("list")
    return _table(rows)


def _too_long(file: str) -> XFormError:
    what = f"it has more than {MOST_CELLS:,} cells or {LARGEST_LIST:,} bytes"
    return XFormError(Problem("XF-109", file, what, "Keep only what the form looks up."))


def _table(rows: list[list[str]]) -> DataNode:
    top = DataNode("")
    root = DataNode("root", parent=top)
    top.kids.append(root)
    header = [_NOT_IN_NAME.sub("_", name.strip()) for name in rows[0]] if rows else []
    for row in rows[1:]:
        if not any(row):
            continue
        item = DataNode("item", parent=root)
        for name, cell in zip(header, [*row, *[""] * len(header)], strict=False):
            if name:
                item.kids.append(DataNode(name, cell.strip(), item))
        root.kids.append(item)
    return top


def _from_geojson(data: bytes) -> DataNode:
    features = json.loads(data.decode("utf-8"))["features"]
    top = DataNode("")
    root = DataNode("root", parent=top)
    top.kids.append(root)
    for feature in features:
        item = DataNode("item", parent=root)
        item.kids.append(DataNode("geometry", _geometry(feature["geometry"]), item))
        properties = dict(feature.get("properties") or {})
        if "id" in feature:
            properties.setdefault("id", feature["id"])
        for name, value in properties.items():
            item.kids.append(DataNode(_NOT_IN_NAME.sub("_", name), _plain(value), item))
        root.kids.append(item)
    return top


def _plain(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _geometry(geometry: Mapping[str, object]) -> str:
    """GeoJSON's (longitude, latitude) as XForms' `latitude longitude 0 0`, joined by `; `."""
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if not isinstance(coordinates, list):
        raise TypeError("coordinates are not a list")
    points = {"Point": [coordinates], "LineString": coordinates}.get(str(kind))
    if points is None and kind == "Polygon":
        points = coordinates[0]
    if points is None:
        raise ValueError(f"geometry {kind} is neither Point, LineString nor Polygon")
    return "; ".join(f"{point[1]} {point[0]} 0 0" for point in points)


def _node(element: Element, parent: DataNode) -> DataNode:
    """An element and everything below it, without recursion: lists are long, hostile ones deep."""
    top = _bare(element, parent)
    waiting = [(element, top)]
    while waiting:
        source, node = waiting.pop()
        for child in source:
            kid = _bare(child, node)
            node.kids.append(kid)
            waiting.append((child, kid))
    return top


def _bare(element: Element, parent: DataNode) -> DataNode:
    uri, name = split(element.tag)
    attributes = []
    for key, text in element.attrib.items():
        space, local = split(key)
        attributes.append(DataAttribute(local, text, None, space))
    text = element.text or ""
    return DataNode(name, text if len(element) == 0 else "", parent, uri, tuple(attributes))


_READERS = {"csv": _from_csv, "geojson": _from_geojson, "xml": _from_xml}

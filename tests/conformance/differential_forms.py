"""Any form for a walk: XForm XML, an Excel workbook, Markdown or a folder of CSV sheets.

Lists that a form reads from a file come from the form's folder. Where the file is not there, a
small one is made up with the columns that the form asks for, the same for both engines.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from pyxform.xls2xform import convert

from forms.authoring import build_form

if TYPE_CHECKING:
    from collections.abc import Iterator

_SOURCE = re.compile(r"<instance\s[^>]*?\bid=\"([^\"]+)\"[^>]*?\bsrc=\"(jr://[^\"]+)\"")
_PREDICATE = re.compile(r"\[\s*([\w.-]+)\s*(?:=|!=|<|>)")
_PULLED = re.compile(r"pulldata\(\s*'([^']+)'\s*,\s*'([^']+)'\s*,\s*'([^']+)'")
_COLUMN = re.compile(r"instance\('([^']+)'\)/root/item(?:\[[^\]]*\])?/([\w.-]+)")
_REFERENCE = re.compile(r"<(?:value|label) ref=\"([\w.-]+)\"")
_RELATIVE = re.compile(r"(?<![\w./)])\.\.(?=/)")
ROWS = 6
"""Rows of a made-up list."""


def xform_of(path: Path) -> bytes:
    """The XForm of a form, however it is written."""
    if path.suffix == ".xml":
        return path.read_bytes()
    if path.is_dir():
        return build_form(path).xml
    if path.suffix == ".md":
        return convert(path.read_text("utf-8"), form_name="data").xform.encode()
    return convert(path, form_name="data").xform.encode()


def without_pulldata(xml: bytes) -> bytes:
    """The form for JavaRosa, which leaves `pulldata` to the app: read from the list instead."""
    text, place = xml.decode("utf-8"), 0
    while (start := text.find("pulldata(", place)) >= 0:
        arguments, end = _arguments(text, start + len("pulldata("))
        place = start + 1
        if len(arguments) == 4 and all(a[:1] in "'\"" for a in arguments[:3]):
            name, column, key = (a.strip("'\"") for a in arguments[:3])
            value = _RELATIVE.sub("current()/..", arguments[3])
            read = f"instance('{name}')/root/item[{key} = {value}]/{column}"
            text = text[:start] + read + text[end:]
    return text.encode()


def _arguments(text: str, start: int) -> tuple[list[str], int]:
    """The arguments of a call whose bracket is open, and where the call ends."""
    found, depth, quote, at = [""], 0, "", start
    while at < len(text):
        letter = text[at]
        if letter == "," and not (quote or depth):
            found.append("")
        elif letter == ")" and not (quote or depth):
            break
        else:
            depth += 0 if quote else (letter in "([") - (letter in ")]")
            quote = _quote_after(quote, letter)
            found[-1] += letter
        at += 1
    return [argument.strip() for argument in found], at + 1


def _quote_after(quote: str, letter: str) -> str:
    if quote:
        return "" if letter == quote else quote
    return letter if letter == "'" else ""


def files_of(path: Path, xml: bytes) -> dict[str, bytes]:
    """The files that a form reads, by name: those beside it, else made up."""
    text = xml.decode("utf-8", "replace").replace("&apos;", "'").replace("&quot;", '"')
    folder = path if path.is_dir() else path.parent
    known = dict(build_form(path).media) if path.is_dir() else {}
    for name, source in _SOURCE.findall(text):
        file = source.rsplit("/", 1)[-1]
        beside = next((f for f in (folder / file, folder / "media" / file) if f.is_file()), None)
        if file not in known:
            known[file] = beside.read_bytes() if beside else made_up(file, name, text)
    return known


def made_up(file: str, name: str, text: str) -> bytes:
    """A small list with every column that the form names anywhere near it."""
    columns = list(dict.fromkeys(["name", "label", "id", *_columns(name, text)]))
    rows = [
        [f"{column}{row % 3 if place > 2 else row}" for place, column in enumerate(columns)]
        for row in range(1, ROWS + 1)
    ]
    if file.endswith(".csv"):
        return "\n".join(",".join(row) for row in [columns, *rows]).encode()
    if file.endswith(".geojson"):
        return _GEOJSON.encode()
    cells = ("".join(f"<{c}>{v}</{c}>" for c, v in zip(columns, row, strict=True)) for row in rows)
    return f"<root>{''.join(f'<item>{c}</item>' for c in cells)}</root>".encode()


def _columns(name: str, text: str) -> Iterator[str]:
    yield from _REFERENCE.findall(text)
    yield from (column for own, column in _COLUMN.findall(text) if own == name)
    for own, column, key in _PULLED.findall(text):
        if own == name:
            yield from (key, column)
    for each in re.findall(rf"instance\('{re.escape(name)}'\)/root/item(\[[^\]]*\])", text):
        yield from _PREDICATE.findall(each)


_GEOJSON = """{"type": "FeatureCollection", "features": [
{"type": "Feature", "id": "p1", "geometry": {"type": "Point", "coordinates": [36.8, -1.3]},
 "properties": {"name": "p1", "title": "Point"}}]}"""

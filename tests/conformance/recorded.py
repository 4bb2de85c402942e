"""What a step of a recorded interview holds: files, what the device knows, answers as texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

Case: TypeAlias = Mapping[str, Any]


def resources_of(written: Case) -> tuple[dict[str, bytes], bool]:
    """The files of a case by address, and whether the content of one was not recorded."""
    found, unknown = {}, False
    for address, file in written.items():
        body = file.get("body") if isinstance(file, dict) else file
        if isinstance(body, str):
            found[address] = body.encode()
        else:
            unknown = True
    return found, unknown


def properties_of(written: Case) -> dict[str, str]:
    given = written.get("obj", written)
    return {name.lower(): str(text) for name, text in given.items()}


def text_of(value: Case, bind_type: str) -> str:
    """An answer as a screen stores it: JSON's kinds of value as texts of XForms."""
    raw = next(iter(value.values()))
    if isinstance(raw, dict):
        return str(raw.get("file", ""))  # a value that the recording does not hold is none
    if isinstance(raw, list):
        return " ".join(map(str, raw))
    text = "" if raw is None else str(raw)
    if bind_type == "boolean":
        return {"true": "1", "false": "0"}.get(text.lower(), text)
    if bind_type == "int" and "raw" in value and re.fullmatch(r"-?\d+\.\d+", text):
        return text.partition(".")[0]  # both engines cut
    return text.lower() if isinstance(raw, bool) else text

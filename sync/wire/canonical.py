"""One spelling of every JSON document: RFC 8785, so that equal content is equal bytes.

What is signed or hashed is always these bytes. Reading is strict: bytes that are not the canonical
spelling of what they say are refused, so that no two byte strings stand for one record.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import rfc8785

from forms.problems import Problem
from sync.errors import WireError

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"


def canonical_json(value: Json) -> bytes:
    """The RFC 8785 spelling of `value`: sorted keys, no spaces, UTF-8.

    Raises:
        WireError: SY-301, for what JSON cannot say (NaN, a lone surrogate, an integer beyond 2^53).
    """
    try:
        return rfc8785.dumps(_plain(value))
    except (rfc8785.CanonicalizationError, UnicodeError) as error:
        raise _not_canonical(str(error)) from error


def _plain(value: Json) -> _Plain:
    """Mappings as dicts and sequences as lists, which is all that the writer takes."""
    if isinstance(value, Mapping):
        return {key: _plain(child) for key, child in value.items()}
    if isinstance(value, str) or not isinstance(value, Sequence):
        return value
    return [_plain(child) for child in value]


_Plain: TypeAlias = "bool | int | float | str | list[_Plain] | dict[str, _Plain] | None"


def parse_canonical(data: bytes) -> Json:
    """The document that `data` spells canonically.

    Raises:
        WireError: SY-301, when `data` is not JSON or not its canonical spelling.
    """
    try:
        value: _Plain = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise _not_canonical(type(error).__name__) from error
    if canonical_json(value) != data:
        raise _not_canonical("another spelling of the same content")
    return value


def parse_object(data: bytes) -> Mapping[str, Json]:
    """The JSON object that `data` spells canonically.

    Raises:
        WireError: SY-301.
    """
    value = parse_canonical(data)
    if not isinstance(value, Mapping):
        raise _not_canonical("not an object")
    return value


def _not_canonical(why: str) -> WireError:
    return WireError(Problem("SY-301", "JSON", f"The bytes are not canonical JSON ({why})."))

"""A form that was read once, kept as a file that opens many times faster than its XForm.

The file is plain data: a line that names format, engine and key, a seal, and JSON. It holds no code
and nothing that could be run when it is read. Whatever is not exactly as it was written (another
engine, another form, a flipped bit) is not opened: the caller reads the XForm again. Long lists and
texts stay as they are until somebody asks for them.

What a form declares about privacy is left out: policies are read from the signed XForm only, and a
form from a cache declares nothing, so nothing of it could ever leave.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Final

from forms.engine.pack import Packed, packed, shape, unpacked
from forms.uncollected import uncollected
from forms.xform.names import ENTITIES

if TYPE_CHECKING:
    from forms.definition import FormDefinition

FORMAT: Final = "makazi-form-cache/1"
ENGINE: Final = f"1.{shape()}"
"""The number changes when the reader gives something else for a form; the rest by itself."""
KEPT_SPACES: Final = (f"{{{ENTITIES}}}",)
"""Namespaces of bind attributes that are kept: what the engine itself uses."""


def cache_key(*parts: bytes) -> str:
    """The key of a form: SHA-256 over its XForm and its files, or over its bundle's digest."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()


def write_cache(form: FormDefinition, key: str, secret: bytes = b"") -> bytes:
    """The cache file of a form.

    Args:
        form: As the reader made it.
        key: `cache_key` of what it was read from.
        secret: Seals the file, where others may write to the folder that keeps it.
    """
    body = json.dumps(packed(form, KEPT_SPACES), ensure_ascii=False, separators=(",", ":"))
    encoded = body.encode("utf-8", "surrogatepass")
    return _head(key, encoded, secret) + encoded


@uncollected()
def read_cache(data: bytes, key: str, secret: bytes = b"") -> FormDefinition | None:
    """The form in a cache file; None when the file is not exactly what was written for this key."""
    head, _, body = data.partition(b"\n")
    if not hmac.compare_digest(head + b"\n", _head(key, body, secret)):
        return None
    try:
        document: Packed = json.loads(body)
        return unpacked(document)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return None


def _head(key: str, body: bytes, secret: bytes) -> bytes:
    sealed = hmac.new(secret or b"unsealed", key.encode() + body, hashlib.sha256).hexdigest()
    return f"{FORMAT} engine {ENGINE} key {key} seal {sealed}\n".encode()

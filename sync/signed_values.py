"""`extract-signed()`: what an official wrote on a card or under a code, believed only when signed.

`forms` holds no cryptography, so the function lives here and is handed to the engine by whoever
opens an interview.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final

from forms.xpath.functions import STANDARD, Function
from forms.xpath.values import to_string
from sync.keys import RAW_BYTES, VerifyKey

if TYPE_CHECKING:
    from collections.abc import Callable

    from forms.xpath.environment import Context
    from forms.xpath.tree import Value

SIGNATURE_BYTES: Final = 64
"""What stands before the message. Source: RFC 8032, 5.1.6; ODK XForms, extract-signed()."""


def extract_signed(contents: str, public_key: str) -> str:
    """The message behind a signature; empty unless the key's owner signed exactly that message.

    Args:
        contents: Base64 of an Ed25519 signature with the message, UTF-8, after it.
        public_key: Base64 of the 32 bytes of the key.
    """
    try:
        raw = base64.b64decode(contents, validate=True)
        key = base64.b64decode(public_key, validate=True)
        signature, message = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
        if len(key) != RAW_BYTES or not VerifyKey(key).verify(message, signature):
            return ""
        return message.decode()
    except (binascii.Error, ValueError):
        return ""


def _body(c: Context, arguments: tuple[Callable[[Context], Value], ...]) -> Value:
    contents, key = (to_string(argument(c)) for argument in arguments)
    return extract_signed(contents, key)


FUNCTIONS = STANDARD.extended(Function("extract-signed", 2, 2, _body))
"""The functions of ODK XForms with the one that needs a signature."""

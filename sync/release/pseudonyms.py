"""Names for values that only this tablet can compute again.

A hash without a key is worthless: every telephone number of a country is hashed in a minute. Keyed
with a secret of the tablet, equal values join visits made with the same tablet and nothing else.
"""

from __future__ import annotations

import hmac
import unicodedata
from typing import Final

PSEUDONYM_BYTES: Final = 16
"""128 of the 256 bits: enough that two values never meet by chance."""


def normalised(text: str) -> str:
    """`text` without what two visits write differently: case, accents' spelling, spaces, signs."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if unicodedata.category(c)[0] in "LNM")


def tablet_pseudonym(key: bytes, project: str, field_name: str, text: str) -> str | None:
    """32 hexadecimal digits for `text`, joined by project and field; None when nothing is left.

    HMAC-SHA256 over project, field and normalised value, kept apart by a byte that none can hold.
    """
    value = normalised(text)
    if not value:
        return None
    message = b"\x1f".join(part.encode() for part in (project, field_name, value))
    return hmac.digest(key, message, "sha256")[:PSEUDONYM_BYTES].hex()

"""An invitation: the short text behind an enrolment QR code.

It pins both keys before the first byte is exchanged: the controller's, so that a server cannot
swap a form, and the server's, so that a portal or a rogue hotspot cannot hand out receipts.
The last four letters are a checksum, because people also type it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from forms.problems import Problem
from sync.errors import KeyFormatError, WireError
from sync.keys import VerifyKey
from sync.wire.fields import NAME

PREFIX: Final = "makazi:1?"
CODE: Final = re.compile(r"[0-9A-Z]{8,32}")
_KEYS: Final = ("u", "p", "c", "k", "s")


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a tablet must know before it speaks to a server.

    Attributes:
        server_url: Where, without a path at the end: `https://centre.example` or
            `http://192.168.43.1:8765` on a field hotspot.
        project: Which survey.
        code: One-time code, capital letters and digits.
        controller_key: Who signs the forms.
        server_key: Who signs the receipts.
    """

    server_url: str
    project: str
    code: str = field(repr=False)
    controller_key: VerifyKey
    server_key: VerifyKey

    def to_text(self) -> str:
        """The invitation as one line, for a QR code or for typing."""
        body = PREFIX + urlencode(
            {
                "u": self.server_url,
                "p": self.project,
                "c": self.code,
                "k": self.controller_key.to_text(),
                "s": self.server_key.to_text(),
            },
            safe=":/",
        )
        return f"{body}&x={_checksum(body)}"

    @classmethod
    def from_text(cls, text: str) -> Invitation:
        """The invitation that `to_text` wrote; white space inside and around it is ignored.

        Raises:
            WireError: SY-309.
        """
        body, separator, checksum = "".join(text.split()).rpartition("&x=")
        if not separator or not body.startswith(PREFIX) or checksum.upper() != _checksum(body):
            raise _unreadable("a letter is wrong or missing")
        values = parse_qs(body.removeprefix(PREFIX), keep_blank_values=True)
        if sorted(values) != sorted(_KEYS) or any(len(v) != 1 for v in values.values()):
            raise _unreadable("a part is missing")
        url, project, code = (values[key][0] for key in ("u", "p", "c"))
        if not NAME.fullmatch(project) or not CODE.fullmatch(code):
            raise _unreadable("the project or the code is not one")
        try:
            keys = [VerifyKey.from_text(values[key][0]) for key in ("k", "s")]
        except KeyFormatError as error:
            raise _unreadable("a key in it is damaged") from error
        return cls(_checked_url(url), project, code, keys[0], keys[1])


def _checked_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise _unreadable("the address is not one") from error
    plain = not (parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain:
        raise _unreadable("the address is not one")
    return url.rstrip("/")


def _checksum(body: str) -> str:
    return base64.b32encode(hashlib.sha256(body.encode()).digest())[:4].decode()


def _unreadable(why: str) -> WireError:
    return WireError(
        Problem(
            "SY-309",
            "invitation",
            f"The invitation cannot be read: {why}.",
            "Scan the QR code again, or ask the coordinator for a new one.",
        )
    )

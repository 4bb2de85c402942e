"""Reads the fields of a JSON object one by one, and refuses any object with a key too many.

Every document of the wire is read through here, so that each reader says only which fields it has;
an unknown key is refused because a newer meaning must not be dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from forms.problems import Problem
from sync.errors import WireError
from sync.wire.canonical import parse_object

if TYPE_CHECKING:
    from sync.wire.canonical import Json

HEX_DIGEST = re.compile(r"[0-9a-f]{64}")
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
"""Version 4 only: the others tell a time or a machine. Source: RFC 9562."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""Project, device and server ids: safe in a URL, a file name and a log line."""
SAFE_INTEGER = 2**53 - 1


class _Pattern(Protocol):
    """What a field's text is held against."""

    def fullmatch(self, string: str) -> object | None:
        """A match of the whole string, or None."""


class Fields:
    """The fields of one JSON object.

    Args:
        document: The object.
        code: Code of the problem that a wrong field raises.
        what: The document's name in the message.
        keys: All keys that the object must have, and no other.
        optional: Keys that it may have besides.

    Raises:
        WireError: `code`, when a key is missing or unknown.
    """

    def __init__(
        self,
        document: Mapping[str, Json],
        code: str,
        what: str,
        keys: Sequence[str],
        optional: Sequence[str] = (),
    ) -> None:
        self._document, self._code, self._what = document, code, what
        missing, unknown = set(keys) - set(document), set(document) - {*keys, *optional}
        if missing or unknown:
            raise self.wrong(
                f"{len(missing)} fields are missing ({', '.join(sorted(missing))}), "
                f"{len(unknown)} are unknown."
            )

    @classmethod
    def read(
        cls, data: bytes, code: str, what: str, keys: Sequence[str], optional: Sequence[str] = ()
    ) -> Fields:
        """The fields of the object that `data` spells canonically.

        Raises:
            WireError: `code`, when it does not, or a key is missing or unknown.
        """
        try:
            document = parse_object(data)
        except WireError as error:
            raise WireError(Problem(code, what, "It is not a canonical JSON object.")) from error
        return cls(document, code, what, keys, optional)

    def wrong(self, message: str) -> WireError:
        """The error that says what is wrong with this document."""
        return WireError(Problem(self._code, self._what, message))

    def __contains__(self, key: str) -> bool:
        """Whether the object has the key."""
        return key in self._document

    def text(self, key: str, pattern: _Pattern | None = None) -> str:
        """The text under `key`, matching `pattern` as a whole."""
        value = self._document[key]
        if not isinstance(value, str) or (pattern is not None and not pattern.fullmatch(value)):
            raise self.wrong(f"The field {key} does not hold the text it should.")
        return value

    def integer(self, key: str, minimum: int = 0) -> int:
        """The integer under `key`, at least `minimum`, exact in every JSON reader."""
        value = self._document[key]
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong(f"The field {key} is not an integer.")
        if not minimum <= value <= SAFE_INTEGER:
            raise self.wrong(f"The field {key} is out of range.")
        return value

    def sequence(self, key: str) -> Sequence[Json]:
        """The list under `key`."""
        value = self._document[key]
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise self.wrong(f"The field {key} is not a list.")
        return value

    def texts(self, key: str, pattern: _Pattern | None = None) -> tuple[str, ...]:
        """The list of texts under `key`, each matching `pattern` as a whole."""
        found: list[str] = []
        for value in self.sequence(key):
            if not isinstance(value, str) or (pattern is not None and not pattern.fullmatch(value)):
                raise self.wrong(f"The field {key} does not hold the texts it should.")
            found.append(value)
        return tuple(found)

    def integers(self, key: str, minimum: int = 0) -> tuple[int, ...]:
        """The list of integers under `key`, each at least `minimum`."""
        found: list[int] = []
        for value in self.sequence(key):
            if not isinstance(value, int) or isinstance(value, bool) or value < minimum:
                raise self.wrong(f"The field {key} does not hold the integers it should.")
            found.append(value)
        return tuple(found)

    def objects(self, key: str) -> tuple[Mapping[str, Json], ...]:
        """The list of objects under `key`."""
        found: list[Mapping[str, Json]] = []
        for value in self.sequence(key):
            if not isinstance(value, Mapping):
                raise self.wrong(f"The field {key} does not hold the objects it should.")
            found.append(value)
        return tuple(found)

    def object(self, key: str) -> Mapping[str, Json]:
        """The object under `key`."""
        value = self._document[key]
        if not isinstance(value, Mapping):
            raise self.wrong(f"The field {key} is not an object.")
        return value

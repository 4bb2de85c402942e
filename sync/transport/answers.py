"""What an answer means, decided without a network, a store or a screen.

Only the pinned server's signature makes a success. Any network may answer instead of it, so words
of refusal count only when they are a numbered problem, and even those never lose a record.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from forms.problems import Problem
from sync.backoff import retry_after_s
from sync.errors import WireError
from sync.wire.receipt import check_receipt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.keys import VerifyKey
    from sync.transport.http import Answer
    from sync.wire.batch import BatchHeader
    from sync.wire.receipt import Receipt

PROBLEM: Final = "application/problem+json"


class Meaning(StrEnum):
    """What to do after an answer."""

    RECEIPT = "receipt"
    LATER = "later"
    STRANGER = "stranger"
    UNAUTHORISED = "unauthorised"
    REFUSED = "refused"
    TOO_LARGE = "too-large"
    UNREADABLE = "unreadable"
    ID_TAKEN = "id-taken"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer to a batch means.

    Attributes:
        meaning: What to do.
        problem: What to say; None for a receipt.
        receipt: The checked receipt, only for a receipt.
        retry_after_s: Seconds that the server asked for.
        max_bytes: What the server says it takes, when it found the batch too large.
    """

    meaning: Meaning
    problem: Problem | None = None
    receipt: Receipt | None = None
    retry_after_s: float | None = None
    max_bytes: int | None = None


NETWORK_LOGIN: Final = 511
"""A portal that says so. Source: RFC 6585, section 6."""
_RETRY: Final = {408, 423, 425, 429}
"""Source: sync reference 1.5, with 5xx."""
_BY_CODE: Final[Mapping[str, Meaning]] = {
    "400.1": Meaning.UNREADABLE,
    "422.4": Meaning.UNREADABLE,
    "409.2": Meaning.ID_TAKEN,
    "422.1": Meaning.LATER,
}
"""Numbered problems about one batch; 422.1 means that bytes changed on the way: send them again."""


def verdict(answer: Answer, header: BatchHeader, server_key: VerifyKey) -> Verdict:
    """What an answer to the batch of `header` means."""
    if answer.status in {200, 201}:
        return _success(answer, header, server_key)
    if answer.status < 400 or answer.status == NETWORK_LOGIN:
        return _stranger(f"It answers with status {answer.status}.")
    return _refusal(answer)


def _refusal(answer: Answer) -> Verdict:
    code, max_bytes = problem_number(answer)
    if answer.status >= 500 or answer.status in _RETRY:
        return _later(answer, code)
    if answer.status == 413:
        problem = Problem("SY-409", "batch", "The server takes less at once.")
        return Verdict(Meaning.TOO_LARGE, problem, max_bytes=max_bytes)
    if not code:
        return _stranger(f"It refuses with status {answer.status} and without a numbered problem.")
    if answer.status in {401, 403}:
        return Verdict(Meaning.UNAUTHORISED, unauthorised(code))
    return Verdict(_BY_CODE.get(code, Meaning.REFUSED), refused(code))


def _success(answer: Answer, header: BatchHeader, server_key: VerifyKey) -> Verdict:
    try:
        receipt = check_receipt(answer.body, header, server_key)
    except WireError as error:
        if error.code == "SY-307":
            return _stranger("It says yes without a receipt.")
        meaning = Meaning.STRANGER if error.code == "SY-306" else Meaning.LATER
        return Verdict(meaning, error.problems[0])
    return Verdict(Meaning.RECEIPT, receipt=receipt)


def _later(answer: Answer, code: str) -> Verdict:
    asked = retry_after_s(answer.headers.get("retry-after", ""))
    named = code or str(answer.status)
    problem = Problem("SY-408", "server", f"The server cannot answer now ({named}).")
    return Verdict(Meaning.LATER, problem, retry_after_s=asked)


def _stranger(what: str) -> Verdict:
    return Verdict(Meaning.STRANGER, stranger(what))


def problem_number(answer: Answer) -> tuple[str, int | None]:
    """The number of a problem document and its `max_bytes`; empty when it is none.

    Source: RFC 9457; numbers as in docs/wire.md.
    """
    if answer.media_type != PROBLEM:
        return "", None
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return "", None
    if not isinstance(document, dict) or document.get("status") != answer.status:
        return "", None
    code, most = document.get("code"), document.get("max_bytes")
    if not isinstance(code, str) or code.partition(".")[0] != str(answer.status):
        return "", None
    return code, most if isinstance(most, int) and most > 0 else None


def stranger(what: str) -> Problem:
    """A captive portal, a rogue hotspot, another server: nothing is believed."""
    return Problem(
        "SY-402",
        "network",
        f"What answers is not the server of this tablet. {what}",
        "Sign in to the hotspot, or take another network. Nothing counts as delivered.",
    )


def unauthorised(code: str) -> Problem:
    """The server is ours and does not let the tablet in."""
    return Problem(
        "SY-404",
        "server",
        f"The server does not let this tablet in ({code}).",
        "Ask the coordinator for a new invitation. The records stay on the tablet.",
    )


def refused(code: str) -> Problem:
    """The server is ours and refuses for a reason that trying again does not change."""
    return Problem(
        "SY-407",
        "server",
        f"The server refuses what was sent ({code}).",
        "Show this number to the coordinator. The records stay on the tablet.",
    )


def later(answer: Answer) -> Problem:
    """The server, or what stands before it, cannot answer now."""
    return Problem("SY-408", "server", f"The server cannot answer now ({answer.status}).")

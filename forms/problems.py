"""Problems are data: everything that can be wrong with a form or an answer, numbered for ever.

A wrong answer is a value, not an exception, because the enumerator must be able to carry on and
the author must see every fault at once. Texts may change; codes never do, and tests and callers
match codes only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a problem matters: an error stops what was asked for, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where it is, what was found, and what to do about it.

    Attributes:
        code: A key of `CATALOGUE`.
        where: A node reference, an XForm path, or sheet, row and column.
        message: What was found, in one sentence.
        advice: What to do next; empty when the message says it.
        severity: Whether it stops what was asked for.
    """

    code: str
    where: str
    message: str
    advice: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """The problem as one line for a terminal or a log of form faults."""
        tail = f" {self.advice}" if self.advice else ""
        return f"{self.code} {self.where}: {self.message}{tail}"


CATALOGUE: dict[str, str] = {
    # 1xx: reading an XForm
    # 2xx: XPath
    # 3xx: answers and engine
    # 4xx: privacy declarations
    # 5xx: form bundles
    "XF-501": "The file is not a form bundle",
    "XF-502": "A part of the bundle is missing, was added or was changed",
    "XF-503": "The bundle is not signed",
    "XF-504": "The bundle is signed by somebody else",
    "XF-505": "The form in the bundle is not the one that its manifest names",
    "XF-506": "The privacy policy in the bundle is not the one that was signed",
    # 6xx: authoring
    # 7xx: indicators
}
"""Every code and its title. A code that is not here may not be raised (a test checks it)."""

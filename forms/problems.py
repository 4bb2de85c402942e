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
    "XF-101": "The file is not XML",
    "XF-102": "The XML is not an XForm",
    "XF-103": "The XForm has a document type or an entity",
    "XF-104": "The XForm is nested too deep or too large",
    "XF-105": "An expression of the form is wrong",
    "XF-106": "A question or bind points at a node that is not there",
    "XF-107": "Calculations or conditions go round in a circle",
    "XF-108": "A list or file that the form needs is missing",
    "XF-109": "A list or file that the form needs cannot be read",
    "XF-110": "The saved interview does not belong to this form",
    "XF-111": "An action waits for an event that never comes",
    "XF-112": "The choices of a question have no value or no label",
    # 2xx: XPath
    "XF-201": "A character that no XPath begins with",
    "XF-202": "The expression is not complete or not in order",
    "XF-203": "The expression is nested too deep",
    "XF-204": "The expression is too long",
    "XF-205": "A path continues from something that is no node",
    "XF-206": "A variable; XForms have none",
    "XF-207": "A namespace prefix is not declared",
    "XF-208": "There is no such function",
    "XF-209": "Wrong number of arguments",
    "XF-210": "A function needs nodes and got a value",
    "XF-211": "The regular expression is no pattern",
    "XF-212": "The digest algorithm is not known",
    "XF-213": "The form has no such list",
    "XF-214": "A function needs places and got something else",
    # 3xx: answers and engine
    "XF-301": "There is no such question in this interview",
    "XF-302": "The answer has the wrong type",
    "XF-303": "An answer is required",
    "XF-304": "The answer breaks its constraint",
    "XF-305": "The question cannot be answered now",
    "XF-306": "A row cannot be added or removed here",
    "XF-307": "A calculation failed",
    "XF-308": "A count asks for more rows than an interview can hold",
    # 4xx: privacy declarations
    "XF-401": "The field has no privacy class and never leaves",
    "XF-402": "The privacy class is none of A, B, C, D",
    "XF-403": "A privacy class or a treatment is missing",
    "XF-404": "A privacy column is misspelt or not known",
    "XF-405": "The treatment is not in the closed list",
    "XF-406": "The treatment is not permitted for this class and kind of field",
    "XF-407": "A ladder has gaps",
    "XF-408": "A ladder is not nested",
    "XF-409": "A group or repeat is declared as if its questions inherited it",
    "XF-410": "A consent names no question that can be answered so",
    "XF-411": "A kept calculation reads an identifier, free text, a place or an undeclared field",
    "XF-412": "A treatment names a choice that is not in the list",
    # 5xx: form bundles
    "XF-501": "The file is not a form bundle",
    "XF-502": "A part of the bundle is missing, was added or was changed",
    "XF-503": "The bundle is not signed",
    "XF-504": "The bundle is signed by somebody else",
    "XF-505": "The form in the bundle is not the one that its manifest names",
    "XF-506": "The privacy policy in the bundle is not the one that was signed",
    "XF-507": "The bundle seals answers and names nobody who could open them",
    # 6xx: authoring
    "XF-601": "There is no such form, or it cannot be read",
    "XF-602": "A form cannot be read from such a file",
    "XF-603": "A sheet cannot be read",
    "XF-604": "The form does not compile",
    "XF-605": "A name is missing, not allowed or used twice",
    "XF-606": "A reference names no question",
    "XF-607": "A choice list or a choice is missing, not allowed or there twice",
    "XF-608": "A group or repeat is not closed, or closed twice",
    "XF-609": "A privacy column would not be read",
    "XF-610": "The compiler warns",
    "XF-611": "The form has no id or no version",
    "XF-612": "A file of the form is missing or not allowed",
    "XF-613": "A text is missing in one of the languages",
    "XF-614": "The compiler of forms is not installed",
    "XF-615": "The file cannot be written",
    "XF-616": "The name of a sheet or of a column is misspelt, old, or there twice",
    "XF-617": "A question can never be asked",
    "XF-618": "A default is refused by its own question",
    "XF-619": "A choice filter looks at a column that the list does not have",
    "XF-620": "A regular expression that engines read differently",
    # 7xx: indicators
    "XF-701": "The indicators are not TOML",
    "XF-702": "A field of an indicator is missing",
    "XF-703": "A field of an indicator is not known or not of its kind",
    "XF-704": "An indicator's id is used twice",
    "XF-705": "A condition is not in the language of conditions",
    "XF-706": "An indicator reads what is not released or not visible at its level",
    "XF-707": "A part of a condition is of the wrong kind",
    "XF-708": "An indicator counts rows of no repeat",
    "XF-709": "An indicator names what its field is never released as",
}
"""Every code and its title. A code that is not here may not be raised (a test checks it)."""

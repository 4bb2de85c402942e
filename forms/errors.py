"""The errors of the `forms` room: one root, each child a place where work had to stop.

An error carries the problems that caused it, so that a caller can show all of them and match codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forms.problems import Problem


class FormsError(Exception):
    """The root of everything that `forms` raises.

    Attributes:
        problems: Why it stopped; at least one.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems

    @property
    def code(self) -> str:
        """The code of the first problem."""
        return self.problems[0].code


class XFormError(FormsError):
    """The XForm cannot be used."""


class XPathError(FormsError):
    """An expression is wrong."""


class XPathUnsupported(XPathError):  # noqa: N818 -- the field's word: unsupported is not an error of the author
    """An expression is right, and asks for a function that is not registered here."""


class NotValid(FormsError):  # noqa: N818 -- reads as what it says: the interview is not valid
    """The interview cannot be finalised; nothing of it is lost."""


class PolicyError(FormsError):
    """The privacy declarations of a form are incomplete or not permitted."""


class BundleError(FormsError):
    """A form bundle is damaged, incomplete or not signed by the pinned controller."""


class IndicatorError(FormsError):
    """An indicator definition cannot be used."""


class AuthoringError(FormsError):
    """A form written by an author does not compile."""

"""The expressions of the sheets, cell by cell: what does not parse, and functions that are not.

The compiler looks at no expression, and stops at the first fault of another kind; so they are read
here from the sheets, where row and column are known, whether or not the form compiles.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final

from forms.authoring.columns import EXPRESSIONS, canonical
from forms.errors import XPathError
from forms.problems import Problem
from forms.xpath.evaluate import compile_expression
from forms.xpath.functions import STANDARD
from forms.xpath.functions.registry import Function

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forms.authoring.sheets import Row, Workbook
    from forms.xpath.environment import Context
    from forms.xpath.functions.registry import Argument
    from forms.xpath.tree import Value

REFERENCE: Final = re.compile(r"\$\{\s*(last-saved#)?([^{}]*?)\s*\}")
_DECLARED: Final = re.compile(r"""([\w.-]+)\s*=\s*["']([^"']*)["']""")
_OWN: Final = {
    "jr": "http://openrosa.org/javarosa", "orx": "http://openrosa.org/xforms",
    "odk": "http://www.opendatakit.org/xforms", "xsd": "http://www.w3.org/2001/XMLSchema",
    "entities": "http://www.opendatakit.org/xforms/entities",
}  # fmt: skip
"""Prefixes that the compiler declares in every form. Source: pyxform, `NSMAP`."""
_WORDS: Final = frozenset({"yes", "no", "true", "false"})
"""What `required` and `readonly` may say instead of an expression, in any case."""
_ENTITIES: Final = frozenset({"entity_id", "create_if", "update_if"})


def _elsewhere(_context: Context, _arguments: tuple[Argument, ...]) -> Value:
    """In place of a function that only a tablet and a centre have: nothing is signed here."""
    return ""


FUNCTIONS: Final = STANDARD.extended(Function("extract-signed", 2, 2, _elsewhere))
"""What a form may call: the functions of this room, and those that its callers add."""


def expression_problems(workbook: Workbook) -> Iterator[Problem]:
    """XF-105 for every expression that is none, with its row and column."""
    declared = _OWN | dict(_DECLARED.findall(workbook.setting("namespaces")))
    for sheet, columns in (("survey", frozenset(EXPRESSIONS)), ("entities", _ENTITIES)):
        for row in workbook.rows(sheet):
            for column, text in row.cells.items():
                name = canonical(sheet, column)
                if name in columns and not (text.lower() in _WORDS and name[0] == "r"):
                    yield from _of_cell(row, column, text, declared)


def _of_cell(row: Row, column: str, text: str, declared: Mapping[str, str]) -> Iterator[Problem]:
    # The compiler puts a path where ${name} stands; any path will do to read the rest.
    readable = REFERENCE.sub(" /data/x ", text.translate(_STRAIGHT))
    try:
        expression = compile_expression(readable, declared)
    except XPathError as error:
        for found in error.problems:
            yield _bad(row, column, text, found)
        return
    for name in sorted(expression.functions - FUNCTIONS.names):
        near = difflib.get_close_matches(name, FUNCTIONS.names, 1, 0.75)
        advice = f"Did you mean {near[0]}()?" if near else "Check the spelling."
        missing = Problem("XF-208", "", f"There is no function {name}()", advice)
        yield _bad(row, column, text, missing)
    for found in expression.check(FUNCTIONS):
        if found.code != "XF-208":
            yield _bad(row, column, text, found)


_STRAIGHT: Final = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'}
"""The compiler straightens these quotes itself. Source: pyxform, `SMART_QUOTES`."""


def _bad(row: Row, column: str, text: str, found: Problem) -> Problem:
    message = f"{found.message.rstrip('.')} [{found.code}], in {text!r}."
    return Problem("XF-105", row.at(column), message, found.advice or "Mend the expression.")

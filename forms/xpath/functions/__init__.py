"""Every function that an expression can call, one module a kind.

To add one: write it in the module of its kind with `@function(name, fewest, most)`. Functions of
other platforms are added by `STANDARD.extended(Function(…))` under their own prefix.
"""

from __future__ import annotations

from forms.xpath.functions import core, dates, geo, numbers, repeats, selects, strings
from forms.xpath.functions.registry import TABLE, Function, FunctionRegistry

STANDARD = FunctionRegistry(TABLE)
"""XPath 1.0 and ODK XForms. `extract-signed` needs Ed25519 and is registered by the caller."""

__all__ = [
    "STANDARD",
    "Function",
    "FunctionRegistry",
    "core",
    "dates",
    "geo",
    "numbers",
    "repeats",
    "selects",
    "strings",
]

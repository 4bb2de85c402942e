"""Cells that a machine reads: characters that cannot be seen, old words of types, expressions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from forms.authoring.columns import EXPRESSIONS, base_of, canonical, plain, visible
from forms.authoring.mend.change import Change, Why, edit
from forms.authoring.mend.types import taken, type_today
from forms.xpath.functions import STANDARD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from forms.authoring.book import Book

_READ_BY_MACHINES: Final = frozenset({
    "type", "name", "list_name", "appearance", "parameters", "trigger", "save_to", "form_id",
    "version", "default_language", "namespaces", "allow_choice_duplicates", *EXPRESSIONS,
})  # fmt: skip
_WORDS: Final = frozenset({"type", "name", "list_name", "form_id"})
_NO_XPATH: Final = Why("expression", "not written as XPath is")
_BLANKS: Final = Why("invisible", "blanks or characters that cannot be seen")
_QUOTES: Final = {"\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201c": '"', "\u201d": '"',
                  "\u201e": '"', "\u00b4": "'", "`": "'", "\u00ab": '"', "\u00bb": '"'}  # fmt: skip
_SIGNS: Final = (
    (re.compile("\u2265|=>(?![=>])"), ">="), (re.compile("\u2264|=<(?![=<])"), "<="),
    (re.compile("\u2260|<>"), "!="), (re.compile(r"(?<![<>!=])==(?!=)"), "="),
    (re.compile(r"\s*&&\s*"), " and "), (re.compile(r"\s*\|\|\s*"), " or "),
    (re.compile("\u2212|\u2013"), "-"), (re.compile("\u00d7"), "*"),
)  # fmt: skip
"""Signs that no XPath has, and the ones that are meant."""
_COLONS: Final = re.compile(r"(?:[\w-]+\s*:\s*[^\s:,;]+[\s,;]*)+")
_STRINGS: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_KEPT: Final = re.compile(r"'[^']*'|\"[^\"]*\"|\$\{[^}]*\}")
_CALL: Final = re.compile(r"(?<![\w:.$-])([A-Za-z][\w-]*)\s*(?=\()")
_OPERATOR: Final = re.compile(r"(?<![\w/:.-])(AND|OR|And|Or|DIV|MOD|Div|Mod)(?![\w:.-])")
_ANSWERS: Final = {"y": "yes", "n": "no", "oui": "yes", "non": "no", "si": "yes", "s\u00ed": "yes"}
"""What authors write where yes or no is meant, in the languages that were met."""
_FUNCTIONS: Final = {name.lower(): name for name in STANDARD.names}


def invisible(book: Book) -> Iterator[Change]:
    """Blanks and invisible characters in what machines read; texts for people are left alone."""
    for sheet in ("survey", "choices", "external_choices", "settings", "entities"):
        for grid, line in book.lines(sheet):
            for index, name in enumerate(grid.header):
                column = base_of(canonical(sheet, name))[0]
                if column in _READ_BY_MACHINES or name.startswith("bind::"):
                    text = grid.at(line, index).strip()
                    clean = plain(text) if column in _WORDS else visible(text).strip()
                    if clean != text:
                        yield from edit(grid, line, index, clean, _BLANKS)


def types(book: Book) -> Iterator[Change]:
    """Types by their word of today."""
    for grid, line in book.lines("survey"):
        at = grid.index("type")
        text = grid.at(line, at) if at is not None else ""
        today = type_today(text)
        if at is not None and text and not taken(text.strip()):
            why = Why("type", "a type that is misspelt, or an old word for it")
            yield from edit(grid, line, at, today, why)


def parameters(book: Book) -> Iterator[Change]:
    """Parameters as `start=1 end=10`, which some write with colons."""
    for grid, line in book.lines("survey"):
        at = grid.index("parameters")
        text = grid.at(line, at) if at is not None else ""
        if at is not None and "=" not in text and _COLONS.fullmatch(text.strip()):
            why = Why("parameters", "a parameter is written as name=value")
            yield from edit(grid, line, at, re.sub(r"\s*:\s*", "=", text.strip()), why)


def untyped(book: Book) -> Iterator[Change]:
    """Rows that have a name and no type: a text, which takes every answer."""
    for grid, line in book.lines("survey"):
        at = grid.index("type")
        if at is None or grid.at(line, at).strip():
            continue
        labelled = any(
            grid.at(line, n).strip()
            for n, name in enumerate(grid.header)
            if base_of(canonical("survey", name))[0] == "label"
        )
        named = bool(grid.get(line, "name").strip())
        if named or labelled:
            why = Why("no-type", "a row with a name or a label needs a type", look=True)
            calculated = bool(grid.get(line, "calculation").strip())
            word = "text" if labelled and named else "calculate" if calculated else "note"
            yield from edit(grid, line, at, word if labelled or calculated else "text", why)


def expressions(book: Book) -> Iterator[Change]:
    """Quotes, signs, functions and operators as XPath writes them; texts in quotes stay."""
    for sheet, grid, line in ((s, g, x) for s in ("survey", "entities") for g, x in book.lines(s)):
        for index, name in enumerate(grid.header):
            column = canonical(sheet, name)
            if column not in {*EXPRESSIONS, "entity_id", "create_if", "update_if"}:
                continue
            text = grid.at(line, index)
            mended = expression_today(text)
            if column in {"required", "readonly"}:
                mended = _ANSWERS.get(mended.strip().lower(), mended)
            yield from edit(grid, line, index, mended, _NO_XPATH)


def expression_today(text: str) -> str:
    """An expression with the quotes, signs and names of functions that XPath has."""
    if not text or not text.strip():
        return text
    straight = _outside(text, _quotes)
    return _outside(straight, _signs) if _even(straight) else text


def _quotes(text: str) -> str:
    return "".join(_QUOTES.get(char, char) for char in text)


def _signs(text: str) -> str:
    for sign, meant in _SIGNS:
        text = sign.sub(meant, text)
    text = _OPERATOR.sub(lambda found: found.group().lower(), text)
    return _CALL.sub(_function, text)


def _function(found: re.Match[str]) -> str:
    name = found.group(1)
    return name if name in STANDARD.names else _FUNCTIONS.get(name.lower(), name)


def _even(text: str) -> bool:
    """Whether every quote that opens is closed."""
    return not {"'", '"'} & set(_STRINGS.sub("", text))


def _outside(text: str, mend: Callable[[str], str]) -> str:
    """A text with what stands outside of quotes and references mended."""
    found, begins = [], 0
    for kept in _KEPT.finditer(text):
        found += [mend(text[begins : kept.start()]), kept.group()]
        begins = kept.end()
    return "".join([*found, mend(text[begins:])])

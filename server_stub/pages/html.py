"""Readable pages, in the reader's language, without scripts and without anything from elsewhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server_stub.pages.view import indicator_views
from server_stub.pages.words import LANGUAGES, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from server_stub.disclosure.published import PublishedTable
    from server_stub.pages.words import Words

TEMPLATES: Final = Path(__file__).parent / "templates"


def projects_page(projects: Sequence[str], language: str) -> str:
    """The list of a centre's projects."""
    words = words_of(language)
    links = _languages(_asked_for)
    return _filled("projects.html", words, languages=links, projects=projects, served=True)


def tables_page(
    table: PublishedTable, language: str, address: Callable[[str], str] | None = None
) -> str:
    """All tables of a project on one page.

    Args:
        table: What is published.
        language: Code of the language to write in.
        address: File of the page in another language, by its code; None when a centre serves it.
    """
    words = words_of(language)
    return _filled(
        "tables.html",
        words,
        languages=_languages(address or _asked_for),
        served=address is None,
        table=table,
        indicators=indicator_views(table, words),
        cells=sorted({indicator.smallest_cell for indicator in table.indicators}),
    )


def _asked_for(code: str) -> str:
    return f"?lang={code}"


def _languages(address: Callable[[str], str]) -> list[tuple[str, str, str]]:
    return [(code, words_of(code).texts["name"], address(code)) for code in LANGUAGES]


def _filled(template: str, words: Words, **values: object) -> str:
    return _templates().get_template(template).render(words=words, say=words.say, **values)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

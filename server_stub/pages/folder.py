"""Published tables as files in a folder: readable without a server, from a card or a mail."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from server_stub.pages.files import as_csv, as_json
from server_stub.pages.html import tables_page
from server_stub.pages.words import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

    from server_stub.disclosure.published import PublishedTable


def write_tables(table: PublishedTable, folder: Path, language: str) -> tuple[Path, ...]:
    """Write tables.html, tables.csv and tables.json, and the page in the other languages.

    Args:
        table: What is published.
        folder: Where to; made when it is not there.
        language: Of tables.html and of the labels in the CSV.

    Returns:
        The three files, page first.
    """

    def named(code: str) -> str:
        return "tables.html" if code == language else f"tables.{code}.html"

    folder.mkdir(parents=True, exist_ok=True)
    for code in LANGUAGES:
        _write(folder / named(code), tables_page(table, code, named))
    _write(folder / "tables.csv", as_csv(table, language))
    _write(folder / "tables.json", as_json(table))
    return folder / named(language), folder / "tables.csv", folder / "tables.json"


def _write(path: Path, text: str) -> None:
    """The whole file or the old one, never half: somebody may be reading it."""
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)

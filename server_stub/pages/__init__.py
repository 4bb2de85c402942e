"""Pages and files for readers, written from published tables and from nothing else."""

from server_stub.pages.files import as_csv, as_json
from server_stub.pages.folder import write_tables
from server_stub.pages.html import projects_page, tables_page
from server_stub.pages.words import LANGUAGES, Words, words_of

__all__ = [
    "LANGUAGES",
    "Words",
    "as_csv",
    "as_json",
    "projects_page",
    "tables_page",
    "words_of",
    "write_tables",
]

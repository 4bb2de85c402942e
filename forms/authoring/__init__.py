"""Authoring: from sheets that people read to a form bundle that machines check.

A shipped form is kept as text, so that a change to a question is a line in a review. Its folder:

    survey.csv          the questions, with the columns of XLSForm; `label::English (en)` and so on
    choices.csv         choice lists; any number of `choices-<what>.csv` are read after it, in order
                        of name, as if they stood in one sheet (each has its own columns)
    settings.csv        one row: form_title, form_id, version, default_language, namespaces
    entities.csv        as in XLSForm, where it is needed
    indicators.toml     what the answers count toward
    media/              files that questions and lists name (`select_one_from_file list.csv`)

CSV is UTF-8 with commas; empty rows may part sections; every other file is left alone. Privacy is
declared in the columns `bind::pvy:class`, `bind::pvy:do` and `bind::pvy:consent`, for which
settings have `namespaces` = `pvy="urn:makazi:privacy:1"`; the choices of a `ladder` have the
columns `gen1`, `gen2`, …

A single file works too: a Markdown file with XLSForm tables, an .xlsx, or XForm XML. Its
indicators are then `<name>-indicators.toml` and its files `<name>-media/`, both beside it.
"""

from forms.authoring.build import BuiltForm, build_form, bundle_bytes, checked_form
from forms.authoring.command import main

__all__ = ["BuiltForm", "build_form", "bundle_bytes", "checked_form", "main"]

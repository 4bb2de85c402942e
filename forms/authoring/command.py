"""`makazi form`: check, repair, preview and build forms; what is wrong is printed whole, placed."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from uuid import uuid4

from forms.authoring.bookfile import write_book
from forms.authoring.build import BuiltForm, bundle_bytes, checked_form
from forms.authoring.expressions import FUNCTIONS
from forms.authoring.preview import preview
from forms.authoring.repair import repaired
from forms.authoring.report import show_changes, show_json, show_problems, summary
from forms.engine.settings import EngineSettings
from forms.errors import FormsError
from forms.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CLEAN, FAULTY, MISUSED = 0, 1, 2
"""Exit codes: nothing wrong (warnings at most), something wrong, the command was not understood."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run `makazi form` and return its exit code: 0 clean, 1 problems, 2 bad use."""
    try:
        options = _parser().parse_args(argv)
    except SystemExit as stop:
        return CLEAN if stop.code in {0, None} else MISUSED
    command: Callable[[argparse.Namespace], int] = options.run
    try:
        return command(options)
    except FormsError as error:
        _say(options, error.problems)
        return FAULTY
    except OSError as error:
        place = str(getattr(options, "output", options.source))
        message = f"The file cannot be written: {error.strerror}."
        _say(options, (Problem("XF-615", place, message, "Choose another place."),))
        return FAULTY


def _check(options: argparse.Namespace) -> int:
    built, problems = checked_form(options.source)
    _say(options, problems)
    if built is None:
        return FAULTY
    if not options.json:
        sys.stdout.write(f"{summary(built)}\n")
    return CLEAN


def _repair(options: argparse.Namespace) -> int:
    found = repaired(options.source)
    write_book(found.book, options.source, options.output)
    if options.json:
        show_json(options.source, found.problems, found.changes)
    else:
        show_changes(found.changes)
        look = sum(change.look for change in found.changes)
        tail = f", {look} to look at" if look else ""
        sys.stdout.write(f"{len(found.changes)} changes{tail}: {options.output}\n")
        show_problems(found.problems)
    return FAULTY if found.problems else CLEAN


def _preview(options: argparse.Namespace) -> int:
    built, problems = checked_form(options.source)
    if built is None:
        show_problems(problems)
        return FAULTY
    # The engine is given its clock and chance by the caller, and here this command is the caller.
    settings = EngineSettings(
        now=lambda: datetime.now(UTC),
        timezone=datetime.now(UTC).astimezone().tzinfo or UTC,
        language=options.language,
        random=Random(),  # noqa: S311 -- shuffles choices
        new_uuid=lambda: str(uuid4()),
        properties={"deviceid": "preview", "username": "preview"},
        functions=FUNCTIONS,
    )
    return CLEAN if preview(built, settings, sys.stdin, sys.stdout) else FAULTY


def _build(options: argparse.Namespace) -> int:
    return _written(options, bundle_bytes)


def _xml(options: argparse.Namespace) -> int:
    return _written(options, lambda built: built.xml)


def _written(options: argparse.Namespace, content_of: Callable[[BuiltForm], bytes]) -> int:
    built, problems = checked_form(options.source)
    show_problems(problems)
    if built is None:
        return FAULTY
    content = content_of(built)
    _write(options.output, content)
    sys.stdout.write(f"{summary(built)}: {options.output}, {len(content):,} bytes\n")
    return CLEAN


def _say(options: argparse.Namespace, problems: Sequence[Problem]) -> None:
    if getattr(options, "json", False):
        show_json(options.source, problems)
    else:
        show_problems(problems)


_COMMANDS = {
    "build": (_build, "compile a form, check it and write its bundle, not signed yet"),
    "check": (_check, "print everything that is wrong with a form"),
    "preview": (_preview, "fill a form in the terminal"),
    "repair": (_repair, "mend what makes old forms fail, and show each change"),
    "xml": (_xml, "compile a form, check it and write XForm XML"),
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="makazi form", description="Check, repair, try and build forms for the field."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (run, text) in _COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        command.add_argument(
            "source", type=Path, help="a folder of CSV sheets, or a .md, .xlsx or .xml file"
        )
        if name in {"build", "xml", "repair"}:
            command.add_argument("-o", "--output", type=Path, required=True, help="file to write")
        if name in {"check", "repair"}:
            command.add_argument("--json", action="store_true", help="print JSON for programs")
        if name == "preview":
            command.add_argument("--language", default="", help="language to begin with")
    return parser


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: half a bundle must never lie where one is expected."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise

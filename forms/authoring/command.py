"""`makazi form`: build, check and compile forms; what is wrong is printed whole, with its place."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from forms.authoring.build import BuiltForm, bundle_bytes, checked_form
from forms.errors import FormsError
from forms.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

CLEAN, FAULTY, MISUSED = 0, 1, 2
"""Exit codes: nothing wrong (warnings at most), something wrong, the command was not understood."""
_UNDECLARED = "XF-401"


def main(argv: Sequence[str] | None = None) -> int:
    """Run `makazi form` and return its exit code: 0 clean, 1 problems, 2 bad use."""
    try:
        options = _parser().parse_args(argv)
    except SystemExit as stop:
        return CLEAN if stop.code in {0, None} else MISUSED
    built, problems = checked_form(options.source)
    _show(problems)
    if built is None:
        return FAULTY
    if options.command == "check":
        sys.stdout.write(f"{_summary(built)}\n")
        return CLEAN
    return _written(built, options.command, options.output)


def _written(built: BuiltForm, command: str, output: Path) -> int:
    try:
        content = built.xml if command == "xml" else bundle_bytes(built)
        _write(output, content)
    except FormsError as error:
        _show(error.problems)
        return FAULTY
    except OSError as error:
        message = f"The file cannot be written: {error.strerror}."
        _show((Problem("XF-615", str(output), message, "Choose another place."),))
        return FAULTY
    sys.stdout.write(f"{_summary(built)}: {output}, {len(content):,} bytes\n")
    return CLEAN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="makazi form", description="Build and check forms for the field."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    texts = {
        "build": "compile a form, check it and write its bundle, not signed yet",
        "check": "print everything that is wrong with a form",
        "xml": "compile a form, check it and write XForm XML",
    }
    for name, text in texts.items():
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument(
            "source", type=Path, help="a folder of CSV sheets, or a .md, .xlsx or .xml file"
        )
        if name != "check":
            command.add_argument("-o", "--output", type=Path, required=True, help="file to write")
    return parser


def _summary(built: BuiltForm) -> str:
    form = built.form
    languages = ", ".join(form.languages) or "one language"
    return (
        f"{form.form_id} {form.version} is good: {len(form.controls)} questions, "
        f"{len(form.binds)} fields, {languages}"
    )


def _show(problems: Sequence[Problem]) -> None:
    """Problems one a line; the fields that never leave as one line, because there may be many."""
    undeclared = [p for p in problems if p.code == _UNDECLARED]
    for problem in problems:
        if problem.code != _UNDECLARED:
            word = "warning " if problem.severity is Severity.WARNING else ""
            sys.stderr.write(f"{word}{problem}\n")
    if undeclared:
        names = ", ".join(p.where.rpartition("/")[2] for p in undeclared)
        sys.stderr.write(
            f"warning {_UNDECLARED} {len(undeclared)} fields have no privacy class and never "
            f"leave the tablet: {names}\n"
        )


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

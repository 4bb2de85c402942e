"""What commands print: problems and changes for a person, one a line, or for a program as JSON."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Final

from forms.authoring.sheets import place_parts
from forms.problems import CATALOGUE, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forms.authoring.build import BuiltForm
    from forms.authoring.mend.change import Change

_UNDECLARED: Final = "XF-401"


def summary(built: BuiltForm) -> str:
    """A good form in one line."""
    form = built.form
    languages = ", ".join(form.languages) or "one language"
    return (
        f"{form.form_id} {form.version} is good: {len(form.controls)} questions, "
        f"{len(form.binds)} fields, {languages}"
    )


def show_problems(problems: Sequence[Problem]) -> None:
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


def show_changes(changes: Sequence[Change]) -> None:
    """Changes one a line, in the order in which they were made."""
    for change in changes:
        sys.stdout.write(f"{change}\n")


def show_json(
    source: Path, problems: Sequence[Problem], changes: Sequence[Change] | None = None
) -> None:
    """Everything that is said of a form, as one JSON object."""
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    said: dict[str, object] = {
        "file": str(source),
        "errors": errors,
        "warnings": len(problems) - errors,
        "problems": [_problem(problem) for problem in problems],
    }
    if changes is not None:
        said["changes"] = [_change(change) for change in changes]
    sys.stdout.write(json.dumps(said, ensure_ascii=False, indent=1) + "\n")


def _problem(problem: Problem) -> dict[str, object]:
    place = place_parts(problem.where)
    return {
        "code": problem.code,
        "title": CATALOGUE[problem.code],
        "severity": str(problem.severity),
        "where": problem.where,
        "sheet": place.sheet,
        "row": place.row,
        "column": place.column,
        "message": problem.message,
        "advice": problem.advice,
    }


def _change(change: Change) -> dict[str, object]:
    return {
        "kind": change.kind,
        "sheet": change.sheet,
        "row": change.row,
        "column": change.column,
        "before": change.before,
        "after": change.after,
        "why": change.why,
        "look": change.look,
    }

"""What is wrong with a compiled form: every expression, the privacy policy, the indicators.

pyxform checks structure and `${}` references, and no expression; a public form may pass it and be
refused by every engine. What it lets through is found here, with the author's row.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from forms.authoring.expressions import FUNCTIONS
from forms.authoring.lints import lint, patterns
from forms.definition import Control, Output, Repeat
from forms.engine.dependencies import unknown_reads
from forms.engine.program import program_of
from forms.errors import FormsError, XPathError
from forms.indicator import read_indicators
from forms.privacy import check_policy, read_policy
from forms.problems import Problem, Severity
from forms.xpath.evaluate import compile_expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.authoring.sheets import Workbook
    from forms.definition import BodyElement, FormDefinition, Text
    from forms.engine.program import Program

_FACETS: Final = ("relevant", "required", "constraint", "read_only", "calculate")


def form_problems(form: FormDefinition, indicators: bytes) -> tuple[Problem, ...]:
    """Everything that is wrong with a compiled form, errors and warnings. Pure."""
    found = [*form.warnings, *_expressions(form)]
    if not any(p.severity is Severity.ERROR for p in found):
        written = dict.fromkeys(_written(form))
        found += [*_circles(form), *lint(form), *patterns(written)]
    policy = [p for p in check_policy(form) if p.code != "XF-401" or not _is_note(form, p.where)]
    found += policy
    if not any(p.severity is Severity.ERROR for p in policy):
        found += _indicators(form, indicators)
    return tuple(dict.fromkeys(found))


def placed(problems: tuple[Problem, ...], workbook: Workbook | None) -> tuple[Problem, ...]:
    """The problems with places of the sheets instead of paths."""
    if workbook is None:
        return problems
    return tuple(replace(p, where=workbook.place_of(p.where)) for p in problems)


def _circles(form: FormDefinition) -> tuple[Problem, ...]:
    try:
        program = program_of(form)
    except FormsError as error:
        return error.problems
    return tuple(_nowhere(form, program))


def _nowhere(form: FormDefinition, program: Program) -> Iterator[Problem]:
    """Expressions that read a path which the form does not have: they would find nothing, ever."""
    for where, text in dict.fromkeys(_written(form)):
        reader = program.paths.get(where.partition(" (")[0])
        expression = program.expression(text, where) if reader is not None else None
        if reader is None or expression is None:
            continue
        for path in unknown_reads(expression, reader, program.paths):
            message = f"{path} is no node of the form, in {text!r}."
            yield Problem("XF-106", where, message, "Check the path.", Severity.WARNING)


def _indicators(form: FormDefinition, indicators: bytes) -> tuple[Problem, ...]:
    if not indicators:
        return ()
    try:
        read_indicators(indicators, read_policy(form))
    except FormsError as error:
        return error.problems
    return ()


def _expressions(form: FormDefinition) -> Iterator[Problem]:
    for where, text in dict.fromkeys(_written(form)):
        try:
            expression = compile_expression(text, form.namespaces)
        except XPathError as error:
            for found in error.problems:
                yield _bad(where, text, found)
            continue
        for found in expression.check(FUNCTIONS):
            yield _bad(where, text, found)


def _bad(where: str, text: str, found: Problem) -> Problem:
    advice = found.advice or "Mend the expression."
    return Problem("XF-105", where, f"{found.message} [{found.code}], in {text!r}.", advice)


def _written(form: FormDefinition) -> Iterator[tuple[str, str]]:
    """Every expression of a form, with the path that it is written on."""
    for path, bind in form.binds.items():
        for facet in _FACETS:
            if text := getattr(bind, facet):
                yield f"{path} ({facet})", text
        for message in (bind.constraint_message, bind.required_message):
            yield from _outputs(path, message, form)
    for action in form.actions:
        if action.expression:
            yield f"{action.target} ({action.kind})", action.expression
    for element in form.walk():
        yield from _shown(element, form)


def _shown(element: BodyElement, form: FormDefinition) -> Iterator[tuple[str, str]]:
    """The expressions of one element of the body."""
    yield from _outputs(element.path, element.label, form)
    if isinstance(element, Control):
        yield from _outputs(element.path, element.hint, form)
        if element.itemset is not None:
            yield f"{element.path} (choice_filter)", element.itemset.nodeset
    elif isinstance(element, Repeat) and element.count:
        yield f"{element.path} (repeat_count)", element.count


def _outputs(path: str, text: Text | None, form: FormDefinition) -> Iterator[tuple[str, str]]:
    if text is None:
        return
    parts = list(text.parts)
    for translation in form.translations.values():
        for value in translation.get(text.itext, {}).values() if text.itext else ():
            parts += value
    for part in parts:
        if isinstance(part, Output):
            yield f"{path} (label)", part.expression


def _is_note(form: FormDefinition, path: str) -> bool:
    """Whether a field only shows a text: it never has an answer that could leave."""
    control, bind = form.control_of(path), form.binds.get(path)
    if control is None or bind is None or control.kind != "input":
        return False
    return (bind.read_only or "").strip() == "true()" and not bind.calculate

"""A form's source to everything that goes into its bundle, or all that is wrong with it.

The bundle that is built here is not signed: the data controller signs it, at the desk where the
key is, and no tablet takes it before.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from forms.authoring.book import workbook_of
from forms.authoring.bookfile import read_book
from forms.authoring.checks import form_problems, placed
from forms.authoring.compile import compiled, compiler_problems
from forms.authoring.expressions import expression_problems
from forms.authoring.repair import repairable
from forms.authoring.rules import sheet_problems
from forms.authoring.sheets import Workbook, place_parts, read_folder
from forms.bundle import FILE_NAME, FORM, INDICATORS, MEDIA, BundleParts, write_bundle
from forms.errors import AuthoringError, FormsError
from forms.privacy import read_policy
from forms.problems import Problem, Severity
from forms.xform.reader import read_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from forms.definition import FormDefinition

TABLES: Final = frozenset({".md", ".csv", ".xlsx", ".xlsm", ".xls"})
"""Files that hold all sheets of a form."""


@dataclass(frozen=True)
class BuiltForm:
    """A form that compiles and passes every check.

    Attributes:
        form: The form as tablets will read it.
        xml: The XForm.
        media: Files that it names, by file name.
        indicators: `indicators.toml`; empty when there is none.
        warnings: What is odd and does not stop it.
    """

    form: FormDefinition
    xml: bytes = field(repr=False)
    media: Mapping[str, bytes] = field(repr=False)
    indicators: bytes = field(repr=False)
    warnings: tuple[Problem, ...] = ()


def build_form(source: Path) -> BuiltForm:
    """The form in a folder or a file.

    Raises:
        AuthoringError: Every problem, warnings included, when one of them is an error.
    """
    built, problems = checked_form(source)
    if built is None:
        raise AuthoringError(*problems)
    return built


def checked_form(source: Path) -> tuple[BuiltForm | None, tuple[Problem, ...]]:
    """The form, or None when it cannot be used, and every problem of it, errors first."""
    problems: list[Problem] = []
    try:
        workbook = _workbook(source)
        media = _media(source, problems)
        indicators = _indicators(source)
    except FormsError as error:
        return None, error.problems
    except OSError as error:
        return None, (_unreadable(source, error),)
    xml = _compiled(source, workbook, media, problems)
    form = _read(xml, media, problems) if xml is not None else None
    if form is not None:
        judged = placed(form_problems(form, indicators), workbook)
        said = {place_parts(p.where) for p in problems if p.code == "XF-105"}
        problems += [p for p in judged if p.code != "XF-105" or place_parts(p.where) not in said]
    found = _sorted(problems)
    if xml is None or form is None or any(p.severity is Severity.ERROR for p in found):
        return None, found
    return BuiltForm(form, xml, media, indicators, found), found


def bundle_bytes(built: BuiltForm) -> bytes:
    """The unsigned bundle of a form; the same form always gives the same bytes.

    Raises:
        BundleError: XF-501, when it cannot be a bundle.
        AuthoringError: XF-611, the form has no id or no version to be told from others by.
    """
    nameless = [problem for problem in built.warnings if problem.code == "XF-611"]
    if nameless:
        raise AuthoringError(*(replace(p, severity=Severity.ERROR) for p in nameless))
    files = {FORM: built.xml, **{f"{MEDIA}{n}": body for n, body in built.media.items()}}
    if built.indicators:
        files[INDICATORS] = built.indicators
    form = built.form
    digest = read_policy(form).digest
    return write_bundle(BundleParts(form.form_id, form.version, form.title, digest, files))


def _workbook(source: Path) -> Workbook | None:
    """The sheets of a source; None for XForm XML, which has none."""
    if source.is_dir():
        return read_folder(source)
    if not source.is_file():
        advice = "Name a form's folder, or a .md, .xlsx or .xml file."
        raise AuthoringError(Problem("XF-601", str(source), "There is no such form.", advice))
    if source.suffix in TABLES:
        return workbook_of(read_book(source))
    if source.suffix == ".xml":
        return None
    advice = "A form is a folder of CSV sheets, Markdown (.md), a workbook (.xlsx) or XForm (.xml)."
    message = f"A form cannot be read from {source.suffix or 'a file without an ending'}."
    raise AuthoringError(Problem("XF-602", source.name, message, advice))


def _compiled(
    source: Path, workbook: Workbook | None, media: Mapping[str, bytes], problems: list[Problem]
) -> bytes | None:
    if workbook is None:
        return source.read_bytes()
    problems += sheet_problems(workbook, media)
    problems += expression_problems(workbook)
    try:
        xml, warnings = compiled(workbook)
    except AuthoringError as error:
        problems += _unsaid(compiler_problems(workbook, error.problems), problems)
        problems += _unsaid(repairable(source), problems)
        return None
    problems += warnings
    return xml


def _unsaid(found: Iterable[Problem], problems: Sequence[Problem]) -> list[Problem]:
    """Problems of rows of which nothing of the kind was said."""
    said = {_kind(problem) for problem in problems}
    codes = {problem.code for problem in problems}
    return [
        problem
        for problem in found
        if _kind(problem) not in said
        and (place_parts(problem.where).row or problem.code not in codes)
    ]


def _kind(problem: Problem) -> tuple[str, str, int | str]:
    place = place_parts(problem.where)
    return problem.code, place.sheet, place.row or place.column


def _read(xml: bytes, media: Mapping[str, bytes], problems: list[Problem]) -> FormDefinition | None:
    """The form as a tablet will read it; a missing list is noted and must not hide other faults."""
    try:
        return read_form(xml, media)
    except FormsError as error:
        if error.code != "XF-108" or not any(p.code == "XF-612" for p in problems):
            problems += error.problems
        if error.code != "XF-108":
            return None
    try:
        return read_form(xml, media, missing_is_empty=True)
    except FormsError as error:
        problems += error.problems
        return None


def _media(source: Path, problems: list[Problem]) -> dict[str, bytes]:
    folder = source / "media" if source.is_dir() else source.with_name(f"{source.stem}-media")
    found = {}
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if file.is_file() and FILE_NAME.fullmatch(f"{MEDIA}{file.name}"):
            found[file.name] = file.read_bytes()
            continue
        advice = "Names have Latin letters, digits, dots, dashes and spaces; there are no folders."
        message = "A bundle cannot hold a file of this name."
        problems.append(Problem("XF-612", f"{folder.name}/{file.name}", message, advice))
    return found


def _indicators(source: Path) -> bytes:
    if source.is_dir():
        file = source / INDICATORS
    else:
        file = source.with_name(f"{source.stem}-{INDICATORS}")
    return file.read_bytes() if file.is_file() else b""


def _unreadable(source: Path, error: OSError) -> Problem:
    return Problem("XF-601", str(source), f"It cannot be read: {error.strerror}.")


def _sorted(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    once = dict.fromkeys(problems)
    return tuple(sorted(once, key=lambda p: p.severity is not Severity.ERROR))

"""Walk any form at random beside JavaRosa, the engine of ODK Collect, and compare every fact.

    python -m tests.conformance.differential --seeds 1-20 FORM…
    python -m tests.conformance.differential --seeds 1-5 --own --recorded

A FORM is XForm XML, an Excel workbook, Markdown, a folder of CSV sheets, or a folder of forms.
After every step (an answer, a row more or less, another language) value, relevance, required and
read-only of every node are compared, whether the answer was accepted, and the choices of every
question. Each kind of difference is printed once, with the fewest steps that show it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from forms.definition import FormDefinition
from forms.errors import FormsError
from forms.xform.reader import read_form
from tests.conformance import live, scenario_cases
from tests.conformance.differential_forms import files_of, xform_of
from tests.conformance.differential_own import own_forms
from tests.conformance.differential_pair import STATES, Both, Difference, Step
from tests.conformance.differential_shrink import shrunk
from tests.conformance.differential_steps import Chance
from tests.support import javarosa

ROOT = Path(__file__).resolve().parents[2]
SHRINK_SECONDS = 20.0
MOST_SHRUNK = 8
"""Differences of one form that are shrunk; the others are named."""


@dataclass(frozen=True)
class Form:
    """A form to walk."""

    name: str
    xml: bytes
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass
class Report:
    """What came of all walks."""

    facts: int = 0
    differing: int = 0
    states: int = 0
    stale: int = 0
    walks: int = 0
    forms: int = 0
    told: list[str] = field(default_factory=list)


@dataclass
class Walk:
    """One form, one seed."""

    steps: list[Step] = field(default_factory=list)
    first: dict[tuple[str, str], tuple[Difference, int]] = field(default_factory=dict)
    stopped: str = ""


def walk(both: Both, seed: int, steps: int) -> Walk:
    """Steps by chance, comparing after each; where JavaRosa stops, the walk stops."""
    chance, done = Chance(both.form, Random(seed)), Walk()
    try:
        _note(done, both)
        for _ in range(steps):
            step = chance.step(both)
            if step is None:
                break
            done.steps.append(step)
            both.apply(step)
            _note(done, both)
    except javarosa.java_error() as error:
        done.stopped = str(error).splitlines()[0]
    return done


def _note(done: Walk, both: Both) -> None:
    both.compare()
    for found in both.tally.differences:
        done.first.setdefault(found.kind, (found, len(done.steps)))


def shows(form: Form, read: FormDefinition, kind: tuple[str, str], steps: Sequence[Step]) -> bool:
    """Whether steps, done on a fresh pair, end in a difference of a kind."""
    both = Both(read, form.xml, form.files)
    try:
        for step in steps:
            both.apply(step)
        both.compare()
        return any(found.kind == kind for found in both.tally.differences)
    except javarosa.java_error():
        return False
    finally:
        both.close()


def walked(form: Form, seeds: Iterable[int], steps: int, report: Report) -> None:
    """All walks of one form, added to the report."""
    try:
        read = read_form(form.xml, form.files)
        Both(read, form.xml, form.files).close()
    except (FormsError, javarosa.java_error()) as error:
        who = "refused here" if isinstance(error, FormsError) else "JavaRosa refuses it"
        report.told.append(f"{form.name}: not walked, {who}: {str(error).splitlines()[0]}")
        return
    report.forms += 1
    known: set[tuple[str, str]] = set()
    for seed in seeds:
        both = Both(read, form.xml, form.files)
        done = walk(both, seed, steps)
        both.close()
        report.walks += 1
        report.facts += both.tally.facts
        report.stale += both.tally.stale
        report.differing += len(both.tally.differences)
        report.states += sum(found.what in STATES for found in both.tally.differences)
        if done.stopped:
            report.told.append(f"{form.name}, seed {seed}: JavaRosa stopped: {done.stopped}")
        for kind, (found, number) in done.first.items():
            if kind not in known:
                known.add(kind)
                steps_to = done.steps[:number]
                report.told += _told(
                    form, read, seed, found, steps_to, shrink=len(known) <= MOST_SHRUNK
                )


def _told(
    form: Form,
    read: FormDefinition,
    seed: int,
    found: Difference,
    steps: list[Step],
    *,
    shrink: bool,
) -> Iterator[str]:
    yield f"{form.name}, seed {seed}: {found}"
    if not shrink:
        return
    least = shrunk(steps, lambda some: shows(form, read, found.kind, some), SHRINK_SECONDS)
    yield from (f"    {step}" for step in least)


def forms_at(paths: Iterable[Path]) -> Iterator[Form]:
    """The forms that were named; a folder without a survey sheet is a folder of forms."""
    for path in paths:
        if path.is_dir() and not (path / "survey.csv").is_file():
            kinds = {".xml", ".xlsx", ".xls", ".md"}
            yield from forms_at(sorted(f for f in path.iterdir() if f.suffix in kinds))
            continue
        try:
            xml = xform_of(path)
        except Exception as error:
            print(f"{path.name}: not compiled: {error}", file=sys.stderr)
            continue
        yield Form(path.name, xml, files_of(path, xml))


def recorded() -> Iterator[Form]:
    """The distinct forms of the recorded interviews."""
    shared = Path(os.environ.get("MAKAZI_SHARED", ROOT.parent / "shared"))
    cases = shared / "conformance/scenario_cases.json.xz"
    if cases.is_file():
        for name, xml in live.recorded_forms(scenario_cases.load(cases)):
            yield Form(name, xml)


def seeds_of(written: str) -> list[int]:
    """`1-20` or `3,5,8`."""
    found: list[int] = []
    for part in written.split(","):
        low, _, high = part.partition("-")
        found += range(int(low), int(high or low) + 1)
    return found


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.differential")
    parser.add_argument("forms", nargs="*", type=Path, metavar="FORM")
    parser.add_argument("--seeds", default="1-20", type=seeds_of, help="1-20, or 3,5,8")
    parser.add_argument("--steps", default=40, type=int, help="steps of a walk")
    parser.add_argument("--own", action="store_true", help="also our own forms of usual idioms")
    parser.add_argument("--recorded", action="store_true", help="also the recorded forms")
    options = parser.parse_args(argv)
    if reason := javarosa.available():
        print(f"skipped: {reason}")
        return 0
    javarosa.start()
    report = Report()
    named = list(forms_at(options.forms))
    named += [Form(name, xml, files) for name, xml, files in own_forms()] if options.own else []
    named += recorded() if options.recorded else []
    for form in named:
        walked(form, options.seeds, options.steps, report)
    return _print(report)


def _print(report: Report) -> int:
    for line in report.told:
        print(line)
    kinds = Counter(line.split(":")[0] for line in report.told if not line.startswith(" "))
    print(f"forms {report.forms}, walks {report.walks}, forms with something to tell {len(kinds)}")
    print(f"stale-in-javarosa {report.stale}")
    print(f"facts {report.facts - report.differing}/{report.facts}")
    print(f"relevance-required-readonly-differences {report.states}")
    return 1 if report.differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""One form through the engine, watched: what came of it, how long it took and what it needed."""

from __future__ import annotations

import resource
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from time import process_time
from typing import NoReturn

from forms.engine.instance import Instance
from forms.engine.settings import EngineSettings
from forms.errors import FormsError
from forms.problems import CATALOGUE
from forms.xform.reader import read_form
from tests.fuzz.hostile import Hostile

SECONDS = 12.0
"""Processor time that one form may take on a desktop that is busy with other things."""
MEGABYTES = 900
"""Peak memory of the whole process, after any number of forms."""
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Outcome:
    """What came of one form: the code that refused it, or none when it was carried.

    Attributes:
        codes: Of the error, or of the problems of loading and answering.
        failure: What broke the rules; empty when nothing did.
        took_s: Processor time.
    """

    codes: tuple[str, ...]
    failure: str
    took_s: float


class Hangs(BaseException):
    """The time is over; no `except Exception` on the way may keep it."""


def _hangs(*_: object) -> NoReturn:
    raise Hangs


def settings() -> EngineSettings:
    """Everything stands still."""
    return EngineSettings(lambda: NOON, UTC, "", Random(1), lambda: "an-id")


def watched(
    xml: bytes, files: Mapping[str, bytes] | None = None, answers: tuple[tuple[str, str], ...] = ()
) -> Outcome:
    """Open a form, answer, save, restore and serialise it; any surprise is a failure."""
    begin = process_time()
    codes: tuple[str, ...] = ()
    failure = ""
    signal.signal(signal.SIGVTALRM, _hangs)
    signal.setitimer(signal.ITIMER_VIRTUAL, 2 * SECONDS)
    try:
        codes = _carried(xml, files or {}, answers)
    except Hangs:
        failure = "it hangs"
    except FormsError as error:
        codes = tuple(problem.code for problem in error.problems)
    except Exception as error:
        failure = f"{type(error).__name__}: {str(error)[:120]}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    took_s = process_time() - begin
    unknown = [code for code in codes if code not in CATALOGUE]
    if unknown:
        failure = f"codes that nobody knows: {unknown}"
    elif not failure and took_s > SECONDS:
        failure = f"it took {took_s:.1f} s"
    elif not failure and peak_mb() > MEGABYTES:
        failure = f"it needed {peak_mb():.0f} MB"
    return Outcome(codes, failure, took_s)


def peak_mb() -> float:
    """The most memory that this process had. Source: getrusage(2), kilobytes on Linux."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _carried(
    xml: bytes, files: Mapping[str, bytes], answers: tuple[tuple[str, str], ...]
) -> tuple[str, ...]:
    form = read_form(xml, files)
    filled = Instance.new(form, settings())
    problems = list(filled.load_problems)
    for ref, value in answers:
        problems += filled.answer(ref, value).problems
    for step in filled.steps()[:50]:
        for ref in step.refs[:5]:
            node = filled.node(ref)
            _ = node.label, node.required, node.violation, len(node.choices())
    draft = filled.draft()
    again = Instance.restore(form, draft, settings())
    if again.draft() == b"":
        raise AssertionError("the restored draft is empty")
    with suppress(FormsError):
        filled.finalise()
    return tuple(problem.code for problem in problems)


def judged(case: Hostile) -> Outcome:
    """A hostile form, and whether it was answered as it must be."""
    outcome = watched(case.xml, case.files, case.answers)
    answered = not case.codes or set(outcome.codes) & set(case.codes)
    carried = "" in case.codes and not outcome.codes
    if outcome.failure or answered or carried:
        return outcome
    wanted = " or ".join(case.codes)
    return Outcome(outcome.codes, f"{wanted} expected, {outcome.codes} given", outcome.took_s)

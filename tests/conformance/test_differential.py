"""A small differential on every run: our own forms of usual idioms beside JavaRosa."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pytest
from pyxform.xls2xform import convert

from tests.conformance import load
from tests.conformance.differential import Form, Report, seeds_of, walked
from tests.conformance.differential_own import own_forms
from tests.conformance.differential_pair import Step
from tests.conformance.differential_random import random_form
from tests.conformance.differential_shrink import shrunk
from tests.support import javarosa

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

pytestmark = pytest.mark.oracle
FORMS = 10
"""The idioms, and a few that are put together by chance; all of them are for `make conformance`."""


def test_engine_agrees_with_javarosa_on_usual_idioms() -> None:
    """At most 1 of 1,000 facts differs; none in relevance, required or read-only."""
    javarosa.need_javarosa()
    report = Report()
    for name, xml, files in islice(own_forms(), FORMS):
        walked(Form(name, xml, files), [11], 25, report)
    assert report.facts > 20_000
    assert report.states == 0, report.told
    assert report.differing <= 0.001 * report.facts, report.told


def test_walk_is_shrunk_to_the_steps_that_a_difference_needs() -> None:
    steps = [Step("answer", f"/data/q{number}", "1") for number in range(40)]
    needed = {steps[7], steps[31]}

    def fails(some: Sequence[Step]) -> bool:
        return needed <= set(some)

    assert shrunk(steps, fails, seconds=5) == [steps[7], steps[31]]


def test_random_form_is_the_same_for_the_same_seed() -> None:
    assert random_form(3) == random_form(3) != random_form(4)


@pytest.mark.parametrize(("written", "wanted"), [("1-3", [1, 2, 3]), ("2,5", [2, 5])])
def test_seeds_are_read_when_they_are_a_range_or_a_list(written: str, wanted: list[int]) -> None:
    assert seeds_of(written) == wanted


def test_load_agreement_counts_forms_that_both_open_or_both_refuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    javarosa.need_javarosa()
    good = "| survey | | | |\n| | type | name | label |\n| | text | a | A |\n"
    circle = (
        "| survey | | | |\n| | type | name | calculation |\n"
        "| | calculate | a | ${b} + 1 |\n| | calculate | b | ${a} + 1 |\n"
    )
    for name, sheet in {"good": good, "circle": circle}.items():
        xml = convert(sheet, form_name="data").xform
        (tmp_path / f"{name}.xml").write_text(xml, encoding="utf-8")
    (tmp_path / "note.xml").write_text("<note/>", encoding="utf-8")
    assert load.main([str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "load-agreement 2/2"

"""A part of `make conformance` that runs with the other tests, and its page and its floor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance import __main__ as conformance
from tests.conformance import scenario_cases, xpath_cases


@pytest.fixture(scope="module")
def data(shared: Path) -> Path:
    folder = shared / "conformance"
    if not (folder / "xpath_cases.json.xz").is_file():
        pytest.skip("no conformance data in the shared folder")
    return folder


def test_denied_cases_are_few_and_name_their_reason(data: Path) -> None:
    cases = xpath_cases.load(data / "xpath_cases.json.xz")
    asked = {case["id"] for case in cases if not case["volatile"]}
    assert set(xpath_cases.denied()) <= asked
    assert len(xpath_cases.denied()) < 0.005 * len(asked)
    assert all(len(reason) > 20 for reason in xpath_cases.denied().values())


def test_every_case_passes_or_is_explained(data: Path) -> None:
    cases = scenario_cases.load(data / "scenario_cases.json.xz")
    replays = [scenario_cases.Replay(case).run() for case in cases if case["portable"]]
    failing = {replay.case["id"] for replay in replays if replay.differences}
    _, _, failures = xpath_cases.score(data / "xpath_cases.json.xz")
    failing |= {case["id"] for case, _ in failures}
    assert failing == set(conformance.explained())


def test_named_decisions_are_written() -> None:
    written = {path.name[:4] for path in (conformance.ROOT / "docs/decisions").glob("*.md")}
    told = [*xpath_cases.denied().values(), *conformance.explained().values()]
    reasons = json.dumps(told)
    named = {reason[:4] for reason in reasons.split("(decision ")[1:]}
    assert named
    assert named <= written


def test_score_below_its_floor_is_named() -> None:
    floor = json.loads(conformance.FLOOR.read_text(encoding="utf-8"))
    good = [conformance.Score(name, passed, passed, ()) for name, passed in floor.items()]
    assert conformance.below_floor(good) == []
    fallen = conformance.Score("xpath", floor["xpath"] - 1, floor["xpath"], ())
    assert conformance.below_floor([fallen]) != []


def test_case_that_crashes_fails_and_the_others_are_scored(
    data: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    few = xpath_cases.load(data / "xpath_cases.json.xz")[:5]
    few[2] = few[2] | {"xml": "<not", "context": "/*[1]"}
    file = tmp_path / "few.json"
    file.write_text(json.dumps(few), encoding="utf-8")
    assert conformance.main(["--xpath", str(file)]) == 0
    assert capsys.readouterr().out == "xpath 4/5\n"


def test_named_file_is_scored_alone(
    data: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    few = tmp_path / "few.json"
    few.write_text(json.dumps(xpath_cases.load(data / "xpath_cases.json.xz")[:5]), encoding="utf-8")
    assert conformance.main(["--xpath", str(few)]) == 0
    assert capsys.readouterr().out == "xpath 5/5\n"


def test_run_without_data_is_skipped_with_a_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("MAKAZI_SHARED", str(tmp_path))
    assert conformance.main([]) == 0
    assert "skipped" in capsys.readouterr().out

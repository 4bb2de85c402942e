"""`makazi server`: the commands of the centre, as a coordinator calls them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from server_stub.command import run
from tests.server_stub.centre_cases import CONTROLLER, PROJECT, record
from tests.server_stub.survey_cases import bring, signed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.server_stub.centre_cases import SmallCentre


def _home(bundle, **more: str):
    answers = {"members": "3", "psu": "1", "stratum": "slum", "rung": "limited"}
    return record(bundle, **{**answers, **more})


def _with_homes(centre: SmallCentre) -> list[str]:
    bundle = centre.give(signed())
    bring(centre.enrol(), [_home(bundle, psu=str(n % 5)) for n in range(60)])
    return ["--data", str(centre.settings.folder)]


def test_centre_is_set_up_and_given_a_bundle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--data", str(tmp_path / "centre"), "--project", "pilot"]
    key = CONTROLLER.verify_key.to_text()
    assert run(["init", *where, "--controller-key", key]) == 0
    assert run(["init", *where, "--controller-key", key]) == 0
    said = capsys.readouterr().out
    assert "project pilot made" in said
    assert "project pilot was there" in said
    (tmp_path / "small.bundle").write_bytes(signed())
    assert run(["bundle", "add", *where, str(tmp_path / "small.bundle")]) == 0
    assert capsys.readouterr().out.startswith("small 1 ")
    assert run(["invite", *where, "--text-only"]) == 0
    assert capsys.readouterr().out.startswith("makazi")


def test_tables_are_written_as_page_csv_and_json(
    centre: SmallCentre, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = _with_homes(centre)
    out = tmp_path / "out"
    assert run(["tables", *where, "--project", PROJECT, "--out", str(out)]) == 0
    assert capsys.readouterr().out.split() == [
        str(out / name) for name in ("tables.html", "tables.csv", "tables.json")
    ]
    document = json.loads((out / "tables.json").read_text(encoding="utf-8"))
    ladder = document["indicators"][0]
    assert (ladder["id"], ladder["title"]["en"]) == ("sanitation", "Sanitation ladder")
    limited = ladder["groups"][0]["cells"][1]
    assert (limited["category"], limited["n"], limited["share"]) == ("limited", 60, 1.0)
    page = (out / "tables.html").read_text(encoding="utf-8")
    assert 'href="tables.ar.html"' in page
    arabic = (out / "tables.ar.html").read_text(encoding="utf-8")
    assert 'href="tables.html"' in arabic
    assert 'dir="rtl"' in arabic
    assert not list(out.glob(".*"))


def test_tables_are_refused_when_there_is_no_such_project(
    centre: SmallCentre, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = _with_homes(centre)
    assert run(["tables", *where, "--project", "elsewhere", "--out", str(tmp_path / "o")]) == 2
    assert "elsewhere" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()


def test_status_tells_what_is_held_and_what_to_look_at(
    centre: SmallCentre, capsys: pytest.CaptureFixture[str]
) -> None:
    where = _with_homes(centre)
    bundle = centre.give(signed())
    tablet = centre.enrol()
    bring(tablet, [_home(bundle, name="Asha")])
    assert run(["status", *where]) == 0
    said = capsys.readouterr().out
    assert "pilot: batches=2 records=60 revisions=60" in said
    assert "release-refused=1" in said


def test_lost_tablet_is_blocked_by_the_name_that_status_tells(
    centre: SmallCentre, capsys: pytest.CaptureFixture[str]
) -> None:
    where = _with_homes(centre)
    tablet = centre.enrol()
    name = tablet.enrolled.device_id
    assert run(["block", *where, "--project", "pilot", "--tablet", name]) == 0
    address = "/v1/projects/pilot/bundles"
    assert centre.client.get(address, headers=tablet.authorization).status_code == 403
    assert run(["status", *where]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.endswith("blocked") for line in lines if name in line][-1]


def test_command_says_what_to_do_when_there_is_no_centre(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["status", "--data", str(tmp_path)]) == 2
    assert "makazi server init" in capsys.readouterr().err

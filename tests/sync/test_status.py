"""`makazi sync`: enrol, pull, push, card and status from a terminal, with their exit codes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sync.card import write_card
from sync.errors import StoreError
from sync.status import main
from sync.vault import open_entry
from tests.support.centre import VAULT, LoopbackCentre, free_port, running_centre
from tests.sync.tablet_cases import interview, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[LoopbackCentre]:
    with running_centre(tmp_path / "centre") as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, centre: LoopbackCentre, capsys: pytest.CaptureFixture[str]) -> Path:
    found = tmp_path / "tablet"
    assert main(["enrol", centre.invitation(), "--profile", str(found)]) == 0
    assert main(["pull", "--profile", str(found)]) == 0
    capsys.readouterr()
    return found


def _collect(folder: Path, count: int = 1) -> None:
    profile = opened(folder)
    for _ in range(count):
        interview(profile)
    profile.close()


def _json(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    return json.loads(capsys.readouterr().out)


def test_status_counts_every_state(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _collect(folder, 2)
    assert main(["status", "--profile", str(folder), "--json"]) == 0
    found = _json(capsys)
    assert (found["project"], found["final"], found["delivered"], found["forms"]) == (
        "pilot",
        2,
        0,
        1,
    )


def test_status_says_why_a_record_was_set_aside_and_retry_sends_it(
    folder: Path, centre: LoopbackCentre, capsys: pytest.CaptureFixture[str]
) -> None:
    _collect(folder)
    taken = centre.rows("SELECT content FROM bundles")
    with centre.parts.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM bundles")
    assert main(["push", "--flush", "--profile", str(folder)]) == 0
    assert "SY-413" in capsys.readouterr().err
    assert main(["status", "--profile", str(folder), "--json"]) == 0
    assert _json(capsys)["set_aside"] == [{"record": "1", "reason": "SY-210"}]
    centre.give(bytes(taken[0][0]))
    assert main(["retry", "--profile", str(folder)]) == 0
    assert main(["push", "--profile", str(folder)]) == 0
    assert len(centre.held_revisions()) == 1


def test_push_delivers_when_flushed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _collect(folder)
    assert main(["push", "--profile", str(folder)]) == 0
    assert "waiting" in capsys.readouterr().out
    assert main(["push", "--flush", "--profile", str(folder), "--json"]) == 0
    found = _json(capsys)
    assert (found["outcome"], found["delivered"], found["waiting"]) == ("done", 1, 0)


def test_push_exits_with_try_later_when_the_centre_is_down(
    folder: Path, centre: LoopbackCentre, capsys: pytest.CaptureFixture[str]
) -> None:
    _collect(folder)
    centre.stop()
    assert main(["push", "--flush", "--profile", str(folder), "--json"]) == 75
    captured = capsys.readouterr()
    assert "SY-401" in captured.err
    assert json.loads(captured.out)["waiting"] == 1


def test_push_exits_with_failure_when_not_enrolled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["push", "--profile", str(tmp_path / "new")]) == 1
    assert "SY-403" in capsys.readouterr().err


def test_enrol_exits_with_try_later_when_nobody_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    away = LoopbackCentre.make(tmp_path / "away")
    text = away.invitation(f"http://127.0.0.1:{free_port()}")
    assert main(["enrol", text, "--profile", str(tmp_path / "t")]) == 75
    assert "SY-401" in capsys.readouterr().err


def test_enrol_exits_with_failure_when_the_text_is_damaged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["enrol", "makazi:1?u=x", "--profile", str(tmp_path / "t")]) == 1
    assert "SY-309" in capsys.readouterr().err


def test_command_exits_with_try_later_when_the_app_is_open(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = opened(folder)
    assert main(["status", "--profile", str(folder)]) == 75
    assert "SY-103" in capsys.readouterr().err
    profile.close()


def test_wrong_use_exits_with_two() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["fly"])
    assert caught.value.code == 2


def test_card_holds_entries_that_only_the_controller_opens(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _collect(folder, 2)
    card = tmp_path / "card" / "vault"
    asked = ["card", "--out", str(card), "--profile", str(folder), "--json"]
    assert main(asked) == 0
    assert _json(capsys) == {"written": 2, "already_there": 0}
    files = sorted(card.iterdir())
    assert {f.suffix for f in files} == {".age"}
    assert open_entry(files[0].read_bytes(), [VAULT]).answers["name"] == "Amina Otieno"
    assert b"Otieno" not in b"".join(f.read_bytes() for f in files)
    assert main(asked) == 0
    assert _json(capsys) == {"written": 0, "already_there": 2}


def test_card_overwrites_nothing(tmp_path: Path) -> None:
    write_card({"r": b"entry"}, tmp_path)
    [file] = tmp_path.iterdir()
    file.write_bytes(b"somebody's")
    with pytest.raises(StoreError) as caught:
        write_card({"r": b"entry"}, tmp_path)
    assert caught.value.code == "SY-504"
    assert file.read_bytes() == b"somebody's"


def test_card_that_cannot_be_written_has_a_code(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError) as caught:
        write_card({"r": b"entry"}, tmp_path / "file" / "card")
    assert caught.value.code == "SY-503"

"""A damaged store gives back what can be read and proved, and nothing else."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

import pytest

from sync.blobs import BlobCipher
from sync.errors import StoreCorrupt, StoreError
from sync.status import main
from sync.store import Draft, RecordStatus
from tests.support.centre import LoopbackCentre, running_centre
from tests.sync.tablet_cases import interview, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sync.profile import TabletProfile

COUNT = 40
PAGE = 4096


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[LoopbackCentre]:
    with running_centre(tmp_path / "centre") as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, centre: LoopbackCentre) -> Path:
    """A tablet with delivered and waiting interviews, and drafts."""
    profile = opened(tmp_path / "tablet")
    profile.enrol(centre.invitation())
    profile.pull()
    for number in range(COUNT):
        interview(profile)
        if number == 9:
            profile.push()
    for number in range(10):
        profile.store.save_draft(Draft(f"draft-{number}", "small", "1", "d", b"<x/>" * 300))
    profile.close()
    return tmp_path / "tablet"


def _pages_of(path: Path, table: str) -> list[int]:
    """Pages that only this table uses."""
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT pageno FROM dbstat WHERE name = ?", (table,)).fetchall()
    connection.close()
    return [number for (number,) in found]


def _damage(folder: Path, *, spare: int) -> Path:
    """Overwrite some leaf pages of the revisions, and let the tablet move the file aside."""
    path = folder / "tablet.sqlite"
    pages = _pages_of(path, "revisions")[2::4]
    with path.open("r+b") as file:
        for number in pages[spare:]:
            file.seek((number - 1) * PAGE)
            file.write(os.urandom(PAGE))
    with pytest.raises(StoreCorrupt):
        opened(folder)
    [aside] = folder.glob("damaged-*")
    return aside


def _has_dbstat() -> bool:
    with sqlite3.connect(":memory:") as connection:
        options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    connection.close()
    return "ENABLE_DBSTAT_VTAB" in options


@pytest.mark.skipif(not _has_dbstat(), reason="this SQLite cannot say which page holds what")
def test_readable_records_and_drafts_come_back_and_are_delivered_once(
    folder: Path, centre: LoopbackCentre
) -> None:
    aside = _damage(folder, spare=0)
    before = (aside / "tablet.sqlite").read_bytes()
    again = opened(folder)
    found = again.salvage(aside)
    assert 0 < found.revisions < COUNT
    assert (found.drafts, found.bundles) == (10, 1)
    assert found.unreadable > 0
    assert len(again.store.drafts()) == 10
    again.store.check_chain()
    again.enrol(centre.invitation())
    assert again.push(flush=True).delivered == found.revisions
    held = centre.held_revisions()
    assert len(held) == len(set(held))
    assert (aside / "tablet.sqlite").read_bytes() == before
    again.close()


def _moved_aside(folder: Path) -> Path:
    """A store that was set aside whole, as a checksum of the disk might ask for."""
    aside = folder / "damaged-by-hand"
    aside.mkdir()
    for file in folder.glob("tablet.sqlite*"):
        file.rename(aside / file.name)
    return aside


def test_salvage_again_takes_nothing_twice(folder: Path) -> None:
    aside = _moved_aside(folder)
    profile = opened(folder)
    first, second = profile.salvage(aside), profile.salvage(aside)
    assert (first.revisions, first.drafts, first.unreadable) == (COUNT, 10, 0)
    assert (second.revisions, second.drafts, second.unreadable) == (0, 0, 0)
    assert profile.store.counts()[RecordStatus.FINAL] == COUNT
    assert len(profile.store.vault_entries()) == COUNT
    profile.close()


def test_pseudonyms_go_on_to_join_after_a_salvage(folder: Path) -> None:
    before = opened(folder)
    key = before.store.setting("pseudonym-key")
    before.close()
    aside = _moved_aside(folder)
    profile: TabletProfile = opened(folder)
    assert profile.store.setting("pseudonym-key") != key
    profile.salvage(aside)
    assert profile.store.setting("pseudonym-key") == key
    assert profile.enrolment is None
    profile.close()


def test_altered_content_is_not_believed(folder: Path) -> None:
    aside = _moved_aside(folder)
    cipher = BlobCipher((folder / "data.key").read_bytes())
    with sqlite3.connect(aside / "tablet.sqlite") as connection:
        revision = connection.execute("SELECT revision_id FROM revisions").fetchone()[0]
        forged = cipher.seal(f"release:{revision}", b'{"answers":{}}')
        connection.execute(
            "UPDATE revisions SET release = ? WHERE revision_id = ?", (forged, revision)
        )
        connection.execute("UPDATE drafts SET blob = x'01' WHERE record_id = 'draft-3'")
    connection.close()
    profile = opened(folder)
    found = profile.salvage(aside)
    assert (found.revisions, found.drafts, found.unreadable) == (COUNT - 1, 9, 2)
    profile.close()


@pytest.mark.parametrize("content", [b"", b"no database at all" * 1000])
def test_store_that_is_wholly_gone_gives_nothing_and_no_error(
    tmp_path: Path, content: bytes
) -> None:
    aside = tmp_path / "damaged"
    aside.mkdir()
    (aside / "tablet.sqlite").write_bytes(content)
    profile = opened(tmp_path / "tablet")
    assert profile.salvage(aside).revisions == 0
    profile.close()


def test_folder_without_a_store_has_a_code(tmp_path: Path) -> None:
    profile = opened(tmp_path / "tablet")
    with pytest.raises(StoreError) as caught:
        profile.salvage(tmp_path)
    assert caught.value.code == "SY-107"
    profile.close()


def test_salvage_is_a_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    aside = _moved_aside(folder)
    assert main(["salvage", str(aside), "--profile", str(folder)]) == 0
    assert f"revisions      {COUNT}" in capsys.readouterr().out

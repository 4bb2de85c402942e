"""The tablet's store: what it keeps and refuses, and what survives damage, a kill, a full disk."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sqlite3
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from sync.blobs import BlobCipher
from sync.database import PRAGMAS, open_database
from sync.errors import BlobError, DiskFull, StoreCorrupt, StoreError, StoreLocked
from sync.release.pipeline import Released, release
from sync.store import Draft, RecordStatus, TabletStore
from tests.sync.privacy_cases import (
    HOUSEHOLD,
    KEYS,
    Row,
    bundle_of,
    identity,
    policy_of,
    submission,
)
from tests.sync.tablet_cases import START, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = bytes(range(32))
BUNDLE = bundle_of(policy_of(HOUSEHOLD))
WRITER = """
import sys
from pathlib import Path
from tests.sync.tablet_cases import opened
from sync.store import Draft
profile = opened(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), 1_000_000):
    text = f"<data><n>{number}</n></data>".encode() * 20
    profile.store.save_draft(Draft("the-draft", "f", "1", "d", text, f"/data/q{number}"))
    print(number, flush=True)
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TabletStore]:
    database = open_database(tmp_path / "t" / "tablet.sqlite", START)
    yield TabletStore(database, BlobCipher(KEY))
    database.close()


def draft(record_id: str = "one", xml: bytes = b"<data/>") -> Draft:
    return Draft(record_id, "household", "1", "ab" * 32, xml, "/data/name", "Kiswahili (sw)")


def released(people: str = "4", **changes: object) -> Released:
    ids = {"record_id": str(uuid.uuid4()), "revision_id": str(uuid.uuid4()), **changes}
    answers = Row({"/data/people": people, "/data/name": "Amina"}, {})
    return release(submission(answers), BUNDLE, identity(**ids), KEYS)


def rows(store: TabletStore, statement: str, *values: object) -> list[tuple[object, ...]]:
    with store._database.writing() as database:
        return database.execute(statement, values).fetchall()


def test_draft_comes_back_as_it_was_saved(store: TabletStore) -> None:
    store.save_draft(draft())
    assert store.draft("one") == draft()
    assert b"data" not in repr(store.draft("one")).encode().replace(b"/data/name", b"")


def test_draft_touched_last_comes_first(store: TabletStore) -> None:
    for name in ("one", "two", "one"):
        store.save_draft(draft(name))
    assert [d.record_id for d in store.drafts()] == ["one", "two"]


def test_draft_that_is_not_there_has_a_code(store: TabletStore) -> None:
    with pytest.raises(StoreError) as caught:
        store.draft("none")
    assert caught.value.code == "SY-107"


def test_deleted_draft_leaves_no_copy_in_any_file(store: TabletStore) -> None:
    store.save_draft(draft(xml=b"x" * 5000))
    sealed = bytes(rows(store, "SELECT blob FROM drafts")[0][0])
    store.delete_draft("one")
    folder = store._database.path.parent
    kept = b"".join(file.read_bytes() for file in folder.iterdir())
    assert sealed[100:200] not in kept
    assert store.drafts() == ()


def test_revision_takes_the_place_of_its_draft_in_one_step(store: TabletStore) -> None:
    one = released()
    store.save_draft(draft(one.record.record_id))
    store.keep_revision(one, START)
    assert store.drafts() == ()
    [state] = store.records()
    assert (state.status, state.number, state.week) == (RecordStatus.FINAL, 1, "2026-W48")
    assert store.release_line(one.record.revision_id) == one.record.to_bytes()
    assert store.vault_entries() == {one.record.revision_id: one.vault_entry}


def test_revision_is_kept_once_when_kept_again(store: TabletStore) -> None:
    one = released()
    store.keep_revision(one, START)
    store.keep_revision(one, START)
    assert store.counts()[RecordStatus.FINAL] == 1


def test_revision_never_changes(store: TabletStore) -> None:
    one = released("4")
    store.keep_revision(one, START)
    other = released("5", revision_id=one.record.revision_id)
    with pytest.raises(StoreError) as caught:
        store.keep_revision(other, START)
    assert caught.value.code == "SY-108"
    assert store.release_line(one.record.revision_id) == one.record.to_bytes()


def test_chain_holds_until_a_revision_is_taken_out(store: TabletStore) -> None:
    kept = [released() for _ in range(3)]
    for one in kept:
        store.keep_revision(one, START)
    store.check_chain()
    rows(store, "DELETE FROM revisions WHERE seq = 2")
    with pytest.raises(StoreCorrupt) as caught:
        store.check_chain()
    assert (caught.value.code, caught.value.problems[0].where) == ("SY-109", "revision 2")


def test_chain_breaks_when_a_content_is_exchanged(store: TabletStore) -> None:
    one = released()
    store.keep_revision(one, START)
    other = BlobCipher(KEY).seal(f"release:{one.record.revision_id}", b"{}")
    rows(store, "UPDATE revisions SET release = ?", other)
    with pytest.raises(StoreCorrupt) as caught:
        store.check_chain()
    assert caught.value.code == "SY-109"


def test_blob_that_was_moved_to_another_row_does_not_open(store: TabletStore) -> None:
    store.save_draft(draft("one"))
    store.save_draft(draft("two"))
    rows(store, "UPDATE drafts SET blob = (SELECT blob FROM drafts WHERE record_id = 'one')")
    with pytest.raises(BlobError) as caught:
        store.draft("two")
    assert caught.value.code == "SY-202"


def test_columns_tell_nothing_of_an_interview(store: TabletStore) -> None:
    store.save_draft(draft())
    store.keep_revision(released(), START)
    dump = "\n".join(store._database.rows.conn.iterdump())
    for secret in ("household", "Amina", "/data/name", "Kiswahili", "2026-W48"):
        assert secret not in dump


@pytest.mark.parametrize("name", sorted(PRAGMAS))
def test_pragma_is_read_back_as_it_was_set(store: TabletStore, name: str) -> None:
    found = store._database.rows.execute(f"PRAGMA {name}").fetchone()[0]
    assert str(found) == PRAGMAS[name][1]


def test_store_is_refused_where_sqlite_cannot_promise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A memory database never takes WAL; any file system without shared memory does the same."""
    import sync.database as module

    connect = sqlite3.connect
    monkeypatch.setattr(module.sqlite3, "connect", lambda _path, **k: connect(":memory:", **k))
    with pytest.raises(StoreError) as caught:
        open_database(tmp_path / "tablet.sqlite", START)
    assert caught.value.code == "SY-101"


def test_place_that_cannot_be_a_store_has_a_code(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError) as caught:
        open_database(tmp_path / "file" / "tablet.sqlite", START)
    assert caught.value.code == "SY-105"


def test_transaction_leaves_nothing_when_it_fails(store: TabletStore) -> None:
    def save_and_fail() -> None:
        with store._database.writing():
            store.save_draft(draft())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        save_and_fail()
    assert store.drafts() == ()


def test_another_writer_is_named_and_nothing_is_lost(store: TabletStore) -> None:
    store.save_draft(draft())
    store._database.rows.execute("PRAGMA busy_timeout=1")
    other = sqlite3.connect(store._database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreLocked) as caught:
        store.save_draft(draft("two"))
    other.execute("ROLLBACK")
    other.close()
    assert caught.value.code == "SY-103"
    assert [d.record_id for d in store.drafts()] == ["one"]


def test_threads_take_turns_and_no_transaction_mixes_with_another(store: TabletStore) -> None:
    """The screen saves while the sender writes; a failing writer takes nobody's work with it."""

    def work(worker: int) -> None:
        for number in range(40):
            store.save_draft(draft(f"{worker}-{number}"))

    def fail() -> None:
        for number in range(40):
            with contextlib.suppress(RuntimeError), store._database.writing():
                store.save_draft(draft(f"never-{number}"))
                raise RuntimeError

    with ThreadPoolExecutor(5) as pool:
        done = [*(pool.submit(work, worker) for worker in range(4)), pool.submit(fail)]
        for future in done:
            future.result()
    expected = {f"{worker}-{number}" for worker in range(4) for number in range(40)}
    assert {d.record_id for d in store.drafts()} == expected


@pytest.mark.parametrize("damage", ["header", "middle", "cut"])
def test_damaged_store_is_moved_aside_whole_and_a_new_one_begins(
    tmp_path: Path, damage: str
) -> None:
    folder = tmp_path / "tablet"
    profile = opened(folder)
    for number in range(60):
        profile.store.save_draft(draft(f"r{number}", b"<x/>" * 400))
    profile.close()
    path = folder / "tablet.sqlite"
    good = path.read_bytes()
    broken = {
        "header": b"not a database at all" + good[21:],
        "middle": good[:4096] + os.urandom(len(good) - 4096),
        "cut": good[: len(good) // 2],
    }[damage]
    path.write_bytes(broken)
    with pytest.raises(StoreCorrupt) as caught:
        opened(folder)
    assert caught.value.code == "SY-102"
    [aside] = folder.glob("damaged-*")
    assert (aside / "tablet.sqlite").read_bytes() == broken
    again = opened(folder)
    assert again.store.drafts() == ()
    again.close()


def test_two_damaged_stores_are_kept_apart(tmp_path: Path) -> None:
    for _ in range(2):
        opened(tmp_path).close()
        (tmp_path / "tablet.sqlite").write_bytes(b"x" * 9000)
        with pytest.raises(StoreCorrupt):
            opened(tmp_path)
    assert len(list(tmp_path.glob("damaged-*/tablet.sqlite"))) == 2


def _fill(store: TabletStore) -> int:
    """Save ever more drafts until there is no room; how many were acknowledged."""
    saved: list[str] = []

    def save_on() -> None:
        while True:
            store.save_draft(draft(f"r{len(saved)}", os.urandom(6000)))
            saved.append("acknowledged")

    with pytest.raises(DiskFull) as caught:
        save_on()
    assert caught.value.code == "SY-104"
    return len(saved)


def _finalise_until_full(store: TabletStore) -> None:
    for _ in range(50):
        store.keep_revision(released(), START)


def test_full_database_keeps_what_was_acknowledged(store: TabletStore) -> None:
    store._database.rows.execute("PRAGMA max_page_count=60")
    count = _fill(store)
    assert count > 3
    one = released()
    with pytest.raises(DiskFull):
        _finalise_until_full(store)
    store._database.rows.execute("PRAGMA max_page_count=10000")
    assert len(store.drafts()) == count
    store.check_chain()
    store.keep_revision(one, START)
    assert one.record.revision_id in store.vault_entries()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 400 KB, where this user may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"none", os.fsencode(folder), b"tmpfs", 0, b"size=400k"):
        pytest.skip("mounting a small file system is not allowed here")
    yield folder
    assert libc.umount2(os.fsencode(folder), 2) == 0


def test_full_disk_keeps_what_was_acknowledged(small_disk: Path) -> None:
    folder = small_disk / "tablet"
    profile = opened(folder)
    ballast = small_disk / "photos"
    ballast.write_bytes(bytes(60_000))
    count = _fill(profile.store)
    assert count > 3
    assert len(profile.store.drafts()) == count
    with pytest.raises(DiskFull):
        _finalise_until_full(profile.store)
    ballast.unlink()
    profile.store.save_draft(draft("after"))
    profile.close()
    again = opened(folder)
    assert len(again.store.drafts()) == count + 1
    again.store.check_chain()
    again.close()


def test_full_disk_is_named_when_a_tablet_begins(small_disk: Path) -> None:
    with pytest.raises(OSError, match="space"):
        (small_disk / "photos").write_bytes(bytes(1 << 20))
    with pytest.raises(DiskFull) as caught:
        opened(small_disk / "tablet")
    assert caught.value.code == "SY-104"


def test_no_acknowledged_draft_is_lost_when_the_app_is_killed(tmp_path: Path) -> None:
    acknowledged = -1
    for round_number in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path / "t"), str(acknowledged + 1)],
            stdout=subprocess.PIPE,
            bufsize=0,  # a buffer of ours would swallow what was acknowledged and not yet read
        )
        for _ in range(15 + 7 * round_number):
            acknowledged = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        left = process.communicate(timeout=30)[0].decode().splitlines()
        acknowledged = max([acknowledged, *(int(line) for line in left if line.strip().isdigit())])
        profile = opened(tmp_path / "t")
        kept = profile.store.draft("the-draft")
        profile.close()
        number = int(kept.position.removeprefix("/data/q"))
        assert number in {acknowledged, acknowledged + 1}
        assert kept.xml == f"<data><n>{number}</n></data>".encode() * 20
        acknowledged = number

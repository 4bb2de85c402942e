"""No acknowledged answer is lost at a power cut, on any disk that may be found afterwards.

The real store runs under strace; hundreds of disks are rebuilt from its calls and opened again.
The same test with the setting that most guides recommend must fail, or it would prove nothing.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sync.errors import SyncError
from tests.sync.power_cases import TRACED, Disk, calls
from tests.sync.tablet_cases import fast_folder, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync.profile import TabletProfile

WRITER = """
import hashlib, os, sys
from pathlib import Path
import sync.database as database
database.PRAGMAS["synchronous"] = {"FULL": ("FULL", "2"), "NORMAL": ("NORMAL", "1")}[sys.argv[2]]
from sync.store import Draft
from tests.sync.tablet_cases import START, opened
profile = opened(Path(sys.argv[1]))
def acknowledge(text):
    os.write(1, (text + " ").encode())
acknowledge("ready")
for number in range(14):
    record_id, revision_id = f"record-{number}", f"revision-{number}"
    for step in range(3):
        text = f"<data>{number}.{step}</data>".encode() * 40
        profile.store.save_draft(Draft(record_id, "f", "1", "d", text, str(step)))
        acknowledge(f"draft:{number}:{step}")
    if number % 2:
        line = f'{{"form_id":"f","n":{number},"week":"w"}}'.encode()
        profile.store.keep_line(record_id, revision_id, (line, b"sealed" * 50), START)
        acknowledge(f"final:{number}")
profile.close()
acknowledge("closed")
"""
DRAWS = 2
"""Disks that are drawn after each call that touches the folder."""


def _strace_works() -> bool:
    """Whether strace is here and this machine lets it look at a process."""
    strace = shutil.which("strace")
    if strace is None:
        return False
    done = subprocess.run([strace, "-o", os.devnull, "true"], capture_output=True, check=False)
    return done.returncode == 0


pytestmark = pytest.mark.skipif(not _strace_works(), reason="strace is not allowed here")


@pytest.fixture(scope="module")
def fast() -> Iterator[Path]:
    """What is synced here is only a model: the true disk would add nothing but time."""
    with fast_folder() as folder:
        yield folder


def _trace(folder: Path, synchronous: str) -> str:
    out = folder / "trace"
    asked = ["strace", "-xx", "-s", "2000000", "-e", f"trace={TRACED}", "-o", str(out)]
    done = subprocess.run(
        [*asked, sys.executable, "-c", WRITER, str(folder / "tablet"), synchronous],
        check=False,
        capture_output=True,
        timeout=120,
    )
    if done.returncode and b"ptrace" in done.stderr:
        pytest.skip("this user may not trace a process")
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return out.read_text(encoding="ascii")


def _violations(fast: Path, synchronous: str, *, strict: bool) -> tuple[int, int]:
    """Disks that were opened, and those that had lost something acknowledged or did not open."""
    folder = Path(tempfile.mkdtemp(dir=fast))
    chance, disk = random.Random(7), Disk(folder / "tablet", strict=strict)
    seen = bad = 0
    for number, call in enumerate(calls(_trace(folder, synchronous))):
        if not disk.do(call):
            continue
        for draw in range(DRAWS):
            copy = folder / f"after-{number}-{draw}"
            disk.after_power_cut(copy, chance)
            bad += bool(_lost(copy, disk.acknowledged))
            seen += 1
            shutil.rmtree(copy)
    return seen, bad


def _lost(folder: Path, acknowledged: list[bytes]) -> str:
    """What was acknowledged and is not there, or why the store does not open; empty when all is."""
    said = [text.decode().split(":") for text in acknowledged]
    if not said and not (folder / "data.key").exists():
        return ""
    try:
        with closing(opened(folder)) as profile:
            return _missing(profile, said)
    except SyncError as error:
        return error.code


def _missing(profile: TabletProfile, said: list[list[str]]) -> str:
    profile.store.check_chain()
    for number in [words[1] for words in said if words[0] == "final"]:
        line = profile.store.release_line(f"revision-{number}")
        if f'"n":{number},'.encode() not in line:
            return f"revision {number} changed"
    kept = {draft.record_id: int(draft.position) for draft in profile.store.drafts()}
    finished = profile.store.vault_entries()
    for _, number, step in [words for words in said if words[0] == "draft"]:
        is_kept = kept.get(f"record-{number}", -1) >= int(step)
        if not is_kept and f"revision-{number}" not in finished:
            return f"draft {number} is gone"
    return ""


@pytest.mark.parametrize("strict", [True, False], ids=["strict", "ext4"])
def test_nothing_acknowledged_is_lost_at_a_power_cut(fast: Path, strict: bool) -> None:
    seen, bad = _violations(fast, "FULL", strict=strict)
    print(f"{seen} disks, {bad} had lost something")
    assert seen > 100
    assert bad == 0, f"{bad} of {seen} disks lost something"


def test_harness_catches_the_setting_that_loses_answers(fast: Path) -> None:
    seen, bad = _violations(fast, "NORMAL", strict=False)
    print(f"{seen} disks, {bad} had lost something, as they must")
    assert seen > 100
    assert bad > 10, f"only {bad} of {seen}: the harness would not notice a loss"


@pytest.mark.parametrize(
    ("call", "error", "when"),
    [
        ("pwrite64", "EIO", 1),
        ("pwrite64", "EIO", 40),
        ("pwrite64", "ENOSPC", 60),
        ("fdatasync", "EIO", 1),
        ("fdatasync", "EIO", 9),
        ("fdatasync", "ENOSPC", 40),
        ("fsync", "EIO", 1),
    ],
)
def test_nothing_is_acknowledged_that_a_failing_disk_did_not_keep(
    fast: Path, call: str, error: str, when: int
) -> None:
    """The disk fails from one call on and never recovers; then the tablet starts again."""
    folder = Path(tempfile.mkdtemp(dir=fast))
    fault = f"inject={call}:error={error}:when={when}+"
    asked = ["strace", "-f", "--seccomp-bpf", "-o", str(folder / "trace")]
    asked += ["-e", f"trace={call}", "-e", fault]
    done = subprocess.run(
        [*asked, sys.executable, "-c", WRITER, str(folder / "tablet"), "FULL"],
        check=False,
        capture_output=True,
        timeout=120,
    )
    if b"ptrace" in done.stderr:
        pytest.skip("this user may not trace a process")
    assert b"INJECTED" in (folder / "trace").read_bytes()
    assert b"sync.errors." in done.stderr.splitlines()[-1]
    assert _lost(folder / "tablet", done.stdout.split()) == ""

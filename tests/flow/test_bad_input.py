"""What a person at a command line reads when something is wrong, and that nothing is lost by it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from server_stub.demo import scripted, survey
from sync.keys import SigningKey
from sync.store import RecordStatus
from tests.support.centre import PROJECT, LoopbackCentre, signed_bundle
from tests.support.tablet import household_bundle
from tests.sync import hostile_cases as hostile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
TRY_LATER = 75
FORM = """
| survey |
| | type | name | label | {column} | bind::pvy:do |
| | text | name | Name | {cell} | seal |
| | integer | people | People | B | {relevant} |
| settings |
| | form_id | version | namespaces |
| | small | 1 | pvy="urn:makazi:privacy:1" |
"""


def makazi(*arguments: str) -> subprocess.CompletedProcess[str]:
    """One command, as a person types it."""
    return subprocess.run(
        [sys.executable, "-m", "sync.command", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=ROOT,
    )


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[LoopbackCentre]:
    centre = LoopbackCentre.make(tmp_path / "centre")
    centre.give(household_bundle())
    centre.start()
    yield centre
    centre.stop()


def _tablet_with_a_record(folder: Path, invitation: str) -> None:
    survey.enrol(folder, invitation)
    answers = tuple(scripted.scripted_household())
    survey.collect(survey.TabletWork(folder, "household", (answers,)))


def _waiting(folder: Path) -> int:
    profile = survey.open_tablet(folder)
    counts = profile.store.counts()
    profile.close()
    assert counts[RecordStatus.DELIVERED] == 0
    return counts[RecordStatus.FINAL] + counts[RecordStatus.SEALED]


def test_form_that_does_not_compile_says_where_and_leaves_no_bundle(tmp_path: Path) -> None:
    form, out = tmp_path / "form.md", tmp_path / "form.bundle"
    form.write_text("| survey |\n| | type | name | label |\n| | select_one | w | Water |\n")
    done = makazi("form", "build", str(form), "-o", str(out))
    assert done.returncode == 1
    assert "XF-6" in done.stdout + done.stderr
    assert not out.exists()


def test_field_without_a_class_is_built_with_a_warning_that_it_never_leaves(tmp_path: Path) -> None:
    form, out = tmp_path / "form.md", tmp_path / "form.bundle"
    written = FORM.format(column="bind::pvy:class", cell="A", relevant="top:12")
    form.write_text(written.replace("| A | seal |", "| | |"))
    done = makazi("form", "build", str(form), "-o", str(out))
    assert done.returncode == 0, done.stderr
    assert "XF-401" in done.stdout + done.stderr
    assert out.exists()


def test_privacy_column_that_is_misspelt_refuses_the_form(tmp_path: Path) -> None:
    form, out = tmp_path / "form.md", tmp_path / "form.bundle"
    form.write_text(FORM.format(column="bind::pvy:klass", cell="A", relevant="top:12"))
    done = makazi("form", "build", str(form), "-o", str(out))
    assert done.returncode == 1
    assert "XF-404" in done.stdout + done.stderr
    assert not out.exists()


def test_bundle_of_another_controller_is_refused_by_the_centre(tmp_path: Path) -> None:
    centre = LoopbackCentre.make(tmp_path / "centre")
    centre.parts.close()
    strange = tmp_path / "strange.bundle"
    strange.write_bytes(signed_bundle(signer=SigningKey(bytes(32))))
    where = ("--data", str(tmp_path / "centre"), "--project", PROJECT)
    done = makazi("server", "bundle", "add", *where, str(strange))
    assert done.returncode == 2
    assert "XF-504" in done.stderr


def test_damaged_store_is_set_aside_and_nothing_is_deleted(
    tmp_path: Path, centre: LoopbackCentre
) -> None:
    tablet = tmp_path / "tablet"
    _tablet_with_a_record(tablet, centre.invitation())
    store = tablet / "tablet.sqlite"
    damaged = b"not a database " * 400
    store.write_bytes(damaged)
    done = makazi("sync", "status", "--profile", str(tablet))
    assert done.returncode == 1
    assert "SY-102" in done.stderr
    aside = next(tablet.glob("damaged-*"))
    assert (aside / "tablet.sqlite").read_bytes() == damaged


@pytest.mark.parametrize(
    ("answer", "code"),
    [(hostile.portal, "SY-402"), (hostile.bare_200, "SY-402"), (hostile.failing, "SY-408")],
    ids=["captive portal", "bare 200", "server error 500"],
)
def test_answer_that_is_no_receipt_leaves_the_record_waiting(
    tmp_path: Path,
    centre: LoopbackCentre,
    answer: Callable[[hostile.Line], None],
    code: str,
) -> None:
    tablet = tmp_path / "tablet"
    with hostile.meddling(centre) as meddler:
        _tablet_with_a_record(tablet, centre.invitation(meddler.url))
        meddler.plan.extend([answer] * 12)
        done = makazi("sync", "push", "--flush", "--profile", str(tablet))
    assert done.returncode == TRY_LATER
    assert code in done.stdout + done.stderr
    assert _waiting(tablet) == 1


def test_server_that_is_down_leaves_the_record_waiting(
    tmp_path: Path, centre: LoopbackCentre
) -> None:
    tablet = tmp_path / "tablet"
    _tablet_with_a_record(tablet, centre.invitation())
    centre.stop()
    done = makazi("sync", "push", "--flush", "--profile", str(tablet))
    assert done.returncode == TRY_LATER
    assert "SY-401" in done.stdout + done.stderr
    assert _waiting(tablet) == 1

"""A tablet joins a survey, fetches its forms, finalises and sends, against a real centre."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forms.errors import BundleError
from sync.errors import ProtocolMismatch, StoreError, StoreLocked, TransportError, Unauthorised
from sync.keys import SigningKey
from sync.push import Outcome
from sync.store import Draft, RecordStatus
from sync.vault import open_entry
from tests.support.centre import CONTROLLER, VAULT, LoopbackCentre, running_centre, signed_bundle
from tests.sync.tablet_cases import HandClock, interview, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sync.profile import TabletProfile


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[LoopbackCentre]:
    with running_centre(tmp_path / "centre") as running:
        yield running


@pytest.fixture
def tablet(tmp_path: Path, centre: LoopbackCentre) -> Iterator[TabletProfile]:
    profile = opened(tmp_path / "tablet")
    profile.enrol(centre.invitation())
    profile.pull()
    yield profile
    profile.close()


def test_interview_is_delivered_when_pushed_to_a_real_centre(
    centre: LoopbackCentre, tablet: TabletProfile
) -> None:
    released = interview(tablet)
    seen: list[tuple[int, int]] = []
    report = tablet.push(flush=True, on_progress=lambda *step: seen.append(step))
    assert (report.outcome, report.delivered, report.waiting) == (Outcome.DONE, 1, 0)
    assert centre.held_revisions() == [released.record.revision_id]
    assert seen == [(1, 1)]


def test_delivered_record_shows_the_code_of_its_receipt(
    centre: LoopbackCentre, tablet: TabletProfile
) -> None:
    interview(tablet)
    tablet.push(flush=True)
    [state] = tablet.store.records()
    assert state.status is RecordStatus.DELIVERED
    assert (state.form_id, state.week, len(state.receipt_code)) == ("small", "2026-W48", 8)


def test_few_records_wait_for_company_when_not_flushed(tablet: TabletProfile) -> None:
    interview(tablet)
    report = tablet.push()
    assert (report.outcome, report.waiting, report.bytes_sent) == (Outcome.WAITING, 1, 0)


def test_enrolment_survives_a_restart(tmp_path: Path, centre: LoopbackCentre) -> None:
    first = opened(tmp_path / "t")
    first.enrol(centre.invitation())
    first.pull()
    device = first.enrolment.device_id
    first.close()
    again = opened(tmp_path / "t")
    assert again.enrolment.device_id == device
    assert again.enrolment.controller_fingerprint == CONTROLLER.verify_key.fingerprint
    assert [b.bundle.form_id for b in again.bundles()] == ["small"]
    again.close()


def test_enrolment_hides_its_secrets_in_repr(tablet: TabletProfile) -> None:
    shown = repr(tablet.enrolment)
    assert tablet.enrolment.token not in shown
    assert tablet.enrolment.device_key.to_text() not in shown


def test_invitation_is_refused_when_used_before(tmp_path: Path, centre: LoopbackCentre) -> None:
    text = centre.invitation()
    first, second = opened(tmp_path / "a"), opened(tmp_path / "b")
    first.enrol(text)
    with pytest.raises(Unauthorised) as caught:
        second.enrol(text)
    assert caught.value.code == "SY-404"
    assert second.enrolment is None
    first.close()
    second.close()


def test_invitation_is_refused_when_another_server_answers(
    tmp_path: Path, centre: LoopbackCentre
) -> None:
    other = LoopbackCentre.make(tmp_path / "other")
    profile = opened(tmp_path / "t")
    with pytest.raises(ProtocolMismatch) as caught:
        profile.enrol(other.invitation(centre.url))
    assert caught.value.code == "SY-402"
    profile.close()


def test_invitation_of_another_survey_is_refused_while_records_wait(
    tmp_path: Path, centre: LoopbackCentre, tablet: TabletProfile
) -> None:
    interview(tablet)
    text = centre.invitation().replace("p=pilot", "p=other")
    body = text.rpartition("&x=")[0]
    from sync.wire.invitation import _checksum

    with pytest.raises(StoreError) as caught:
        tablet.enrol(f"{body}&x={_checksum(body)}")
    assert caught.value.code == "SY-406"


def test_records_sealed_under_an_earlier_enrolment_arrive_once_under_the_next(
    centre: LoopbackCentre, tablet: TabletProfile
) -> None:
    released = interview(tablet)
    centre.block(tablet.enrolment.device_id)
    report = tablet.push(flush=True)
    assert (report.outcome, report.problems[0].code) == (Outcome.UNAUTHORISED, "SY-404")
    assert report.waiting == 1
    tablet.enrol(centre.invitation())
    assert tablet.push(flush=True).delivered == 1
    assert centre.held_revisions() == [released.record.revision_id]


def test_pull_needs_an_enrolment(tmp_path: Path) -> None:
    profile = opened(tmp_path / "t")
    with pytest.raises(TransportError) as caught:
        profile.pull()
    assert caught.value.code == "SY-403"
    assert profile.push().outcome is Outcome.NOT_ENROLLED
    profile.close()


def test_newest_version_of_a_form_comes_first_when_pulled(
    centre: LoopbackCentre, tablet: TabletProfile
) -> None:
    centre.give(signed_bundle("2"))
    assert [b.bundle.version for b in tablet.pull()] == ["2"]
    assert [b.bundle.version for b in tablet.bundles()] == ["2", "1"]
    assert tablet.pull() == ()


def test_pull_changes_nothing_when_a_bundle_has_another_signature(
    centre: LoopbackCentre, tablet: TabletProfile
) -> None:
    forged = signed_bundle("2", SigningKey.generate())
    centre.give(signed_bundle("2"))
    with centre.parts.database.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE bundles SET content = ? WHERE content = ?", (forged, signed_bundle("2"))
        )
    with pytest.raises(BundleError) as caught:
        tablet.pull()
    assert caught.value.code == "XF-504"
    assert [b.bundle.version for b in tablet.bundles()] == ["1"]


def test_bundle_is_parsed_once_when_asked_for_twice(tablet: TabletProfile) -> None:
    [installed] = tablet.bundles()
    assert tablet.bundle(installed.bundle.digest) is installed.bundle


def test_bundle_that_is_not_here_has_a_code(tablet: TabletProfile) -> None:
    with pytest.raises(StoreError) as caught:
        tablet.bundle("0" * 64)
    assert caught.value.code == "SY-107"


def test_draft_goes_and_the_vault_opens_when_finalised(tablet: TabletProfile) -> None:
    released = interview(tablet)
    [(revision_id, entry)] = tablet.store.vault_entries().items()
    assert revision_id == released.record.revision_id
    assert open_entry(entry, [VAULT]).answers["name"] == "Amina Otieno"
    assert tablet.store.drafts() == ()


def test_edit_names_the_revision_before_as_its_parent(tablet: TabletProfile) -> None:
    from forms.engine.instance import Instance
    from tests.sync.tablet_cases import settings

    bundle = tablet.bundles()[0].bundle
    first = Instance.new(bundle.definition, settings())
    for ref, text in {"/data/name": "A", "/data/people": "1", "/data/water": "lake"}.items():
        first.answer(ref, text)
    record_id = "0b3d1f34-7d55-4b2a-9c1e-2f5a8f3f0a11"
    one = tablet.finalise(record_id, first.finalise(), bundle)
    edited = Instance.edit(bundle.definition, first.submission_xml(), settings())
    edited.answer("/data/people", "2")
    two = tablet.finalise(record_id, edited.finalise(), bundle)
    assert two.record.parents == (one.record.revision_id,)


def test_second_process_is_refused_while_the_tablet_is_open(
    tmp_path: Path, tablet: TabletProfile
) -> None:
    with pytest.raises(StoreLocked) as caught:
        opened(tmp_path / "tablet")
    assert caught.value.code == "SY-103"


def test_store_stays_closed_when_its_key_is_missing_or_another(tmp_path: Path) -> None:
    folder = tmp_path / "t"
    opened(folder).close()
    key = (folder / "data.key").read_bytes()
    (folder / "data.key").write_bytes(bytes(32))
    with pytest.raises(StoreError) as other:
        opened(folder)
    (folder / "data.key").unlink()
    with pytest.raises(StoreError) as missing:
        opened(folder)
    assert (other.value.code, missing.value.code) == ("SY-106", "SY-106")
    (folder / "data.key").write_bytes(key)
    assert (folder / "tablet.sqlite").exists()


def test_nothing_readable_is_kept_when_a_tablet_works(
    tmp_path: Path, tablet: TabletProfile
) -> None:
    tablet.store.save_draft(Draft("r", "small", "1", "d", b"<x>Wanjiru</x>", "/data/name"))
    interview(tablet, name="Wanjiru")
    tablet.push(flush=True)
    kept = b"".join(f.read_bytes() for f in (tmp_path / "tablet").iterdir() if f.name != "data.key")
    for secret in (b"Wanjiru", tablet.enrolment.token.encode(), b"small", b"pilot"):
        assert secret not in kept


def test_waiting_day_sends_a_lone_record_without_flush(
    tmp_path: Path, centre: LoopbackCentre
) -> None:
    clock = HandClock()
    profile = opened(tmp_path / "t", clock)
    profile.enrol(centre.invitation())
    profile.pull()
    interview(profile)
    clock.sleep(23 * 3600)
    assert profile.push().outcome is Outcome.WAITING
    clock.sleep(3600)
    assert profile.push().delivered == 1
    profile.close()

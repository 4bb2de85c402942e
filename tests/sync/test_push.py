"""Sending over networks that lie, break and refuse: nothing lost, nothing twice, no false yes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from server_stub.settings import BodyLimits
from sync.push import Outcome
from sync.store import RecordStatus
from tests.support.centre import LoopbackCentre, running_centre, signed_bundle
from tests.sync import hostile_cases as network
from tests.sync.hostile_cases import Meddler, meddling
from tests.sync.tablet_cases import HandClock, interview, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sync.profile import TabletProfile


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[LoopbackCentre]:
    with running_centre(tmp_path / "centre") as running:
        yield running


@pytest.fixture
def line(centre: LoopbackCentre) -> Iterator[Meddler]:
    with meddling(centre) as meddler:
        yield meddler


@pytest.fixture
def tablet(tmp_path: Path, line: Meddler, clock: HandClock) -> Iterator[TabletProfile]:
    profile = opened(tmp_path / "tablet", clock)
    profile.enrol(line.centre.invitation(line.url))
    profile.pull()
    yield profile
    profile.close()


def statuses(tablet: TabletProfile) -> list[RecordStatus]:
    return [state.status for state in tablet.store.records()]


def _delivered_once(tablet: TabletProfile, centre: LoopbackCentre, revisions: list[str]) -> None:
    report = tablet.push(flush=True)
    assert (report.outcome, report.waiting) == (Outcome.DONE, 0)
    assert set(statuses(tablet)) == {RecordStatus.DELIVERED}
    assert sorted(centre.held_revisions()) == sorted(revisions)


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        (network.portal, "SY-402"),
        (network.bare_200, "SY-402"),
        (network.bare_201, "SY-402"),
        (network.redirect, "SY-402"),
        (network.login_403, "SY-402"),
        (network.accepted_without_receipt, "SY-402"),
        (network.other_signature, "SY-306"),
        (network.forged_receipt, "SY-306"),
    ],
)
def test_nothing_counts_as_delivered_when_a_stranger_answers_a_batch(
    tablet: TabletProfile, line: Meddler, lie: network.Line, code: str
) -> None:
    revision = interview(tablet).record.revision_id
    line.plan.append(lie)
    report = tablet.push(flush=True)
    assert (report.outcome, report.problems[-1].code) == (Outcome.NOT_OUR_SERVER, code)
    assert (report.delivered, report.waiting) == (0, 1)
    assert report.retry_after_s is not None
    assert statuses(tablet) == [RecordStatus.SEALED]
    _delivered_once(tablet, line.centre, [revision])
    assert line.bodies[0] == line.bodies[-1]


@pytest.mark.parametrize("lie", [network.portal, network.bare_200, network.redirect])
def test_no_batch_is_shown_to_a_portal_that_cannot_say_hello(
    tablet: TabletProfile, line: Meddler, lie: network.Line
) -> None:
    interview(tablet)
    line.hello = lie
    report = tablet.push(flush=True)
    assert (report.outcome, report.problems[0].code) == (Outcome.NOT_OUR_SERVER, "SY-402")
    assert line.bodies == []


@pytest.mark.parametrize("trouble", [network.reply_lost, network.cut_answer, network.never_arrived])
def test_same_bytes_go_again_in_the_same_run_when_the_line_breaks(
    tablet: TabletProfile, line: Meddler, clock: HandClock, trouble: network.Line
) -> None:
    revision = interview(tablet).record.revision_id
    line.plan.append(trouble)
    report = tablet.push(flush=True)
    assert (report.outcome, report.delivered) == (Outcome.DONE, 1)
    assert len(line.bodies) == 2
    assert line.bodies[0] == line.bodies[1]
    assert report.bytes_sent == 2 * len(line.bodies[0])
    assert len(set(line.answers)) == 1  # the same receipt, byte for byte
    assert len(clock.slept) == 1
    assert line.centre.held_revisions() == [revision]


def test_run_ends_with_try_later_when_the_line_stays_broken(
    tablet: TabletProfile, line: Meddler
) -> None:
    revision = interview(tablet).record.revision_id
    line.plan.extend([network.reply_lost] * 3)
    report = tablet.push(flush=True)
    assert (report.outcome, report.problems[0].code) == (Outcome.TRY_LATER, "SY-401")
    assert report.waiting == 1
    _delivered_once(tablet, line.centre, [revision])
    assert len(set(line.bodies)) == 1
    assert len(set(line.answers)) == 1


def test_server_that_fails_is_tried_later(tablet: TabletProfile, line: Meddler) -> None:
    revision = interview(tablet).record.revision_id
    line.plan.append(network.failing)
    report = tablet.push(flush=True)
    assert (report.outcome, report.problems[0].code) == (Outcome.TRY_LATER, "SY-408")
    assert len(line.bodies) == 1
    _delivered_once(tablet, line.centre, [revision])


def test_wait_is_at_least_what_the_server_asked(tablet: TabletProfile, line: Meddler) -> None:
    interview(tablet)
    line.plan.append(network.busy)
    asked = tablet.push(flush=True).retry_after_s
    line.hello = network.busy
    assert 120 <= asked <= 150
    assert tablet.push(flush=True).retry_after_s >= 120


def test_server_that_is_down_is_tried_later(
    tablet: TabletProfile, line: Meddler, centre: LoopbackCentre
) -> None:
    interview(tablet)
    line.hello = network.never_arrived
    report = tablet.push(flush=True)
    assert (report.outcome, report.problems[0].code) == (Outcome.TRY_LATER, "SY-401")


def test_conflict_parks_one_record_and_the_others_are_delivered(
    tablet: TabletProfile, line: Meddler, centre: LoopbackCentre
) -> None:
    released = [interview(tablet) for _ in range(5)]
    taken = released[2].record.revision_id
    with centre.parts.database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO revisions (project_id, revision_id, record_id, bundle_digest, week,"
            " content_hash, line, server_seq) VALUES ('pilot', ?, 'r', 'b', 'w', ?, x'00', 1)",
            (taken, "0" * 64),
        )
    report = tablet.push()
    assert (report.outcome, report.delivered, report.parked) == (Outcome.DONE, 4, 1)
    reasons = {s.reason for s in tablet.store.records() if s.status is RecordStatus.PARKED}
    assert reasons == {"SY-412"}
    assert [p.code for p in report.problems] == ["SY-412"]
    assert len(line.bodies) == 1


def test_quarantine_parks_one_record_and_seals_the_good_ones_again(
    tablet: TabletProfile, line: Meddler, centre: LoopbackCentre
) -> None:
    good = [interview(tablet).record.revision_id for _ in range(4)]
    centre.give(signed_bundle("2"))
    tablet.pull()
    bad = interview(tablet).record.revision_id
    with centre.parts.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM bundles WHERE version = '2'")
    report = tablet.push()
    assert (report.delivered, report.parked, report.waiting) == (4, 1, 0)
    assert report.outcome is Outcome.DONE
    assert len(line.bodies) == 2
    assert line.bodies[0] != line.bodies[1]
    assert sorted(centre.held_revisions()) == sorted(good)
    [parked] = [s for s in tablet.store.records() if s.status is RecordStatus.PARKED]
    assert parked.reason == "SY-210"
    centre.give(signed_bundle("2"))
    assert tablet.retry_parked() == 1
    _delivered_once(tablet, centre, [*good, bad])


def test_batch_is_halved_when_the_server_takes_less(
    tablet: TabletProfile, line: Meddler, centre: LoopbackCentre
) -> None:
    revisions = [interview(tablet).record.revision_id for _ in range(6)]
    line.plan.append(network.refusing("413.1", max_bytes=900))
    report = tablet.push()
    assert (report.outcome, report.delivered, report.batches) == (Outcome.DONE, 6, 2)
    assert sorted(centre.held_revisions()) == sorted(revisions)
    assert centre.rows("SELECT * FROM alarms") == []  # the retired id is named: no gap


def test_batch_that_vanished_is_noticed_by_the_centre(
    tablet: TabletProfile, line: Meddler, centre: LoopbackCentre
) -> None:
    for _ in range(3):
        interview(tablet)
        tablet.push(flush=True)
    interview(tablet)
    second = "(SELECT batch_id FROM batches ORDER BY received_at DESC, rowid DESC LIMIT 1)"
    with centre.parts.database.writing() as connection:
        connection.exec_driver_sql(f"DELETE FROM batches WHERE batch_id = {second}")
    assert tablet.push(flush=True).delivered == 1
    assert centre.rows("SELECT kind, reason FROM alarms") == [("chain-gap", "SY-305")]


def test_record_is_parked_when_it_alone_is_too_large(tablet: TabletProfile, line: Meddler) -> None:
    interview(tablet)
    line.plan.append(network.refusing("413.1", max_bytes=600))
    report = tablet.push(flush=True)
    assert (report.outcome, report.parked) == (Outcome.DONE, 1)
    assert [s.reason for s in tablet.store.records()] == ["SY-409"]
    assert [p.code for p in report.problems] == ["SY-409"]


def test_refusal_of_size_parks_nothing_when_it_cannot_be_true(
    tablet: TabletProfile, line: Meddler
) -> None:
    revision = interview(tablet).record.revision_id
    line.plan.extend([network.refusing("413.1", max_bytes=1 << 20), network.refusing("413.1")])
    assert tablet.push(flush=True).outcome is Outcome.TRY_LATER
    report = tablet.push(flush=True)
    assert (report.outcome, report.parked) == (Outcome.TRY_LATER, 0)
    _delivered_once(tablet, line.centre, [revision])


def test_one_unreadable_record_is_found_and_blocks_nobody(
    tablet: TabletProfile, line: Meddler, centre: LoopbackCentre
) -> None:
    for _ in range(5):
        interview(tablet)
    refused = network.refusing("422.4")
    line.plan.extend([refused, network.passed_on, refused, refused])
    report = tablet.push()
    assert (report.outcome, report.delivered, report.parked) == (Outcome.DONE, 4, 1)
    assert len(centre.held_revisions()) == 4
    assert {s.reason for s in tablet.store.records() if s.reason} == {"SY-410"}


def test_batch_gets_a_new_id_when_its_own_stands_for_other_bytes(
    tablet: TabletProfile, line: Meddler, centre: LoopbackCentre
) -> None:
    revision = interview(tablet).record.revision_id
    line.plan.append(network.refusing("409.2"))
    assert tablet.push(flush=True).delivered == 1
    assert centre.held_revisions() == [revision]


def test_server_that_refuses_everything_ends_the_run(tablet: TabletProfile, line: Meddler) -> None:
    interview(tablet)
    line.plan.extend([network.refusing("409.2")] * 200)
    report = tablet.push(flush=True)
    assert (report.outcome, report.waiting) == (Outcome.TRY_LATER, 1)
    assert len(line.bodies) < 100


@pytest.mark.parametrize(
    ("code", "outcome", "problem"),
    [
        ("401.1", Outcome.UNAUTHORISED, "SY-404"),
        ("403.2", Outcome.UNAUTHORISED, "SY-404"),
        ("422.2", Outcome.REFUSED, "SY-407"),
        ("404.2", Outcome.REFUSED, "SY-407"),
        ("422.1", Outcome.TRY_LATER, "SY-407"),
    ],
)
def test_refusal_stops_the_run_and_keeps_the_record(
    tablet: TabletProfile, line: Meddler, code: str, outcome: Outcome, problem: str
) -> None:
    interview(tablet)
    line.plan.append(network.refusing(code))
    report = tablet.push(flush=True)
    assert (report.outcome, report.problems[-1].code, report.waiting) == (outcome, problem, 1)
    assert statuses(tablet) == [RecordStatus.SEALED]
    assert tablet.push(flush=True).delivered == 1


def test_blocked_tablet_is_told_so_by_a_real_centre(
    tablet: TabletProfile, centre: LoopbackCentre
) -> None:
    interview(tablet)
    centre.block(tablet.enrolment.device_id)
    assert tablet.push(flush=True).outcome is Outcome.UNAUTHORISED


def test_second_run_at_once_is_turned_away(tablet: TabletProfile, line: Meddler) -> None:
    interview(tablet)
    reports = []

    def while_sending(one: network.Line) -> None:
        reports.append(tablet.push(flush=True))
        network.passed_on(one)

    line.plan.append(while_sending)
    assert tablet.push(flush=True).outcome is Outcome.DONE
    assert [r.problems[0].code for r in reports] == ["SY-411"]


def test_drafts_are_saved_while_the_network_hangs(tablet: TabletProfile, line: Meddler) -> None:
    from sync.store import Draft

    interview(tablet)
    saved = threading.Event()

    def hanging(one: network.Line) -> None:
        tablet.store.save_draft(Draft("d", "small", "1", "x", b"<x/>"))
        saved.set()
        network.passed_on(one)

    line.plan.append(hanging)
    assert tablet.push(flush=True).delivered == 1
    assert saved.is_set()
    assert [d.record_id for d in tablet.store.drafts()] == ["d"]


def test_token_and_name_stay_off_the_wire_where_they_must(
    tablet: TabletProfile, line: Meddler
) -> None:
    import zlib

    interview(tablet, name="Wanjiru Kamau")
    tablet.push(flush=True)
    sent = line.bodies[0]
    text = zlib.decompress(sent, zlib.MAX_WBITS | 16)
    assert b"Wanjiru" not in text
    assert tablet.enrolment.device_id.encode() not in text
    assert b"people" in text


def test_log_holds_ids_and_counts_and_nothing_of_an_interview(
    tablet: TabletProfile, line: Meddler, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    interview(tablet, name="Wanjiru Kamau", people="7")
    line.plan.append(network.reply_lost)
    tablet.push(flush=True)
    assert "push=done delivered=1" in caplog.text
    assert "problem=SY-401" in caplog.text
    for secret in ("Wanjiru", "Kamau", tablet.enrolment.token, "people"):
        assert secret not in caplog.text


def _size(tablet: TabletProfile) -> int:
    return int(tablet.store.setting("batch-bytes"))


def test_batches_grow_while_the_line_is_fast(tablet: TabletProfile, line: Meddler) -> None:
    tablet.store.keep_setting("batch-bytes", b"1024")
    for number in range(30):
        interview(tablet, people=str(number % 12))
    report = tablet.push(flush=True)
    assert (report.delivered, len(line.bodies)) == (30, report.batches)
    assert 1 < report.batches < 10
    assert len(line.bodies[0]) <= 1024 < _size(tablet)


def test_batches_stay_small_while_the_line_is_slow(
    tablet: TabletProfile, line: Meddler, clock: HandClock
) -> None:
    tablet.store.keep_setting("batch-bytes", b"1024")
    for _ in range(12):
        interview(tablet)

    def slowly(one: network.Line) -> None:
        clock.sleep(6)
        network.passed_on(one)

    line.plan.extend([slowly] * 12)
    assert tablet.push(flush=True).delivered == 12
    assert _size(tablet) == 1024


def test_next_batch_is_half_as_large_after_a_failure(tablet: TabletProfile, line: Meddler) -> None:
    interview(tablet)
    line.plan.append(network.failing)
    tablet.push(flush=True)
    assert _size(tablet) == 16 << 10


def test_wait_grows_over_restarts_and_ends_with_a_receipt(
    tablet: TabletProfile, line: Meddler
) -> None:
    interview(tablet)
    line.hello = network.failing
    waits = [tablet.push(flush=True).retry_after_s for _ in range(12)]
    assert max(waits[:2]) <= 4
    assert max(waits) > 60
    line.hello = None
    tablet.push(flush=True)
    assert int(tablet.store.setting("push-failures")) == 0


def test_batches_fit_what_the_centre_says_it_takes(tmp_path: Path) -> None:
    limits = BodyLimits(batch_bytes=1100)
    with running_centre(tmp_path / "c", limits=limits) as centre, meddling(centre) as line:
        profile = opened(tmp_path / "t")
        profile.enrol(centre.invitation(line.url))
        profile.pull()
        for _ in range(25):
            interview(profile)
        report = profile.push(flush=True)
        profile.close()
    assert (report.delivered, report.parked) == (25, 0)
    assert max(len(body) for body in line.bodies) <= 1100
    assert report.batches == len(line.bodies)

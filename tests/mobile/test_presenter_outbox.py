"""The outbox and the welcome, against a real centre on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mobile.ports import Link
from mobile.presenters.enrol import Enrol
from mobile.presenters.release_preview import ReleasePreview
from sync.store import RecordStatus
from tests.mobile.presenter_cases import HOUSE, SIGNER, Desk, bundle_of, open_tablet
from tests.support.centre import CONTROLLER, LoopbackCentre

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mobile.presenters.form_entry import FormEntry


@pytest.fixture
def centre(tmp_path: Path, house: bytes) -> Iterator[LoopbackCentre]:
    centre = LoopbackCentre.make(tmp_path / "centre")
    centre.give(house)
    centre.start()
    yield centre
    centre.stop()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    folder = tmp_path / "tablet"
    desk = Desk(open_tablet(folder), folder)
    yield desk
    desk.tablet.close()


def joined(desk: Desk, centre: LoopbackCentre) -> Enrol:
    enrol = Enrol(desk.tablet, desk.settings)
    enrol.read(centre.invitation())
    assert enrol.enrol().enrolled, enrol.view().problem
    return enrol


def finalised(desk: Desk) -> None:
    entry = desk.begin()
    entry.answer("/data/name", "Asha")
    entry.answer("/data/g_water/ws1", "piped")
    assert ReleasePreview(entry, desk.tablet).finalise().finalised


# Joining -------------------------------------------------------------------------------------


def test_invitation_is_shown_before_anything_is_sent(desk: Desk, centre: LoopbackCentre) -> None:
    view = Enrol(desk.tablet, desk.settings).read(f"  {centre.invitation()} \n")
    assert (view.project, view.server_url, view.can_enrol) == ("pilot", centre.url, True)
    assert view.fingerprint == CONTROLLER.verify_key.fingerprint
    assert desk.tablet.enrolment is None


def test_enrolling_brings_the_forms(desk: Desk, centre: LoopbackCentre) -> None:
    view = joined(desk, centre).view()
    assert (view.forms, view.can_enrol, view.problem) == (("House",), False, "")
    assert [card.title for card in desk.forms.view().forms] == ["House"]


@pytest.mark.parametrize("text", ["", "makazi:1?u=nothing", "hello"])
def test_invitation_that_cannot_be_read_is_said(desk: Desk, text: str) -> None:
    view = Enrol(desk.tablet, desk.settings).read(text)
    assert "SY-309" in view.problem
    assert not view.can_enrol


def test_enrolling_says_why_when_the_invitation_was_used(
    desk: Desk, centre: LoopbackCentre, tmp_path: Path
) -> None:
    text = centre.invitation()
    other = Desk(open_tablet(tmp_path / "other"), tmp_path / "other")
    other.tablet.enrol(text)
    other.tablet.close()
    enrol = Enrol(desk.tablet, desk.settings)
    enrol.read(text)
    view = enrol.enrol()
    assert "SY-404" in view.problem
    assert (view.enrolled, view.can_enrol) == (False, True)


def test_enrolling_says_why_when_nothing_answers(desk: Desk, centre: LoopbackCentre) -> None:
    text = centre.invitation()
    centre.stop()
    enrol = Enrol(desk.tablet, desk.settings)
    enrol.read(text)
    assert "SY-401" in enrol.enrol().problem


def test_enrolling_without_an_invitation_does_nothing(desk: Desk) -> None:
    assert Enrol(desk.tablet, desk.settings).enrol().enrolled is False


# Sending -------------------------------------------------------------------------------------


def test_record_waits_for_company_until_it_is_sent_anyway(
    desk: Desk, centre: LoopbackCentre
) -> None:
    joined(desk, centre)
    finalised(desk)
    push = desk.outbox.push()
    assert (push.delivered, push.waiting, push.ok, push.can_flush) == (0, 1, True, True)
    push = desk.outbox.push(flush=True)
    assert (push.delivered, push.waiting, push.ok, push.can_flush) == (1, 0, True, False)
    (line,) = desk.outbox.view().lines
    assert line.status is RecordStatus.DELIVERED
    receipt = desk.tablet.store.records()[0].receipt_code
    assert len(receipt) == 8
    assert receipt in line.detail
    assert not desk.outbox.view().can_push


def test_record_is_not_called_delivered_when_the_centre_is_down(
    desk: Desk, centre: LoopbackCentre
) -> None:
    joined(desk, centre)
    finalised(desk)
    centre.stop()
    push = desk.outbox.push(flush=True)
    assert (push.delivered, push.waiting, push.ok) == (0, 1, False)
    assert push.try_again_in_s > 0
    (line,) = desk.outbox.view().lines
    assert line.status in {RecordStatus.FINAL, RecordStatus.SEALED}
    assert desk.outbox.view().can_push


def test_push_says_so_when_there_is_nothing_to_send(desk: Desk, centre: LoopbackCentre) -> None:
    joined(desk, centre)
    push = desk.outbox.push()
    assert (push.delivered, push.waiting, push.ok) == (0, 0, True)
    assert push.outcome


def test_push_says_so_when_the_tablet_is_blocked(desk: Desk, centre: LoopbackCentre) -> None:
    joined(desk, centre)
    finalised(desk)
    assert desk.tablet.enrolment is not None
    centre.block(desk.tablet.enrolment.device_id)
    push = desk.outbox.push(flush=True)
    assert (push.delivered, push.waiting, push.ok) == (0, 1, False)


def test_push_says_what_was_parked(desk: Desk, centre: LoopbackCentre) -> None:
    joined(desk, centre)
    other = bundle_of(HOUSE.replace("| house | 1 |", "| house | 2 |"))
    desk.tablet._shelf.install((other,), SIGNER.verify_key)  # the centre does not know this version
    finalised(desk)
    push = desk.outbox.push(flush=True)
    assert (push.delivered, push.parked) == (0, 1)
    (line,) = desk.outbox.view().lines
    assert line.status is RecordStatus.PARKED


@pytest.mark.parametrize("act", ["push", "retry"])
def test_sending_says_why_when_the_store_does_not_take_it(
    desk: Desk, centre: LoopbackCentre, act: str
) -> None:
    joined(desk, centre)
    finalised(desk)
    rows = desk.tablet._database.rows
    rows.execute("PRAGMA query_only=ON")
    if act == "push":
        desk.outbox.push(flush=True)
    else:
        desk.outbox.retry_parked()
    push = desk.outbox.view().push
    rows.execute("PRAGMA query_only=OFF")
    assert push is not None
    assert (push.ok, push.waiting) == (False, 1)
    assert "SY-105" in push.outcome


def test_push_says_so_when_the_tablet_has_not_joined(desk: Desk) -> None:
    push = desk.outbox.push()
    assert (push.ok, push.waiting) == (False, 0)


def test_progress_is_told_while_sending(desk: Desk, centre: LoopbackCentre) -> None:
    joined(desk, centre)
    finalised(desk)
    told: list[tuple[int, int]] = []
    desk.outbox.push(flush=True, on_progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 1)]


# Showing -------------------------------------------------------------------------------------


def test_outbox_shows_drafts_first_and_no_answer(house_desk: Desk, filled: FormEntry) -> None:
    ReleasePreview(filled, house_desk.tablet).finalise()
    draft = house_desk.begin()
    draft.answer("/data/name", "Neema")
    view = house_desk.outbox.view()
    assert [line.status for line in view.lines] == [RecordStatus.DRAFT, RecordStatus.FINAL]
    assert [line.number for line in view.lines] == [0, 1]
    assert (view.waiting, view.can_push) == (1, True)
    assert "2026-W48" in view.lines[1].detail
    assert not any(name in repr(view) for name in ("Asha", "Neema"))


def test_parked_record_says_why_and_can_be_sent_again(house_desk: Desk, filled: FormEntry) -> None:
    ReleasePreview(filled, house_desk.tablet).finalise()
    (state,) = house_desk.tablet.store.records()
    with house_desk.tablet._database.writing() as rows:
        (revision,) = rows.execute("SELECT revision_id FROM revisions").fetchone()
        house_desk.tablet._outbox._park(rows, revision, "SY-212")
    (line,) = house_desk.outbox.view().lines
    assert (line.status, line.record_id) == (RecordStatus.PARKED, state.record_id)
    assert "SY-212" in line.detail
    view = house_desk.outbox.retry_parked()
    assert view.lines[0].status is RecordStatus.FINAL


def test_outbox_says_why_when_the_store_cannot_be_read(house_desk: Desk, filled: FormEntry) -> None:
    ReleasePreview(filled, house_desk.tablet).finalise()
    with house_desk.tablet._database.writing() as rows:
        rows.execute("UPDATE revisions SET release = X'00'")
    assert "SY-202" in house_desk.outbox.view().problem


def test_outbox_hints_at_a_missing_network_and_lets_one_try(
    house_desk: Desk, filled: FormEntry
) -> None:
    house_desk.cable = Link.DOWN
    assert house_desk.outbox.view().hint == ""  # nothing waits
    ReleasePreview(filled, house_desk.tablet).finalise()
    view = house_desk.outbox.view()
    assert view.hint
    assert view.can_push
    house_desk.cable = Link.UNKNOWN
    assert house_desk.outbox.view().hint == ""

"""The first screen: forms, drafts, counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mobile.presenters.release_preview import ReleasePreview
from sync.store import RecordStatus
from tests.mobile.presenter_cases import (
    HOUSE,
    SIGNER,
    Desk,
    bundle_of,
    enrolled_tablet,
    open_tablet,
    restarted,
)

if TYPE_CHECKING:
    from pathlib import Path

    from mobile.presenters.form_entry import FormEntry


def second_version() -> bytes:
    return bundle_of(HOUSE.replace("| house | 1 | House |", "| house | 2 | House, again |"))


def install(desk: Desk, bundle: bytes) -> None:
    desk.tablet._shelf.install((bundle,), SIGNER.verify_key)


def test_form_list_shows_what_is_installed(house_desk: Desk) -> None:
    (card,) = house_desk.forms.view().forms
    assert (card.form_id, card.title, card.version) == ("house", "House", "1")
    assert card.languages == ("English (en)", "Kiswahili (sw)")


def test_form_list_shows_nothing_when_not_enrolled(tmp_path: Path) -> None:
    desk = Desk(open_tablet(tmp_path), tmp_path)
    view = desk.forms.view()
    assert (view.forms, view.drafts, view.problem) == ((), (), "")
    desk.tablet.close()


def test_form_list_offers_the_newest_version_only(house_desk: Desk) -> None:
    install(house_desk, second_version())
    assert [card.version for card in house_desk.forms.view().forms] == ["2"]


def test_draft_keeps_the_form_that_it_was_begun_with(house_desk: Desk) -> None:
    entry = house_desk.begin()
    install(house_desk, second_version())
    assert house_desk.resume(entry.interview.record_id).view().form_title == "House"
    assert house_desk.begin().view().form_title == "House, again"


def test_drafts_stand_with_the_one_touched_last_first(house_desk: Desk) -> None:
    first, second = house_desk.begin(), house_desk.begin()
    first.answer("/data/name", "Asha")
    drafts = house_desk.forms.view().drafts
    assert [card.record_id for card in drafts] == [
        first.interview.record_id,
        second.interview.record_id,
    ]
    assert all(card.installed for card in drafts)


def test_draft_of_a_form_that_is_not_there_is_shown_and_not_opened(tmp_path: Path) -> None:
    desk = Desk(enrolled_tablet(tmp_path, bundle_of(HOUSE)), tmp_path)
    entry = desk.begin()
    with desk.tablet._database.writing() as rows:
        rows.execute("DELETE FROM bundles")
    (card,) = desk.forms.view().drafts
    assert (card.installed, card.title) == (False, "house")
    assert desk.forms.resume(entry.interview.record_id) is None
    assert desk.forms.view().problem
    desk.tablet.close()


def test_counts_are_those_of_the_store(house_desk: Desk, filled: FormEntry) -> None:
    ReleasePreview(filled, house_desk.tablet).finalise()
    house_desk.begin()
    view = house_desk.forms.view()
    assert (view.counts[RecordStatus.DRAFT], view.counts[RecordStatus.FINAL]) == (1, 1)
    assert len(view.drafts) == 1


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("/data/g_water/ws1", "Maji hutoka wapi?"),
        ("/data/roster", "Mtu"),
        ("/data/roster[1]/r_age", "Umri"),
        ("/data/g_rent/sum", "Mwaka: …"),
        ("end", "Every question was asked"),
    ],
)
def test_draft_says_where_it_was_left(house_desk: Desk, place: str, words: str) -> None:
    entry = house_desk.begin()
    entry.set_language("Kiswahili (sw)")
    entry.jump(place)
    (card,) = house_desk.forms.view().drafts
    assert card.place.endswith(words)


def test_draft_that_was_only_begun_stands_at_the_first_question(house_desk: Desk) -> None:
    house_desk.begin()
    (card,) = house_desk.forms.view().drafts
    assert card.place.endswith("Name of the head")


def test_draft_is_deleted_when_asked(house_desk: Desk) -> None:
    entry = house_desk.begin()
    assert house_desk.forms.delete_draft(entry.interview.record_id).drafts == ()


def test_deleting_says_why_when_the_store_does_not_take_it(house_desk: Desk) -> None:
    entry = house_desk.begin()
    house_desk.tablet._database.rows.execute("PRAGMA query_only=ON")
    view = house_desk.forms.delete_draft(entry.interview.record_id)
    assert "SY-105" in view.problem
    assert len(view.drafts) == 1
    house_desk.tablet._database.rows.execute("PRAGMA query_only=OFF")


def test_resuming_says_why_when_the_draft_is_gone(house_desk: Desk) -> None:
    entry = house_desk.begin()
    house_desk.forms.delete_draft(entry.interview.record_id)
    assert house_desk.forms.resume(entry.interview.record_id) is None
    assert "SY-107" in house_desk.forms.view().problem
    assert house_desk.forms.begin("house") is not None
    assert house_desk.forms.view().problem == ""


def test_beginning_says_why_when_the_form_is_not_there(house_desk: Desk) -> None:
    assert house_desk.forms.begin("another") is None
    assert "SY-107" in house_desk.forms.view().problem


def test_form_list_says_why_when_the_store_cannot_be_read(house_desk: Desk) -> None:
    house_desk.begin()
    with house_desk.tablet._database.writing() as rows:
        rows.execute("UPDATE drafts SET blob = X'00'")
    view = house_desk.forms.view()
    assert "SY-202" in view.problem
    assert [card.form_id for card in view.forms] == ["house"]


def test_drafts_are_there_when_the_app_was_killed(tmp_path: Path, house: bytes) -> None:
    desk = Desk(enrolled_tablet(tmp_path, house), tmp_path)
    desk.begin()
    before = desk.forms.view()
    again = restarted(desk)
    assert again.forms.view() == before
    again.tablet.close()

"""What will leave this tablet, and deciding it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mobile.presenters.release_preview import Leaving, ReleasePreview
from sync.errors import StoreError
from sync.store import RecordStatus

if TYPE_CHECKING:
    from mobile.presenters.form_entry import FormEntry
    from mobile.presenters.release_preview import ReleaseView
    from tests.mobile.presenter_cases import Desk


def refs(view: ReleaseView, leaving: Leaving) -> list[str]:
    (group,) = [each for each in view.groups if each.leaving is leaving]
    return [line.ref for line in group.lines]


def test_release_tells_each_answer_its_fate(house_desk: Desk, filled: FormEntry) -> None:
    view = ReleasePreview(filled, house_desk.tablet).view()
    assert refs(view, Leaving.AS_IT_IS) == ["/data/g_water/minutes"]
    assert refs(view, Leaving.SEALED) == ["/data/name", "/data/roster[1]/r_name"]
    assert refs(view, Leaving.STAYS) == ["/data/g_rent/rent", "/data/g_rent/year"]
    assert refs(view, Leaving.GENERALISED) == [
        "/data/g_water/ws1",
        "/data/gps",
        "/data/seen",
        "/data/roster[1]/r_age",
    ]
    assert (view.recipients, view.finalised) == (1, False)


def test_release_names_what_the_form_calculated_last(house_desk: Desk, filled: FormEntry) -> None:
    (stays,) = [g for g in ReleasePreview(filled, house_desk.tablet).view().groups if g.lines][3:]
    assert [line.calculated for line in stays.lines] == [False, True]
    assert "year" in stays.lines[-1].label


def test_release_shows_what_the_record_will_hold(house_desk: Desk, filled: FormEntry) -> None:
    preview = ReleasePreview(filled, house_desk.tablet)
    lines = {line.ref: line for group in preview.view().groups for line in group.lines}
    assert lines["/data/g_water/minutes"].shown == "35"
    assert lines["/data/g_water/ws1"].answer == "Lake"
    assert lines["/data/g_rent/rent"].shown == ""
    assert lines["/data/name"].shown == ""
    revision = filled.interview.instance.node("/data/meta/instanceID").value.removeprefix("uuid:")
    preview.finalise()
    answers = json.loads(house_desk.tablet.store.release_line(revision))["answers"]
    for ref in ("gps", "seen"):
        assert answers[ref] == lines[f"/data/{ref}"].shown
    assert answers["g_water/ws1"] == lines["/data/g_water/ws1"].shown


def test_release_speaks_the_language_of_the_form(house_desk: Desk, filled: FormEntry) -> None:
    preview = ReleasePreview(filled, house_desk.tablet)
    english = preview.view()
    filled.set_language("Kiswahili (sw)")
    swahili = preview.view()
    assert swahili.groups[0].title != english.groups[0].title
    assert swahili.groups[2].lines[0].sentence != english.groups[2].lines[0].sentence
    assert swahili.groups[2].lines[0].label == "Jina la mkuu"


def test_finalising_puts_the_record_in_the_outbox_and_ends_the_draft(
    house_desk: Desk, filled: FormEntry
) -> None:
    preview = ReleasePreview(filled, house_desk.tablet)
    decided = preview.finalise()
    assert (decided.finalised, decided.problem) == (True, "")
    counts = house_desk.tablet.store.counts()
    assert (counts[RecordStatus.DRAFT], counts[RecordStatus.FINAL]) == (0, 1)
    assert refs(decided, Leaving.SEALED)


def test_finalising_again_changes_nothing(house_desk: Desk, filled: FormEntry) -> None:
    preview = ReleasePreview(filled, house_desk.tablet)
    assert preview.finalise() == preview.finalise()
    assert len(house_desk.outbox.view().lines) == 1


def test_finalising_leads_back_when_an_answer_is_missing(house_desk: Desk) -> None:
    entry = house_desk.begin()
    view = ReleasePreview(entry, house_desk.tablet).finalise()
    assert (view.finalised, view.problem_refs) == (False, ("/data/g_water/ws1",))
    assert view.problem
    assert house_desk.tablet.store.counts()[RecordStatus.DRAFT] == 1


def test_finalising_leads_back_when_a_text_was_of_the_wrong_type(
    house_desk: Desk, filled: FormEntry
) -> None:
    filled.answer("/data/g_rent/rent", "10o")
    view = ReleasePreview(filled, house_desk.tablet).finalise()
    assert (view.finalised, view.problem_refs) == (False, ("/data/g_rent/rent",))


def test_finalising_loses_nothing_when_the_disk_is_full(
    house_desk: Desk, filled: FormEntry
) -> None:
    rows = house_desk.tablet._database.rows
    pages = rows.execute("PRAGMA page_count").fetchone()[0]
    rows.execute(f"PRAGMA max_page_count={pages}").fetchone()
    filled.answer("/data/name", "Asha " * 40_000)
    preview = ReleasePreview(filled, house_desk.tablet)
    view = preview.finalise()
    assert not view.finalised
    assert "SY-104" in view.problem
    rows.execute("PRAGMA max_page_count=1000000").fetchone()
    assert preview.finalise().finalised


def test_a_finalised_interview_can_not_come_back_as_a_draft(
    house_desk: Desk, filled: FormEntry
) -> None:
    ReleasePreview(filled, house_desk.tablet).finalise()
    filled.answer("/data/name", "Neema")
    filled.add_row("/data/roster")
    filled.remove_row("/data/roster[1]")
    filled.next()
    assert filled.interview.instance.node("/data/name").value == "Asha"
    assert house_desk.tablet.store.counts()[RecordStatus.DRAFT] == 0
    with pytest.raises(StoreError):
        house_desk.tablet.store.draft(filled.interview.record_id)

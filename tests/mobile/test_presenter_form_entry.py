"""The entry screen's presenter over a real engine and a real store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mobile.presenters.entry_view import WidgetKind
from mobile.presenters.form_entry import FormEntry
from tests.mobile.presenter_cases import HOUSE, FolderTablet, bundle_of, interviews

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forms.bundle import FormBundle


@pytest.fixture(scope="module")
def house() -> FormBundle:
    return bundle_of(HOUSE)


@pytest.fixture
def tablet(tmp_path: Path, house: FormBundle) -> Iterator[FolderTablet]:
    tablet = FolderTablet(tmp_path, [house])
    yield tablet
    tablet.database.rows.close()


@pytest.fixture
def entry(tablet: FolderTablet) -> FormEntry:
    return FormEntry(interviews(tablet).begin("house", "en"), "en")


def test_entry_shows_the_first_question_when_begun(entry: FormEntry) -> None:
    view = entry.view()
    assert (view.kind, view.done, view.can_back, view.saved) == ("question", 0, False, True)
    (question,) = view.questions
    assert (question.label, question.hint, question.kind) == (
        "Name of the head",
        "As on a card",
        WidgetKind.TEXT,
    )


def test_entry_stays_and_says_why_when_a_required_answer_is_missing(entry: FormEntry) -> None:
    entry.next()
    view = entry.next()
    (question,) = view.questions
    assert question.ref == "/data/g_water/ws1"
    assert question.problem
    assert view.section == "Water"


def test_entry_stands_where_it_stood_when_killed_and_resumed(
    tablet: FolderTablet, entry: FormEntry
) -> None:
    entry.answer("/data/name", "Amina")
    entry.next()
    entry.choose("/data/g_water/ws1", "lake")
    entry.next()
    entry.answer("/data/g_water/minutes", "35")
    before = entry.view()
    again = tablet.again()
    resumed = FormEntry(interviews(again).resume(entry.interview.record_id), "en")
    assert resumed.view() == before
    again.database.rows.close()

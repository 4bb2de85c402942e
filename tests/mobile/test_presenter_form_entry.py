"""The entry screen's presenter over a real engine and a real store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mobile.presenters.entry_view import WidgetKind
from tests.mobile.presenter_cases import HOUSE, Desk, bundle_of, enrolled_tablet, restarted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mobile.presenters.form_entry import FormEntry

WS1, MINUTES = "/data/g_water/ws1", "/data/g_water/minutes"


@pytest.fixture(scope="module")
def house() -> bytes:
    return bundle_of(HOUSE)


@pytest.fixture
def desk(tmp_path: Path, house: bytes) -> Iterator[Desk]:
    desk = Desk(enrolled_tablet(tmp_path, house), tmp_path)
    yield desk
    desk.tablet.close()


@pytest.fixture
def entry(desk: Desk) -> FormEntry:
    return desk.begin()


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
    assert question.ref == WS1
    assert question.problem
    assert view.section == "Water"


def test_entry_stands_where_it_stood_when_killed_and_resumed(tmp_path: Path, house: bytes) -> None:
    desk = Desk(enrolled_tablet(tmp_path, house), tmp_path)
    entry = desk.begin()
    entry.answer("/data/name", "Amina")
    entry.next()
    entry.choose(WS1, "lake")
    entry.next()
    entry.answer(MINUTES, "35")
    before = entry.view()
    again = restarted(desk)
    assert again.resume(entry.interview.record_id).view() == before
    again.tablet.close()

"""The shipped household form, held as an interview through the presenters alone."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from forms.authoring.build import build_form, bundle_bytes
from mobile.i18n import LANGUAGES, language_code
from mobile.presenters.entry_view import WidgetKind
from mobile.presenters.release_preview import Leaving, ReleasePreview
from mobile.presenters.review import Review
from sync.bundles import sign_bundle
from sync.store import RecordStatus
from tests.mobile.presenter_cases import SIGNER, Desk, enrolled_tablet, restarted
from tests.sync.privacy_cases import CONTROLLER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mobile.presenters.entry_view import QuestionView
    from mobile.presenters.form_entry import FormEntry

SOURCE = Path(__file__).resolve().parents[2] / "forms" / "library" / "household"
TYPED = {
    WidgetKind.TEXT: ("Asha", "+255700000001", "2", ""),
    WidgetKind.INTEGER: ("2", "1", "0", "30"),
    WidgetKind.DECIMAL: ("2", "1", "0.5", "0"),
    WidgetKind.DATE: ("2026-11-20", "2026-11-25"),
    WidgetKind.GEOPOINT: ("-1.3113120 36.7876510 1700.0 4.5",),
}


@pytest.fixture(scope="module")
def household() -> bytes:
    data = bundle_bytes(build_form(SOURCE))
    return sign_bundle(data, SIGNER, [CONTROLLER.recipient.to_text()])


@pytest.fixture
def desk(tmp_path: Path, household: bytes) -> Iterator[Desk]:
    desk = Desk(enrolled_tablet(tmp_path, household), tmp_path)
    yield desk
    desk.tablet.close()


def candidates(question: QuestionView, chance: Random) -> Sequence[str]:
    if question.kind is WidgetKind.NOTE or question.value:
        return ()
    values = [choice.value for choice in question.choices]
    yes = [value for value in values if value in {"yes", "completed", "interview"}]
    return [*yes, *chance.sample(values, len(values))] or TYPED[question.kind]


def asked(entry: FormEntry, chance: Random) -> None:
    """Answer a step as a patient enumerator: try until the form lets one go on."""
    before = entry.view()
    for question in before.questions:
        for text in candidates(question, chance):
            view = entry.answer(question.ref, text)
            entry.next()
            if entry.view().done != view.done:
                return
    entry.next()
    assert entry.view().done == before.done + 1, before.questions


def interviewed(entry: FormEntry, chance: Random) -> int:
    """From the first question to the end; how many steps it took."""
    for step in range(500):
        if entry.view().kind == "end":
            return step
        asked(entry, chance)
    raise AssertionError(entry.view().questions)


@pytest.mark.parametrize("seed", range(4))
def test_household_is_interviewed_from_the_first_question_to_the_outbox(
    desk: Desk, seed: int
) -> None:
    entry = desk.begin(desk.forms.view().forms[0].form_id)
    assert interviewed(entry, Random(seed)) > 15
    review = Review(entry).view()
    assert review.can_finalise, review.problems
    view = ReleasePreview(entry, desk.tablet).finalise()
    assert view.finalised, view.problem
    assert desk.tablet.store.counts()[RecordStatus.FINAL] == 1


def test_household_asks_nothing_that_the_tablet_cannot_ask(desk: Desk) -> None:
    entry = desk.begin(desk.forms.view().forms[0].form_id)
    kinds = {question.kind for question in _every_question(entry)}
    assert WidgetKind.UNSUPPORTED not in kinds
    assert {WidgetKind.SELECT_ONE, WidgetKind.INTEGER, WidgetKind.GEOPOINT} <= kinds


def _every_question(entry: FormEntry) -> Iterator[QuestionView]:
    chance = Random(0)
    for _ in range(500):
        view = entry.view()
        yield from view.questions
        if view.kind == "end":
            return
        asked(entry, chance)


def test_household_speaks_the_languages_of_the_app(desk: Desk) -> None:
    (card,) = desk.forms.view().forms
    assert {language_code(name) for name in card.languages} == set(LANGUAGES)
    entry = desk.begin(card.form_id)
    labels = {entry.set_language(name).questions[0].label for name in card.languages}
    assert len(labels) == len(LANGUAGES)
    assert entry.set_language(card.languages[-1]).direction == "rtl"


def test_household_lets_no_name_and_no_exact_place_leave(desk: Desk) -> None:
    entry = desk.begin(desk.forms.view().forms[0].form_id)
    interviewed(entry, Random(1))
    view = ReleasePreview(entry, desk.tablet).view()
    leaving = [
        line
        for group in view.groups
        if group.leaving in {Leaving.AS_IT_IS, Leaving.GENERALISED}
        for line in group.lines
    ]
    assert leaving
    assert not [line for line in leaving if "Asha" in line.shown or "36.78" in line.shown]


def test_household_is_resumed_where_it_was_when_killed(tmp_path: Path, household: bytes) -> None:
    desk = Desk(enrolled_tablet(tmp_path, household), tmp_path)
    entry = desk.begin(desk.forms.view().forms[0].form_id)
    chance = Random(2)
    for _ in range(12):
        asked(entry, chance)
    before = entry.view()
    again = restarted(desk)
    resumed = again.resume(entry.interview.record_id)
    assert resumed.view() == before
    assert resumed.outline() == entry.outline()
    again.tablet.close()

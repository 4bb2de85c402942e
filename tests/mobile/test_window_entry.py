"""The real window, offscreen: questions answered with a finger and a keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sync.store import RecordStatus
from tests.mobile.window_cases import LABELS, TOO_MANY
from tests.support.window import PHONE, TABLET, every_kind_folder, folder, window

if TYPE_CHECKING:
    from pathlib import Path

    from mobile.robot.hands import Hands
    from mobile.screens.entry import EntryScreen
    from tests.mobile.window_cases import LABELS, TOO_MANY
from tests.support.window import TestWindow

__all__ = ["every_kind_folder", "folder", "window"]
pytestmark = pytest.mark.window
TAB, ENTER, ESCAPE, SPACE = 9, 13, 27, 32


def begun(window: TestWindow, folder: Path, ref: str, size: tuple[int, int] = TABLET) -> Hands:
    """An interview of the form, standing at a question."""
    from mobile.screens.home import FormTap

    hands = window.open(folder, size)
    hands.tap(hands.one_of(FormTap, form_id="every"))
    if ref:
        page(window).jump(ref)
        hands.pump(3)
    return hands


def page(window: TestWindow) -> Any:
    return window.app.page


def view(window: TestWindow, number: int = 0) -> Any:
    """The question that is open."""
    return page(window).entry.view().questions[number]


def fingers(window: TestWindow, hands: Hands) -> Any:
    from mobile.robot.controls import Fingers

    return Fingers(hands, window.gps)


def press_next(window: TestWindow, hands: Hands) -> None:
    from mobile.widgets.base import Btn

    entry: EntryScreen = page(window)
    hands.tap(next(b for b in entry.foot.walk() if isinstance(b, Btn) and b.kind == "primary"))


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "Amina wa Kibera"),
        ("people", "12"),
        ("rent", "2400.5"),
        ("seen", "1961-02-28"),
        ("water", "lake"),
        ("hazards", "flood rail"),
        ("place", "p47"),
    ],
)
def test_question_keeps_what_was_touched_when_answered(
    window: TestWindow, folder: Path, name: str, value: str, size: tuple[int, int]
) -> None:
    hands = begun(window, folder, f"/data/{name}", size)
    fingers(window, hands).answer(page(window).cards[0], view(window), value)
    assert view(window).value == value
    (kept,) = window.profile.store.drafts()
    assert value.encode() in window.profile.store.draft(kept.record_id).xml


def test_geopoint_keeps_place_and_accuracy_when_accepted(window: TestWindow, folder: Path) -> None:
    hands = begun(window, folder, "/data/gps")
    place = "-1.3113120 36.7876510 1700.0 4.5"
    fingers(window, hands).answer(page(window).cards[0], view(window), place)
    assert view(window).value == place


def test_number_takes_keys_of_a_keyboard_when_there_is_one(
    window: TestWindow, folder: Path
) -> None:
    hands = begun(window, folder, "/data/people")
    hands.type("17")
    hands.key(8)
    hands.type("4")
    hands.key(ENTER)
    assert page(window).entry.interview.instance.node("/data/people").value == "14"
    assert view(window).ref == "/data/rent"


def test_text_goes_on_with_enter_when_typed(window: TestWindow, folder: Path) -> None:
    hands = begun(window, folder, "/data/name")
    hands.type("Zawadi")
    hands.key(ENTER)
    assert page(window).entry.interview.instance.node("/data/name").value == "Zawadi"
    assert view(window).ref == "/data/people"


def test_choice_is_taken_with_tab_and_space_when_no_finger_is_used(
    window: TestWindow, folder: Path
) -> None:
    from mobile.widgets.choice import ChoiceRow

    hands = begun(window, folder, "/data/water")
    for _ in range(60):
        focused = next((row for row in hands.all_of(ChoiceRow) if row.focus), None)
        if focused is not None:
            break
        hands.key(TAB)
    assert focused is not None
    assert focused.ringed
    hands.key(SPACE)
    assert view(window).value == focused.value


def test_next_says_in_place_what_is_wrong_when_required_answer_is_missing(
    window: TestWindow, folder: Path
) -> None:
    hands = begun(window, folder, "/data/water")
    press_next(window, hands)
    card = page(window).cards[0]
    assert view(window).ref == "/data/water"
    assert card.trouble.parent is not None
    assert card.trouble.text


def test_next_says_the_forms_own_message_when_constraint_is_broken(
    window: TestWindow, folder: Path
) -> None:
    hands = begun(window, folder, "/data/people")
    fingers(window, hands).answer(page(window).cards[0], view(window), "31")
    press_next(window, hands)
    card = page(window).cards[0]
    assert card.trouble.text == TOO_MANY
    assert card.control.display.wrong


def test_problem_goes_when_answer_is_mended(window: TestWindow, folder: Path) -> None:
    hands = begun(window, folder, "/data/water")
    press_next(window, hands)
    fingers(window, hands).answer(page(window).cards[0], view(window), "piped")
    assert page(window).cards[0].trouble.parent is None


def test_search_finds_without_accents_when_list_is_long(window: TestWindow, folder: Path) -> None:
    from mobile.widgets.choice import ChoiceRow

    hands = begun(window, folder, "/data/place")
    control = page(window).cards[0].control
    hands.tap(control._search.field)
    hands.type("chokwe 59")
    hands.wait(lambda: [r.value for r in hands.all_of(ChoiceRow)] == ["p59"], "one row")
    hands.tap(hands.one_of(ChoiceRow))
    assert view(window).value == "p59"


def test_repeat_adds_a_row_when_asked_and_removes_it_after_asking(
    window: TestWindow, folder: Path
) -> None:
    from mobile.screens.repeat import RepeatCard, RowLine
    from mobile.widgets.base import Btn, IconBtn

    hands = begun(window, folder, "/data/gps")
    press_next(window, hands)
    while page(window).entry.view().kind == "question":
        press_next(window, hands)
    before = len(page(window).entry.view().repeat.rows)
    hands.tap(next(w for w in hands.one_of(RepeatCard).walk() if isinstance(w, Btn)))
    assert view(window).ref == f"/data/person[{before + 1}]/age"
    press_next(window, hands)
    line = hands.all_of(RowLine)[-1]
    hands.tap(next(w for w in line.walk() if isinstance(w, IconBtn)))
    hands.tap(hands.one_of(Btn, kind="danger"))
    assert len(page(window).entry.view().repeat.rows) == before


def test_jump_list_leads_to_a_question_when_touched_on_a_phone(
    window: TestWindow, folder: Path
) -> None:
    from mobile.screens.outline import OutlineRow

    hands = begun(window, folder, "", PHONE)
    hands.tap(page(window).outline_button)
    hands.tap(hands.one_of(OutlineRow, ref="/data/hazards"))
    assert view(window).ref == "/data/hazards"


def test_escape_leaves_with_the_draft_kept_when_pressed(window: TestWindow, folder: Path) -> None:
    from mobile.screens.home import DraftLine, HomeScreen

    hands = begun(window, folder, "/data/name")
    hands.type("Zawadi")
    hands.key(ESCAPE)
    assert isinstance(page(window), HomeScreen)
    record_id = hands.one_of(DraftLine).record_id
    assert b"Zawadi" in window.profile.store.draft(record_id).xml


def test_language_switch_mirrors_the_layout_when_arabic_is_chosen(
    window: TestWindow, folder: Path
) -> None:
    from mobile.widgets.base import Btn
    from mobile.widgets.choice import ChoiceRow

    hands = begun(window, folder, "/data/water")
    foot = page(window).foot

    def order() -> list[str]:
        buttons = [w for w in foot.walk() if isinstance(w, Btn)]
        return [b.kind for b in sorted(buttons, key=lambda b: b.x)]

    assert order() == ["plain", "primary"]
    hands.tap(page(window).language_button)
    hands.tap(hands.one_of(ChoiceRow, value="العربية (ar)"))
    hands.pump(3)
    assert order() == ["primary", "plain"]
    card = page(window).cards[0]
    assert card.label == LABELS["water"][3]
    row = hands.one_of(ChoiceRow, value="lake")
    mark, words = row.children[1], row.children[0]
    assert mark.x > words.x


def test_interview_reaches_the_outbox_when_reviewed_and_finalised(
    window: TestWindow, folder: Path
) -> None:
    from mobile.robot.interviewer import Errand, Interviewer

    hands = window.open(folder)
    answers = {
        "/data/name": "Kirado",
        "/data/people": "3",
        "/data/water": "lake",
        "/data/person[1]/age": "7",
        "/data/person[2]/age": "9",
    }
    said: list[dict[str, object]] = []
    errand = Errand("every", "new", answers, finalise=True)
    Interviewer(hands, window.gps, errand, said.append).run()
    assert [step["ref"] for step in said if "ref" in step] == list(answers)
    states = window.profile.store.records()
    assert [state.status for state in states] == [RecordStatus.FINAL]
    assert window.profile.store.drafts() == ()

"""The entry screen's presenter over a real engine and a real store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mobile.presenters.entry_view import WidgetKind
from tests.mobile.presenter_cases import HOUSE, Desk, bundle_of, enrolled_tablet, restarted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mobile.presenters.entry_view import EntryView, QuestionView
    from mobile.presenters.form_entry import FormEntry

NAME, WS1, MINUTES = "/data/name", "/data/g_water/ws1", "/data/g_water/minutes"
OTHERS, ROSTER, RENT = "/data/g_water/others", "/data/roster", "/data/g_rent/rent"
KINDS = """
| survey |
| | type | name | label | required | read_only | appearance | parameters |
| | time | at | When? | | | | |
| | range | rating | How good? | | | | start=1 end=5 step=1 |
| | image | photo | A picture | | | | |
| | rank w | order | In which order? | | | | |
| | acknowledge | seen | Read this aloud | yes | | | |
| | text | fixed | Fixed | | yes | | |
| | begin_group | page | Together | | | field-list | |
| | text | one | One | yes | | | |
| | integer | two | Two | | | | |
| | end_group | | | | | | |
| choices |
| | list_name | name | label |
| | w | a | A |
| | w | b | B |
| settings |
| | form_id | version | form_title | namespaces |
| | kinds | 1 | Kinds | pvy="urn:makazi:privacy:1" |
"""
COUNTED = """
| survey |
| | type | name | label | repeat_count |
| | integer | people | How many? | |
| | begin_repeat | person | Person | ${people} |
| | text | called | Name | |
| | integer | years | Age | |
| | end_repeat | | | |
| settings |
| | form_id | version | form_title | namespaces |
| | counted | 1 | Counted | pvy="urn:makazi:privacy:1" |
"""
GROUPED = """
| survey |
| | type | name | label |
| | begin_repeat | tap | Tap |
| | begin_group | where | Where |
| | text | street | Street |
| | end_group | | |
| | end_repeat | | |
| settings |
| | form_id | version | form_title | namespaces |
| | grouped | 1 | Grouped | pvy="urn:makazi:privacy:1" |
"""


@pytest.fixture(scope="module")
def forms() -> list[bytes]:
    return [bundle_of(HOUSE), bundle_of(KINDS), bundle_of(COUNTED), bundle_of(GROUPED)]


@pytest.fixture
def desk(tmp_path: Path, forms: list[bytes]) -> Iterator[Desk]:
    desk = Desk(enrolled_tablet(tmp_path, *forms), tmp_path)
    yield desk
    desk.tablet.close()


@pytest.fixture
def entry(desk: Desk) -> FormEntry:
    return desk.begin()


def only(view: EntryView) -> QuestionView:
    (question,) = view.questions
    return question


def at(entry: FormEntry) -> str:
    """Where the enumerator is."""
    view = entry.view()
    return only(view).ref if view.kind == "question" else view.kind


# Showing -------------------------------------------------------------------------------------


def test_entry_shows_the_first_question_when_begun(entry: FormEntry) -> None:
    view = entry.view()
    assert (view.kind, view.done, view.can_back, view.saved) == ("question", 0, False, True)
    question = only(view)
    assert (question.label, question.hint, question.kind) == (
        "Name of the head",
        "As on a card",
        WidgetKind.TEXT,
    )


def test_entry_shows_section_and_progress(entry: FormEntry) -> None:
    entry.next()
    view = entry.view()
    assert (view.section, view.done, view.total, view.can_back) == ("Water", 1, 10, True)


@pytest.mark.parametrize(
    ("ref", "kind"),
    [
        (WS1, WidgetKind.SELECT_ONE),
        (OTHERS, WidgetKind.SELECT_MULTIPLE),
        (RENT, WidgetKind.DECIMAL),
        ("/data/g_rent/sum", WidgetKind.NOTE),
        ("/data/gps", WidgetKind.GEOPOINT),
        ("/data/seen", WidgetKind.DATE),
    ],
)
def test_entry_asks_with_the_control_of_the_type(
    entry: FormEntry, ref: str, kind: WidgetKind
) -> None:
    assert only(entry.jump(ref)).kind is kind


@pytest.mark.parametrize(
    ("ref", "kind"),
    [
        ("/data/at", WidgetKind.TEXT),
        ("/data/rating", WidgetKind.INTEGER),
        ("/data/photo", WidgetKind.UNSUPPORTED),
        ("/data/order", WidgetKind.UNSUPPORTED),
        ("/data/seen", WidgetKind.SELECT_ONE),
        ("/data/fixed", WidgetKind.NOTE),
    ],
)
def test_entry_falls_back_when_there_is_no_control_of_the_type(
    desk: Desk, ref: str, kind: WidgetKind
) -> None:
    assert only(desk.begin("kinds").jump(ref)).kind is kind


def test_entry_shows_a_field_list_on_one_screen(desk: Desk) -> None:
    view = desk.begin("kinds").jump("/data/page/two")
    assert (view.kind, view.section) == ("group", "Together")
    assert [question.ref for question in view.questions] == ["/data/page/one", "/data/page/two"]


# Answering -----------------------------------------------------------------------------------


def test_answer_is_shown_and_on_the_disk(desk: Desk, entry: FormEntry) -> None:
    view = entry.answer(NAME, "Asha")
    assert (only(view).value, view.saved, view.banner) == ("Asha", True, "")
    assert b"Asha" in desk.tablet.store.draft(entry.interview.record_id).xml


def test_answer_brings_a_question_when_it_makes_it_relevant(entry: FormEntry) -> None:
    before = entry.jump(WS1).total
    assert entry.choose(WS1, "lake").total == before + 1
    assert entry.choose(WS1, "piped").total == before


def test_answer_changes_a_note_that_is_calculated_from_it(entry: FormEntry) -> None:
    entry.jump(RENT)
    entry.answer(RENT, "100")
    assert only(entry.next()).label == "A year: 1200"


def test_choice_is_selected_in_the_view(entry: FormEntry) -> None:
    entry.jump(WS1)
    choices = only(entry.choose(WS1, "lake")).choices
    assert [(c.value, c.label, c.selected) for c in choices] == [
        ("piped", "Piped", False),
        ("lake", "Lake", True),
    ]


def test_choice_of_a_required_question_stays_when_tapped_again(entry: FormEntry) -> None:
    entry.jump(WS1)
    entry.choose(WS1, "lake")
    assert only(entry.choose(WS1, "lake")).value == "lake"


def test_choices_of_a_multiple_are_turned_over_in_the_order_of_the_form(entry: FormEntry) -> None:
    entry.jump(OTHERS)
    entry.choose(OTHERS, "lake")
    assert only(entry.choose(OTHERS, "piped")).value == "piped lake"
    assert only(entry.choose(OTHERS, "lake")).value == "piped"


def test_acknowledgement_is_given_and_taken_back(desk: Desk) -> None:
    entry = desk.begin("kinds")
    entry.jump("/data/seen")
    assert only(entry.next()).problem
    assert only(entry.choose("/data/seen", "OK")).choices[0].selected
    assert only(entry.choose("/data/seen", "OK")).value == ""


@pytest.mark.parametrize(
    ("typed", "value"), [("٢٥", "25"), ("२५", "25"), (" 25 ", "25"), ("-3", "-3")]
)
def test_integer_is_understood_in_any_digits(entry: FormEntry, typed: str, value: str) -> None:
    entry.answer("/data/roster[1]/r_age", typed)
    assert entry.interview.instance.node("/data/roster[1]/r_age").value == value


@pytest.mark.parametrize(("typed", "value"), [("12,5", "12.5"), ("١٢٫٥", "12.5"), ("12.5", "12.5")])
def test_decimal_is_understood_with_any_decimal_sign(
    entry: FormEntry, typed: str, value: str
) -> None:
    entry.answer(RENT, typed)
    assert entry.interview.instance.node(RENT).value == value


def test_answer_to_a_question_that_went_away_changes_nothing(entry: FormEntry) -> None:
    before = entry.view()
    assert entry.answer("/data/roster[9]/r_age", "5") == before
    assert entry.choose("/data/roster[9]/r_age", "5") == before


# Wrong answers -------------------------------------------------------------------------------


def test_entry_stays_and_says_why_when_a_required_answer_is_missing(entry: FormEntry) -> None:
    assert only(entry.next()).problem == ""
    assert only(entry.next()).problem
    assert at(entry) == WS1


def test_entry_says_the_forms_own_message_when_a_constraint_is_broken(entry: FormEntry) -> None:
    entry.choose(WS1, "lake")
    entry.jump(MINUTES)
    assert only(entry.answer(MINUTES, "700")).problem == ""
    view = entry.next()
    assert (only(view).problem, only(view).value) == ("Less than ten hours.", "700")
    assert only(entry.answer(MINUTES, "60")).problem == ""
    assert at(entry) == MINUTES
    assert only(entry.next()).ref == OTHERS


def test_text_of_the_wrong_type_is_kept_as_typed_and_stands_in_the_way(entry: FormEntry) -> None:
    entry.jump(RENT)
    entry.answer(RENT, "100")
    entry.answer(RENT, "10o")
    question = only(entry.next())
    assert (question.value, question.ref) == ("10o", RENT)
    assert question.problem
    assert entry.interview.instance.node(RENT).value == ""
    entry.answer(RENT, "100")
    assert only(entry.next()).ref == "/data/g_rent/sum"


def test_text_of_the_wrong_type_is_still_there_when_resumed(desk: Desk, entry: FormEntry) -> None:
    entry.jump(RENT)
    entry.answer(RENT, "10o")
    resumed = desk.resume(entry.interview.record_id)
    assert only(resumed.view()).value == "10o"
    assert only(resumed.next()).problem
    resumed.answer(RENT, "100")
    assert desk.tablet.store.draft(entry.interview.record_id).typed == {}


def test_text_of_the_wrong_type_goes_with_its_row(desk: Desk) -> None:
    entry = desk.begin("counted")
    entry.answer("/data/people", "2")
    entry.answer("/data/person[2]/years", "soon")
    entry.answer("/data/people", "1")
    resumed = desk.resume(entry.interview.record_id)
    assert resumed.interview.rejected == {}


def test_field_list_names_the_question_that_is_wrong(desk: Desk) -> None:
    entry = desk.begin("kinds")
    entry.jump("/data/page/one")
    problems = [question.problem for question in entry.next().questions]
    assert [bool(each) for each in problems] == [True, False]


def test_back_asks_for_nothing(entry: FormEntry) -> None:
    entry.next()
    assert only(entry.back()).ref == NAME
    assert only(entry.back()).ref == NAME


def test_next_stays_at_the_end(entry: FormEntry) -> None:
    entry.jump("end")
    view = entry.next()
    assert (view.kind, view.questions, view.problem_count) == ("end", (), 1)
    assert view.done == view.total


# Rows ----------------------------------------------------------------------------------------


def test_row_is_added_and_entered(entry: FormEntry) -> None:
    entry.jump(ROSTER)
    view = entry.view()
    assert view.repeat is not None
    assert (view.kind, view.repeat.label, len(view.repeat.rows)) == ("repeat-prompt", "Person", 1)
    view = entry.add_row(view.repeat.ref)
    assert only(view).ref == "/data/roster[2]/r_name"
    assert view.row is not None
    assert (view.row.label, view.row.can_remove, view.section) == ("Person 2", True, "Person 2")


def test_row_is_named_after_its_first_answer(entry: FormEntry) -> None:
    entry.answer("/data/roster[1]/r_name", "Asha")
    repeat = entry.jump(ROSTER).repeat
    assert repeat is not None
    assert [row.label for row in repeat.rows] == ["Person 1 · Asha"]


def test_row_is_removed_and_the_prompt_is_shown(entry: FormEntry) -> None:
    entry.answer("/data/roster[1]/r_name", "Asha")
    entry.add_row(ROSTER)
    entry.answer("/data/roster[2]/r_name", "Juma")
    entry.answer("/data/roster[2]/r_age", "4o")
    view = entry.remove_row("/data/roster[1]")
    assert view.repeat is not None
    assert [row.label for row in view.repeat.rows] == ["Person 1 · Juma"]
    assert entry.interview.live_rejected() == ()


def test_row_of_a_counted_repeat_cannot_be_removed(desk: Desk) -> None:
    entry = desk.begin("counted")
    entry.answer("/data/people", "2")
    view = entry.jump("/data/person[2]")
    assert view.row is not None
    assert not view.row.can_remove
    view = entry.remove_row("/data/person[2]")
    assert "XF-306" in view.banner
    assert entry.next().banner == ""


def test_row_of_a_counted_repeat_cannot_be_added(desk: Desk) -> None:
    entry = desk.begin("counted")
    assert "XF-306" in entry.add_row("/data/person").banner


def test_row_is_named_after_an_answer_in_a_group_of_it(desk: Desk) -> None:
    entry = desk.begin("grouped")
    entry.answer("/data/tap[1]/where/street", "Main street")
    repeat = entry.jump("/data/tap").repeat
    assert repeat is not None
    assert [row.label for row in repeat.rows] == ["Tap 1 · Main street"]


def test_entry_goes_past_the_prompt_when_there_is_no_other_row(entry: FormEntry) -> None:
    entry.jump(ROSTER)
    assert only(entry.next()).ref == RENT


def test_all_rows_may_be_removed(entry: FormEntry) -> None:
    view = entry.remove_row("/data/roster[1]")
    assert view.repeat is not None
    assert view.repeat.rows == ()
    assert at(entry) == "repeat-prompt"


# Jumping -------------------------------------------------------------------------------------


def test_outline_tells_answers_in_words_and_what_needs_a_look(entry: FormEntry) -> None:
    entry.answer(NAME, "Asha")
    entry.choose(OTHERS, "piped")
    entry.jump(OTHERS)
    lines = {line.ref: line for line in entry.outline()}
    assert (lines[NAME].value, lines[NAME].answered, lines[NAME].problem) == ("Asha", True, False)
    assert (lines[WS1].answered, lines[WS1].problem) == (False, True)
    assert (lines[OTHERS].value, lines[OTHERS].current) == ("Piped", True)
    assert not lines["/data/seen"].problem
    assert lines["/data/g_water"].kind == "group"


def test_outline_names_rows(entry: FormEntry) -> None:
    entry.answer("/data/roster[1]/r_name", "Asha")
    row = next(line for line in entry.outline() if line.kind == "row")
    assert (row.label, row.ref) == ("Person 1 · Asha", "/data/roster[1]")


@pytest.mark.parametrize(
    ("ref", "place"),
    [
        ("/data/g_water", WS1),
        ("/data/roster[1]", "/data/roster[1]/r_name"),
        (ROSTER, "repeat-prompt"),
        ("end", "end"),
        ("/data/nowhere", NAME),
    ],
)
def test_jump_leads_to_the_first_question_of_what_was_named(
    entry: FormEntry, ref: str, place: str
) -> None:
    entry.jump(ref)
    assert at(entry) == place


def test_every_line_of_the_outline_leads_somewhere(entry: FormEntry) -> None:
    for line in entry.outline():
        entry.jump("end")
        entry.jump(line.ref)
        assert at(entry) != "end", line.ref


# Languages -----------------------------------------------------------------------------------


def test_language_changes_the_form_and_the_app(entry: FormEntry) -> None:
    view = entry.set_language("Kiswahili (sw)")
    assert (only(view).label, view.strings.language) == ("Jina la mkuu", "sw")
    assert (view.language, view.direction) == ("Kiswahili (sw)", "ltr")


def test_language_that_the_form_does_not_have_changes_nothing(entry: FormEntry) -> None:
    before = entry.view()
    assert entry.set_language("Klingon (tlh)") == before


def test_interview_begins_in_the_apps_language(desk: Desk) -> None:
    desk.settings.set_language("sw")
    assert only(desk.begin().view()).label == "Jina la mkuu"


def test_app_speaks_its_own_language_when_the_form_has_no_code(desk: Desk) -> None:
    desk.settings.set_language("ar")
    view = desk.begin("kinds").view()
    assert (view.strings.language, view.direction) == ("ar", "rtl")


# Keeping -------------------------------------------------------------------------------------


def test_entry_stands_where_it_stood_when_killed_and_resumed(
    tmp_path: Path, forms: list[bytes]
) -> None:
    desk = Desk(enrolled_tablet(tmp_path, *forms), tmp_path)
    entry = desk.begin()
    entry.answer(NAME, "Asha")
    entry.next()
    entry.set_language("Kiswahili (sw)")
    entry.choose(WS1, "lake")
    entry.next()
    entry.answer(MINUTES, "35")
    before, outline = entry.view(), entry.outline()
    again = restarted(desk)
    resumed = again.resume(entry.interview.record_id)
    assert resumed.view() == before
    assert resumed.outline() == outline
    again.tablet.close()


@pytest.mark.parametrize("place", [ROSTER, "end", "/data/roster[1]/r_age"])
def test_entry_is_resumed_at_every_kind_of_step(desk: Desk, entry: FormEntry, place: str) -> None:
    before = entry.jump(place)
    assert desk.resume(entry.interview.record_id).view() == before


def test_entry_is_resumed_in_the_field_list_where_it_was(desk: Desk) -> None:
    entry = desk.begin("kinds")
    before = entry.jump("/data/page/two")
    assert desk.resume(entry.interview.record_id).view() == before


def test_answer_stays_in_memory_and_is_saved_later_when_the_disk_is_full(
    desk: Desk, entry: FormEntry
) -> None:
    rows = desk.tablet._database.rows
    pages = rows.execute("PRAGMA page_count").fetchone()[0]
    rows.execute(f"PRAGMA max_page_count={pages}").fetchone()
    view = entry.answer(NAME, "Asha " * 40_000)
    assert (view.saved, only(view).value[:5]) == (False, "Asha ")
    assert "SY-104" in view.banner
    assert not entry.next().saved
    rows.execute("PRAGMA max_page_count=1000000").fetchone()
    view = entry.save_again()
    assert (view.saved, view.banner) == (True, "")
    assert b"Asha" in desk.tablet.store.draft(entry.interview.record_id).xml


def test_entry_stands_before_a_step_that_went_away(entry: FormEntry) -> None:
    entry.choose(WS1, "lake")
    entry.jump(MINUTES)
    entry.choose(WS1, "piped")
    assert at(entry) == WS1

"""Looking over the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobile.presenters.review import Review

if TYPE_CHECKING:
    from mobile.presenters.form_entry import FormEntry
    from tests.mobile.presenter_cases import Desk


def test_review_shows_answers_in_words_by_section(filled: FormEntry) -> None:
    view = Review(filled).view()
    shown = {section.title: {line.value for line in section.lines} for section in view.sections}
    assert shown["Water"] == {"Lake", "35"}
    assert shown["Person 1 · Asha"] == {"Asha", "34"}
    assert (view.can_finalise, view.problems) == (True, ())


def test_review_puts_what_follows_a_group_under_no_heading_of_it(filled: FormEntry) -> None:
    view = Review(filled).view()
    (section,) = [s for s in view.sections if any(line.ref == "/data/seen" for line in s.lines)]
    assert section.title == ""


def test_review_shows_a_place_as_a_person_reads_it(filled: FormEntry) -> None:
    lines = {line.ref: line.value for s in Review(filled).view().sections for line in s.lines}
    assert lines["/data/gps"] == "-1.31131, 36.78765 (±4 m)"
    filled.answer("/data/gps", "-1.3 36.7")
    lines = {line.ref: line.value for s in Review(filled).view().sections for line in s.lines}
    assert lines["/data/gps"] == "-1.30000, 36.70000"


def test_review_names_what_is_missing_and_leads_there(house_desk: Desk) -> None:
    entry = house_desk.begin()
    view = Review(entry).view()
    assert not view.can_finalise
    (problem,) = view.problems
    assert (problem.ref, bool(problem.problem)) == ("/data/g_water/ws1", True)
    (question,) = entry.jump_to_problem(problem.ref).questions
    assert question.problem == problem.problem


def test_review_marks_a_broken_constraint_beside_the_answer(filled: FormEntry) -> None:
    filled.answer("/data/g_water/minutes", "700")
    view = Review(filled).view()
    (line,) = [each for s in view.sections for each in s.lines if each.problem]
    assert (line.value, line.problem) == ("700", "Less than ten hours.")


def test_review_lets_nothing_be_finalised_when_a_text_was_of_the_wrong_type(
    filled: FormEntry,
) -> None:
    filled.answer("/data/g_rent/rent", "10o")
    view = Review(filled).view()
    assert not view.can_finalise
    assert [problem.ref for problem in view.problems] == ["/data/g_rent/rent"]
    assert view.problems[0].value == "10o"


def test_review_forgets_a_wrong_text_whose_question_is_not_asked_any_more(
    filled: FormEntry,
) -> None:
    filled.answer("/data/g_water/minutes", "soon")
    assert not Review(filled).view().can_finalise
    filled.choose("/data/g_water/ws1", "piped")
    assert Review(filled).view().can_finalise

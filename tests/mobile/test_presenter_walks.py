"""Laws of the entry screen: whatever is tapped, nothing breaks, and a restart loses nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile.presenters.review import Review
from tests.mobile.presenter_cases import Desk, enrolled_tablet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mobile.presenters.entry_view import EntryView
    from mobile.presenters.form_entry import FormEntry

TEXTS = st.sampled_from(["", "5", "700", "12,5", "lake", "piped", "yes", "-1.3 36.7 0 5", "حسن ٢٥"])
ACTS = st.one_of(
    st.tuples(st.just("answer"), TEXTS),
    st.tuples(st.just("choose"), st.sampled_from(["lake", "piped"])),
    st.tuples(
        st.sampled_from(["next", "next", "next", "back", "add", "remove", "end"]), st.just("")
    ),
    st.tuples(st.just("jump"), st.integers(0, 30).map(str)),
    st.tuples(st.just("language"), st.sampled_from(["English (en)", "Kiswahili (sw)"])),
)


@pytest.fixture(scope="module")
def walk_desk(tmp_path_factory: pytest.TempPathFactory, house: bytes) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("walks")
    desk = Desk(enrolled_tablet(folder, house), folder)
    yield desk
    desk.tablet.close()


def answer(entry: FormEntry, text: str) -> None:
    for question in entry.view().questions:
        entry.answer(question.ref, text)


def choose(entry: FormEntry, value: str) -> None:
    for question in entry.view().questions:
        if question.choices:
            entry.choose(question.ref, value)


def add(entry: FormEntry, _: str) -> None:
    if (repeat := entry.view().repeat) is not None:
        entry.add_row(repeat.ref)


def remove(entry: FormEntry, _: str) -> None:
    if (row := entry.view().row) is not None:
        entry.remove_row(row.ref)


def jump(entry: FormEntry, number: str) -> None:
    lines = entry.outline()
    entry.jump(lines[int(number) % len(lines)].ref)


ACT: dict[str, Callable[[FormEntry, str], object]] = {
    "answer": answer,
    "choose": choose,
    "add": add,
    "remove": remove,
    "jump": jump,
    "end": lambda entry, _: entry.jump("end"),
    "language": lambda entry, name: entry.set_language(name),
    "next": lambda entry, _: entry.next(),
    "back": lambda entry, _: entry.back(),
}


def as_left(view: EntryView) -> EntryView:
    """A view without what a restart may forget: that a problem was already said."""
    questions = tuple(replace(question, problem="") for question in view.questions)
    return replace(view, questions=questions, problem_count=0)


@given(st.lists(ACTS, max_size=40))
def test_restart_changes_nothing_that_was_kept(
    walk_desk: Desk, acts: list[tuple[str, str]]
) -> None:
    entry = walk_desk.begin()
    for name, argument in acts:
        ACT[name](entry, argument)
        assert entry.view().saved
        Review(entry).view()
    kept = walk_desk.tablet.store.draft(entry.interview.record_id)
    resumed = walk_desk.resume(entry.interview.record_id)
    assert resumed.interview.instance.draft() == kept.xml
    assert as_left(resumed.view()) == as_left(entry.view())


ANSWERS = {
    "/data/name": "Asha",
    "/data/g_water/ws1": "lake",
    "/data/g_water/minutes": "35",
    "/data/roster[1]/r_age": "34",
    "/data/g_rent/rent": "100",
    "/data/seen": "2026-11-25",
}


@settings(max_examples=20)
@given(st.permutations(sorted(ANSWERS)))
def test_answers_mean_the_same_in_any_order(walk_desk: Desk, order: list[str]) -> None:
    entry = walk_desk.begin()
    for ref in order:
        entry.answer(ref, ANSWERS[ref])
    found = {line.ref: line.value for line in entry.outline() if line.answered}
    assert found == {**ANSWERS, "/data/g_water/ws1": "Lake"}
    assert entry.interview.instance.node("/data/g_rent/year").value == "1200"

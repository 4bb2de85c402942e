"""Everything that was answered, in words and by section, before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mobile.presenters.question_view import problem_text, shown_in_words

if TYPE_CHECKING:
    from mobile.i18n import Strings
    from mobile.presenters.entry_view import OutlineLine
    from mobile.presenters.form_entry import FormEntry


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One answered question.

    Attributes:
        ref: What to pass to `FormEntry.jump`.
        label: The question.
        value: The answer in words.
        problem: What is wrong with it; empty when nothing is.
    """

    ref: str
    label: str = field(repr=False)
    value: str = field(repr=False)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ReviewSection:
    """Answers below one heading; a row of a repeat has its own.

    Attributes:
        title: Group or row; empty for what stands before the first.
        lines: In the order of the form.
    """

    title: str = field(repr=False)
    lines: tuple[ReviewLine, ...]


@dataclass(frozen=True, slots=True)
class ReviewView:
    """The review screen.

    Attributes:
        strings: The app's words.
        form_title: Title of the form.
        sections: Those that hold an answer.
        problems: What prevents finalising, also of questions without an answer; `ref` for
            `FormEntry.jump_to_problem`.
        can_finalise: Whether nothing does.
        summary: The same in a sentence.
    """

    strings: Strings
    form_title: str
    sections: tuple[ReviewSection, ...]
    problems: tuple[ReviewLine, ...]
    can_finalise: bool
    summary: str


class Review:
    """The review screen's presenter.

    Args:
        entry: The entry that it looks back on.
    """

    def __init__(self, entry: FormEntry) -> None:
        self._entry = entry

    def view(self) -> ReviewView:
        """The interview as it stands."""
        strings = self._entry.strings
        problems = self._problems(strings)
        wrong = {line.ref: line.problem for line in problems}
        key = "review.problems" if problems else "review.complete"
        return ReviewView(
            strings,
            self._entry.interview.bundle.title,
            _sections(self._entry.outline(), wrong),
            problems,
            not problems,
            strings.text(key, count=len(problems)),
        )

    def _problems(self, strings: Strings) -> tuple[ReviewLine, ...]:
        interview = self._entry.interview
        refs = [problem.where for problem in interview.instance.validate()]
        refs = list(dict.fromkeys((*interview.live_rejected(), *refs)))
        lines = []
        for ref in refs:
            node = interview.instance.node(ref)
            text = problem_text(interview, node, strings)
            lines.append(
                ReviewLine(ref, node.label or node.name, shown_in_words(interview, node), text)
            )
        return tuple(lines)


def _sections(outline: tuple[OutlineLine, ...], wrong: dict[str, str]) -> tuple[ReviewSection, ...]:
    """Answered questions under the nearest heading above them, in the order of the form."""
    headings: list[OutlineLine] = []
    under: list[tuple[str, list[ReviewLine]]] = []
    place = ""
    for entry in outline:
        headings = [each for each in headings if each.depth < entry.depth]
        if entry.kind != "question":
            headings.append(entry)
            continue
        if not entry.answered:
            continue
        here = headings[-1].ref if headings else ""
        if not under or here != place:
            under.append((headings[-1].label if headings else "", []))
            place = here
        problem = wrong.get(entry.ref, "")
        under[-1][1].append(ReviewLine(entry.ref, entry.label, entry.value, problem))
    return tuple(ReviewSection(title, tuple(lines)) for title, lines in under)

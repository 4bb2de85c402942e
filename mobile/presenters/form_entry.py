"""Holds one interview at one step: what is asked now, what was answered, where to go.

Answers are never lost: a text that its question cannot hold is kept as typed beside the interview,
a constraint that is broken is said and kept, and the draft is saved after every act.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.errors import FormsError
from mobile.i18n import Strings, direction_of
from mobile.presenters import places
from mobile.presenters.entry_view import EntryView, OutlineLine, RepeatView, WidgetKind
from mobile.presenters.interview import Rejected
from mobile.presenters.progress import progress_of
from mobile.presenters.question_view import (
    ACKNOWLEDGED,
    kind_of,
    problem_text,
    problem_words,
    question_view,
    typed,
)

if TYPE_CHECKING:
    from forms.engine.navigation import Step
    from forms.problems import Problem
    from mobile.presenters.entry_view import QuestionView, StepKind
    from mobile.presenters.interview import Interview

KINDS: dict[str, StepKind] = {
    "question": "question",
    "group": "group",
    "repeat-prompt": "repeat-prompt",
    "end": "end",
}


class FormEntry:
    """The entry screen's presenter.

    Args:
        interview: That is filled.
        app_language: The app's own language, for a form in a language that the app does not speak.
    """

    def __init__(self, interview: Interview, app_language: str) -> None:
        self.interview = interview
        self._instance = interview.instance
        self._app_language = app_language
        self._revealed: set[str] = set()
        self._failed: Problem | None = None
        self._steps: tuple[Step, ...] = self._instance.steps()
        self._at = places.index_of(self._steps, interview.position)

    # What is shown -----------------------------------------------------------------------------

    @property
    def strings(self) -> Strings:
        """The app's words, in the language of the interview when the app speaks it."""
        code = self.interview.language_code
        found = Strings.of(code)
        return found if found.language == code else Strings.of(self._app_language)

    def view(self) -> EntryView:
        """The step as it stands."""
        step = self._steps[self._at]
        strings = self.strings
        row = places.row_of(self._instance, step)
        return EntryView(
            kind=KINDS[step.kind],
            strings=strings,
            form_title=self.interview.bundle.title,
            section=places.section_of(self._instance, step),
            done=self._at,
            total=len(self._steps) - 1,
            progress=progress_of(self._instance, step),
            questions=self._questions(step, strings),
            repeat=self._repeat(step),
            row=row,
            can_back=self._at > 0,
            languages=self._instance.languages,
            language=self._instance.language,
            direction=direction_of(self.interview.language_code or strings.language),
            saved=self.interview.saved,
            banner=self._banner(strings),
            problem_count=self._problem_count() if step.kind == "end" else 0,
        )

    def _questions(self, step: Step, strings: Strings) -> tuple[QuestionView, ...]:
        return tuple(
            question_view(
                self.interview, self._instance.node(ref), strings, reveal=ref in self._revealed
            )
            for ref in step.refs
        )

    def _repeat(self, step: Step) -> RepeatView | None:
        if step.kind != "repeat-prompt":
            return None
        rows = places.rows_of(self._instance, step.ref)
        return RepeatView(step.ref, places.repeat_label(self._instance, step.ref), rows)

    def _banner(self, strings: Strings) -> str:
        problem = self.interview.trouble or self._failed
        return "" if problem is None else problem_words(problem, strings)

    def _problem_count(self) -> int:
        return len(self._instance.validate()) + len(self.interview.live_rejected())

    def outline(self) -> tuple[OutlineLine, ...]:
        """The jump list: everything that is asked, with its answer and whether it needs a look."""
        here = self._steps[self._at]
        passed = {ref for step in self._steps[: self._at] for ref in step.refs}
        passed |= self._revealed
        return places.outline(self.interview, here, passed)

    # What is done ------------------------------------------------------------------------------

    def answer(self, ref: str, text: str) -> EntryView:
        """Take an answer; the draft is saved whatever it is.

        Args:
            ref: The question.
            text: As typed; empty clears. Digits of any script are understood.
        """
        if self.interview.finalised:
            return self.view()
        try:
            node = self._instance.node(ref)
            changes = self._instance.answer(ref, typed(node, text))
        except FormsError:
            return self.view()  # the question went away while its key was on the way
        self.interview.rejected.pop(ref, None)
        wrong = next((p for p in changes.problems if p.code == "XF-302"), None)
        if wrong is not None:
            self._instance.answer(ref, "")  # the old answer must not stand behind the new text
            self.interview.rejected[ref] = Rejected(text, wrong)
        self._failed = next((p for p in changes.problems if p.code == "XF-307"), None)
        self._settle()
        return self.view()

    def choose(self, ref: str, value: str) -> EntryView:
        """Take a tap on a choice: chosen, or of a select-multiple turned over."""
        try:
            node = self._instance.node(ref)
        except FormsError:
            return self.view()
        if kind_of(node) is not WidgetKind.SELECT_MULTIPLE:
            again = value == node.value and (not node.required or value == ACKNOWLEDGED)
            return self.answer(ref, "" if again else value)
        chosen = set(node.value.split()) ^ {value}
        ordered = [choice.value for choice in node.choices() if choice.value in chosen]
        return self.answer(ref, " ".join(ordered))

    def next(self) -> EntryView:
        """Go on; stay and say what is wrong when a question of this step is not right."""
        step, strings = self._steps[self._at], self.strings
        self._revealed |= set(step.refs)
        nodes = [self._instance.node(ref) for ref in step.refs]
        if not any(problem_text(self.interview, node, strings) for node in nodes):
            self._go(min(self._at + 1, len(self._steps) - 1))
        return self.view()

    def back(self) -> EntryView:
        """Go back one step, whatever is on this one."""
        self._go(max(self._at - 1, 0))
        return self.view()

    def jump(self, ref: str) -> EntryView:
        """Go to a question, or to the first one of a group, row or repeat."""
        self._go(places.index_of(self._steps, ref, default=self._at))
        return self.view()

    def jump_to_problem(self, ref: str) -> EntryView:
        """Go to a question and say what is wrong with it."""
        self._go(places.index_of(self._steps, ref, default=self._at))
        self._revealed |= set(self._steps[self._at].refs)
        return self.view()

    def set_language(self, name: str) -> EntryView:
        """Show another language of the form, and the app's words in it."""
        if name in self._instance.languages:
            self._instance.set_language(name)
            self._settle()
        return self.view()

    def add_row(self, ref: str) -> EntryView:
        """Add a row to a repeat and go to its first question.

        Args:
            ref: `RepeatView.ref`.
        """
        if self.interview.finalised:
            return self.view()
        try:
            row = self._instance.add_repeat(ref)
        except FormsError as error:
            self._failed = error.problems[0]
            return self.view()
        self._steps = self._instance.steps()
        self._go(places.index_of(self._steps, row.ref, default=self._at))
        return self.view()

    def remove_row(self, ref: str) -> EntryView:
        """Remove a row and stand at its repeat's prompt.

        Args:
            ref: `RowView.ref`.
        """
        if self.interview.finalised:
            return self.view()
        try:
            self._instance.remove_repeat(ref)
        except FormsError as error:
            self._failed = error.problems[0]
            return self.view()
        repeat = ref.rpartition("[")[0]
        self._forget(repeat)
        self._steps = self._instance.steps()
        self._go(places.index_of(self._steps, repeat, default=self._at, prompt=True))
        return self.view()

    def save_again(self) -> EntryView:
        """Try to save once more, after the enumerator made room."""
        self.interview.save()
        return self.view()

    def _forget(self, repeat: str) -> None:
        """Positions of the rows behind a removed one have moved: what is kept by them goes."""
        self._revealed = {ref for ref in self._revealed if not ref.startswith(f"{repeat}[")}
        for ref in [r for r in self.interview.rejected if r.startswith(f"{repeat}[")]:
            del self.interview.rejected[ref]

    def _go(self, at: int) -> None:
        self._at = at
        self._failed = None
        self._keep()

    def _settle(self) -> None:
        """After an answer: the steps may be others; stand where we stood, or just before."""
        before = self._steps[: self._at + 1]
        self._steps = self._instance.steps()
        self._at = places.nearest(self._steps, before)
        self._keep()

    def _keep(self) -> None:
        self.interview.position = places.position_of(self._steps[self._at])
        self.interview.save()

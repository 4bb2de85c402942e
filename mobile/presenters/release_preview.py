"""What will leave this tablet, told before it is decided; and the deciding.

The words come from the walk that the release itself makes, so the screen cannot say one thing and
the release do another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from forms.errors import FormsError
from mobile.presenters.question_view import answer_in_words, problem_words
from sync.errors import SyncError
from sync.release.explain import explain
from sync.release.walk import FateKind

if TYPE_CHECKING:
    from mobile.i18n import Strings
    from mobile.presenters.form_entry import FormEntry
    from sync.profile import TabletProfile
    from sync.release.explain import FieldFate


class Leaving(StrEnum):
    """Four ways in which an answer ends; also the order on the screen."""

    AS_IT_IS = "as-it-is"
    GENERALISED = "generalised"
    SEALED = "sealed"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class FateLine:
    """What becomes of one answer.

    Attributes:
        ref: The question.
        label: Its label.
        answer: What was answered, in words.
        sentence: What becomes of it.
        shown: What the release will hold; empty when it holds nothing of it.
        calculated: Whether the form calculated it from other answers; such lines stand last.
    """

    ref: str
    label: str = field(repr=False)
    answer: str = field(repr=False)
    sentence: str
    shown: str = field(default="", repr=False)
    calculated: bool = False


@dataclass(frozen=True, slots=True)
class FateGroup:
    """Answers that end alike.

    Attributes:
        leaving: How.
        title: In words.
        explanation: What that means, in a sentence.
        lines: One per answer.
    """

    leaving: Leaving
    title: str
    explanation: str
    lines: tuple[FateLine, ...]


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """The screen "what will leave this tablet".

    Attributes:
        strings: The app's words.
        groups: All four, in order, also the empty ones.
        summary: The counts in a sentence; after deciding, where the record is now.
        recipients: How many keys can open what is sealed.
        finalised: Whether it was decided; nothing can be changed any more.
        problem: Why it could not be; empty when nothing is in the way.
        problem_refs: Questions to jump to, when answers are missing or wrong.
    """

    strings: Strings
    groups: tuple[FateGroup, ...]
    summary: str
    recipients: int
    finalised: bool = False
    problem: str = ""
    problem_refs: tuple[str, ...] = ()


class ReleasePreview:
    """The presenter of the screen "what will leave this tablet".

    Args:
        entry: The interview.
        profile: That releases it.
    """

    def __init__(self, entry: FormEntry, profile: TabletProfile) -> None:
        self._entry = entry
        self._profile = profile
        self._groups: tuple[FateGroup, ...] = ()
        self._finalised = False
        self._problem = ""
        self._problem_refs: tuple[str, ...] = ()

    def view(self) -> ReleaseView:
        """What would leave now; after finalising, what was decided."""
        strings, bundle = self._entry.strings, self._entry.interview.bundle
        if not self._finalised:
            self._groups = self._explained(strings)
        counts = {group.leaving: len(group.lines) for group in self._groups}
        summary = strings.text(
            "release.finalised" if self._finalised else "release.summary",
            leaves=counts.get(Leaving.AS_IT_IS, 0) + counts.get(Leaving.GENERALISED, 0),
            sealed=counts.get(Leaving.SEALED, 0),
            stays=counts.get(Leaving.STAYS, 0),
        )
        return ReleaseView(
            strings,
            self._groups,
            summary,
            len(bundle.recipients),
            self._finalised,
            self._problem,
            self._problem_refs,
        )

    def _explained(self, strings: Strings) -> tuple[FateGroup, ...]:
        interview = self._entry.interview
        fates = explain(interview.instance.root, interview.bundle.policy, strings.language)
        lines: dict[Leaving, list[FateLine]] = {each: [] for each in Leaving}
        for fate in fates:
            lines[leaving_of(fate)].append(self._line(fate, strings))
        return tuple(
            FateGroup(
                each,
                strings.text(f"release.{each.value.replace('-', '_')}"),
                strings.text(f"release.{each.value.replace('-', '_')}_means"),
                tuple(sorted(lines[each], key=lambda line: line.calculated)),
            )
            for each in Leaving
        )

    def _line(self, fate: FieldFate, strings: Strings) -> FateLine:
        node = self._entry.interview.instance.node(fate.ref)
        words = answer_in_words(node)
        shown = words if fate.shown_value == node.value else fate.shown_value
        calculated = node.control is None
        label = fate.label or node.name
        if calculated:
            label = strings.text("release.calculated", name=label)
        return FateLine(fate.ref, label, words, fate.words, shown, calculated)

    def finalise(self) -> ReleaseView:
        """Decide: release, outbox and the end of the draft, in one transaction.

        When answers are missing or the store refuses, nothing is changed and the draft stays.
        """
        if self._finalised:
            return self.view()
        interview, strings = self._entry.interview, self._entry.strings
        self._problem, self._problem_refs = "", interview.live_rejected()
        if self._problem_refs:
            self._problem = strings.text("review.problems", count=len(self._problem_refs))
            return self.view()
        self.view()
        try:
            submission = interview.instance.finalise()
            self._profile.finalise(interview.record_id, submission, interview.bundle)
        except (FormsError, SyncError) as error:
            self._refused(error, strings)
        else:
            self._finalised = interview.finalised = True
        return self.view()

    def _refused(self, error: FormsError | SyncError, strings: Strings) -> None:
        refs = [p.where for p in error.problems if p.code in {"XF-303", "XF-304"}]
        self._problem_refs = tuple(refs)
        if refs:
            self._problem = strings.text("review.problems", count=len(refs))
        else:
            self._problem = problem_words(error.problems[0], strings)


def leaving_of(fate: FieldFate) -> Leaving:
    """Which of the four ways a fate is."""
    if fate.kind is FateKind.SEALED:
        return Leaving.SEALED
    if fate.kind is not FateKind.SHOWN:
        return Leaving.STAYS
    return Leaving.AS_IT_IS if fate.key == "fate.keep" else Leaving.GENERALISED

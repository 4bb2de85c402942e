"""Holds a whole interview with hands: begin or resume, answer, go on, review, finalise.

It looks at what is on the screen and touches it. What it says aloud are references and states,
never an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mobile.robot.controls import CannotAnswerError, Fingers
from mobile.screens.entry import EntryScreen
from mobile.screens.home import DraftLine, FormTap, HomeScreen
from mobile.screens.outbox import OutboxScreen
from mobile.screens.outline import OutlineScreen
from mobile.screens.release import ReleaseScreen
from mobile.screens.repeat import RepeatCard
from mobile.screens.review import ReviewScreen
from mobile.widgets.base import Btn, Tap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from mobile.presenters.entry_view import EntryView, QuestionView
    from mobile.robot.gps import PlaceableGps
    from mobile.robot.hands import Hands
    from mobile.screens.entry import QuestionCard


@dataclass(frozen=True, slots=True)
class Errand:
    """What the interviewer was sent for.

    Attributes:
        form_id: The form to begin.
        record: `new`, or `latest-draft`.
        answers: Value by reference.
        stop_after: Answers after which to wait; 0 never stops.
        finalise: Whether to go to the end.
        shots: Folder for pictures; None takes none.
    """

    form_id: str
    record: str
    answers: Mapping[str, str]
    stop_after: int = 0
    finalise: bool = False
    shots: Path | None = None


class Interviewer:
    """Holds one interview.

    Args:
        hands: On the running app.
        gps: Whose place can be set.
        errand: What to do.
        report: Takes one step as a JSON object.
    """

    def __init__(
        self,
        hands: Hands,
        gps: PlaceableGps,
        errand: Errand,
        report: Callable[[dict[str, object]], None],
    ) -> None:
        self._hands, self._errand, self._report = hands, errand, report
        self._fingers = Fingers(hands, gps)
        self._answered = 0
        self._photographed: set[str] = set()

    def run(self) -> None:
        """The whole errand; returns at its end, or when `stop_after` answers were given.

        Raises:
            NotFoundError: Something to touch did not come.
            CannotAnswerError: A question stays wrong.
        """
        self._open()
        while True:
            view = self._entry().entry.view()
            if view.kind == "end":
                break
            if not self._step(view):
                return
        self._photograph_outline()
        if self._errand.finalise:
            self._finish()

    @property
    def is_done(self) -> bool:
        """Whether `stop_after` answers were given."""
        return bool(self._errand.stop_after) and self._answered >= self._errand.stop_after

    def _page(self, kind: type[Any]) -> Any:
        app: Any = self._hands.app
        return self._hands.wait(
            lambda: app.page if isinstance(app.page, kind) else None, kind.__name__
        )

    def _entry(self) -> EntryScreen:
        page: EntryScreen = self._page(EntryScreen)
        return page

    def _open(self) -> None:
        self._page(HomeScreen)
        self._photograph("home")
        if self._errand.record == "new":
            self._hands.tap(self._hands.one_of(FormTap, form_id=self._errand.form_id))
        else:
            line = self._hands.one_of(DraftLine)  # the one touched last stands first
            self._hands.tap(next(w for w in line.walk() if isinstance(w, Tap)))
        self._entry()

    # One step ----------------------------------------------------------------------------------

    def _step(self, view: EntryView) -> bool:
        """Answer a step and go on; False when it is time to wait."""
        for question in view.questions:
            if not self._question(question):
                return False
        for kind in (question.kind for question in self._entry().entry.view().questions):
            self._photograph(f"question-{kind}")
        if view.repeat is not None:
            self._photograph("repeat")
            if self._wants_row(view):
                card = self._hands.one_of(RepeatCard)
                self._hands.tap(next(w for w in card.walk() if isinstance(w, Btn)))
                return True
        self._go_on(view)
        return True

    def _question(self, question: QuestionView) -> bool:
        wanted = self._errand.answers.get(question.ref)
        shown = self._shown(question.ref)
        if wanted is None or shown is None or shown[1].value == wanted:
            return True
        self._fingers.answer(*shown, wanted)
        self._answered += 1
        self._report({"ref": question.ref, "answered": True})
        return not self.is_done

    def _shown(self, ref: str) -> tuple[QuestionCard, QuestionView] | None:
        """A question as it is now: an answer before it may have taken it away."""
        page = self._entry()
        views = {view.ref: view for view in page.entry.view().questions}
        card = next((card for card in page.cards if card.ref == ref), None)
        return (card, views[ref]) if card is not None and ref in views else None

    def _wants_row(self, view: EntryView) -> bool:
        if view.repeat is None:
            return False
        row = f"{view.repeat.ref}[{len(view.repeat.rows) + 1}]/"
        return any(ref.startswith(row) for ref in self._errand.answers)

    def _go_on(self, view: EntryView) -> None:
        page = self._entry()
        self._hands.draw()
        button = next(b for b in page.foot.walk() if isinstance(b, Btn) and b.kind == "primary")
        self._hands.tap(button)
        after = page.entry.view()
        wrong = [question.ref for question in after.questions if question.problem]
        if wrong:
            self._photograph("problem")
            raise CannotAnswerError(f"cannot go on from {', '.join(wrong)}")
        if (after.kind, after.done) == (view.kind, view.done):
            raise CannotAnswerError(f"Next did not go on from step {view.done}")

    # The end -----------------------------------------------------------------------------------

    def _photograph_outline(self) -> None:
        page = self._entry()
        if self._errand.shots is None or page.outline_button.disabled:
            return
        self._hands.tap(page.outline_button)
        self._page(OutlineScreen)
        self._photograph("jump-list")
        self._hands.tap(
            next(w for w in self._hands.widgets() if getattr(w, "icon", "") == "arrow-left")
        )
        self._entry()

    def _finish(self) -> None:
        self._primary(self._entry())
        review: ReviewScreen = self._page(ReviewScreen)
        self._photograph("review")
        if review.foot.ids.next.disabled:
            raise CannotAnswerError("the review finds answers that are missing or wrong")
        self._primary(review)
        release: ReleaseScreen = self._page(ReleaseScreen)
        self._photograph("what-leaves")
        self._primary(release)
        self._hands.wait(
            lambda: not isinstance(getattr(self._hands.app, "page", None), ReleaseScreen),
            "the interview to be finalised",
        )
        self._page(OutboxScreen)
        self._photograph("outbox")
        self._report({"finalised": True})

    def _primary(self, page: EntryScreen | ReviewScreen | ReleaseScreen) -> None:
        buttons = (b for b in page.foot.walk() if isinstance(b, Btn) and b.kind == "primary")
        self._hands.tap(next(buttons))

    def _photograph(self, name: str) -> None:
        if self._errand.shots is None or name in self._photographed:
            return
        self._photographed.add(name)
        self._hands.photograph(self._errand.shots / f"{name}.png")

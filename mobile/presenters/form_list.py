"""The first screen: forms that can be begun, drafts that can be resumed, and how much waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.errors import FormsError
from mobile.i18n import Strings
from mobile.presenters import places
from mobile.presenters.form_entry import FormEntry
from mobile.presenters.question_view import problem_words
from mobile.presenters.tablet import newest_forms
from sync.errors import SyncError
from sync.store import RecordStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobile.presenters.interview import Interview, Interviews
    from mobile.presenters.settings import Settings
    from sync.profile import TabletProfile
    from sync.store import Draft


@dataclass(frozen=True, slots=True)
class FormCard:
    """A form that can be begun.

    Attributes:
        form_id: What to pass to `begin`.
        title: Of the form.
        version: Of the form.
        languages: As the form names them.
    """

    form_id: str
    title: str
    version: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DraftCard:
    """A draft that can be resumed.

    Attributes:
        record_id: What to pass to `resume` and `delete_draft`.
        title: Of its form.
        place: Where it was left, in words.
        installed: Whether its form is there, so that it can be opened.
    """

    record_id: str
    title: str
    place: str
    installed: bool


@dataclass(frozen=True, slots=True)
class FormListView:
    """The first screen.

    Attributes:
        strings: The app's words.
        forms: In the order of installing.
        drafts: The one touched last first.
        counts: Records in each state.
        counts_text: The same in one line of words.
        problem: What went wrong with the last act; empty when nothing did.
    """

    strings: Strings
    forms: tuple[FormCard, ...]
    drafts: tuple[DraftCard, ...]
    counts: dict[RecordStatus, int]
    counts_text: str
    problem: str = ""


class FormList:
    """The first screen's presenter.

    Args:
        profile: Forms and records.
        interviews: Begins and resumes.
        settings: The app's language.
    """

    def __init__(self, profile: TabletProfile, interviews: Interviews, settings: Settings) -> None:
        self._profile = profile
        self._interviews = interviews
        self._settings = settings
        self._problem = ""

    def view(self) -> FormListView:
        """What is there now; a store that cannot be read is told in `problem`."""
        strings = Strings.of(self._settings.values.language)
        counts = dict.fromkeys(RecordStatus, 0)
        forms: tuple[FormCard, ...] = ()
        drafts: tuple[DraftCard, ...] = ()
        problem = self._problem
        try:
            forms = tuple(
                FormCard(b.form_id, b.title, b.version, b.definition.languages)
                for b in newest_forms(self._profile).values()
            )
            drafts = self._drafts(strings)
            counts |= self._profile.store.counts()
        except (SyncError, FormsError) as error:
            problem = problem_words(error.problems[0], strings)
        return FormListView(strings, forms, drafts, counts, _counts_text(counts, strings), problem)

    def _drafts(self, strings: Strings) -> tuple[DraftCard, ...]:
        return tuple(self._card(draft, strings) for draft in self._profile.store.drafts())

    def _card(self, draft: Draft, strings: Strings) -> DraftCard:
        try:
            bundle = self._profile.bundle(draft.bundle_digest)
        except SyncError:
            words = strings.text("form_list.draft_without_form", version=draft.form_version)
            return DraftCard(draft.record_id, draft.form_id, words, installed=False)
        question = places.bare_label(bundle.definition, draft.position, draft.language)
        words = strings.text("form_list.draft_at", question=question) if question else ""
        if draft.position == places.END:
            words = strings.text("entry.end_title")
        return DraftCard(draft.record_id, bundle.title, words, installed=True)

    def begin(self, form_id: str) -> FormEntry | None:
        """Begin an interview; None when it cannot be, with the reason in the next view."""
        language = self._settings.values.language
        return self._opened(lambda: self._interviews.begin(form_id, language))

    def resume(self, record_id: str) -> FormEntry | None:
        """Resume a draft where it was left; None when it cannot be."""
        return self._opened(lambda: self._interviews.resume(record_id))

    def _opened(self, opening: Callable[[], Interview]) -> FormEntry | None:
        self._problem = ""
        try:
            return FormEntry(opening(), self._settings.values.language)
        except (SyncError, FormsError) as error:
            strings = Strings.of(self._settings.values.language)
            self._problem = problem_words(error.problems[0], strings)
            return None

    def delete_draft(self, record_id: str) -> FormListView:
        """Delete a draft because its enumerator said so twice; no copy stays."""
        self._problem = ""
        try:
            self._profile.store.delete_draft(record_id)
        except SyncError as error:
            strings = Strings.of(self._settings.values.language)
            self._problem = problem_words(error.problems[0], strings)
        return self.view()


def _counts_text(counts: dict[RecordStatus, int], strings: Strings) -> str:
    waiting = counts[RecordStatus.FINAL] + counts[RecordStatus.SEALED]
    return strings.text(
        "form_list.counts",
        drafts=counts[RecordStatus.DRAFT],
        waiting=waiting,
        delivered=counts[RecordStatus.DELIVERED],
        parked=counts[RecordStatus.PARKED],
    )

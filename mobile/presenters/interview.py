"""An open interview: the engine's instance, where the enumerator is, and whether it is on the disk.

Saving never raises: a full disk or a locked store is told to the enumerator, the answers stay in
memory, and the next save tries again with all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.datatypes import decode
from forms.engine.instance import Instance
from forms.engine.settings import EngineSettings
from forms.errors import XFormError
from forms.problems import Problem
from mobile.i18n import language_code
from mobile.presenters.places import position_of
from mobile.presenters.tablet import newest_forms
from sync.errors import StoreError, SyncError
from sync.signed_values import FUNCTIONS
from sync.store import Draft

if TYPE_CHECKING:
    from forms.bundle import FormBundle
    from mobile.presenters.tablet import Surroundings
    from sync.profile import TabletProfile


@dataclass(frozen=True, slots=True, repr=False)
class Rejected:
    """A text that its question cannot hold: kept as typed, so that it can be mended.

    Attributes:
        text: As typed.
        problem: XF-302.
    """

    text: str
    problem: Problem


class Interview:
    """One interview being filled; entry, review and release screens share it.

    Attributes:
        record_id: Of its record.
        bundle: What it was begun with.
        instance: The engine's.
        position: Reference of the question that is open; empty at the first.
        rejected: Texts of the wrong type, by reference.
        trouble: Why the last save failed; None when everything is on the disk.
        saved: Whether everything is on the disk.
        finalised: Whether it was decided; from then on nothing of it changes or is saved.
    """

    def __init__(
        self, profile: TabletProfile, record_id: str, bundle: FormBundle, instance: Instance
    ) -> None:
        self._profile = profile
        self.record_id = record_id
        self.bundle = bundle
        self.instance = instance
        self.position = ""
        self.rejected: dict[str, Rejected] = {}
        self.trouble: Problem | None = None
        self.saved = False
        self.finalised = False

    def save(self) -> None:
        """Keep the draft; on failure say so in `trouble`."""
        if self.finalised:
            return
        draft = Draft(
            self.record_id,
            self.bundle.form_id,
            self.bundle.version,
            self.bundle.digest,
            self.instance.draft(),
            self.position,
            self.instance.language,
            {ref: rejected.text for ref, rejected in self.rejected.items()},
        )
        try:
            self._profile.store.save_draft(draft)
        except SyncError as error:
            self.trouble, self.saved = error.problems[0], False
        else:
            self.trouble, self.saved = None, True

    def live_rejected(self) -> tuple[str, ...]:
        """References of rejected texts whose question is still asked, in order."""
        asked = [ref for step in self.instance.steps() for ref in step.refs]
        return tuple(ref for ref in asked if ref in self.rejected)

    def begin_again(self, draft: Draft) -> None:
        """Stand where a draft was left, with what was typed wrongly still there to be mended."""
        self.position, self.saved = draft.position, True
        for ref, text in draft.typed.items():
            try:
                problem = decode(self.instance.node(ref).bind_type, text, ref)
            except XFormError:
                continue  # its row is gone
            if isinstance(problem, Problem):
                self.rejected[ref] = Rejected(text, problem)

    @property
    def language_code(self) -> str:
        """Code of the language shown; empty when the form does not say."""
        return language_code(self.instance.language)


class Interviews:
    """Begins and resumes interviews.

    Args:
        profile: Forms and records.
        surroundings: Clock, zone, chance.
    """

    def __init__(self, profile: TabletProfile, surroundings: Surroundings) -> None:
        self._profile = profile
        self._surroundings = surroundings

    def begin(self, form_id: str, language: str) -> Interview:
        """A new interview, with its draft on the disk when the disk allows.

        Args:
            form_id: Of an installed form.
            language: Code of the language to show first, when the form has it.

        Raises:
            XFormError: The form cannot be run.
            StoreError: SY-107 it is not installed.
        """
        bundle = newest_forms(self._profile).get(form_id)
        if bundle is None:
            raise StoreError(Problem("SY-107", form_id, "There is no such form on this tablet."))
        instance = Instance.new(bundle.definition, self._settings(language))
        record_id = self._surroundings.new_uuid()
        interview = Interview(self._profile, record_id, bundle, instance)
        interview.position = position_of(instance.steps()[0])
        interview.save()
        return interview

    def resume(self, record_id: str) -> Interview:
        """A draft exactly as it was left, with the form that it was begun with.

        Raises:
            SyncError: There is no such draft, or its form is not installed any more.
            XFormError: The draft is damaged.
        """
        draft = self._profile.store.draft(record_id)
        bundle = self._profile.bundle(draft.bundle_digest)
        instance = Instance.restore(bundle.definition, draft.xml, self._settings(draft.language))
        interview = Interview(self._profile, record_id, bundle, instance)
        interview.begin_again(draft)
        return interview

    def _settings(self, language: str) -> EngineSettings:
        machine = self._surroundings
        return EngineSettings(
            now=machine.clock.now,
            timezone=machine.timezone,
            language=language,
            random=machine.random,
            new_uuid=machine.new_uuid,
            properties=machine.properties,
            functions=FUNCTIONS,
        )

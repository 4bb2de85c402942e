"""The first gate: a submission goes in, what may leave the tablet comes out, once.

Pure apart from the sealing, which must draw a fresh key: the same submission, bundle, identity and
keys always give a record of the same bytes. Called at finalisation and never again; retries send
the kept bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forms.problems import Problem
from sync.agefile import Recipient
from sync.errors import ReleaseRefused
from sync.release.explain import FieldFate, explain
from sync.release.record import WEEK, ReleaseRecord
from sync.release.treatments import Pseudonymiser
from sync.release.walk import Fate, Walk
from sync.vault import VaultEntry, seal_entry
from sync.wire.fields import NAME, UUID4

if TYPE_CHECKING:
    from forms.bundle import FormBundle
    from forms.engine.submission import Submission

__all__ = ["FieldFate", "ReleaseIdentity", "ReleaseKeys", "Released", "explain", "release"]


@dataclass(frozen=True, slots=True)
class ReleaseIdentity:
    """What names a release from outside; nothing in it tells a time of day or a machine.

    Attributes:
        project: The project that collects.
        record_id: Version 4 UUID of the record.
        revision_id: Version 4 UUID of this revision; the submission's instanceID without `uuid:`.
        parents: Revisions that this one was made from.
        week: ISO week of finalisation, `2026-W48`.
    """

    project: str
    record_id: str
    revision_id: str
    parents: tuple[str, ...]
    week: str

    def is_sound(self) -> bool:
        """Whether every part is of its kind; above all, whether the ids are random ones."""
        ids = (self.record_id, self.revision_id, *self.parents)
        named = NAME.fullmatch(self.project) and WEEK.fullmatch(self.week)
        return bool(named) and all(map(UUID4.fullmatch, ids))


@dataclass(frozen=True, slots=True)
class ReleaseKeys:
    """The tablet's own secret for pseudonyms, from its keystore.

    Attributes:
        pseudonym_key: 32 random bytes that never leave the tablet.
    """

    pseudonym_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Released:
    """What a release gives.

    Attributes:
        record: What may leave in a batch.
        vault_entry: Age file for the data controller; None when nothing was to be sealed.
        fates: What became of each answer.
    """

    record: ReleaseRecord
    vault_entry: bytes | None = field(repr=False)
    fates: tuple[Fate, ...]


def release(
    submission: Submission, bundle: FormBundle, identity: ReleaseIdentity, keys: ReleaseKeys
) -> Released:
    """The de-identified record of `submission`, and the vault entry of what identifies.

    Raises:
        ReleaseRefused: SY-208 another form or version than the bundle's; SY-209 the identity is
            not sound. Nothing is lost: the draft stays.
        PolicyError: The bundle's form is not declared as it must be.
    """
    if (submission.form_id, submission.version) != (bundle.form_id, bundle.version):
        raise ReleaseRefused(
            Problem("SY-208", bundle.form_id, "The interview is of another form or version.")
        )
    if not identity.is_sound():
        raise ReleaseRefused(
            Problem("SY-209", bundle.form_id, "The record's ids or week are not of their kind.")
        )
    pseudonymiser = Pseudonymiser(keys.pseudonym_key, identity.project)
    walked = Walk(bundle.policy, pseudonymiser).over(submission.answers)
    record = ReleaseRecord(
        project=identity.project,
        form_id=bundle.form_id,
        form_version=bundle.version,
        bundle_digest=bundle.digest,
        record_id=identity.record_id,
        revision_id=identity.revision_id,
        parents=identity.parents,
        week=identity.week,
        answers=walked.shown,
    )
    entry: bytes | None = None
    if walked.sealed:
        recipients = [Recipient.from_text(text) for text in bundle.recipients]
        entry = seal_entry(VaultEntry.of(record, walked.sealed), recipients)
    return Released(record, entry, walked.fates)

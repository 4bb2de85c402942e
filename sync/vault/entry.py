"""One vault entry: the answers of one interview that identify, in an age file.

The link between an entry and its release is an id inside the sealed part: whoever holds both stores
and no key cannot join them. Entries are padded to a size class, because a long entry is a large
household.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sync.agefile import seal, unseal
from sync.errors import VaultError, WireError
from sync.wire.batch import size_class
from sync.wire.canonical import canonical_json
from sync.wire.fields import Fields

if TYPE_CHECKING:
    from sync.agefile import Identity, Recipient
    from sync.release.record import ReleaseRecord
    from sync.release.walk import Nested
    from sync.wire.canonical import Json

FORMAT: Final = "makazi-vault/1"
_TEXTS: Final = (
    "project", "form_id", "form_version", "bundle", "record_id", "revision_id", "week",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class VaultEntry:
    """What one interview keeps for the data controller.

    Attributes:
        project: The project that collects.
        form_id: The form's id.
        form_version: The form's version.
        bundle_digest: The bundle whose policy sealed it.
        record_id: The record, which the release names too.
        revision_id: The revision, which the release names too.
        week: ISO week of finalisation.
        answers: Sealed answers as they were given; keys as in a release.
    """

    project: str
    form_id: str
    form_version: str
    bundle_digest: str
    record_id: str
    revision_id: str
    week: str
    answers: Nested = field(repr=False)

    @classmethod
    def of(cls, record: ReleaseRecord, answers: Nested) -> VaultEntry:
        """The entry that belongs to `record`."""
        return cls(
            record.project,
            record.form_id,
            record.form_version,
            record.bundle_digest,
            record.record_id,
            record.revision_id,
            record.week,
            answers,
        )

    def to_document(self) -> Mapping[str, Json]:
        """The entry as a JSON object."""
        return {
            "format": FORMAT,
            "project": self.project,
            "form_id": self.form_id,
            "form_version": self.form_version,
            "bundle": self.bundle_digest,
            "record_id": self.record_id,
            "revision_id": self.revision_id,
            "week": self.week,
            "answers": self.answers,
        }


def seal_entry(entry: VaultEntry, recipients: Sequence[Recipient]) -> bytes:
    """The age file of `entry`, padded; every call gives other bytes.

    Raises:
        VaultError: SY-205, without a usable recipient.
        WireError: SY-301, when an answer holds what JSON cannot say.
    """
    document = dict(entry.to_document())
    bare = len(canonical_json({**document, "padding": ""}))
    document["padding"] = " " * (size_class(bare) - bare)
    return seal(canonical_json(document), recipients)


def open_entry(sealed: bytes, identities: Sequence[Identity]) -> VaultEntry:
    """The entry in an age file.

    Raises:
        VaultError: SY-206 damaged or not a vault entry, SY-207 sealed to somebody else.
    """
    plain = unseal(sealed, identities)
    keys = ("format", *_TEXTS, "answers", "padding")
    try:
        fields = Fields.read(plain, "SY-206", "vault entry", keys)
        if fields.text("format") != FORMAT:
            raise fields.wrong("It is of another version of the format.")
        project, form_id, version, bundle, record, revision, week = map(fields.text, _TEXTS)
        answers = _nested(fields.object("answers"), fields)
        return VaultEntry(project, form_id, version, bundle, record, revision, week, answers)
    except WireError as error:
        raise VaultError(*error.problems) from error


def _nested(document: Mapping[str, Json], fields: Fields) -> Nested:
    found: dict[str, str | tuple[Nested, ...]] = {}
    for key, value in document.items():
        if isinstance(value, str):
            found[key] = value
        elif isinstance(value, Sequence) and all(isinstance(row, Mapping) for row in value):
            rows = [row for row in value if isinstance(row, Mapping)]
            found[key] = tuple(_nested(row, fields) for row in rows)
        else:
            raise fields.wrong("An answer is neither text nor rows of text.")
    return found

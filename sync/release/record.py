"""The second gated type: what one household may show outside the tablet.

Constructed in `sync.release.pipeline` at finalisation and in `sync.release.check` when the centre
reads one back; an architecture test holds that. The bytes are made once and kept: a retry never
draws anything again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from forms.problems import Problem
from sync.errors import WireError
from sync.wire.canonical import canonical_json
from sync.wire.fields import HEX_DIGEST, NAME, UUID4, Fields

if TYPE_CHECKING:
    from sync.wire.canonical import Json

FORMAT: Final = "makazi-release/1"
WEEK: Final = re.compile(r"\d{4}-W(0[1-9]|[1-4]\d|5[0-3])")
"""Source: ISO 8601, week dates."""
LABEL: Final = re.compile(r"[^\x00-\x1f\x7f]{1,200}")
_KEYS: Final = (
    "format", "project", "form_id", "form_version", "bundle", "record_id", "revision_id",
    "parents", "week", "answers",
)  # fmt: skip

ReleasedAnswers: TypeAlias = Mapping[str, "str | tuple[ReleasedAnswers, ...]"]
"""Leaf path below the root (`water/ws1`) to text; a repeat's path to its rows, keys relative."""


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """A de-identified (not anonymised) revision of one interview.

    Attributes:
        project: The project that collects.
        form_id: The form's id.
        form_version: The form's version.
        bundle_digest: SHA-256 (hex) of the signed manifest whose policy was applied.
        record_id: Version 4 UUID of the household's record.
        revision_id: Version 4 UUID of this revision.
        parents: Revision ids that this revision was made from; empty for the first.
        week: ISO week of finalisation, `2026-W48`; no finer clock leaves.
        answers: What the policy lets through, after treatment.
    """

    project: str
    form_id: str
    form_version: str
    bundle_digest: str
    record_id: str
    revision_id: str
    parents: tuple[str, ...]
    week: str
    answers: ReleasedAnswers = field(repr=False)

    def to_bytes(self) -> bytes:
        """The record as it is kept and sent: one line of canonical JSON (RFC 8785).

        Raises:
            WireError: SY-301, when an answer holds what JSON cannot say.
        """
        return canonical_json(
            {
                "format": FORMAT,
                "project": self.project,
                "form_id": self.form_id,
                "form_version": self.form_version,
                "bundle": self.bundle_digest,
                "record_id": self.record_id,
                "revision_id": self.revision_id,
                "parents": self.parents,
                "week": self.week,
                "answers": self.answers,
            }
        )

    @property
    def content_hash(self) -> str:
        """SHA-256 (hex) of `to_bytes()`; equal for equal content, and only then."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @classmethod
    def from_bytes(cls, line: bytes) -> ReleaseRecord:
        """The record that `to_bytes` wrote. Its answers are not held against any policy here.

        Raises:
            WireError: SY-311, when the line is not canonical or a field is not what it should be.
        """
        fields = Fields.read(line, "SY-311", "release record", _KEYS)
        if fields.text("format") != FORMAT:
            raise fields.wrong("It is of another version of the format.")
        return cls(
            project=fields.text("project", NAME),
            form_id=fields.text("form_id", LABEL),
            form_version=fields.text("form_version"),
            bundle_digest=fields.text("bundle", HEX_DIGEST),
            record_id=fields.text("record_id", UUID4),
            revision_id=fields.text("revision_id", UUID4),
            parents=fields.texts("parents", UUID4),
            week=fields.text("week", WEEK),
            answers=_answers(fields.object("answers")),
        )


def _answers(document: Mapping[str, Json]) -> ReleasedAnswers:
    """Texts and rows of texts; anything else is refused.

    Raises:
        WireError: SY-311.
    """
    found: dict[str, str | tuple[ReleasedAnswers, ...]] = {}
    for key, value in document.items():
        found[key] = value if isinstance(value, str) else _rows(value)
    return found


def _rows(value: Json) -> tuple[ReleasedAnswers, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise _not_answers()
    rows: list[ReleasedAnswers] = []
    for row in value:
        if not isinstance(row, Mapping):
            raise _not_answers()
        rows.append(_answers(row))
    return tuple(rows)


def _not_answers() -> WireError:
    return WireError(
        Problem("SY-311", "release record", "An answer is neither text nor rows of text.")
    )

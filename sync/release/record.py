"""The second gated type: what one household may show outside the tablet.

Constructed in `sync.release.pipeline` at finalisation and in `sync.release.check` when the centre
reads one back; an architecture test holds that. The bytes are made once and kept: a retry never
draws anything again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

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

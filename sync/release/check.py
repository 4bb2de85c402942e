"""The release check at the centre: its own judgement, against its own signed bundle.

A line that a release by this policy could not have made may hold an identifier. So nothing of it is
kept, and a refusal names codes, keys that the policy knows, and a revision id: never a key or a
text that came with the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.problems import Problem
from sync.errors import WireError
from sync.release.record import ReleaseRecord
from sync.release.treatments import could_be

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.bundle import FormBundle
    from forms.privacy import Policy
    from sync.release.record import ReleasedAnswers


@dataclass(frozen=True, slots=True)
class ReleaseRefusal:
    """Why a line was not taken.

    Attributes:
        revision_id: Version 4 UUID; empty when the line could not be read that far.
        problems: At least one; no text of the line in any of them.
    """

    revision_id: str
    problems: tuple[Problem, ...]

    @property
    def codes(self) -> str:
        """The distinct codes with commas between, as a receipt's reason carries them."""
        return ",".join(dict.fromkeys(problem.code for problem in self.problems))


def check_release(line: bytes, bundle: FormBundle) -> ReleaseRecord | ReleaseRefusal:
    """The record in `line`, or why it cannot be a release by the policy of `bundle`.

    Pure and total: any bytes give one or the other.

    Args:
        line: One line of a batch, without its line end.
        bundle: The judge's own copy, whose policy was read.
    """
    try:
        record = ReleaseRecord.from_bytes(line)
    except WireError as error:
        return ReleaseRefusal("", error.problems)
    problems = list(_faults(record, bundle))
    return ReleaseRefusal(record.revision_id, tuple(problems)) if problems else record


def _faults(record: ReleaseRecord, bundle: FormBundle) -> Iterator[Problem]:
    stated = (record.form_id, record.form_version, record.bundle_digest)
    if stated != (bundle.form_id, bundle.version, bundle.digest):
        yield Problem(
            "SY-210", bundle.form_id, "The record was released by another bundle than this one."
        )
        return
    yield from _row_faults(record.answers, bundle.policy, None)


def _row_faults(answers: ReleasedAnswers, policy: Policy, repeat: str | None) -> Iterator[Problem]:
    fields, repeats = policy.shown_in[repeat], policy.rows_shown_in[repeat]
    for key, value in answers.items():
        if isinstance(value, str):
            field = fields.get(key)
            if field is None:
                yield _unknown_key(repeat)
            elif not could_be(field, value):
                yield Problem("SY-212", field.path, "The treatment cannot have made this value.")
            continue
        rows = repeats.get(key)
        if rows is None:
            yield _unknown_key(repeat)
            continue
        if not 0 < len(value) <= rows.rows_top:
            yield Problem("SY-213", rows.path, "The number of rows is not one that may leave.")
        for row in value:
            yield from _row_faults(row, policy, rows.path)


def _unknown_key(repeat: str | None) -> Problem:
    where = repeat or "the household"
    return Problem("SY-211", where, "A key is there that the policy does not let out.")

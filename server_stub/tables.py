"""From the store to the published table of a project: the whole line behind a page, in one place.

Computed when asked for, and kept until another batch comes in: what was released up to a receipt
never changes, so the receipt's number says whether a table is current.
"""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forms.indicator import read_indicators
from server_stub.disclosure import DisclosureRule, PublishedTable, protect
from server_stub.indicators import estimates_of, evaluate, merge, released_rows
from server_stub.indicators.released import leaves_by_key
from server_stub.indicators.texts import form_texts
from server_stub.problems import StoreDamagedError
from server_stub.store.released import bundle_digests, heads, server_seq

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from forms.bundle import FormBundle
    from forms.indicator import Leaf
    from forms.privacy import Policy
    from server_stub.indicators.estimate import FormEstimates
    from server_stub.registry import BundleRegistry
    from server_stub.store.database import Database
    from server_stub.store.released import Head
    from sync.release.record import ReleasedAnswers

PART: Final = 5000
"""Records that are held in memory at once; their sums merge to the same, however they are split."""


@dataclass(frozen=True, slots=True)
class _Key:
    """What a table follows from."""

    project_id: str
    server_seq: int
    bundles: tuple[str, ...]


class Tables:
    """The published tables of one centre.

    Args:
        database: Its store.
        bundles: Its own signed bundles.
        part: Records that are held in memory at once.
    """

    def __init__(self, database: Database, bundles: BundleRegistry, part: int = PART) -> None:
        self._database, self._bundles, self._part = database, bundles, part
        self._rule = DisclosureRule()
        self._kept: dict[str, tuple[_Key, PublishedTable]] = {}
        self._lock = threading.Lock()

    def of(self, project_id: str) -> PublishedTable:
        """The project's table as of its last receipt; empty when nothing came in yet.

        Raises:
            BundleError: The store holds another bundle than was added.
            IndicatorError: The indicators of a bundle cannot be read.
            StoreDamagedError: A record in the store is not the one that was taken in.
        """
        with self._lock, self._database.reading() as connection:
            digests = bundle_digests(connection, project_id)
            key = _Key(project_id, server_seq(connection, project_id), digests)
            kept_key, table = self._kept.get(project_id, (None, None))
            if table is None or kept_key != key:
                estimates = self._estimates(connection, key)
                table = protect(project_id, key.server_seq, estimates, self._rule)
                self._kept[project_id] = key, table
            return table

    def _estimates(self, connection: Connection, key: _Key) -> list[FormEstimates]:
        bundles = [self._bundle(connection, key.project_id, digest) for digest in key.bundles]
        newest = {bundle.form_id: bundle for bundle in bundles}
        found = heads(connection, key.project_id)
        return [
            self._of_form(bundle, [b for b in bundles if b.form_id == form_id], found)
            for form_id, bundle in newest.items()
        ]

    def _of_form(
        self, bundle: FormBundle, versions: Sequence[FormBundle], found: Sequence[Head]
    ) -> FormEstimates:
        """Estimates by the newest definitions, over the records of every version of the form."""
        indicators = read_indicators(bundle.indicators, bundle.policy)
        leaves = {b.digest: leaves_by_key(released_leaves(b.policy)) for b in versions}
        own = [head for head in found if head.bundle_digest in leaves]
        partials = []
        for start in range(0, len(own), self._part):
            part = own[start : start + self._part]
            rows = released_rows(
                (h.record_id, answers_of(h), leaves[h.bundle_digest]) for h in part
            )
            partials.append(evaluate(indicators, rows))
        texts = form_texts(bundle.definition)
        return estimates_of(merge(partials), indicators, bundle.form_id, texts)

    def _bundle(self, connection: Connection, project_id: str, digest: str) -> FormBundle:
        bundle = self._bundles.bundle(connection, project_id, digest)
        assert bundle is not None, "listed a moment ago, in the same transaction"  # noqa: S101
        return bundle


def answers_of(head: Head) -> ReleasedAnswers:
    """What a stored release shows; it was checked when it came in, and is as it came.

    Raises:
        StoreDamagedError: The line in the store is not the one that was taken in.
    """
    if hashlib.sha256(head.line).hexdigest() != head.content_hash:
        raise StoreDamagedError(head.revision_id)
    answers: ReleasedAnswers = json.loads(head.line)["answers"]
    return answers


def released_leaves(policy: Policy) -> Mapping[str, Leaf]:
    """The columns of a form version, also of one whose own indicators are of no interest."""
    return read_indicators(b"", policy).leaves

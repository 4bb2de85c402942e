"""Many interviews through the same calls that the tablet makes, one process per tablet.

Each simulated tablet has a folder, a key and an enrolment of its own; every answer goes through
`Instance.answer`, every household through `finalise` and `release`, exactly as from the screen.
Only the touch is missing.
"""

from __future__ import annotations

import multiprocessing
import random
import uuid
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from forms.engine.instance import Instance
from forms.engine.settings import EngineSettings
from forms.privacy.declared import HOUSEKEEPING
from sync.keystore import FileKeystore
from sync.profile import TabletProfile
from sync.release.walk import FateKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from sync.release.walk import Fate

Answers: TypeAlias = "Sequence[tuple[str, str]]"
"""One household: references and answer texts, in the order of the interview."""
WORKERS: Final = 2
"""Tablets that work at a time. Source: the two cores that the demo promises to need."""


@dataclass(frozen=True, slots=True)
class TabletWork:
    """What one tablet is to do: where it lives, with which form, whom it interviews."""

    folder: Path
    form_id: str
    households: tuple[Answers, ...] = field(repr=False)


@dataclass(slots=True)
class Tally:
    """What a tablet did: households finalised, and how many answers met which fate."""

    households: int = 0
    fates: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Add another tablet's."""
        self.households += other.households
        self.fates.update(other.fates)


def engine_settings() -> EngineSettings:
    """The clock, zone and chance of this machine, as the tablet hands them to the engine."""
    return EngineSettings(
        now=lambda: datetime.now(UTC),
        timezone=UTC,
        language="en",
        random=random.Random(),  # noqa: S311 -- the form's random(), not a key
        new_uuid=lambda: str(uuid.uuid4()),
        properties={},
    )


def open_tablet(folder: Path) -> TabletProfile:
    """The profile of a simulated tablet, its key in a file beside it."""
    return TabletProfile.open(folder, keystore=FileKeystore(folder))


def enrol(folder: Path, invitation: str) -> None:
    """Enrol a new tablet and let it fetch the signed bundles."""
    profile = open_tablet(folder)
    try:
        profile.enrol(invitation)
        profile.pull()
    finally:
        profile.close()


def interview(profile: TabletProfile, form_id: str, answers: Answers) -> Iterable[Fate]:
    """One household from first answer to outbox, as from the screen.

    Returns:
        What became of each answer.

    Raises:
        NotValid: The engine refuses to finalise; the problems say which question.
    """
    installed = next(i for i in profile.bundles() if i.bundle.form_id == form_id)
    instance = Instance.new(installed.bundle.definition, engine_settings())
    for ref, text in answers:
        instance.answer(ref, text)
    return profile.finalise(str(uuid.uuid4()), instance.finalise(), installed.bundle).fates


def fate_in_words(fate: Fate) -> str:
    """A fate as a line of the demo's summary."""
    if fate.kind is FateKind.SHOWN and fate.policy is not None:
        word = fate.policy.treatment.word
        return "leaves as answered" if word == "keep" else f"leaves generalised ({word})"
    if fate.kind is FateKind.STAYS and fate.policy is not None:
        return f"stays: {fate.policy.treatment.word}"
    return {
        FateKind.SEALED: "sealed to the data controller",
        FateKind.NOT_AGREED: "stays: no consent for this part",
    }.get(fate.kind, f"stays: {fate.kind}")


def collect(work: TabletWork) -> Tally:
    """Everything one enrolled tablet does in the field."""
    tally = Tally()
    profile = open_tablet(work.folder)
    try:
        for answers in work.households:
            fates = interview(profile, work.form_id, answers)
            answered = (fate for fate in fates if not fate.path.endswith(HOUSEKEEPING))
            tally.fates.update(map(fate_in_words, answered))
            tally.households += 1
    finally:
        profile.close()
    return tally


def collect_all(work: Sequence[TabletWork], on_tablet: Callable[[int], None]) -> Tally:
    """Let every tablet do its interviews, two tablets at a time.

    Args:
        work: One entry a tablet; no two share a folder (a store has one writer).
        on_tablet: Called in this process with the households of each tablet that is done.
    """
    total = Tally()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=context) as pool:
        for future in as_completed([pool.submit(collect, item) for item in work]):
            tally = future.result()
            total.add(tally)
            on_tablet(tally.households)
    return total


def lost_answers(folder: Path, given: Mapping[str, str]) -> list[str]:
    """References of given answers that the newest draft does not hold to the letter.

    A point is compared by its coordinates: the receiver adds altitude and accuracy.
    """
    profile = open_tablet(folder)
    try:
        draft = profile.store.drafts()[0]
        bundle = profile.bundle(draft.bundle_digest)
        instance = Instance.restore(bundle.definition, draft.xml, engine_settings())
    finally:
        profile.close()
    return [ref for ref, value in given.items() if not _same(instance, ref, value)]


def _same(instance: Instance, ref: str, value: str) -> bool:
    node = instance.node(ref)
    if node.bind_type == "geopoint":
        kept, meant = node.value.split(), value.split()
        return [*map(float, kept[:2])] == [*map(float, meant[:2])]
    return node.value == value

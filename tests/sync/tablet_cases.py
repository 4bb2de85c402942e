"""A tablet for tests: its clock stands still, its answers are made up."""

from __future__ import annotations

import random
import tempfile
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from forms.engine.instance import Instance
from forms.engine.settings import EngineSettings
from sync.keystore import FileKeystore
from sync.profile import TabletProfile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync.release.pipeline import Released

START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@dataclass
class HandClock:
    """A clock that a test moves by hand; waiting moves it too."""

    time: datetime = START
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.time

    def monotonic_s(self) -> float:
        return (self.time - START).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)


@contextmanager
def fast_folder() -> Iterator[Path]:
    """A folder in memory where there is one, for tests that sync often and never lose power."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def opened(folder: Path, clock: HandClock | None = None) -> TabletProfile:
    return TabletProfile.open(folder, FileKeystore(folder), clock or HandClock())


def settings() -> EngineSettings:
    return EngineSettings(
        now=lambda: START,
        timezone=UTC,
        language="",
        random=random.Random(1),
        new_uuid=lambda: str(uuid.uuid4()),
        properties={},
    )


def interview(profile: TabletProfile, name: str = "Amina Otieno", people: str = "4") -> Released:
    """One interview through the real engine, finalised."""
    bundle = profile.bundles()[0].bundle
    instance = Instance.new(bundle.definition, settings())
    for ref, text in {"/data/name": name, "/data/people": people, "/data/water": "piped"}.items():
        instance.answer(ref, text)
    return profile.finalise(str(uuid.uuid4()), instance.finalise(), bundle)

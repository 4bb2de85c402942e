"""What the presenters ask of the machine, and of the tablet's forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import tzinfo
    from random import Random

    from forms.bundle import FormBundle
    from mobile.ports import Clock
    from sync.profile import TabletProfile


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the engine asks of the machine.

    Attributes:
        clock: The tablet's.
        timezone: Its zone.
        random: For random() and randomize().
        new_uuid: A version 4 UUID.
        properties: deviceid, username … for preloads.
    """

    clock: Clock
    timezone: tzinfo
    random: Random
    new_uuid: Callable[[], str]
    properties: Mapping[str, str] = field(default_factory=dict)


def newest_forms(profile: TabletProfile) -> dict[str, FormBundle]:
    """The newest version of each installed form, by form id.

    Raises:
        SyncError: The store cannot be read.
    """
    found: dict[str, FormBundle] = {}
    for one in profile.bundles():
        found.setdefault(one.bundle.form_id, one.bundle)
    return found

"""What the composition root hands to the window: presenters and devices, already wired."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mobile.ports import Gps
    from mobile.presenters.enrol import Enrol
    from mobile.presenters.form_list import FormList
    from mobile.presenters.outbox import Outbox
    from mobile.presenters.settings import Settings
    from sync.profile import TabletProfile


@dataclass(frozen=True, slots=True)
class Parts:
    """What the window shows.

    Attributes:
        tablet: Forms and records.
        forms: Presenter of the first screen.
        outbox: Of the sending screen.
        enrol: Of joining a project.
        settings: Of the settings, and the app's language.
        gps: The tablet's receiver.
        enrolled: Whether the tablet belongs to a project.
    """

    tablet: TabletProfile
    forms: FormList
    outbox: Outbox
    enrol: Enrol
    settings: Settings
    gps: Gps
    enrolled: bool

"""What the caller knows and the engine may not ask a machine: clock, zone, chance, device."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from random import Random

from forms.xpath.functions import STANDARD, FunctionRegistry


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Handed in by the tablet, the server or a test.

    Attributes:
        now: The instant, with a zone.
        timezone: The device's zone.
        language: Language to show first; empty for the form's default.
        random: For random() and unseeded randomize().
        new_uuid: A version 4 UUID, without `uuid:`.
        properties: deviceid, username … for preloads and property().
        functions: What expressions may call.
    """

    now: Callable[[], datetime]
    timezone: tzinfo
    language: str
    random: Random
    new_uuid: Callable[[], str]
    properties: Mapping[str, str] = field(default_factory=dict)
    functions: FunctionRegistry = STANDARD

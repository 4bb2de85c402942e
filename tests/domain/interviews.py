"""Interviews of the shipped household form: short answers in, derived facts out.

Answers are given by the question's name; the form knows its path. There is no second implementation
of any rule here: what a household is on, only the form says.
"""

from __future__ import annotations

import json
import random
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from forms.engine.instance import Instance
from forms.engine.settings import EngineSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forms.definition import FormDefinition

HOUSEHOLD = Path(__file__).resolve().parents[2] / "forms" / "library" / "household"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
COVER = {"c_settlement": "s01", "c_stratum": "slum", "c_psu": "101"}
TRANSCRIBED = {
    "c_mode": "transcribed",
    "c_settlement": "zone_1",
    "c_stratum": "slum",
    "c_psu": "1",
    "k_share": "yes",
}
"""An earlier survey at the desk: whatever it has can be given, nothing else is asked for."""
AGREED = {
    **COVER,
    "c_hhno": "7",
    "c_visit": "1",
    "c_result": "completed",
    "k_read": "sw",
    "k_adult": "yes",
    "k_consent": "yes",
    "k_share": "yes",
    "k_gps": "no",
    "k_recontact": "no",
}
"""An interview up to the first question of the household."""


def settings() -> EngineSettings:
    """A clock that stands still."""
    return EngineSettings(
        now=lambda: NOON,
        timezone=UTC,
        language="en",
        random=random.Random(1),
        new_uuid=lambda: str(uuid.uuid4()),
        properties={},
    )


def path_of(form: FormDefinition, name: str) -> str:
    """The path of a question by its name: `ws1`, or `roster[2]/r_age` for a row."""
    row, _, field = name.rpartition("/")
    if row:
        return f"/data/{row}/{field}"
    found = [path for path in form.leaf_paths() if path.rpartition("/")[2] == field]
    assert len(found) == 1, f"{name}: {found}"
    return found[0]


def interview(
    form: FormDefinition, answers: Mapping[str, str], start: Mapping[str, str] = TRANSCRIBED
) -> Instance:
    """An interview with `start` and then `answers` given, in that order."""
    instance = Instance.new(form, settings())
    for name, text in {**start, **answers}.items():
        ref = path_of(form, name)
        changes = instance.answer(ref, text)
        assert not changes.problems, changes.problems
    return instance


def derived(
    form: FormDefinition,
    answers: Mapping[str, str],
    wanted: Iterable[str],
    start: Mapping[str, str] = TRANSCRIBED,
) -> dict[str, str]:
    """What the form makes of the answers."""
    filled = interview(form, answers, start)
    return {name: filled.node(path_of(form, name)).value for name in wanted}


def examples() -> list[dict[str, object]]:
    """The worked cases that are shipped beside the form."""
    found: list[dict[str, object]] = []
    for file in sorted((HOUSEHOLD / "examples").glob("*.json")):
        document = json.loads(file.read_text("utf-8"))
        found += [{"file": file.stem, **case} for case in document["cases"]]
    return found

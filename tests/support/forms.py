"""Forms for tests, written as authors write them: Markdown tables compiled by pyxform."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from pyxform.xls2xform import convert

from forms.engine.instance import Instance
from forms.engine.settings import EngineSettings
from forms.xform.reader import read_form
from sync.signed_values import FUNCTIONS

if TYPE_CHECKING:
    from forms.definition import FormDefinition

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def settings(now: datetime = NOON, zone: tzinfo = UTC, language: str = "") -> EngineSettings:
    """A clock that stands still, chance with a seed, and the functions that a tablet has."""
    return EngineSettings(
        now=lambda: now,
        timezone=zone,
        language=language,
        random=random.Random(1),
        new_uuid=lambda: str(uuid.uuid4()),
        properties={"deviceid": "tablet-7"},
        functions=FUNCTIONS,
    )


def xform(markdown: str) -> bytes:
    """The XForm of Markdown sheets."""
    return convert(markdown, form_name="data").xform.encode()


def form(markdown: str, **files: str) -> FormDefinition:
    """A definition; `settlements_csv="…"` attaches settlements.csv."""
    named = {name.replace("_csv", ".csv"): body.encode() for name, body in files.items()}
    return read_form(xform(markdown), named)


def interview(markdown: str, **files: str) -> Instance:
    """A new interview of Markdown sheets."""
    return Instance.new(form(markdown, **files), settings())


def evaluated(expression: str, **answers: str) -> str:
    """What a calculation gives, beside text questions with these answers."""
    rows = "".join(f"| | text | {name} | {name} | |\n" for name in answers)
    escaped = expression.replace("|", "\\|")
    filled = interview(
        "| survey | | | | |\n| | type | name | label | calculation |\n"
        f"{rows}| | calculate | result | | {escaped} |\n"
        "| | note | shown | Result | |\n"
    )
    for name, answer in answers.items():
        filled.answer(f"/data/{name}", answer)
    return filled.node("/data/result").value

"""Our own forms for walks: usual idioms in Markdown, and forms put together by chance.

The idioms are those of public survey forms; the forms and their words are ours.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyxform.xls2xform import convert

from tests.conformance.differential_forms import files_of
from tests.conformance.differential_random import random_form

if TYPE_CHECKING:
    from collections.abc import Iterator

IDIOMS = Path(__file__).with_name("idioms")
BY_CHANCE = 30
"""Forms that are put together by chance."""
LARGE = (101, 102)
"""Seeds of forms of several hundred questions with nested repeats, as the largest surveys are."""


def own_forms() -> Iterator[tuple[str, bytes, dict[str, bytes]]]:
    """Name, XForm and files of each."""
    for path in sorted(IDIOMS.glob("*.md")):
        xml = convert(path.read_text("utf-8"), form_name="data").xform.encode()
        yield path.name, xml, files_of(path, xml)
    for number in range(1, BY_CHANCE + 1):
        yield f"random-{number}", convert(random_form(number), form_name="data").xform.encode(), {}
    for number in LARGE:
        sheet = random_form(number, size=160)
        yield f"large-{number}", convert(sheet, form_name="data").xform.encode(), {}

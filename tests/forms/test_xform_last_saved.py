"""The interview that was saved last with a form, as a list that the next one reads."""

from __future__ import annotations

from forms.engine.instance import Instance
from forms.xform.reader import read_form
from tests.support.forms import settings, xform

STREET = xform(
    """
| survey | | | | |
| | type | name | label | default |
| | text | street | Street | ${last-saved#street} |
"""
)


def test_answer_begins_empty_when_nothing_was_saved_before() -> None:
    assert Instance.new(read_form(STREET), settings()).node("/data/street").value == ""


def test_answer_begins_as_it_was_saved_last() -> None:
    before = Instance.new(read_form(STREET), settings())
    before.answer("/data/street", "Main")
    form = read_form(STREET, {"last-saved": before.draft()})
    assert Instance.new(form, settings()).node("/data/street").value == "Main"

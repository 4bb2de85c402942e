"""The progress of an interview goes on when the enumerator does, whatever an answer opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mobile.presenters.progress import progress_of
from tests.support.forms import interview

if TYPE_CHECKING:
    from forms.engine.instance import Instance

LONG = """
| survey |
| | type | name | label | relevant | calculation |
| | select_one yn | agree | Agree? | | |
| | integer | people | People | ${agree} = 'yes' | |
| | begin_repeat | roster | Person | ${agree} = 'yes' | |
| | text | name | Name | | |
| | begin_repeat | illness | Illness | | |
| | text | what | What | | |
| | text | since | Since when | | |
| | end_repeat | | | | |
| | integer | age | Age | | |
| | end_repeat | | | | |
| | text | note | Anything else | | |
| choices |
| | list_name | name | label |
| | yn | yes | Yes |
| | yn | no | No |
"""


@pytest.fixture
def household() -> Instance:
    return interview(LONG)


def _shares(instance: Instance) -> list[float]:
    return [progress_of(instance, step) for step in instance.steps()]


def test_progress_begins_at_nothing_and_ends_at_all(household: Instance) -> None:
    shares = _shares(household)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_progress_never_runs_back_when_one_goes_on(household: Instance) -> None:
    household.answer("/data/agree", "yes")
    for _ in range(2):
        household.add_repeat("/data/roster")
    household.add_repeat("/data/roster[2]/illness")
    shares = _shares(household)
    assert len(shares) > 10
    assert shares == sorted(shares)


def test_progress_stays_where_it_is_when_an_answer_opens_questions(household: Instance) -> None:
    first = household.steps()[0]
    before = progress_of(household, first)
    household.answer("/data/agree", "yes")
    assert progress_of(household, first) == before

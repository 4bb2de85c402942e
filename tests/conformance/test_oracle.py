"""Our engine beside JavaRosa, the engine of ODK Collect, on whole forms answered by chance."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from forms.authoring import build_form
from tests.conformance import live, scenario_cases
from tests.support import javarosa
from tests.support.forms import xform

pytestmark = pytest.mark.oracle
HOUSEHOLD = Path(__file__).resolve().parents[2] / "forms/library/household"
SKIPS = """
| survey | | | | | | |
| | type | name | label | relevant | calculation | constraint |
| | integer | n | People | | | . < 50 |
| | select_one yn | tap | Tap? | ${n} > 1 | | |
| | select_multiple use | uses | Uses | ${tap} = 'yes' | | not(selected(., 'none') and count-selected(.) > 1) |
| | decimal | litres | Litres | selected(${uses}, 'drink') or ${tap} = 'no' | | |
| | calculate | each | | | round(${litres} div ${n}, 1) | |
| | date | since | Since | ${each} > 1 | | . <= today() |
| | calculate | days | | | today() - ${since} | |
| | begin_repeat | person | Person | ${n} > 0 | | |
| | integer | age | Age | | | |
| | calculate | adult | | | if(${age} > 17, 1, 0) | |
| | text | work | Work | ${adult} = 1 | | |
| | end_repeat | | | | | |
| | calculate | adults | | | sum(${adult}) | |
| | note | shown | Adults | ${adults} > 0 | | |
| choices | | | |
| | list_name | name | label |
| | yn | yes | Yes |
| | yn | no | No |
| | use | drink | Drink |
| | use | wash | Wash |
| | use | none | None |
"""  # noqa: E501


@cache
def forms_by_name() -> dict[str, tuple[bytes, dict[str, bytes]]]:
    household = build_form(HOUSEHOLD)
    return {
        "skips": (xform(SKIPS), {}),
        "household": (household.xml, dict(household.media)),
    }


@pytest.mark.parametrize("name", ["skips", "household"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_engine_agrees_with_javarosa_on_an_interview_by_chance(name: str, seed: int) -> None:
    javarosa.need_javarosa()
    xml, files = forms_by_name()[name]
    pair = live.Pair(xml, seed, files)
    try:
        for _ in range(2):
            pair.walk()
            assert pair.differences() == [], f"seed {seed}"
    finally:
        pair.theirs.close()


def test_engine_agrees_with_javarosa_on_recorded_forms(shared: Path) -> None:
    """Every sixth recorded form, one walk: at most 1 of 200 facts differs, none in relevance."""
    javarosa.need_javarosa()
    cases = shared / "conformance/scenario_cases.json.xz"
    if not cases.is_file():
        pytest.skip("no conformance data in the shared folder")
    walks = live.walk_all(live.recorded_forms(scenario_cases.load(cases))[::6], seed=1)
    assert walks.facts > 1000
    assert len(walks.differences) <= 0.005 * walks.facts, walks.differences
    assert not [found for found in walks.differences if " relevant: " in found[1]]
    assert walks.refused_here_only == []

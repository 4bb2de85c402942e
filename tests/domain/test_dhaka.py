"""1,282 real households of Dhaka, 2017, through the shipped form: the published counts come out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from server_stub.demo import dhaka
from tests.domain.interviews import interview

if TYPE_CHECKING:
    from pathlib import Path

    from forms.definition import FormDefinition

LADDERS = {
    "water": "/data/water/water_ladder",
    "sanitation": "/data/sanitation/sanitation_ladder",
    "hygiene": "/data/hygiene/hygiene_ladder",
}
BASIC = {"basic", "at_least_basic"}
"""Rungs that the published tables add up as "at least basic"."""


@pytest.fixture(scope="module")
def file(shared: Path) -> Path:
    found = shared / "reference" / "domain" / "groundtruth" / dhaka.FILE_NAME
    if not found.is_file():
        pytest.skip(f"no ground truth at {found}")
    return found


@pytest.fixture(scope="module")
def counts(file: Path, household: FormDefinition) -> Counter[tuple[str, str, str]]:
    """Households by stratum, ladder and rung."""
    found: Counter[tuple[str, str, str]] = Counter()
    for answers in dhaka.households(file):
        instance = interview(household, {}, {})
        for ref, text in answers:
            changes = instance.answer(ref, text)
            assert not changes.problems
            assert instance.node(ref).relevant, ref
        values = instance.finalise().answers.values
        for ladder, path in LADDERS.items():
            rung = "at_least_basic" if values[path] in BASIC else values[path]
            found[values["/data/cover/c_stratum"], ladder, rung] += 1
    return found


def of(counts: Counter[tuple[str, str, str]], ladder: str, stratum: str = "") -> dict[str, int]:
    """Households on each rung."""
    rungs: Counter[str] = Counter()
    for (where, which, rung), number in counts.items():
        if which == ladder and stratum in {"", where}:
            rungs[rung] += number
    return dict(rungs)


def test_dhaka_sanitation_is_as_published(counts: Counter[tuple[str, str, str]]) -> None:
    assert of(counts, "sanitation") == {
        "at_least_basic": 389, "limited": 453, "unimproved": 433, "open_defecation": 7,
    }  # fmt: skip
    assert of(counts, "sanitation", "slum")["at_least_basic"] == 10
    assert of(counts, "sanitation", "nonslum")["at_least_basic"] == 379


def test_dhaka_water_is_as_published(counts: Counter[tuple[str, str, str]]) -> None:
    assert of(counts, "water") == {"at_least_basic": 1204, "limited": 8, "unimproved": 70}
    assert of(counts, "water", "slum") == {"at_least_basic": 670, "limited": 7, "unimproved": 11}


def test_dhaka_handwashing_is_as_published(counts: Counter[tuple[str, str, str]]) -> None:
    assert of(counts, "hygiene") == {"at_least_basic": 735, "limited": 413, "none": 134}


def test_dhaka_mapping_invents_nothing_when_the_file_is_silent() -> None:
    silent = {
        "zone": "3", "stratum": "slum", "psu": "7", "members": "4", "tenure": "owner_occupier",
        "rooms_band": "3+", "wall_band": "finished", "water_source": "piped_yard",
        "water_minutes": "", "toilet_type": "none", "toilet_shared": "1", "hw_place": "",
        "hw_water": "", "hw_soap": "",
    }  # fmt: skip
    assert dhaka.household(silent) == [
        ("/data/cover/c_mode", "transcribed"),
        ("/data/cover/c_settlement", "zone_3"),
        ("/data/cover/c_stratum", "slum"),
        ("/data/cover/c_psu", "7"),
        ("/data/consent/k_share", "yes"),
        ("/data/people/r_n", "4"),
        ("/data/water/ws1", "piped_yard"),
        ("/data/sanitation/ws11", "none"),
    ]

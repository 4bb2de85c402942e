"""What the presenters' tests share: the household form, and a tablet that has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.mobile.presenter_cases import HOUSE, Desk, bundle_of, enrolled_tablet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mobile.presenters.form_entry import FormEntry


@pytest.fixture(scope="session")
def house() -> bytes:
    return bundle_of(HOUSE)


@pytest.fixture
def house_desk(tmp_path: Path, house: bytes) -> Iterator[Desk]:
    desk = Desk(enrolled_tablet(tmp_path, house), tmp_path)
    yield desk
    desk.tablet.close()


@pytest.fixture
def filled(house_desk: Desk) -> FormEntry:
    """An interview with an answer of every fate, and nothing missing."""
    entry = house_desk.begin()
    for ref, text in {
        "/data/name": "Asha",
        "/data/g_water/ws1": "lake",
        "/data/g_water/minutes": "35",
        "/data/roster[1]/r_name": "Asha",
        "/data/roster[1]/r_age": "34",
        "/data/g_rent/rent": "100",
        "/data/gps": "-1.3113120 36.7876510 1700.0 4.5",
        "/data/seen": "2026-11-25",
    }.items():
        entry.answer(ref, text)
    return entry

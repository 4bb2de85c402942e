"""A fresh centre for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.server_stub.centre_cases import SmallCentre

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[SmallCentre]:
    made = SmallCentre.make(tmp_path / "centre")
    with made.client:
        yield made

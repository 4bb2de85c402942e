"""The tablet's page in the docs says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mobile.i18n import LANGUAGES
from mobile.presenters.entry_view import WidgetKind
from sync.outbox import COMPANY, PATIENCE

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "tablet.md").read_text(encoding="utf-8")
ENGLISH = {"en": "English", "fr": "French", "sw": "Swahili", "ar": "Arabic"}


@pytest.mark.parametrize("kind", WidgetKind)
def test_every_control_stands_in_the_table(kind: WidgetKind) -> None:
    assert re.search(rf"^\|[^|]+\| `{kind.value}` \|", PAGE, re.MULTILINE)


def test_page_names_the_languages_of_the_app() -> None:
    assert set(ENGLISH) == set(LANGUAGES)
    assert all(name in PAGE for name in ENGLISH.values())


def test_page_says_how_long_a_record_waits_for_company() -> None:
    assert (COMPANY, PATIENCE.days) == (5, 1)
    assert "Fewer than five records wait up to a\n  day" in PAGE

"""The page for authors says what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms.authoring.sheets import SHEETS
from forms.indicator.reader import _KEYS
from forms.indicator.tokens import KEYWORDS
from forms.privacy.words import NAMESPACE

PAGE = (Path(__file__).resolve().parents[2] / "docs/forms.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("sheet", SHEETS)
def test_sheet_is_named(sheet: str) -> None:
    assert f"`{sheet}" in PAGE


@pytest.mark.parametrize("key", sorted(frozenset().union(*_KEYS.values())))
def test_field_of_an_indicator_is_explained(key: str) -> None:
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("word", sorted(KEYWORDS - {"true", "false"}))
def test_word_of_the_condition_language_is_shown(word: str) -> None:
    assert word in PAGE


def test_namespace_of_the_privacy_columns_is_the_one_that_is_read() -> None:
    assert f'pvy="{NAMESPACE}"' in PAGE

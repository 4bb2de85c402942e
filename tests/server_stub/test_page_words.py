"""Every language of the pages says everything, with the same values in it."""

from __future__ import annotations

import string

import pytest

from server_stub.disclosure.suppress import Withheld
from server_stub.indicators.estimate import NoError
from server_stub.pages import LANGUAGES, words_of


def _values(text: str) -> set[str]:
    return {name or "" for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_has_every_text_with_the_same_values(language: str) -> None:
    english, other = words_of("en").texts, words_of(language).texts
    assert set(other) == set(english)
    assert {k: _values(t) for k, t in other.items()} == {k: _values(t) for k, t in english.items()}
    assert all(text.strip() for text in other.values())


def test_every_reason_has_its_sentence() -> None:
    texts = words_of("en").texts
    assert all(f"withheld_{reason}" in texts for reason in Withheld)
    assert all(f"no_error_{reason}" in texts for reason in NoError)


def test_number_has_the_signs_of_its_language() -> None:
    assert (
        words_of("en").number(1234567.5, 1)
        == "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567.5"
    )
    assert words_of("fr").percent(0.1234) == "12,3 %"

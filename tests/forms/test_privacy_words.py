"""The closed list of treatments, read to the letter."""

from __future__ import annotations

import pytest

from forms.privacy import Treatment, Word
from forms.privacy.words import read_treatment

GOOD = [
    "keep", "drop", "seal", "withhold", "week", "month",
    "band:[0,5,18,35,60]", "band:[-5,0.5]", "band:[18] codes=[98,99]", "top:12", "top:2.5",
    "top:12 codes=[99]", "round:500", "round:0.25 codes=[-9]", "ladder:1", "only:[a,b_2,3]",
    "grid:250", "pseudonym:tablet", "pseudonym:round",
]  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_treatment_writes_itself_as_it_was_read(text: str) -> None:
    assert str(read_treatment(text)) == text


def test_every_word_of_the_list_is_read() -> None:
    assert {read_treatment(text).word for text in GOOD} == set(Word)


@pytest.mark.parametrize(
    "text",
    [
        "", "Keep", "keep ", " keep", "hide", "keep:1", "drop codes=[1]", "keep codes=[]",
        "band", "band:", "band:0,5", "band:[]", "band:[5,0]", "band:[0,0]", "band:[0,five]",
        "band:[0, 5]", "band:[0,5", "band:[00]", "band:[0,5] max=85", "band:[0,0.0]",
        "band:[0] codes=[a]", "band:[0] codes=", "top:0", "top:-1", "top:", "top:many",
        "round:0", "ladder:0", "ladder:1.5", "ladder:x", "ladder:1 codes=[9]", "only:[a b]",
        "only:[a,a]", "only:a", "only:[/data/name]", "grid:0", "grid:250m", "grid:250 codes=[1]",
        "pseudonym", "pseudonym:world", "band:[ /data/age ]", "top:${r_n}",
    ],
)  # fmt: skip
def test_treatment_that_is_not_in_the_list_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- texts are not asserted
        read_treatment(text)


def test_treatment_says_whether_it_shows_or_seals() -> None:
    shows = {str(t): (t.releases, t.seals) for t in map(read_treatment, GOOD)}
    assert shows["keep"] == shows["grid:250"] == shows["pseudonym:tablet"] == (True, False)
    assert shows["drop"] == shows["withhold"] == (False, False)
    assert shows["seal"] == shows["pseudonym:round"] == (False, True)


def test_equal_treatments_are_equal() -> None:
    assert read_treatment("top:12") == Treatment(Word.TOP, ("12",))

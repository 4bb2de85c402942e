"""Regular expressions of a form cannot hang a tablet, and still mean what they say."""

from __future__ import annotations

import re
from random import Random
from time import process_time

import pytest

from forms.errors import XPathError
from forms.xpath.functions import pattern
from forms.xpath.functions.pattern import matcher

ENDLESS = [
    (r"(a+)+b", "a" * 3000),
    (r"(a|a)*b", "a" * 3000),
    (r"(a|aa)+$", "a" * 3000 + "b"),
    (r"a?" * 30 + "a" * 30, "a" * 29),
    (r"(.*)*\d(x+x+)+y", "x" * 2000),
    (r"^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 3000),
    (r"(\w+\s?)+!", "word " * 500),
]


@pytest.mark.parametrize(("written", "text"), ENDLESS)
def test_pattern_answers_at_once_when_python_would_try_for_ever(written: str, text: str) -> None:
    begin = process_time()
    assert not matcher(written)(text)
    assert process_time() - begin < 2


@pytest.mark.parametrize(
    "written",
    [r"(a+)+(?=b)", r"(a*)\1(b*)\1(c*)\1(d|e)*", "(a{0,900}b|c){900}", "[", "(" * 3000, "a" * 5000],
)
def test_pattern_is_refused_when_nothing_bounds_it(written: str) -> None:
    with pytest.raises(XPathError) as refused:
        matcher(written)
    assert refused.value.code == "XF-211"


@pytest.mark.parametrize("written", ["(a|b)+", ".*@.*", "[0-9]{3}"])
def test_pattern_refuses_a_text_when_it_is_too_long(written: str) -> None:
    with pytest.raises(XPathError) as refused:
        matcher(written)("a" * 2_000_000)
    assert refused.value.code == "XF-211"


@pytest.mark.parametrize(
    ("written", "text", "whole"),
    [
        (r"[A-Z]{2}\d{4,6}", "KE12345", True),
        (r"[A-Z]{2}\d{4,6}", "KE123", False),
        (r".*@.*\..*", "a@b.c", True),
        (r"(0|\+254)7\d{8}", "+254712345678", True),
        (r"(?i)yes|no", "YES", True),
        (r"(?!00).*", "0012", False),
        (r"^\s*(\w+\s+)*\w+\s*$", " one two  three ", True),
        (r"[^\W\d_]+('[^\W\d_]+)*", "N'Djamena", True),
    ],
)
def test_pattern_matches_the_whole_text_when_it_says_so(
    written: str, text: str, whole: bool
) -> None:
    assert matcher(written)(text) is whole


def _random_pattern(chance: Random, depth: int = 0) -> str:
    kind = chance.randrange(9)
    if depth > 3 or kind < 3:
        return chance.choice(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", "c", "^", "$", r"\b"])
    inner = _random_pattern(chance, depth + 1)
    joined = inner + _random_pattern(chance, depth + 1)
    either = f"({inner}|{_random_pattern(chance, depth + 1)})"
    return [joined, either, f"({inner})*", f"(?:{inner})+?", f"({inner}){{1,3}}", f"({inner})?a"][
        kind - 3
    ]


def test_states_agree_with_the_matcher_of_python_when_patterns_are_random() -> None:
    chance = Random(20261125)
    asked = 0
    while asked < 3000:
        written = _random_pattern(chance)
        text = "".join(chance.choice("abc1 \n") for _ in range(chance.randrange(9)))
        states = pattern._States(written, pattern._tree.parse(written))
        assert states.matches(text) is bool(re.fullmatch(written, text)), (written, text)
        asked += 1

"""Bidi levels and runs: hand-checked lines, laws, and Java's own implementation as a judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile.text import bidi
from mobile.text.runs import base_level, needs_runs, visual_runs
from mobile.text.scripts import ARABIC, DEVANAGARI, ETHIOPIC, is_plain
from tests.support import javarosa

if TYPE_CHECKING:
    from collections.abc import Callable

LRE, RLE, PDF, LRO, RLO = "\u202a", "\u202b", "\u202c", "\u202d", "\u202e"
LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"

# Hebrew letters stand for R, Arabic ones for AL; levels follow the rules of UAX #9 by hand.
LINES = [
    ("abc", 0, "000"),
    ("abc", 1, "222"),
    ("אבג", 0, "111"),
    ("אב 12", 1, "11122"),
    ("ab אב cd", 0, "00011000"),
    ("ab אב", 1, "22111"),
    ("سنة 25", 1, "111122"),
    ("سنة 25 kg", 1, "111122122"),
    ("سنة 1,5", 1, "1111222"),
    ("אב -5", 1, "11112"),
    ("אב 5-3", 1, "111222"),
    ("אב $5", 1, "11122"),
    ("a(א)b", 0, "00100"),
    ("א(a)ב", 1, "11211"),
    ("a (b) א", 1, "2222211"),
    ("אב ", 0, "110"),
    ("a ב ", 1, "2111"),
    (f"a{RLI}b{PDI}c", 0, "00200"),
    (f"א{LRI}ב{PDI}c", 1, "11312"),
    (f"a{FSI}א 1{PDI}c", 0, "0011200"),
    (f"{RLO}ab{PDF}c", 0, "01110"),
    (f"{RLE}ab{PDF}c", 0, "02220"),
    ("א\tב", 0, "101"),
]


@pytest.mark.parametrize(("text", "base", "expected"), LINES)
def test_bidi_gives_the_levels_of_the_rules(text: str, base: int, expected: str) -> None:
    assert "".join(map(str, bidi.levels(text, base))) == expected


@pytest.mark.parametrize(
    ("text", "level"),
    [("abc", 0), ("12 אב", 1), ("12 سنة a", 1), ("12 - 3", None), (f"{LRI}a{PDI} א", 1)],
)
def test_bidi_takes_the_paragraph_from_its_first_strong_letter(
    text: str, level: int | None
) -> None:
    assert bidi.base_level(text) == level
    assert base_level(text) == level


def test_bidi_keeps_digits_in_order_when_the_line_is_arabic() -> None:
    drawn = [run.text for run in visual_runs("العمر 25 سنة")]
    assert drawn == ["سنة", " ", "25", "العمر "]


def test_bidi_orders_runs_as_the_standard_shows() -> None:
    """UAX #9, L2: levels 0 1 2 1 0 reverse the middle and then the number within."""
    assert bidi.visual_order([0, 1, 2, 1, 0]) == [0, 3, 2, 1, 4]


def test_bidi_pairs_only_so_many_brackets_as_the_standard_allows() -> None:
    """UAX #9, BD16: at the 64th open bracket pairing stops; pairs that were found before stay."""
    pair = "a(b)א"
    assert bidi.levels(pair + "(" * 63, 1)[3] == 2
    assert bidi.levels(pair + "(" * 64, 1)[3] == 2
    assert bidi.levels("(" * 64 + pair, 1)[-2] == 1


def test_runs_cut_where_script_changes() -> None:
    runs = visual_runs("age उम्र ዕድሜ", 0)
    assert [run.script for run in runs] == [None, DEVANAGARI, ETHIOPIC]


def test_runs_keep_marks_with_their_letters() -> None:
    (run,) = visual_runs("حَسَنٌ", 1)
    assert (run.script, run.rtl) == (ARABIC, True)


def test_runs_draw_no_controls() -> None:
    assert "".join(run.text for run in visual_runs(f"a{RLI}ב{PDI}c", 0)) == "aבc"


@pytest.mark.parametrize("text", ["Chókwè", "Ελλάδα", "25 %", "→ ok"])
def test_plain_text_needs_no_runs(text: str) -> None:
    assert is_plain(text)
    assert not needs_runs(text, 0)
    assert needs_runs(text, 1)


CONTROLS = [LRI, RLI, FSI, PDI, LRE, RLE, LRO, RLO, PDF, "\u200b", "\u200e", "\u200f"]
MARKS = ["\u0301", "\u064e"]
SIGNS = [*"abאבسن١٢123 +-,.:/$%()[]\t!&"]
LETTERS = st.sampled_from([*SIGNS, *MARKS, *CONTROLS])
JUDGED = st.sampled_from([*SIGNS, *(each for each in CONTROLS if each not in {LRO, RLO})])


@given(st.text(LETTERS, max_size=24), st.sampled_from([0, 1]))
def test_runs_hold_every_character_once(text: str, base: int) -> None:
    runs = sorted(visual_runs(text, base), key=lambda run: run.start)
    assert [run.start for run in runs] == [0, *(run.end for run in runs)][: len(runs)]
    assert sum(run.end - run.start for run in runs) == len(text)


@given(st.lists(st.integers(0, 6), max_size=12))
def test_order_is_a_permutation(found: list[int]) -> None:
    assert sorted(bidi.visual_order(found)) == list(range(len(found)))


@pytest.fixture(scope="module")
def java_levels() -> Callable[[str, int], list[int]]:
    javarosa.need_javarosa()
    javarosa.start()
    import jpype

    judge = jpype.JClass("java.text.Bidi")

    def levels(text: str, base: int) -> list[int]:
        found = judge(text, base)
        return [found.getLevelAt(i) for i in range(len(text))]

    return levels


@pytest.mark.oracle
@settings(max_examples=400)
@given(text=st.text(JUDGED, min_size=1, max_size=30), base=st.sampled_from([0, 1]))
def test_bidi_agrees_with_java(
    java_levels: Callable[[str, int], list[int]], text: str, base: int
) -> None:
    """Direction of each character, and the order of all; what X9 removes is nobody's business.

    Not the bare levels: Java reports a line that runs one way as if nothing were embedded in it.
    Without marks and overrides: Java 17 leaves a mark behind a closing bracket where it was (N0
    takes it along), and an unmatched PDI out of its override (X6a).
    """
    gone = {"LRE", "RLE", "LRO", "RLO", "PDF", "BN"}
    kept = [i for i, char in enumerate(text) if bidi.class_of(char) not in gone]
    ours, theirs = (
        [found[i] for i in kept] for found in (bidi.levels(text, base), java_levels(text, base))
    )
    assert [level % 2 for level in ours] == [level % 2 for level in theirs]
    assert bidi.visual_order(ours) == bidi.visual_order(theirs)


DEEP = [
    LRE * 70 + RLE * 70 + "a1א" + PDF * 150 + "b",
    RLI * 130 + "a1א" + PDI * 131 + "b",
    (RLE + LRI) * 80 + "א" + (PDI + PDF) * 80 + "a",
    PDF + PDI + "א" + RLE + "a\u2029b",
]


@pytest.mark.oracle
@pytest.mark.parametrize("text", DEEP)
@pytest.mark.parametrize("base", [0, 1])
def test_bidi_agrees_with_java_beyond_the_deepest_level(
    java_levels: Callable[[str, int], list[int]], text: str, base: int
) -> None:
    """UAX #9, BD2: 125 levels; what is deeper is counted and left where it is."""
    kept = [i for i, char in enumerate(text) if bidi.class_of(char) in {"L", "R", "EN"}]
    ours, theirs = bidi.levels(text, base), java_levels(text, base)
    assert [ours[i] % 2 for i in kept] == [theirs[i] % 2 for i in kept]


@pytest.mark.parametrize(("char", "kind"), [("\u070e", "AL"), ("\u05ff", "R"), ("\u0378", "L")])
def test_bidi_gives_an_unassigned_character_the_class_of_its_block(char: str, kind: str) -> None:
    assert bidi.class_of(char) == kind


@pytest.mark.parametrize("mark", ["\u0301", "\u064e"])
def test_bidi_takes_a_mark_along_with_its_bracket(mark: str) -> None:
    """UAX #9, N0: brackets that become R take the marks that follow them along."""
    assert bidi.levels(f"א(b){mark}ב", 1)[4] == 1
    assert bidi.levels(f"a (ב){mark} c", 0)[5] == 0

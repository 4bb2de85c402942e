"""Treatments: what each shows, that none ever fails, and that a coarser one never shows more."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.privacy import ChoiceList, FieldKind
from forms.privacy.policy import policy_of
from sync.release.treatments import Pseudonymiser, could_be, treated
from tests.sync.privacy_cases import (
    ANSWERS,
    CODES,
    DAYS,
    HOUSEHOLD,
    NUMBERS,
    POINTS,
    TEXTS,
    WATER,
    one,
)

SECRET = Pseudonymiser(bytes(32), "pilot")
K = FieldKind
FIELDS = policy_of(HOUSEHOLD).fields
KEPT = [
    one("keep", K.CHOICE, choices=WATER),
    one("keep", K.CHOICES, choices=WATER),
    one("keep", K.RANK, choices=WATER),
    one("keep", K.NUMBER, "int"),
    one("keep", K.NUMBER, "decimal"),
    one("keep", K.BOOLEAN, "boolean"),
    one("keep", K.CODE),
    one("only:[borehole,surface]", K.CHOICES, choices=WATER),
    one("only:[borehole,other]", K.CHOICE, choices=ChoiceList((*WATER.codes, "other"))),
    one("ladder:1", K.CHOICES, choices=WATER),
    one("band:[0.5,1.5,10]", K.NUMBER, "decimal"),
    one("top:2.5", K.NUMBER, "decimal"),
]


@pytest.mark.parametrize(
    ("do", "bind_type", "answer", "shown"),
    [
        ("band:[0,5,18,60]", "int", "0", "0-4"),
        ("band:[0,5,18,60]", "int", "4", "0-4"),
        ("band:[0,5,18,60]", "int", "17", "5-17"),
        ("band:[0,5,18,60]", "int", "60", "60+"),
        ("band:[0,5,18,60]", "int", "-1", "<0"),
        ("band:[0,1,5]", "int", "0", "0"),
        ("band:[0,5,18,60] codes=[98,99]", "int", "99", "99"),
        ("band:[0,5,18,60]", "int", "five", None),
        ("band:[0,5]", "int", "1.5", None),
        ("band:[0,5]", "decimal", "4.99", "0-<5"),
        ("top:12", "int", "11", "11"),
        ("top:12", "int", "0040", "12"),
        ("top:12 codes=[99]", "int", "99", "99"),
        ("top:12", "int", "", None),
        ("round:500", "int", "1249", "1000"),
        ("round:500", "int", "1250", "1500"),
        ("round:0.5", "decimal", "-0.2", "0"),
        ("round:500 codes=[-9]", "int", "-9", "-9"),
        ("round:500", "int", "a lot", None),
    ],
)
def test_number_is_shown_coarsely(do: str, bind_type: str, answer: str, shown: str | None) -> None:
    field = one(do, K.NUMBER, bind_type, privacy_class="B")
    assert treated(field, answer, SECRET) == shown


@pytest.mark.parametrize(
    ("do", "answer", "shown"),
    [
        ("week", "2026-11-24", "2026-W48"),
        ("week", "2027-01-01", "2026-W53"),
        ("week", "2026-11-24T23:30:00.000+03:00", "2026-W48"),
        ("week", "2026-13-01", None),
        ("week", "yesterday", None),
        ("month", "2026-11-24", "2026-11"),
        ("month", "2026-02-30", None),
    ],
)
def test_date_is_never_finer_than_a_week(do: str, answer: str, shown: str | None) -> None:
    assert treated(one(do, K.DATE, "date"), answer, SECRET) == shown


@pytest.mark.parametrize(
    ("do", "kind", "answer", "shown"),
    [
        ("keep", K.CHOICE, "borehole", "borehole"),
        ("keep", K.CHOICE, "Mama Amani's tap", None),
        ("keep", K.CHOICES, "surface piped_in foreign", "piped_in surface"),
        ("keep", K.CHOICES, "foreign", None),
        ("keep", K.RANK, "surface borehole", "surface borehole"),
        ("keep", K.RANK, "surface surface", None),
        ("keep", K.RANK, "surface foreign", None),
        ("ladder:1", K.CHOICE, "piped_yard", "piped"),
        ("ladder:3", K.CHOICE, "surface", "any"),
        ("ladder:1", K.CHOICE, "foreign", None),
        ("ladder:1", K.CHOICES, "surface piped_yard piped_in", "piped surface"),
        ("only:[surface]", K.CHOICE, "surface", "surface"),
        ("only:[surface]", K.CHOICE, "borehole", "other"),
        ("only:[surface]", K.CHOICES, "borehole surface piped_in", "surface other"),
        ("only:[surface]", K.CHOICES, "surface", "surface"),
        ("only:[surface]", K.CHOICES, "foreign", None),
        ("only:[surface]", K.CHOICE, "foreign", None),
        ("only:[surface]", K.CHOICE, "surface borehole", None),
    ],
)
def test_choice_is_shown_only_as_its_list_allows(
    do: str, kind: FieldKind, answer: str, shown: str | None
) -> None:
    assert treated(one(do, kind, choices=WATER), answer, SECRET) == shown


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("basic", "basic"),
        ("3", "3"),
        ("0.25", "0.25"),
        ("Amina of the red house", None),
        ("", None),
        ("2026-11-24T10:00:00.000+03:00", None),
        ("10:42", None),
    ],
)
def test_kept_calculation_is_one_word_or_nothing(answer: str, shown: str | None) -> None:
    assert treated(one("keep", K.CODE), answer, SECRET) == shown


def test_kept_number_and_truth_have_one_spelling() -> None:
    assert treated(one("keep", K.NUMBER, "decimal"), "+012.50", SECRET) == "12.5"
    assert treated(one("keep", K.NUMBER, "int"), "1e3", SECRET) is None
    assert treated(one("keep", K.BOOLEAN, "boolean"), "1", SECRET) == "true"
    assert treated(one("keep", K.BOOLEAN, "boolean"), "maybe", SECRET) is None


@pytest.mark.parametrize("answer", ["", "-1.3", "nan 36.8", "here there", "89 36", "inf 0"])
def test_place_that_is_none_shows_nothing(answer: str) -> None:
    assert treated(one("grid:250", K.POINT, "geopoint", privacy_class="B"), answer, SECRET) is None


def test_place_is_shown_as_the_cell_of_the_true_point() -> None:
    field = one("grid:250", K.POINT, "geopoint", privacy_class="B")
    cell = treated(field, "-1.3113 36.7876 1700 4.5", SECRET)
    assert cell is not None
    assert cell.startswith("32737-250-")
    assert treated(field, "-1.3113 36.7876 0 0", SECRET) == cell


@pytest.mark.parametrize("do", ["drop", "seal", "withhold", "pseudonym:round"])
@given(answer=ANSWERS)
def test_field_that_stays_shows_nothing(do: str, answer: str) -> None:
    field = one(do, K.TEXT, privacy_class="A")
    assert treated(field, answer, SECRET) is None
    assert not could_be(field, answer)


def test_pseudonym_joins_two_spellings_of_one_number_on_one_tablet_only() -> None:
    field = one("pseudonym:tablet", K.TEXT, privacy_class="A")
    shown = treated(field, "+254 712-345 678", SECRET)
    assert shown == treated(field, "254712345678", SECRET)
    assert shown != treated(field, "254712345679", SECRET)
    assert shown != treated(field, "254712345678", Pseudonymiser(bytes(31) + b"\1", "pilot"))
    assert shown != treated(field, "254712345678", Pseudonymiser(bytes(32), "other"))
    assert treated(field, " - ", SECRET) is None


@given(st.sampled_from([*FIELDS, *KEPT]), ANSWERS)
def test_whatever_a_treatment_shows_the_centre_accepts(field: object, answer: str) -> None:
    shown = treated(field, answer, SECRET)  # type: ignore[arg-type] -- sampled_from forgets it
    assert shown is None or could_be(field, shown)  # type: ignore[arg-type] -- as above


@given(st.sampled_from([*FIELDS, *KEPT]), ANSWERS)
def test_treatment_of_what_is_shown_is_stable(field: object, answer: str) -> None:
    assert treated(field, answer, SECRET) == treated(field, answer, SECRET)  # type: ignore[arg-type] -- as above


@pytest.mark.parametrize(
    ("do", "kind", "bind_type", "text"),
    [
        ("band:[0,5,18]", K.NUMBER, "int", "17"),
        ("band:[0,5,18]", K.NUMBER, "int", "5-16"),
        ("top:12", K.NUMBER, "int", "13"),
        ("top:12", K.NUMBER, "int", "+3"),
        ("top:12", K.NUMBER, "int", "Amina"),
        ("round:500", K.NUMBER, "int", "501"),
        ("round:500", K.NUMBER, "int", "0500"),
        ("round:500", K.NUMBER, "int", ""),
        ("week", K.DATE, "date", "2026-11-24"),
        ("week", K.DATE, "date", "2025-W53"),
        ("month", K.DATE, "date", "2026-11-24"),
        ("month", K.DATE, "date", "2026-13"),
        ("grid:250", K.POINT, "geopoint", "-1.3113 36.7876 0 0"),
        ("grid:250", K.POINT, "geopoint", "32737-500-10-10"),
        ("grid:250", K.POINT, "geopoint", "32761-250-10-10"),
        ("grid:250", K.POINT, "geopoint", "32737-250-9999-10"),
        ("pseudonym:tablet", K.TEXT, "string", "254712345678"),
        ("keep", K.BOOLEAN, "boolean", "1"),
        ("keep", K.NUMBER, "int", "1.50"),
        ("keep", K.CODE, "string", "Amina Otieno"),
        ("only:[basic]", K.CODE, "string", "limited"),
    ],
)
def test_centre_refuses_what_the_treatment_cannot_have_made(
    do: str, kind: FieldKind, bind_type: str, text: str
) -> None:
    released = {K.POINT: "B", K.TEXT: "A"}.get(kind, "C")
    assert not could_be(one(do, kind, bind_type, privacy_class=released), text)


@pytest.mark.parametrize(
    ("do", "kind", "text"),
    [
        ("keep", K.CHOICE, "foreign"),
        ("keep", K.CHOICE, ""),
        ("keep", K.CHOICES, "surface piped_in"),
        ("keep", K.CHOICES, "surface  "),
        ("keep", K.RANK, "surface foreign"),
        ("ladder:2", K.CHOICE, "piped_in"),
        ("ladder:1", K.CHOICES, "piped piped"),
        ("ladder:1", K.CHOICES, "piped_in"),
        ("only:[surface]", K.CHOICES, "borehole"),
        ("only:[surface]", K.CHOICES, "surface surface"),
        ("only:[surface]", K.CHOICE, "surface other"),
    ],
)
def test_centre_refuses_a_choice_that_is_not_in_the_list(
    do: str, kind: FieldKind, text: str
) -> None:
    assert not could_be(one(do, kind, choices=WATER), text)


CHAINS = [
    (
        ["keep", "ladder:1", "ladder:2", "ladder:3", "drop"],
        K.CHOICE, "string", WATER, CODES.map(lambda c: c[0]),
    ),
    (["keep", "ladder:1", "ladder:2", "drop"], K.CHOICES, "string", WATER, CODES.map(" ".join)),
    (
        ["keep", "only:[borehole,surface]", "only:[surface]", "withhold"],
        K.CHOICE, "string", WATER, CODES.map(lambda c: c[0]),
    ),
    (
        ["keep", "band:[0,5,10,18,35,60]", "band:[5,18,60]", "band:[18]"],
        K.NUMBER, "int", None, NUMBERS,
    ),
    (["keep", "top:40", "top:12", "drop"], K.NUMBER, "int", None, NUMBERS),
    (["round:100", "drop"], K.NUMBER, "int", None, NUMBERS),
    (["grid:125", "grid:250", "grid:500", "grid:1000", "drop"], K.POINT, "geopoint", None, POINTS),
    (["week", "drop"], K.DATE, "date", None, DAYS),
]  # fmt: skip


@pytest.mark.parametrize(("chain", "kind", "bind_type", "choices", "answers"), CHAINS)
@given(data=st.data())
def test_coarser_treatment_never_shows_more(
    chain: list[str],
    kind: FieldKind,
    bind_type: str,
    choices: ChoiceList | None,
    answers: st.SearchStrategy[str],
    data: st.DataObject,
) -> None:
    """Two answers that a finer treatment shows alike are never told apart by a coarser one."""
    left, right = data.draw(answers), data.draw(answers)
    fields = [one(do, kind, bind_type, choices, "C") for do in chain]
    for finer, coarser in pairwise(fields):
        if treated(finer, left, SECRET) == treated(finer, right, SECRET):
            assert treated(coarser, left, SECRET) == treated(coarser, right, SECRET)
        if treated(finer, left, SECRET) is None:
            assert treated(coarser, left, SECRET) is None


@given(TEXTS)
def test_free_text_of_class_a_is_never_inside_what_is_shown(secret: str) -> None:
    marked = f"CANARY{secret}"
    for field in FIELDS:
        if field.privacy_class == "A":
            assert marked not in (treated(field, marked, SECRET) or "")

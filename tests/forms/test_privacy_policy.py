"""The policy of a form: what is declared, what is refused, and why a forgotten field stays."""

from __future__ import annotations

import pytest

from forms.errors import PolicyError
from forms.privacy import ChoiceList, FieldKind, PrivacyClass, Word
from forms.privacy.declared import DeclaredField
from forms.privacy.matrix import MATRIX, permitted
from forms.privacy.policy import DEFAULT_ROWS, _read, policy_of
from forms.privacy.words import CLASS, DO, NAMESPACE
from forms.problems import CATALOGUE, Severity
from tests.sync.privacy_cases import HOUSEHOLD, WATER, YES_NO, leaf, repeat

K = FieldKind


def codes(*declared: DeclaredField) -> list[str]:
    return [problem.code for problem in _read(declared)[1]]


def test_household_policy_lists_its_declared_fields() -> None:
    policy = policy_of(HOUSEHOLD)
    assert [f.path for f in policy.fields] == [
        f.path for f in HOUSEHOLD if f.domain is not None and CLASS in f.attributes
    ]
    assert policy.of("/data/forgotten") is None
    assert policy.seals
    age = policy.of("/data/roster/r_age")
    assert age is not None
    assert (age.name, age.repeat, age.key, age.bind_type) == (
        "r_age", "/data/roster", "r_age", "int",
    )  # fmt: skip
    water = policy.of("/data/water/ws1")
    assert water is not None
    assert (water.key, water.repeat) == ("water/ws1", None)


def test_undeclared_field_is_a_warning_and_never_in_the_policy() -> None:
    problems = _read([leaf("/data/q", K.TEXT, None, None)])[1]
    assert [(p.code, p.severity) for p in problems] == [("XF-401", Severity.WARNING)]
    assert policy_of([leaf("/data/q", K.TEXT, None, None)]).fields == ()


@pytest.mark.parametrize(
    ("privacy_class", "do", "code"),
    [
        ("E", "keep", "XF-402"),
        ("a", "drop", "XF-402"),
        ("A ", "drop", "XF-402"),
        ("", "drop", "XF-402"),
        (None, "keep", "XF-403"),
        ("A", None, "XF-403"),
        ("C", "hide", "XF-405"),
        ("C", "Keep", "XF-405"),
        ("C", "only:[ /data/name ]", "XF-405"),
    ],
)
def test_declaration_that_is_not_read_refuses_the_form(
    privacy_class: str | None, do: str | None, code: str
) -> None:
    with pytest.raises(PolicyError) as refused:
        policy_of([leaf("/data/q", K.CHOICE, privacy_class, do, choices=YES_NO)])
    assert refused.value.code == code


@pytest.mark.parametrize(
    "key",
    [f"{{{NAMESPACE}}}clas", f"{{{NAMESPACE}}}Do", "{urn:makazi:privacy:2}class",
     "{urn:makazi:privacy}do"],
)  # fmt: skip
def test_misspelt_privacy_column_is_refused(key: str) -> None:
    assert codes(leaf("/data/q", K.TEXT, "A", "drop", others={key: "A"})) == ["XF-404"]


def test_attribute_of_another_namespace_is_nobodys_business() -> None:
    assert codes(leaf("/data/q", K.TEXT, "A", "drop", others={"{urn:other}class": "A"})) == []


ARGUMENTS = {
    Word.BAND: "band:[0,5]", Word.TOP: "top:12", Word.ROUND: "round:5", Word.LADDER: "ladder:1",
    Word.ONLY: "only:[borehole]", Word.GRID: "grid:250", Word.PSEUDONYM: "pseudonym:tablet",
}  # fmt: skip


@pytest.mark.parametrize("kind", FieldKind)
@pytest.mark.parametrize("privacy_class", PrivacyClass)
@pytest.mark.parametrize("word", Word)
def test_matrix_is_what_the_policy_permits(
    kind: FieldKind, privacy_class: PrivacyClass, word: Word
) -> None:
    coded = kind in {K.CHOICE, K.CHOICES, K.RANK}
    field = leaf(
        "/data/q", kind, privacy_class, ARGUMENTS.get(word, word),
        choices=WATER if coded else None,
    )  # fmt: skip
    expected = [] if word in permitted(kind, privacy_class) else ["XF-406"]
    assert codes(field) == expected


def test_matrix_keeps_its_promises() -> None:
    for kind in FieldKind:
        direct = permitted(kind, PrivacyClass.DIRECT)
        assert direct <= {Word.DROP, Word.SEAL, Word.WITHHOLD, Word.PSEUDONYM}
        assert Word.DROP in direct
    for kind in (K.TEXT, K.MEDIA, K.LINE, K.POINT, K.DATE, K.TIME):
        assert Word.KEEP not in MATRIX[kind]
    assert MATRIX[K.POINT] == {Word.DROP, Word.SEAL, Word.GRID}
    assert Word.KEEP not in permitted(K.NUMBER, PrivacyClass.QUASI)
    assert Word.KEEP in permitted(K.NUMBER, PrivacyClass.NEITHER)


GAP = ChoiceList(("a", "b"), {"a": ("x", "any"), "b": ("y", "")})
SPLIT = ChoiceList(("a", "b", "c"), {"a": ("x", "p"), "b": ("x", "q"), "c": ("y", "q")})
SPACED = ChoiceList(("a",), {"a": ("two words",)})


@pytest.mark.parametrize(
    ("choices", "do", "expected"),
    [
        (WATER, "ladder:3", []),
        (WATER, "ladder:4", ["XF-407"]),
        (GAP, "ladder:1", []),
        (GAP, "ladder:2", ["XF-407"]),
        (YES_NO, "ladder:1", ["XF-407"]),
        (SPLIT, "ladder:1", []),
        (SPLIT, "ladder:2", ["XF-408"]),
        (SPACED, "ladder:1", ["XF-407"]),
        (None, "ladder:1", ["XF-407"]),
    ],
)
def test_ladder_is_total_and_nested_or_refused(
    choices: ChoiceList | None, do: str, expected: list[str]
) -> None:
    assert codes(leaf("/data/q", K.CHOICE, "C", do, choices=choices)) == expected


def test_only_names_choices_of_the_list() -> None:
    assert codes(leaf("/data/q", K.CHOICE, "C", "only:[surface]", choices=WATER)) == []
    assert codes(leaf("/data/q", K.CHOICE, "C", "only:[sea]", choices=WATER)) == ["XF-412"]
    assert codes(leaf("/data/q", K.CODE, "C", "only:[sea]")) == []


def test_repeat_says_how_many_rows_leave() -> None:
    inside = leaf("/data/p/q", K.CHOICE, choices=YES_NO, repeats=("/data/p",))
    (stated,) = policy_of([repeat("/data/p", "top:6"), inside]).repeats
    (silent,) = policy_of([repeat("/data/p"), inside]).repeats
    assert (stated.rows_top, silent.rows_top) == (6, DEFAULT_ROWS)
    assert stated.key == "p"


@pytest.mark.parametrize("do", ["keep", "drop", "top:2.5"])
def test_class_on_a_repeat_is_not_inherited(do: str) -> None:
    assert codes(repeat("/data/p", do)) == ["XF-409"]


def test_class_on_a_group_is_not_inherited() -> None:
    group = DeclaredField("/data/g", (), {CLASS: "A", DO: "top:3"}, None)
    assert codes(group) == ["XF-409"]


@pytest.mark.parametrize(
    ("consent", "expected"),
    [
        ("ok", []),
        ("ok=no", []),
        ("ok=maybe", ["XF-410"]),
        ("nobody", ["XF-410"]),
        ("name", ["XF-410"]),
        ("inside", ["XF-410"]),
        ("", ["XF-410"]),
    ],
)
def test_consent_names_a_question_around_the_field(consent: str, expected: list[str]) -> None:
    assert (
        codes(
            leaf("/data/ok", K.CHOICE, choices=YES_NO),
            leaf("/data/name", K.TEXT, "A", "drop"),
            repeat("/data/p"),
            leaf("/data/p/inside", K.CHOICE, choices=YES_NO, repeats=("/data/p",)),
            leaf("/data/gps", K.POINT, "B", "grid:250", "geopoint", consent=consent),
        )
        == expected
    )


def calculation(name: str, *reads: str, do: str = "keep") -> DeclaredField:
    return leaf(f"/data/{name}", K.CODE, "C", do, reads=frozenset(f"/data/{r}" for r in reads))


@pytest.mark.parametrize("kind", [K.TEXT, K.POINT, K.LINE, K.MEDIA])
def test_kept_calculation_may_not_read_text_or_a_place(kind: FieldKind) -> None:
    assert codes(leaf("/data/q", kind, "C", "drop"), calculation("f", "q")) == ["XF-411"]


def test_kept_calculation_may_read_a_constant_that_is_not_declared() -> None:
    constant = leaf("/data/version", K.CODE, None, None, reads=frozenset())
    assert codes(constant, calculation("f", "version")) == ["XF-401"]


def test_kept_calculation_may_not_carry_an_identifier_out() -> None:
    name = leaf("/data/name", K.TEXT, "A", "seal")
    water = leaf("/data/water", K.CHOICE, choices=WATER)
    unclassed = leaf("/data/extra", K.TEXT, None, None)
    middle = leaf("/data/middle", K.CODE, None, None, reads=frozenset({"/data/name"}))
    assert codes(name, calculation("f", "name")) == ["XF-411"]
    assert codes(name, middle, calculation("f", "middle")) == ["XF-401", "XF-411"]
    assert codes(unclassed, calculation("f", "extra")) == ["XF-401", "XF-411"]
    assert codes(name, calculation("f", "name", do="only:[long,short]")) == []
    assert codes(water, calculation("f", "water", "roster", "f")) == []
    direct = leaf("/data/code", K.CODE, "A", "seal", reads=frozenset({"/data/water"}))
    assert codes(water, direct, calculation("f", "code")) == ["XF-411"]


def test_digest_changes_with_everything_that_decides_what_is_shown() -> None:
    other_groups = ChoiceList(WATER.codes, dict.fromkeys(WATER.codes, ("w", "improved", "any")))

    def digest(**changes: object) -> str:
        facts: dict[str, object] = {"do": "ladder:2", "choices": WATER, **changes}
        return policy_of(
            [
                leaf("/data/ok", K.CHOICE, choices=YES_NO),
                leaf("/data/q", K.CHOICE, **facts),  # type: ignore[arg-type] -- a table of changes
            ]
        ).digest

    digests = [
        digest(),
        digest(do="ladder:1"),
        digest(do="keep"),
        digest(privacy_class="D"),
        digest(consent="ok"),
        digest(consent="ok=no"),
        digest(choices=other_groups, do="ladder:1"),
        policy_of(HOUSEHOLD).digest,
    ]
    assert len(set(digests)) == len(digests)
    assert digest() == digests[0]


def test_every_problem_is_reported_at_once() -> None:
    with pytest.raises(PolicyError) as refused:
        policy_of([leaf("/data/a", K.TEXT, "A", "keep"), leaf("/data/b", K.TEXT, "Z", "drop")])
    assert [p.code for p in refused.value.problems] == ["XF-406", "XF-402"]
    assert all(p.code in CATALOGUE for p in refused.value.problems)

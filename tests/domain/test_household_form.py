"""The shipped household form as a whole: what it asks, of whom, and in which languages."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from forms.authoring.build import checked_form
from forms.definition import Control, Output
from forms.errors import NotValid
from forms.indicator import Shape, read_indicators
from forms.privacy import check_policy, read_policy
from tests.domain.interviews import AGREED, COVER, HOUSEHOLD, TRANSCRIBED, interview, path_of

if TYPE_CHECKING:
    from forms.authoring.build import BuiltForm
    from forms.definition import FormDefinition, TextParts
    from forms.engine.instance import Instance

LANGUAGES = ("English (en)", "Français (fr)", "Kiswahili (sw)", "العربية (ar)")
SECTIONS = ("people", "housing", "tenure", "water", "sanitation", "hygiene", "waste", "results")
NEVER_ASKED = "x_rung"


def asked(instance: Instance) -> list[str]:
    """Names of the questions on the screens, notes included."""
    return [step.ref.rpartition("/")[2] for step in instance.steps() if step.kind == "question"]


def test_household_builds_without_problems() -> None:
    form, problems = checked_form(HOUSEHOLD)
    assert form is not None
    assert problems == ()


def test_household_asks_at_least_sixty_questions_of_every_kind(household: FormDefinition) -> None:
    controls = [e for e in household.walk() if isinstance(e, Control)]
    kinds = Counter((c.kind, household.binds[c.path].type) for c in controls)
    questions = [c for c in controls if c.kind != "input" or not _is_note(household, c)]
    assert len(questions) >= 60
    assert {k for k, _ in kinds} == {"input", "select1", "select"}
    assert {t for k, t in kinds if k == "input"} == {"string", "int", "decimal", "date", "geopoint"}
    assert household.repeat_paths == {"/data/roster"}


def _is_note(form: FormDefinition, control: Control) -> bool:
    return form.binds[control.path].read_only == "true()"


def test_household_speaks_four_languages_when_anything_is_shown(household: FormDefinition) -> None:
    assert household.languages == LANGUAGES
    assert household.default_language == LANGUAGES[0]
    english = household.translations[LANGUAGES[0]]
    for language in LANGUAGES[1:]:
        texts = household.translations[language]
        assert texts.keys() == english.keys()
        for name, forms in english.items():
            for kind, parts in forms.items():
                assert _plain(texts[name][kind]), (language, name)
                assert _outputs(texts[name][kind]) == _outputs(parts), (language, name)


def _plain(parts: TextParts) -> str:
    return "".join(part for part in parts if isinstance(part, str)).strip()


def _outputs(parts: TextParts) -> list[str]:
    return sorted(part.expression for part in parts if isinstance(part, Output))


def test_household_is_written_in_arabic_script_when_the_language_is_arabic(
    household: FormDefinition,
) -> None:
    arabic = household.translations[LANGUAGES[3]]
    plain = [_plain(parts) for forms in arabic.values() for parts in forms.values()]
    assert sum(bool(re.search("[\u0600-\u06ff]", text)) for text in plain) > 0.99 * len(plain)


def test_household_declares_every_field(household: FormDefinition) -> None:
    assert check_policy(household) == ()


def test_household_seals_names_phones_and_places_with_a_consent_of_their_own(
    household: FormDefinition,
) -> None:
    policy = read_policy(household)
    sealed = {f.name: f.consent for f in policy.fields if f.treatment.seals}
    assert set(sealed) == {"p_name", "p_phone", "c_gps", "c_hhno"}
    gates = {name: c.path.rpartition("/")[2] for name, c in sealed.items() if c is not None}
    assert gates == {
        "p_name": "k_recontact",
        "p_phone": "k_recontact",
        "c_hhno": "k_recontact",
        "c_gps": "k_gps",
    }


def test_household_gates_every_answer_on_the_consent_to_share(household: FormDefinition) -> None:
    free = {
        f.name for f in read_policy(household).fields if f.treatment.releases and f.consent is None
    }
    assert free == {
        "c_mode", "c_settlement", "c_stratum", "c_cluster", "c_visit", "c_date", "visit_result",
        "k_read", "k_adult", "k_consent", "k_refuse", "k_share", "k_gps", "k_recontact",
        "k_people", "k_tenure",
    }  # fmt: skip


def test_household_indicators_read_what_is_released(built: BuiltForm) -> None:
    found = read_indicators(built.indicators, read_policy(built.form))
    ladders = [i.id for i in found.indicators if i.shape is Shape.LADDER]
    assert ladders == ["water", "sanitation", "hygiene", "waste", "crowding"]
    assert {"slum_5", "slum_4", "dep_water", "dep_tenure", "unaffordable", "disability"} <= {
        i.id for i in found.indicators
    }
    for indicator in found.indicators:
        assert indicator.cluster == "c_cluster"
        assert indicator.stratum == "c_stratum"
        assert indicator.source
        for texts in (indicator.titles, *(c.labels for c in indicator.categories)):
            assert set(texts) == {"en", "fr", "sw", "ar"}


def test_household_ends_early_when_refused(household: FormDefinition) -> None:
    refused = interview(household, {"k_consent": "no", "k_refuse": "no_time"}, AGREED)
    sections = {step.ref.split("/")[2] for step in refused.steps() if step.kind == "question"}
    assert sections == {"cover", "consent", "closing"}
    assert refused.finalise().answers.values[path_of(household, "visit_result")] == "refused"


def test_household_ends_early_when_nobody_can_answer(household: FormDefinition) -> None:
    absent = interview(household, {**COVER, "c_hhno": "9", "c_visit": "1"}, {})
    absent.answer(path_of(household, "c_result"), "household_absent")
    answers = absent.finalise().answers.values
    assert answers[path_of(household, "visit_result")] == "household_absent"
    assert not any(path.split("/")[2] in SECTIONS for path in answers)


def test_household_stops_when_the_respondent_is_a_child(household: FormDefinition) -> None:
    child = interview(household, {"k_adult": "no"}, AGREED)
    assert "k_consent" not in asked(child)
    answers = child.finalise().answers.values
    assert answers[path_of(household, "visit_result")] == "no_competent_respondent"


def test_household_lists_nobody_when_that_was_declined(household: FormDefinition) -> None:
    answers = {"k_consent": "partial", "k_people": "no", "k_tenure": "yes", "r_n": "4"}
    partial = interview(household, answers, AGREED)
    assert not any(name.startswith("r_") and name != "r_n" for name in asked(partial))
    assert partial.node(path_of(household, "head_sex")).value == "unknown"


def test_household_does_not_ask_for_tenure_when_that_was_declined(
    household: FormDefinition,
) -> None:
    given = {"t_status": "rent", "t_doc": "none", "t_fear": "likely", "t_cost": "5"}
    declined = {"k_consent": "partial", "k_people": "yes", "k_tenure": "no", "r_n": "1"}
    partial = interview(household, {**given, **declined}, AGREED)
    assert not any(name.startswith("t_") for name in asked(partial))
    for name in ("dep_tenure", "unaffordable"):
        assert partial.node(path_of(household, name)).value == "unknown"


def test_household_needs_nothing_that_an_earlier_survey_lacks(household: FormDefinition) -> None:
    earlier = interview(household, {"r_n": "4", "ws1": "other"}, TRANSCRIBED)
    assert earlier.validate() == ()


def test_household_misses_answers_when_interviewing(household: FormDefinition) -> None:
    open_ = interview(household, {"r_n": "1"}, AGREED)
    with pytest.raises(NotValid) as raised:
        open_.finalise()
    missing = {p.where.rpartition("/")[2] for p in raised.value.problems if p.code == "XF-303"}
    assert {"r_rel", "r_age", "h_floor", "t_doc", "ws1", "ws11", "hw1", "w_service"} <= missing


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("h_hazard", "none flood", "flood railway"),
        ("t_doc", "refused title", "title lease_registered"),
        ("hw3", "nothing detergent", "detergent"),
        ("v_vector", "none rats", "rats flies"),
        ("ws4", "601", "998"),
        ("ws17", "10", "95"),
        ("r_n", "0", "40"),
        ("p_phone", "call me", "+999 123 456"),
        ("c_gps", "1.0 2.0 10.0 26.0", "1.0 2.0 10.0 25.0"),
        ("c_date", "2026-11-25", "2026-11-24"),
        ("roster[1]/r_rel", "child", "head"),
        ("roster[2]/r_rel", "head", "spouse"),
    ],
)
def test_household_refuses_what_breaks_its_constraint(
    household: FormDefinition, name: str, wrong: str, right: str
) -> None:
    reached = {
        "k_gps": "yes", "k_recontact": "yes", "r_n": "2", "ws1": "kiosk", "ws3": "elsewhere",
        "ws11": "vip", "ws15": "yes", "ws16": "known_households", "hw1": "mobile",
    }  # fmt: skip
    filled = interview(household, reached, AGREED)
    node = filled.node(path_of(household, name))
    filled.answer(node.ref, wrong)
    assert node.violation == "constraint"
    assert node.message
    filled.answer(node.ref, right)
    assert node.violation is None


def test_household_tells_the_rungs_in_the_language_shown(household: FormDefinition) -> None:
    filled = interview(household, {"ws1": "surface", "ws11": "none"}, TRANSCRIBED)
    said = {}
    for language in LANGUAGES:
        filled.set_language(language)
        said[language] = filled.node("/data/results/e_rungs").label
    assert "Surface water" in said[LANGUAGES[0]]
    assert "Eau de surface" in said[LANGUAGES[1]]
    assert "Maji ya juu ya ardhi" in said[LANGUAGES[2]]
    assert "مياه سطحية" in said[LANGUAGES[3]]


def test_household_names_what_it_calculates_and_releases(household: FormDefinition) -> None:
    filled = interview(household, {"r_n": "1"}, AGREED)
    shown = [f for f in read_policy(household).fields if f.treatment.releases]
    for language in LANGUAGES:
        filled.set_language(language)
        unnamed = [
            f.name
            for f in shown
            if not filled.node(f.path.replace("/roster/", "/roster[1]/")).label
        ]
        assert unnamed == []

"""Headings of tables come from the labels of the form."""

from __future__ import annotations

import pytest

from server_stub.indicators.texts import form_texts, language_code
from tests.server_stub.survey_cases import FORM
from tests.support.forms import form

TEXTS = form_texts(form(FORM.replace("{version}", "1")))


def test_field_and_choice_are_named_in_every_language() -> None:
    assert TEXTS.field("tenure") == {"en": "Tenure", "ar": "حيازة المسكن"}
    assert TEXTS.choice("tenure", "tenant") == {"en": "Tenant", "ar": "مستأجر"}


def test_code_of_a_calculated_field_is_named_when_every_list_agrees() -> None:
    assert TEXTS.choice("head_sex", "female") == {"en": "Female", "ar": "أنثى"}


def test_code_is_not_named_when_lists_differ() -> None:
    two = form_texts(
        form(
            "| survey |\n| | type | name | label |\n| | select_one a | one | One |\n"
            "| | select_one b | two | Two |\n| choices |\n| | list_name | name | label |\n"
            "| | a | x | Apple |\n| | b | x | Boat |\n"
        )
    )
    assert two.choice("one", "x") == {"en": "Apple"}
    assert two.choice("other", "x") == {}
    assert two.field("nowhere") == {}


@pytest.mark.parametrize(
    ("name", "code"),
    [("English (en)", "en"), ("sw", "sw"), ("العربية (ar)", "ar"), ("pt (pt-BR)", "pt"),
     ("default", "en")],
)  # fmt: skip
def test_language_has_its_code(name: str, code: str) -> None:
    assert language_code(name) == code

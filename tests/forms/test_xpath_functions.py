"""Functions and operators of ODK XPath, with the traps that other engines fell into."""

from __future__ import annotations

import math
from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.engine.instance import Instance
from forms.errors import XPathError
from forms.xform.reader import read_form
from forms.xpath.evaluate import compile_expression
from forms.xpath.functions import STANDARD, Function
from forms.xpath.values import number_text, text_number
from tests.support.forms import settings

FORM = b"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>t</h:title><model><instance><data id="t"><empty/><word>two words</word><n>5</n>
<day>2021-11-30</day><list>a b c</list><p><age>3</age></p><p><age>4</age></p><p><age/></p>
</data></instance></model></h:head><h:body/></h:html>"""


def value(expression: str, zone: object = UTC) -> object:
    instance = Instance.new(read_form(FORM), settings(zone=zone))  # type: ignore[arg-type]
    return compile_expression(expression).evaluate(instance.context(instance.root_node))


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("1 + 2 * 3", 7.0),
        ("1and1", True),
        ("2div1", 2.0),
        ("7 mod -3", 1.0),
        ("--1", 1.0),
        ('"2021-11-30" - "2021-11-29"', 1.0),
        ("/data/day > '2021-11-29'", True),
        ("'2018-06-25' = '2018-06-25T00:00:00.000Z'", False),
        ("boolean('false')", True),
        ("boolean-from-string('true')", True),
        ("boolean-from-string('yes')", False),
        ("if(true(), 'x', explode())", "x"),
        ("false() and nonsense()", False),
        ("coalesce(1 * '', '0')", "0"),
        ("string(number('x'))", "NaN"),
        ("round('-12345.15', 1)", -12345.2),
        ("round(2.5)", 3.0),
        ("round(-2.5)", -3.0),
        ("round(12345, '-1')", 12350.0),
        ("int(-4.7)", -4.0),
        ("count(/data/p)", 3.0),
        ("count-non-empty(/data/p/age)", 2.0),
        ("sum(/data/p[age != '']/age)", 7.0),
        ("max(/data/p[age != '']/age, 9)", 9.0),
        ("position(/data/p[2])", 2.0),
        ("selected(/data/list, ' b ')", True),
        ("selected(/data/empty, '')", True),
        ("selected-at(/data/list, 3)", ""),
        ("selected-at(/data/list, 0)", "a"),
        ("count-selected(/data/list)", 3.0),
        ("substr('hello', 1, -1)", "ell"),
        ("substring('hello', 2, 3)", "ell"),
        ("join('-', /data/p/age)", "3-4-"),
        ("concat(/data/p/age)", "34"),
        ("regex('x12345', '[0-9]{5}')", False),
        ("regex('12345', '[0-9]{5}')", True),
        ("date(18000)", "2019-04-14"),
        ("number('1970-01-02')", 1.0),
        ("format-date('2026-11-24', '%e %b %Y')", "24 Nov 2026"),
        ("today()", "2026-11-24"),
        ("decimal-time('12:00')", 0.5),
        ("digest('abc', 'MD5', 'hex')", "900150983cd24fb0d6963f7d28e17f72"),
        ("string(indexed-repeat(/data/p/age, /data/p, 2))", "4"),
        ("string(indexed-repeat(/data/p/age, /data/p, 9))", ""),
        ("checklist(-1, 1, true(), false())", True),
        ("normalize-space('  a   b ')", "a b"),
    ],
)
def test_expression_gives_what_collect_gives(expression: str, wanted: object) -> None:
    assert value(expression) == wanted


@pytest.mark.parametrize("expression", ["max(/data/nowhere)", "min(/data/nowhere)"])
def test_number_of_nothing_is_not_a_number(expression: str) -> None:
    found = value(expression)
    assert isinstance(found, float)
    assert math.isnan(found)


@pytest.mark.parametrize(
    ("expression", "wanted"), [("max(/data/p/age)", 4.0), ("sum(/data/p/age)", 7.0)]
)
def test_number_leaves_out_rows_that_are_not_answered(expression: str, wanted: float) -> None:
    assert value(expression) == wanted


def test_date_has_the_fraction_of_the_zone_when_read_as_a_number() -> None:
    assert value("number('1970-01-01')", timezone(timedelta(hours=-7))) == pytest.approx(7 / 24)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1 +", "XF-202"),
        ("#", "XF-201"),
        ("(" * 90_000 + "1" + ")" * 90_000, "XF-203"),
        ("1" * 300_000, "XF-204"),
        ("'unclosed", "XF-201"),
        ("x:y", "XF-207"),
        ("$v", "XF-206"),
    ],
)
def test_wrong_expression_is_refused_with_its_code(text: str, code: str) -> None:
    with pytest.raises(XPathError) as refused:
        value(text)
    assert refused.value.code == code


def test_unknown_function_is_reported_without_running() -> None:
    problems = compile_expression("if(1, nonsense(), round())").check(STANDARD)
    assert [problem.code for problem in problems] == ["XF-208", "XF-209"]


def test_another_platforms_function_can_be_added_under_its_prefix() -> None:
    added = Function("cc:answer", 0, 0, lambda _c, _a: 42.0)
    registry = STANDARD.extended(added)
    assert registry.problem_of("cc:answer", 0) is None
    assert STANDARD.problem_of("cc:answer", 0) is not None


@given(st.text(max_size=40))
def test_any_text_either_compiles_or_is_an_xpath_error(text: str) -> None:
    try:
        compile_expression(text)
        codes = ["XF-2"]
    except XPathError as error:
        codes = [problem.code[:4] for problem in error.problems]
    assert set(codes) == {"XF-2"}


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_number_survives_being_written_and_read(number: float) -> None:
    assert text_number(number_text(number)) == pytest.approx(number, rel=1e-12, abs=1e-18)

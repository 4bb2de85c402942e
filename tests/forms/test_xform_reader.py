"""Forms that come in damaged, hostile or odd: a clear answer, never half a form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.engine.instance import Instance
from forms.errors import FormsError, XFormError
from forms.xform.reader import read_form
from tests.support.forms import settings, xform

PLAIN = xform("| survey | | | |\n| | type | name | label |\n| | text | q | Q |\n")


def _model(binds: str, instance: str = "<a/><b/>") -> bytes:
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">'
        f'<h:head><h:title>t</h:title><model><instance><data id="t">{instance}</data></instance>'
        f"{binds}</model></h:head><h:body/></h:html>"
    ).encode()


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"", "XF-101"),
        (b"not xml", "XF-101"),
        (PLAIN[:200], "XF-101"),
        (b"<html/>", "XF-102"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>' + PLAIN.partition(b"?>")[2], "XF-103"),
        (b"<a>" * 100_000, "XF-104"),
        (b"\xff\xfe\x00" + PLAIN, "XF-101"),
    ],
)
def test_damaged_or_hostile_form_is_refused_with_its_code(xml: bytes, code: str) -> None:
    with pytest.raises(XFormError) as refused:
        read_form(xml)
    assert refused.value.code == code


def test_form_that_goes_in_a_circle_is_refused() -> None:
    binds = (
        '<bind nodeset="/data/a" calculate="/data/b"/><bind nodeset="/data/b" calculate="/data/a"/>'
    )
    with pytest.raises(XFormError) as refused:
        Instance.new(read_form(_model(binds)), settings())
    assert refused.value.code == "XF-107"


def test_every_wrong_expression_of_a_form_is_named() -> None:
    binds = '<bind nodeset="/data/a" calculate="1 +"/><bind nodeset="/data/b" relevant="((("/>'
    with pytest.raises(XFormError) as refused:
        Instance.new(read_form(_model(binds)), settings())
    assert [problem.code for problem in refused.value.problems] == ["XF-105", "XF-105"]


def test_form_whose_list_is_missing_is_refused() -> None:
    source = '<instance id="towns" src="jr://file-csv/towns.csv"/>'
    with pytest.raises(XFormError) as refused:
        read_form(_model(source))
    assert refused.value.code == "XF-108"


def test_interview_of_another_form_is_not_opened() -> None:
    with pytest.raises(XFormError) as refused:
        Instance.restore(read_form(PLAIN), b"<other/>", settings())
    assert refused.value.code == "XF-110"


def test_form_without_a_place_for_an_id_gets_one() -> None:
    instance = Instance.new(read_form(_model("")), settings())
    assert b"instanceID>uuid:" in instance.submission_xml()


@given(st.integers(0, len(PLAIN) - 1), st.integers(0, 7))
def test_flipped_bit_gives_a_form_or_a_clear_error(place: int, bit: int) -> None:
    damaged = bytearray(PLAIN)
    damaged[place] ^= 1 << bit
    try:
        Instance.new(read_form(bytes(damaged)), settings())
        codes = ["XF-"]
    except FormsError as error:
        codes = [problem.code[:3] for problem in error.problems]
    assert set(codes) == {"XF-"}

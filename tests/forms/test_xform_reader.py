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


def _select(columns: str, value: str = "name", label: str = "label") -> bytes:
    """A question over one inline list whose first row has these columns."""
    return _model(
        f'<instance id="l"><root><item>{columns}</item></root></instance>', "<a/><b/>"
    ).replace(
        b"<h:body/>",
        f'<h:body><select1 ref="/data/a"><itemset nodeset="instance(\'l\')/root/item">'
        f'<value ref="{value}"/><label ref="{label}"/></itemset></select1></h:body>'.encode(),
    )


@pytest.mark.parametrize("columns", ["<name>x</name>", "<label>X</label>", ""])
def test_list_without_value_or_label_is_refused(columns: str) -> None:
    with pytest.raises(XFormError) as refused:
        read_form(_select(columns))
    assert refused.value.code == "XF-112"


def test_list_with_value_and_label_is_offered() -> None:
    opened = Instance.new(read_form(_select("<name>x</name><label>X</label>")), settings())
    assert [(c.value, c.label) for c in opened.node("/data/a").choices()] == [("x", "X")]


def test_raw_less_than_in_an_expression_is_read_as_collect_reads_it() -> None:
    opened = Instance.new(
        read_form(_model('<bind nodeset="/data/a" relevant="1 < 2"/>')), settings()
    )
    assert opened.node("/data/a").relevant
    with pytest.raises(XFormError) as refused:
        read_form(_model('<bind nodeset="/data/a" relevant="1 < 2"/><unclosed a="<">'))
    assert refused.value.code == "XF-101"


@pytest.mark.parametrize(
    "bind",
    [
        '<bind nodeset="/data/a" relevant=". > 0"/>',
        '<bind nodeset="/data/a" required=". > 0"/>',
        '<bind nodeset="/data/a" readonly="../a = 1"/>',
        '<bind nodeset="/data/a" calculate="/data/a + 1"/>',
    ],
)
def test_expression_that_reads_its_own_node_is_refused(bind: str) -> None:
    with pytest.raises(XFormError) as refused:
        Instance.new(read_form(_model(bind)), settings())
    assert refused.value.code == "XF-107"


@pytest.mark.parametrize(
    "bind",
    [
        '<bind nodeset="/data/a" constraint=". > 0"/>',
        '<bind nodeset="/data/a" calculate="once(7)"/>',
    ],
)
def test_constraint_and_once_may_read_their_own_node(bind: str) -> None:
    opened = Instance.new(read_form(_model(bind)), settings())
    opened.answer("/data/a", "7")
    assert opened.node("/data/a").value == "7"


def test_id_waits_for_finalising_when_the_form_has_a_place_and_no_preload() -> None:
    form = read_form(_model("", "<a/><meta><instanceID/></meta>"))
    opened = Instance.new(form, settings())
    assert opened.node("/data/meta/instanceID").value == ""
    assert opened.finalise().instance_id.startswith("uuid:")

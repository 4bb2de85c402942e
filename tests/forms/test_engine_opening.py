"""Opening: what is refused at once, whose file it is, and how a submission is corrected."""

from __future__ import annotations

import pytest

from forms.datatypes import decode
from forms.engine.instance import Instance
from forms.errors import XFormError
from forms.problems import Problem
from forms.xform.reader import read_form
from tests.support.forms import interview, settings

PLAIN = b"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>t</h:title><model><instance><data id="house"><name/><trace/>
<meta><instanceID>uuid:old</instanceID></meta></data></instance>
<bind nodeset="/data/name" calculate="EXPRESSION"/></model></h:head>
<h:body><input ref="/data/trace"/></h:body></h:html>"""


def opened(expression: str) -> Instance:
    return Instance.new(read_form(PLAIN.replace(b"EXPRESSION", expression.encode())), settings())


@pytest.mark.parametrize(
    "expression",
    ["nonsense()", "distance('nowhere')", "distance('0 1; 0 2', '0 1')", "regex('a', '(')"],
)
def test_form_is_refused_when_it_fails_before_anything_is_answered(expression: str) -> None:
    with pytest.raises(XFormError) as refused:
        opened(expression)
    assert refused.value.problems[0].code == "XF-307"


def test_interview_goes_on_when_a_calculation_fails_on_an_answer() -> None:
    house = opened("if(/data/trace = '', '', distance(/data/trace))")
    changes = house.answer("/data/trace", "nowhere")
    assert [problem.code for problem in changes.problems] == ["XF-307"]
    assert house.node("/data/name").value == ""


@pytest.mark.parametrize("other", [b'id="other"', b""])
def test_draft_of_another_form_is_refused(other: bytes) -> None:
    house = opened("1")
    draft = house.draft().replace(b'id="house"', other)
    with pytest.raises(XFormError) as refused:
        Instance.restore(house.form, draft, house.settings)
    assert refused.value.problems[0].code == "XF-110"


def test_correction_gets_its_id_at_once_when_the_form_preloads_it() -> None:
    filled = interview("| survey | | | |\n| | type | name | label |\n| | text | a | A |\n")
    filled.answer("/data/a", "first")
    old = filled.node("/data/meta/instanceID").value
    again = Instance.edit(filled.form, filled.submission_xml(), filled.settings)
    assert again.node("/data/meta/deprecatedID").value == old
    assert again.node("/data/meta/instanceID").value not in {"", old}


def test_correction_gets_its_id_when_it_is_finalised_where_the_form_preloads_none() -> None:
    house = opened("1")
    again = Instance.edit(house.form, house.submission_xml(), house.settings)
    assert again.node("/data/meta/deprecatedID").value == "uuid:old"
    assert again.node("/data/meta/instanceID").value == "uuid:old"
    sent = again.finalise()
    assert sent.instance_id not in {"", "uuid:old"}
    assert b"uuid:old" in sent.xml


def test_date_drops_a_time_on_the_wall_and_refuses_one_with_a_zone() -> None:
    assert decode("date", "2026-11-24T14:30:00") == "2026-11-24"
    assert isinstance(decode("date", "2026-11-24T14:30:00Z"), Problem)

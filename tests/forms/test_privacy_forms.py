"""Declarations as an author writes them: XLSForm through pyxform, read back and judged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyxform.xls2xform import convert

from forms.definition import Bind, FormDefinition
from forms.errors import PolicyError
from forms.privacy import FieldKind, Policy, check_policy, read_policy
from forms.privacy.policy import DEFAULT_ROWS
from forms.privacy.sources import calculation_reads
from forms.problems import Severity
from forms.xform.reader import read_form

SETTINGS = """
| settings |
| | form_id | version | namespaces |
| | house   | 1       | pvy="urn:makazi:privacy:1" |
"""
CHOICES = """
| choices |
| | list_name | name | label | gen1 | gen2 |
| | yn | yes | Yes | | |
| | yn | no | No | | |
| | w | piped | Piped | improved | any |
| | w | well | Well | improved | any |
| | w | lake | Lake | surface | any |
"""
HEADER = """
| survey |
| | type | name | label | calculation | bind::pvy:class | bind::pvy:do | bind::pvy:consent |
"""
FILES = {"places.csv": b"name,label,gen1\nkb,Kibera,nairobi\nmk,Mukuru,nairobi\n"}


def form(rows: str, header: str = HEADER) -> FormDefinition:
    source = header + rows.strip("\n") + "\n" + CHOICES + SETTINGS
    built = convert(xlsform=source, file_type=".md", validate=False)
    return read_form(built.xform.encode(), FILES)


def codes(definition: FormDefinition) -> list[str]:
    return [p.code for p in check_policy(definition) if p.severity is Severity.ERROR]


HOUSE = """
| | deviceid | deviceid | | | A | drop | |
| | start | start | | | C | week | |
| | text | name | Name | | A | seal | |
| | begin_group | water | Water | | | | |
| | select_one w | ws1 | Source | | C | ladder:2 | |
| | select_multiple w | ws_all | Sources | | C | keep | |
| | end_group | | | | | | |
| | select_one yn | k_gps | May we? | | C | keep | |
| | geopoint | gps | Where? | | B | grid:250 | k_gps |
| | integer | people | How many? | | B | top:12 | |
| | decimal | rent | Rent? | | D | round:500 | |
| | date | since | Since? | | B | month | |
| | time | woke | When? | | C | drop | |
| | image | photo | Photo | | A | withhold | |
| | geoshape | plot | Plot | | B | drop | |
| | barcode | tag | Tag | | A | drop | |
| | acknowledge | read | Read | | C | keep | |
| | rank w | order | Order | | C | keep | |
| | range | score | Score | | C | keep | |
| | select_one_from_file places.csv | place | Place | | C | ladder:1 | |
| | begin_repeat | roster | Person | | B | top:8 | |
| | text | r_name | Name | | A | seal | |
| | integer | r_age | Age | | B | band:[0,5,18,60] | |
| | end_repeat | | | | | | |
| | calculate | f_improved | | if(${ws1} != 'lake', 'yes', 'no') | C | keep | |
| | note | thanks | Thank you | | | | |
| | text | later | Added later | | | | |
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(form(HOUSE))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("deviceid", FieldKind.TEXT),
        ("start", FieldKind.DATE),
        ("name", FieldKind.TEXT),
        ("ws1", FieldKind.CHOICE),
        ("ws_all", FieldKind.CHOICES),
        ("gps", FieldKind.POINT),
        ("people", FieldKind.NUMBER),
        ("rent", FieldKind.NUMBER),
        ("since", FieldKind.DATE),
        ("woke", FieldKind.TIME),
        ("photo", FieldKind.MEDIA),
        ("plot", FieldKind.LINE),
        ("tag", FieldKind.TEXT),
        ("read", FieldKind.CHOICE),
        ("order", FieldKind.RANK),
        ("score", FieldKind.NUMBER),
        ("place", FieldKind.CHOICE),
        ("f_improved", FieldKind.CODE),
    ],
)
def test_question_has_the_kind_that_privacy_sees(
    policy: Policy, name: str, kind: FieldKind
) -> None:
    (found,) = [f for f in policy.fields if f.name == name]
    assert found.domain.kind is kind


def test_choices_of_form_and_file_carry_their_ladders(policy: Policy) -> None:
    fields = {f.name: f for f in policy.fields}
    water, place = fields["ws1"].domain.choices, fields["place"].domain.choices
    assert water is not None
    assert place is not None
    assert water.codes == ("piped", "well", "lake")
    assert [water.group(code, 2) for code in water.codes] == ["any"] * 3
    assert place.group("mk", 1) == "nairobi"


def test_repeat_declares_its_rows_and_its_fields_know_it(policy: Policy) -> None:
    (roster,) = policy.repeats
    fields = {f.name: f for f in policy.fields}
    assert (roster.key, roster.rows_top) == ("roster", 8)
    assert fields["r_age"].repeat == roster.path
    assert fields["r_age"].key == "r_age"
    assert fields["ws1"].key == "water/ws1"


def test_consent_finds_its_question(policy: Policy) -> None:
    (gps,) = [f for f in policy.fields if f.name == "gps"]
    assert gps.consent is not None
    assert gps.consent.path.endswith("/k_gps")


def test_undeclared_questions_are_listed_and_never_leave(policy: Policy) -> None:
    warned = {p.where.rpartition("/")[2] for p in check_policy(form(HOUSE)) if p.code == "XF-401"}
    assert warned == {"thanks", "later"}
    assert not warned & {f.name for f in policy.fields}


def test_same_form_has_the_same_digest_and_another_has_another(policy: Policy) -> None:
    assert read_policy(form(HOUSE)).digest == policy.digest
    assert read_policy(form(HOUSE.replace("top:12", "top:9"))).digest != policy.digest


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("| | text | q | Q | | Q | drop | |", "XF-402"),
        ("| | text | q | Q | | A | | |", "XF-403"),
        ("| | text | q | Q | | | drop | |", "XF-403"),
        ("| | text | q | Q | | A | hide | |", "XF-405"),
        ("| | integer | q | Q | | B | top:${q} | |", "XF-405"),
        ("| | text | q | Q | | C | keep | |", "XF-406"),
        ("| | text | q | Q | | A | keep | |", "XF-406"),
        ("| | integer | q | Q | | B | keep | |", "XF-406"),
        ("| | geopoint | q | Q | | B | keep | |", "XF-406"),
        ("| | geopoint | q | Q | | A | grid:250 | |", "XF-406"),
        ("| | date | q | Q | | C | keep | |", "XF-406"),
        ("| | geotrace | q | Q | | C | grid:250 | |", "XF-406"),
        ("| | image | q | Q | | C | keep | |", "XF-406"),
        ("| | audio | q | Q | | C | keep | |", "XF-406"),
        ("| | barcode | q | Q | | C | keep | |", "XF-406"),
        ("| | username | q | | | C | keep | |", "XF-406"),
        ("| | phonenumber | q | | | C | keep | |", "XF-406"),
        ("| | email | q | | | C | keep | |", "XF-406"),
        ("| | deviceid | q | | | C | keep | |", "XF-406"),
        ("| | select_one yn | q | Q | | C | ladder:1 | |", "XF-407"),
        ("| | select_one w | q | Q | | C | only:[sea] | |", "XF-412"),
        ("| | select_one w | q | Q | | C | keep | nobody |", "XF-410"),
        ("| | select_one ${nick} | q | Q | | C | keep | |", "XF-406"),
        ("| | calculate | q | | concat(${nick}, '-x') | C | keep | |", "XF-411"),
        ("| | calculate | q | | count(/data/people/nick) | C | keep | |", "XF-411"),
        ("| | calculate | q | | string(/data/people) | C | keep | |", "XF-411"),
        ("| | calculate | q | | string(/data/*/nick) | C | keep | |", "XF-411"),
        ("| | calculate | q | | string(//nick) | C | keep | |", "XF-411"),
        ("| | calculate | q | | string(../people/../people/nick) | C | keep | |", "XF-411"),
        ("| | calculate | q | | string(/data/people[1]/*) | C | keep | |", "XF-411"),
    ],
)  # fmt: skip
def test_form_with_a_declaration_that_is_not_permitted_is_refused(row: str, code: str) -> None:
    people = """
| | begin_repeat | people | Person | | | | |
| | text | nick | Nickname | | A | drop | |
| | end_repeat | | | | | | |
"""
    assert code in codes(form(people.lstrip("\n") + row))


def test_group_that_is_declared_refuses_the_form() -> None:
    rows = """
| | begin_group | g | G | | A | drop | |
| | text | q | Q | | A | drop | |
| | end_group | | | | | | |
"""
    assert codes(form(rows)) == ["XF-409"]


@pytest.mark.parametrize(
    "expression", ["'2021-JMP'", "once(random())", "instance('w')/root/item[name='lake']/gen1"]
)
def test_calculation_that_reads_no_answer_may_be_kept(expression: str) -> None:
    rows = f"""
| | select_one w | ws | Source | | C | keep | |
| | text | nick | Nickname | | A | drop | |
| | calculate | q | | {expression} | C | keep | |
"""
    assert codes(form(rows)) == []


def test_calculation_that_does_not_compile_reads_everything() -> None:
    definition = form("| | text | nick | Nickname | | A | drop | |")
    broken = Bind("/data/q", calculate="1 +")
    reads = calculation_reads(replace(definition, binds={**definition.binds, "/data/q": broken}))
    assert "/data/nick" in reads["/data/q"]


def test_counting_rows_is_not_reading_them() -> None:
    rows = """
| | begin_repeat | people | Person | | | | |
| | text | nick | Nickname | | A | drop | |
| | end_repeat | | | | | | |
| | calculate | n | | count(${people}) | C | keep | |
"""
    definition = form(rows)
    assert codes(definition) == []
    assert read_policy(definition).repeats[0].rows_top == DEFAULT_ROWS


@pytest.mark.parametrize("misspelt", ["bind::pvy:clas", "bind::pvy:Do", "bind::pvy:treatment"])
def test_misspelt_privacy_column_refuses_the_form(misspelt: str) -> None:
    header = HEADER.replace("bind::pvy:do", misspelt)
    definition = form("| | text | q | Q | | A | drop | |", header)
    with pytest.raises(PolicyError) as refused:
        read_policy(definition)
    assert "XF-404" in {p.code for p in refused.value.problems}


def test_value_set_by_an_action_is_judged_as_a_calculation() -> None:
    header = HEADER.replace("| calculation |", "| calculation | trigger |")
    rows = """
| | text | nick | Nickname | | | A | drop | |
| | calculate | copied | | ${nick} | ${nick} | C | keep | |
"""
    assert codes(form(rows, header)) == ["XF-411"]


BY_HAND = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:pvy="urn:makazi:privacy:1"><h:head><h:title>T</h:title><model>
<instance><data id="t" version="1"><w kind="tap"/><n/><stamp/></data></instance>
<bind nodeset="/data/w" type="string" pvy:class="C" pvy:do="keep"/>
<bind nodeset="/data/n" calculate="/data/w/@kind" pvy:class="C" pvy:do="keep"/>
<bind nodeset="/data/stamp" type="string"/>
<setvalue event="odk-instance-first-load" ref="/data/stamp">v1</setvalue>
</model></h:head><h:body><select1 ref="/data/w"><label>W</label>
<item><label>Tap</label><value>tap</value></item><item><label>Well</label><value>well</value></item>
</select1></h:body></h:html>"""


def test_choices_that_stand_in_the_body_are_a_closed_list() -> None:
    definition = read_form(BY_HAND.encode())
    assert codes(definition) == []
    (water, kind) = read_policy(definition).fields
    assert water.domain.choices is not None
    assert water.domain.choices.codes == ("tap", "well")
    assert kind.domain.kind is FieldKind.CODE

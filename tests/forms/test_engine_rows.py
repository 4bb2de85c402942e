"""Rows of repeats: counted from beside them, counted by themselves, numbered by hand."""

from __future__ import annotations

import pytest

from forms.engine.instance import Instance
from forms.errors import NotValid, XFormError
from forms.xform.reader import read_form
from tests.support.forms import form, interview, settings

NESTED = """
| survey | | | | |
| | type | name | label | repeat_count |
| | integer | houses | Houses | |
| | begin_repeat | house | House | ${houses} |
| | integer | rooms | Rooms | |
| | begin_repeat | room | Room | ${rooms} |
| | integer | beds | Beds | |
| | end_repeat | | | |
| | end_repeat | | | |
"""

ONE_MORE = """
| survey | | | | | |
| | type | name | label | calculation | repeat_count |
| | calculate | wanted | | if(${person}[position()=last()]/more = 'yes', count(${person}) + 1, count(${person})) | |
| | begin_repeat | person | Person | | if(count(${person}) = 0, 1, ${wanted}) |
| | text | more | More? | | |
| | end_repeat | | | | |
"""  # noqa: E501

FREE = """
| survey | | | | |
| | type | name | label | calculation |
| | begin_repeat | tap | Tap | |
| | calculate | place | | position(..) |
| | integer | litres | Litres | |
| | end_repeat | | | |
| | calculate | sum | | sum(${litres}) |
"""


def test_inner_rows_are_counted_by_their_own_outer_row() -> None:
    town = interview(NESTED)
    town.answer("/data/houses", "2")
    town.answer("/data/house[2]/rooms", "3")
    town.answer("/data/house[1]/rooms", "0")
    assert len(town.node("/data/house[1]").rows("room")) == 0
    assert len(town.node("/data/house[2]").rows("room")) == 3


def test_row_of_the_form_stands_while_its_count_is_not_answered() -> None:
    town = interview(NESTED)
    assert len(town.root.rows("house")) == 1
    town.answer("/data/houses", "3")
    town.answer("/data/houses", "")
    assert len(town.root.rows("house")) == 3


def test_rows_that_count_themselves_grow_by_one_row_an_answer() -> None:
    home = interview(ONE_MORE)
    assert len(home.root.rows("person")) == 1
    home.answer("/data/person[1]/more", "yes")
    assert len(home.root.rows("person")) == 2
    home.answer("/data/person[2]/more", "no")
    assert len(home.root.rows("person")) == 2


def test_row_is_added_and_removed_by_hand_and_the_others_are_numbered_again() -> None:
    street = interview(FREE)
    while len(street.root.rows("tap")) < 3:
        street.add_repeat("/data/tap")
    for place, litres in enumerate(("5", "7", "9"), 1):
        street.answer(f"/data/tap[{place}]/litres", litres)
    street.remove_repeat("/data/tap[2]")
    taps = street.root.rows("tap")
    assert [street.node(f"{tap.ref}/place").value for tap in taps] == ["1", "2"]
    assert street.node("/data/sum").value == "14"


def test_counted_row_cannot_be_added_or_removed_by_hand() -> None:
    town = interview(NESTED)
    town.answer("/data/houses", "1")
    with pytest.raises(NotValid) as added:
        town.add_repeat("/data/house")
    with pytest.raises(NotValid) as removed:
        town.remove_repeat("/data/house[1]")
    assert (added.value.code, removed.value.code) == ("XF-306", "XF-306")


def test_answers_of_a_row_come_back_when_its_count_grows_again() -> None:
    town = interview(NESTED)
    town.answer("/data/houses", "2")
    town.answer("/data/house[2]/rooms", "1")
    town.answer("/data/house[2]/room[1]/beds", "4")
    town.answer("/data/houses", "1")
    town.answer("/data/houses", "2")
    assert town.node("/data/house[2]/room[1]/beds").value == "4"


def test_calculations_that_need_each_other_are_refused() -> None:
    circle = """
    | survey | | | | |
    | | type | name | label | calculation |
    | | calculate | a | | ${b} + 1 |
    | | calculate | b | | ${a} + 1 |
    | | note | n | Note | |
    """
    with pytest.raises(XFormError) as refused:
        interview(circle)
    assert refused.value.code == "XF-107"


XFORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>t</h:title><model><instance><data id="t"><yes/><asked/></data></instance>
<bind nodeset="/data/yes" type="boolean"/><bind id="a" nodeset="/data/asked" relevant="/data/yes"/>
{model}</model></h:head><h:body><input ref="/data/yes">{yes}</input>
<input ref="/data/asked"/></h:body>
</h:html>"""


def opened(**parts: str) -> bytes:
    return XFORM.format(**{"model": "", "yes": "", **parts}).encode()


def test_boolean_node_is_a_condition_by_what_it_says() -> None:
    asked = Instance.new(read_form(opened()), settings())
    assert not asked.node("/data/asked").relevant
    for text, wanted in (("true", True), ("0", False), ("1", True), ("", False)):
        asked.answer("/data/yes", text)
        assert asked.node("/data/asked").relevant is wanted


def test_setvalue_finds_its_node_by_the_id_of_a_bind() -> None:
    first = '<setvalue bind="a" event="odk-instance-first-load">now</setvalue>'
    filled = Instance.new(read_form(opened(model=first)), settings())
    assert filled.node("/data/asked").value == "now"


@pytest.mark.parametrize(
    "parts",
    [
        {"model": '<setvalue ref="/data/asked" event="odk-instance-fist-load">1</setvalue>'},
        {"model": '<setvalue ref="/data/asked" event="odk-new-repeat">1</setvalue>'},
        {"yes": '<setgeopoint ref="/data/asked" event="xforms-value-changed"/>'},
    ],
)
def test_action_that_would_never_come_is_refused(parts: dict[str, str]) -> None:
    with pytest.raises(XFormError) as refused:
        read_form(opened(**parts))
    assert refused.value.code == "XF-111"


def test_int_has_32_bits() -> None:
    home = interview("| survey | | | |\n| | type | name | label |\n| | integer | n | N |\n")
    assert home.answer("/data/n", "2147483647").problems == ()
    assert [p.code for p in home.answer("/data/n", "2147483648").problems] == ["XF-302"]


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("integer", "٤٢", "42"),
        ("decimal", "٢٫٥", "2.5"),
        ("date", "٢٠٢٦-١١-٢٤", "2026-11-24"),
        ("text", "٤٢", "٤٢"),
    ],
)
def test_digits_of_any_script_are_numbers_and_stay_text_in_texts(
    kind: str, typed: str, kept: str
) -> None:
    home = interview(f"| survey | | | |\n| | type | name | label |\n| | {kind} | n | N |\n")
    assert home.answer("/data/n", typed).problems == ()
    assert home.node("/data/n").value == kept


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_list_is_read_with_its_separator(mark: str) -> None:
    asked = """
    | survey | | | |
    | | type | name | label |
    | | select_one_from_file taps.csv | tap | Tap |
    """
    tap = Instance.new(form(asked, taps_csv=f"name{mark}label\nt1{mark}Tap 1\n"), settings())
    assert [(c.value, c.label) for c in tap.node("/data/tap").choices()] == [("t1", "Tap 1")]


@pytest.mark.parametrize(
    ("typed", "good"),
    [
        ("10:00", True),
        ("10:00:05.250+03:00", True),
        ("10:00Z", True),
        ("25:00", False),
        ("10:00:00+25:00", False),
    ],
)
def test_time_is_a_time_of_the_day_with_or_without_its_zone(typed: str, good: bool) -> None:
    home = interview("| survey | | | |\n| | type | name | label |\n| | time | t | T |\n")
    assert (home.answer("/data/t", typed).problems == ()) is good


def test_action_on_opening_sees_what_was_computed() -> None:
    seen = (
        '<setvalue ref="/data/asked" event="odk-instance-first-load" value="/data/sum"/>'
        '<bind nodeset="/data/sum" type="int" calculate="2 + 2"/>'
    )
    xml = opened(model=seen).replace(b"<yes/><asked/>", b"<yes>1</yes><asked/><sum/>")
    assert Instance.new(read_form(xml), settings()).node("/data/asked").value == "4"


def test_list_with_another_separator_is_refused() -> None:
    asked = """
    | survey | | | |
    | | type | name | label |
    | | select_one_from_file taps.csv | tap | Tap |
    """
    with pytest.raises(XFormError) as refused:
        form(asked, taps_csv="name$label\nt1$Tap 1\n")
    assert refused.value.code == "XF-109"


def test_label_of_a_choice_is_that_of_the_own_row() -> None:
    home = interview(
        """
        | survey | | | | |
        | | type | name | label::English (en) | label::Kiswahili (sw) | calculation |
        | | begin_repeat | person | Person | Mtu | |
        | | select_one rel | relation | Relation | Uhusiano | |
        | | calculate | shown | | | jr:choice-name(${relation}, '${relation}') |
        | | end_repeat | | | | |
        | choices | | | | |
        | | list_name | name | label::English (en) | label::Kiswahili (sw) |
        | | rel | head | Head | Mkuu |
        | | rel | child | Child | Mtoto |
        """
    )
    while len(home.root.rows("person")) < 2:
        home.add_repeat("/data/person")
    home.answer("/data/person[1]/relation", "head")
    home.answer("/data/person[2]/relation", "child")
    assert home.node("/data/person[2]/shown").value == "Child"
    home.set_language("Kiswahili (sw)")
    assert [home.node(f"/data/person[{n}]/shown").value for n in (1, 2)] == ["Mkuu", "Mtoto"]


def test_running_total_follows_a_change_in_the_row_before() -> None:
    purse = interview(
        """
        | survey | | | | |
        | | type | name | label | calculation |
        | | begin_repeat | day | Day | |
        | | integer | paid | Paid | |
        | | calculate | sofar | | ${paid} + if(position(..) > 1, indexed-repeat(${sofar}, ${day}, position(..) - 1), 0) |
        | | end_repeat | | | |
        """  # noqa: E501
    )
    while len(purse.root.rows("day")) < 3:
        purse.add_repeat("/data/day")
    for place in (3, 2, 1):
        purse.answer(f"/data/day[{place}]/paid", "10")
    assert [purse.node(f"/data/day[{n}]/sofar").value for n in (1, 2, 3)] == ["10", "20", "30"]
    purse.answer("/data/day[1]/paid", "15")
    assert purse.node("/data/day[3]/sofar").value == "35"


COUNT_BESIDE = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:jr="http://openrosa.org/javarosa"
 xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>t</h:title><model><itext>
<translation lang="en"><text id="low"><value>Too low</value></text></translation></itext><instance>
<data id="t"><house jr:template=""><n/><room jr:template=""><x/></room></house></data></instance>
<bind nodeset="/data/house/n" constraint=". &gt; 1" jr:constraintMsg="jr:itext(concat('lo', 'w'))"/>
</model></h:head><h:body><repeat nodeset="/data/house"><input ref="n"/>
<repeat nodeset="/data/house/room" jr:count="n"><input ref="x"/></repeat></repeat>
</h:body></h:html>"""


def test_bare_name_of_a_count_is_the_node_beside_the_repeat() -> None:
    town = Instance.new(read_form(COUNT_BESIDE.encode()), settings())
    town.add_repeat("/data/house")
    town.answer("/data/house[1]/n", "2")
    assert len(town.node("/data/house[1]").rows("room")) == 2


def test_message_whose_id_is_computed_is_shown() -> None:
    town = Instance.new(read_form(COUNT_BESIDE.encode()), settings())
    town.add_repeat("/data/house")
    town.answer("/data/house[1]/n", "1")
    assert town.node("/data/house[1]/n").message == "Too low"


def test_new_row_stands_among_rows_of_its_own_repeat() -> None:
    two = interview(
        """
        | survey | | | | |
        | | type | name | label | repeat_count |
        | | integer | n | N | |
        | | begin_repeat | person | Person | ${n} |
        | | text | who | Who | |
        | | end_repeat | | | |
        | | begin_repeat | tap | Tap | |
        | | text | where | Where | |
        | | end_repeat | | | |
        """
    )
    two.add_repeat("/data/tap")
    two.answer("/data/n", "1")
    names = [child.name for child in two.root.children]
    assert names.index("person") < names.index("tap")


def test_filtered_path_follows_any_row() -> None:
    ring = interview(
        """
        | survey | | | | |
        | | type | name | label | calculation |
        | | begin_repeat | tap | Tap | |
        | | integer | litres | Litres | |
        | | calculate | next | | /data/tap[position() = position(current()/..) + 1]/litres |
        | | end_repeat | | | |
        """
    )
    while len(ring.root.rows("tap")) < 2:
        ring.add_repeat("/data/tap")
    ring.answer("/data/tap[2]/litres", "7")
    assert ring.node("/data/tap[1]/next").value == "7"


REPEATS = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>t</h:title><model><instance><data id="t">
<n>2.7</n><day>2026-11-24T08:00</day><only jr:template=""><x>1</x></only>
<row jr:template=""><x>new</x></row><row><x>first</x></row></data></instance>
<bind nodeset="/data/n" type="int"/><bind nodeset="/data/day" type="date"/></model></h:head><h:body>
<repeat nodeset="/data/only" jr:noAddRemove="true()"><input ref="x"/></repeat>
<repeat nodeset="/data/row" jr:count="/data/n"><input ref="x"/></repeat></h:body></h:html>"""


def test_rows_that_the_form_writes_keep_their_defaults() -> None:
    counted = Instance.new(read_form(REPEATS.encode()), settings())
    assert [counted.node(f"{row.ref}/x").value for row in counted.root.rows("row")] == [
        "first",
        "new",
    ]


def test_repeat_that_nobody_can_add_to_has_its_one_row() -> None:
    fixed = Instance.new(read_form(REPEATS.encode()), settings())
    assert [row.ref for row in fixed.root.rows("only")] == ["/data/only[1]"]


def test_default_is_kept_as_its_type_writes_it() -> None:
    opened_ = Instance.new(read_form(REPEATS.encode()), settings())
    assert opened_.node("/data/n").value == "2"
    assert opened_.node("/data/day").value == "2026-11-24"

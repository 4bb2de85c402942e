"""Controls and texts of ODK XForms that few forms use, one behaviour each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forms.engine.instance import Instance
from forms.errors import NotValid
from forms.xform.reader import read_form
from forms.xpath.functions import STANDARD
from forms.xpath.functions.registry import Function, number
from tests.support.forms import form, interview, settings, xform

WIDGETS = """
| survey | | | | | | |
| | type | name | label | parameters | guidance_hint | media::image |
| | range | score | Score | start=0 end=10 step=5 | Show the card | card.png |
| | rank food | order | Order | | | |
| | image | photo | Photo | max-pixels=640 | | |
| | acknowledge | seen | Seen | | | |
| | background-audio | sound | | quality=low | | |
| | start-geopoint | here | | | | |
| | select_one_from_file taps.geojson | tap | Tap | | | |
| choices | | | |
| | list_name | name | label |
| | food | rice | Rice |
| | food | beans | Beans |
"""
TAPS = """{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "t1",
"geometry": {"type": "Point", "coordinates": [36.8, -1.3]}, "properties": {"title": "Well"}}]}"""


@pytest.fixture(scope="module")
def filled() -> Instance:
    read = read_form(xform(WIDGETS), {"taps.geojson": TAPS.encode()})
    return Instance.new(read, settings())


def test_range_says_from_where_to_where_in_which_steps(filled: Instance) -> None:
    said = filled.node("/data/score").parameters
    assert (said["start"], said["end"], said["step"]) == ("0", "10", "5")


def test_question_has_guidance_and_a_picture(filled: Instance) -> None:
    node = filled.node("/data/score")
    assert (node.guidance, dict(node.media)) == ("Show the card", {"image": "jr://images/card.png"})


def test_rank_keeps_the_order_of_its_choices(filled: Instance) -> None:
    filled.answer("/data/order", "beans rice")
    assert filled.node("/data/order").value == "beans rice"


def test_upload_says_what_it_takes_and_how_large(filled: Instance) -> None:
    node = filled.node("/data/photo")
    assert node.control is not None
    assert (node.control.kind, node.control.mediatype) == ("upload", "image/*")


def test_trigger_is_ok_when_it_was_seen(filled: Instance) -> None:
    filled.answer("/data/seen", "OK")
    assert filled.node("/data/seen").value == "OK"


def test_what_only_a_device_can_do_is_kept_as_an_intent(filled: Instance) -> None:
    found = {(action.kind, target) for action, target in filled.events.intents}
    assert found == {("recordaudio", "/data/sound"), ("setgeopoint", "/data/here")}


def test_list_of_places_offers_its_features_by_name(filled: Instance) -> None:
    (choice,) = filled.node("/data/tap").choices()
    assert (choice.value, choice.label) == ("t1", "Well")


def test_rows_are_fixed_when_the_form_says_so() -> None:
    written = xform(
        "| survey | | | |\n| | type | name | label |\n| | begin_repeat | r | R |\n"
        "| | text | a | A |\n| | end_repeat | | |\n"
    ).replace(b'<repeat nodeset="/data/r"', b'<repeat jr:noAddRemove="true()" nodeset="/data/r"')
    fixed = Instance.new(read_form(written), settings())
    assert len(fixed.root.rows("r")) == 1
    with pytest.raises(NotValid):
        fixed.add_repeat("/data/r")


def test_metadata_of_the_device_is_there_from_the_start() -> None:
    read = form(
        "| survey | | | |\n| | type | name | label |\n| | deviceid | device | |\n"
        "| | today | day | |\n| | text | a | A |\n"
    )
    begun = Instance.new(read, settings())
    assert (begun.node("/data/device").value, begun.node("/data/day").value) == (
        "tablet-7",
        "2026-11-24",
    )


def test_correction_names_what_it_corrects() -> None:
    first = interview("| survey | | | |\n| | type | name | label |\n| | text | a | A |\n")
    sent = first.finalise()
    again = Instance.edit(first.form, sent.xml, settings())
    assert again.node("/data/meta/deprecatedID").value == sent.instance_id
    assert again.node("/data/meta/instanceID").value != sent.instance_id


def test_function_of_another_platform_is_called_under_its_own_prefix() -> None:
    twice = Function("acme:twice", 1, 1, lambda c, a: number(c, a[0]) * 2)
    read = form(
        "| survey | | | | |\n| | type | name | label | calculation |\n"
        "| | integer | a | A | |\n| | calculate | b | | acme:twice(${a}) |\n"
    )
    known = replace(settings(), functions=STANDARD.extended(twice))
    begun = Instance.new(read, known)
    begun.answer("/data/a", "4")
    assert begun.node("/data/b").value == "8"

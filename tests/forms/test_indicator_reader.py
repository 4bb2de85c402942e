"""`indicators.toml` becomes definitions over released fields, or all that is wrong with it."""

from __future__ import annotations

import pytest

from forms.errors import IndicatorError
from forms.indicator import HOUSEHOLD, Indicator, Shape, in_language, read_indicators
from forms.privacy import Policy, read_policy
from tests.support.forms import form

FORM = """
| survey | | | | | |
| | type | name | label | bind::pvy:class | bind::pvy:do |
| | select_one w | water | Water | C | keep |
| | select_one w | toilet | Toilet | C | ladder:1 |
| | integer | size | People | B | band:[1,5] |
| | text | name | Name | A | seal |
| | text | psu | Cluster | B | pseudonym:tablet |
| | begin_repeat | person | Person | | |
| | select_one w | role | Role | C | keep |
| | begin_repeat | card | Card | | |
| | select_one w | kind | Kind | C | keep |
| | end_repeat | | | | |
| | end_repeat | | | | |
| choices | | | | |
| | list_name | name | label | gen1 |
| | w | tap | Tap | good |
| | w | well | Well | bad |
| settings | | | |
| | form_id | version | namespaces |
| | x | 1 | pvy="urn:makazi:privacy:1" |
"""
SHARE = {
    "id": '"piped"',
    "title": '{ en = "Tap", fr = "Robinet" }',
    "unit": '"households"',
    "universe": '"true"',
    "numerator": "\"water = 'tap'\"",
    "denominator": '"water is not null"',
    "source": '"SDG 6.1.1"',
}
LADDER = {
    "id": '"water_ladder"',
    "title": '"Water"',
    "unit": '"households"',
    "universe": '"true"',
    "field": '"water"',
    "rungs": '["tap", "well"]',
    "rung_labels": '{ en = { tap = "A tap" }, fr = { tap = "Un robinet" } }',
    "source": '"JMP"',
}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(form(FORM))


def table(header: str, fields: dict[str, str], **changes: str | None) -> str:
    """A table as TOML; a field that is changed to None is left out."""
    merged = {**fields, **changes}
    lines = [f"{key} = {value}" for key, value in merged.items() if value is not None]
    return "\n".join([f"[[{header}]]", *lines, ""])


def share(**changes: str | None) -> str:
    return table("indicator", SHARE, **changes)


def ladder(**changes: str | None) -> str:
    return table("ladder", LADDER, **changes)


def one(toml: str, policy: Policy) -> Indicator:
    return read_indicators(toml.encode(), policy).indicators[0]


def test_share_is_a_distribution_with_one_category(policy: Policy) -> None:
    found = one(share(disaggregate='["size"]', cluster='"psu"'), policy)
    assert (found.shape, found.level, found.source) == (Shape.SHARE, HOUSEHOLD, "SDG 6.1.1")
    assert [c.id for c in found.categories] == ["yes"]
    assert found.categories[0].condition.text == "water = 'tap'"
    assert (found.weight.text, found.cluster, found.disaggregate) == ("1.0", "psu", ("size",))
    assert found.reads == {"water", "psu", "size"}
    assert found.reveals == {"water"}


def test_ladder_has_a_category_for_each_rung_over_those_whose_rung_is_known(policy: Policy) -> None:
    found = one(ladder(), policy)
    assert [c.id for c in found.categories] == ["tap", "well"]
    assert [c.condition.text for c in found.categories] == ["water = 'tap'", "water = 'well'"]
    assert found.denominator.text == "water is not null"
    assert in_language(found.categories[0].labels, "fr") == "Un robinet"
    assert in_language(found.categories[0].labels, "sw") == "A tap"


def test_indicators_stand_in_the_order_of_the_file(policy: Policy) -> None:
    found = read_indicators((ladder() + share()).encode(), policy)
    assert [i.id for i in found.indicators] == ["water_ladder", "piped"]
    assert found.indicator("piped") is found.indicators[1]
    assert found.indicator("none") is None


def test_defaults_are_for_every_indicator_that_does_not_say_otherwise(policy: Policy) -> None:
    found = read_indicators(('[defaults]\ncluster = "psu"\n' + share() + ladder()).encode(), policy)
    assert [i.cluster for i in found.indicators] == ["psu", "psu"]


def test_no_file_is_no_indicator(policy: Policy) -> None:
    assert read_indicators(b"", policy).indicators == ()


def test_leaf_knows_what_it_can_be_released_as(policy: Policy) -> None:
    leaves = read_indicators(b"", policy).leaves
    assert leaves["water"].codes == ("tap", "well")
    assert leaves["toilet"].codes == ("good", "bad")
    assert leaves["size"].codes == ()
    assert leaves["role"].level == "person"
    assert "name" not in leaves


def test_indicator_of_a_repeat_sees_its_own_rows_and_those_around(policy: Policy) -> None:
    found = one(share(level='"person"', numerator="\"role = 'tap' and water = 'tap'\""), policy)
    assert found.level == "person"


@pytest.mark.parametrize(
    ("toml", "code", "line"),
    [
        ("[[indicator]\n", "XF-701", 1),
        ('x = "\x00"\n', "XF-701", 1),
        (share(numerator=None), "XF-702", 1),
        (ladder(rungs=None), "XF-702", 1),
        (share(numeratr='"true"'), "XF-703", 9),
        (share(title="7"), "XF-703", 3),
        (share(universe="true"), "XF-703", 5),
        (share(id='"Piped Water"'), "XF-703", 2),
        (share(disaggregate='["size", "size"]'), "XF-703", 9),
        (ladder(rungs='["tap"]'), "XF-703", 7),
        (ladder(rung_labels='{ en = { none = "None" } }'), "XF-703", 8),
        (share() + share(), "XF-704", 10),
        (share(numerator='"water like 1"'), "XF-705", 6),
        (share(numerator="\"name = 'Amina'\""), "XF-706", 6),
        (share(numerator="\"role = 'tap'\""), "XF-706", 6),
        (share(level='"person"', numerator="\"kind = 'tap'\""), "XF-706", 6),
        (share(cluster='"nobody"'), "XF-706", 9),
        (ladder(field='"name"'), "XF-706", 6),
        (share(numerator='"water"'), "XF-707", 6),
        (share(weight='"size"'), "XF-707", 9),
        (share(level='"persons"'), "XF-708", 9),
        (ladder(rungs='["tap", "river"]'), "XF-709", 7),
        (share(numerator="\"water = 'tapp'\""), "XF-709", 6),
        (share(universe="\"toilet in ('good', 'tap')\""), "XF-709", 5),
        (share(denominator="\"'river' <> water\""), "XF-709", 7),
    ],
)
def test_file_is_refused_with_code_and_line(
    policy: Policy, toml: str, code: str, line: int
) -> None:
    with pytest.raises(IndicatorError) as caught:
        read_indicators(toml.encode(), policy)
    places = [(p.code, p.where) for p in caught.value.problems]
    assert (code, f"indicators.toml:{line}") in places, places


@pytest.mark.parametrize("toml", ["[x]\n", "[defaults]\nweight = 1\n", "[indicator]\nid = 'a'\n"])
def test_file_is_refused_when_a_table_is_not_known(policy: Policy, toml: str) -> None:
    with pytest.raises(IndicatorError) as caught:
        read_indicators(toml.encode(), policy)
    assert {p.code for p in caught.value.problems} == {"XF-703"}


def test_every_fault_is_named_at_once(policy: Policy) -> None:
    toml = share(numerator='"water like 1"', source=None) + ladder(field='"name"')
    with pytest.raises(IndicatorError) as caught:
        read_indicators(toml.encode(), policy)
    assert [p.code for p in caught.value.problems] == ["XF-702", "XF-705", "XF-706"]


def test_name_that_stands_twice_cannot_be_counted() -> None:
    twice = FORM.replace("| select_one w | role |", "| select_one w | water |")
    with pytest.raises(IndicatorError) as caught:
        read_indicators(share().encode(), read_policy(form(twice)))
    assert {p.code for p in caught.value.problems} == {"XF-706"}

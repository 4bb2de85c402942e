"""Entities: what an interview registers and corrects, and finding it again without a network."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree as ET

from forms.engine.entities import Entity, entities_of, updated_list
from forms.engine.instance import Instance
from tests.support.forms import form, interview, settings

REGISTER = """
| survey | | | | |
| | type | name | label | save_to |
| | text | nm | Name | full_name |
| | integer | age | Age | age |
| | text | note | Note | |
| entities | | | | |
| | list_name | label | create_if |
| | people | concat(${nm}, '!') | ${age} > 17 |
"""
CORRECT = """
| survey | | | | | |
| | type | name | label | save_to | relevant |
| | select_one_from_file people.csv | person | Person | | |
| | integer | age | Age | age | |
| | text | full_name | Name | full_name | ${age} > 90 |
| entities | | | | | |
| | list_name | label | entity_id | update_if | create_if |
| | people | | coalesce(${person}, 'new-1') | ${person} != '' | ${person} = '' |
"""
ROSTER = """
| survey | | | | |
| | type | name | label | save_to |
| | begin_repeat | person | Person | |
| | text | nm | Name | full_name |
| | end_repeat | | | |
| entities | | | | |
| | list_name | label | repeat |
| | people | ${nm} | ${person} |
"""
PEOPLE = "name,label,age,__version\np1,Asha,30,4\n"


def test_entity_is_registered_with_what_is_saved_to_it() -> None:
    filled = interview(REGISTER)
    filled.answer("/data/nm", "Asha")
    filled.answer("/data/age", "30")
    filled.answer("/data/note", "kept out")
    (entity,) = entities_of(filled)
    assert (entity.dataset, entity.create, entity.update) == ("people", True, False)
    assert (entity.label, dict(entity.values)) == ("Asha!", {"full_name": "Asha", "age": "30"})
    assert len(entity.id) == 36


def test_entity_is_not_registered_when_its_condition_does_not_hold() -> None:
    filled = interview(REGISTER)
    filled.answer("/data/nm", "Asha")
    filled.answer("/data/age", "3")
    assert entities_of(filled) == ()


def test_submission_says_the_entity_in_its_attributes() -> None:
    filled = interview(REGISTER)
    filled.answer("/data/nm", "Asha")
    filled.answer("/data/age", "30")
    said = ET.fromstring(filled.submission_xml()).find(".//entity")
    assert said is not None
    assert (said.get("dataset"), said.get("create")) == ("people", "true")
    assert said.get("id") == entities_of(filled)[0].id


def test_entity_keeps_its_id_when_a_draft_is_opened_again() -> None:
    filled = interview(REGISTER)
    filled.answer("/data/nm", "Asha")
    filled.answer("/data/age", "30")
    again = Instance.restore(filled.form, filled.draft(), settings())
    assert entities_of(again)[0].id == entities_of(filled)[0].id


def test_entity_is_corrected_from_the_version_that_was_read() -> None:
    filled = interview(CORRECT, people_csv=PEOPLE)
    filled.answer("/data/person", "p1")
    filled.answer("/data/age", "31")
    (entity,) = entities_of(filled)
    assert (entity.id, entity.create, entity.update, entity.base_version) == (
        "p1",
        False,
        True,
        "4",
    )


def test_entity_leaves_out_what_was_not_asked() -> None:
    filled = interview(CORRECT, people_csv=PEOPLE)
    filled.answer("/data/person", "p1")
    filled.answer("/data/age", "31")
    assert dict(entities_of(filled)[0].values) == {"age": "31"}


def test_entity_of_each_row_is_registered_with_the_answers_of_its_row() -> None:
    filled = interview(ROSTER)
    filled.add_repeat("/data/person")
    for place, name in enumerate(("Asha", "Bo"), 1):
        filled.answer(f"/data/person[{place}]/nm", name)
    found = entities_of(filled)
    assert [dict(entity.values) for entity in found] == [{"full_name": "Asha"}, {"full_name": "Bo"}]
    assert len({entity.id for entity in found}) == 2


def table(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode())))


def test_list_offers_what_was_registered_without_a_network() -> None:
    new = Entity("people", "e1", True, False, "Bo", {"age": "7"})
    updated = updated_list(PEOPLE.encode(), [new], lambda: "branch-1")
    opened = Instance.new(form(CORRECT, people_csv=updated.decode()), settings())
    assert [c.label for c in opened.node("/data/person").choices()] == ["Asha", "Bo"]
    assert table(updated)[1]["__version"] == "1"


def test_list_counts_versions_on_from_the_servers_when_corrected_twice() -> None:
    change = Entity("people", "p1", False, True, "", {"age": "31"})
    updated = updated_list(PEOPLE.encode(), [change, change], lambda: "branch-1")
    (row,) = table(updated)
    assert (row["label"], row["age"], row["__version"]) == ("Asha", "31", "6")
    assert (row["__trunkVersion"], row["__branchId"]) == ("4", "branch-1")


def test_list_takes_an_entity_that_is_new_or_known_either_way() -> None:
    either = [Entity("people", name, True, True, "L", {"age": "1"}) for name in ("p1", "p9")]
    rows = table(updated_list(PEOPLE.encode(), either, lambda: "b"))
    assert [(row["name"], row["__version"]) for row in rows] == [("p1", "5"), ("p9", "1")]


def test_list_stays_as_it_is_when_a_correction_knows_nothing_of_it() -> None:
    change = Entity("people", "gone", False, True, "", {"age": "31"})
    assert len(table(updated_list(PEOPLE.encode(), [change], lambda: "b"))) == 1


def test_entity_shows_no_answer_when_it_is_printed() -> None:
    assert "Asha" not in repr(Entity("people", "e1", True, False, "Asha", {"a": "Asha"}))

"""Which revisions count: the newest of each record, the same one on every machine."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from server_stub.problems import StoreDamagedError
from server_stub.store.released import counted, heads
from server_stub.store.schema import REVISIONS
from tests.server_stub.centre_cases import PROJECT, record
from tests.server_stub.survey_cases import FORM, bring, signed

if TYPE_CHECKING:
    from forms.bundle import FormBundle
    from sync.release.record import ReleaseRecord
    from tests.server_stub.centre_cases import SmallCentre

RECORD = str(uuid.uuid4())


@pytest.fixture
def bundle(centre: SmallCentre) -> FormBundle:
    return centre.give(signed())


def revision(bundle: FormBundle, members: int, *parents: ReleaseRecord) -> ReleaseRecord:
    named = tuple(parent.revision_id for parent in parents)
    return record(bundle, record_id=RECORD, parents=named, members=str(members))


def counting(centre: SmallCentre) -> list[str]:
    with centre.parts.database.reading() as connection:
        return [head.revision_id for head in heads(connection, PROJECT)]


def test_edit_takes_the_place_of_what_it_was_made_from(
    centre: SmallCentre, bundle: FormBundle
) -> None:
    first = revision(bundle, 1)
    second = revision(bundle, 2, first)
    bring(centre.enrol(), [second, first])  # in whichever order they come
    assert counting(centre) == [second.revision_id]
    everybody = centre.parts.tables.of(PROJECT)
    assert everybody.server_seq == 1


def test_longer_history_counts_when_two_tablets_edited_the_same_record(
    centre: SmallCentre, bundle: FormBundle
) -> None:
    first = revision(bundle, 1)
    once = revision(bundle, 2, first)
    twice = revision(bundle, 3, revision_of := revision(bundle, 4, first))
    bring(centre.enrol(), [first, once, revision_of, twice])
    assert counting(centre) == [twice.revision_id]


def test_larger_hash_counts_when_the_histories_are_of_one_length(
    centre: SmallCentre, bundle: FormBundle
) -> None:
    first = revision(bundle, 1)
    edits = [revision(bundle, members, first) for members in (2, 3, 4)]
    bring(centre.enrol(), [first, *edits])
    assert counting(centre) == [max(edits, key=lambda e: e.content_hash).revision_id]


def test_merge_takes_the_place_of_both(centre: SmallCentre, bundle: FormBundle) -> None:
    first = revision(bundle, 1)
    edits = [revision(bundle, members, first) for members in (2, 3)]
    merged = revision(bundle, 4, *edits)
    bring(centre.enrol(), [first, *edits, merged])
    assert counting(centre) == [merged.revision_id]


def test_record_is_not_hidden_when_another_record_names_it_as_parent(
    centre: SmallCentre, bundle: FormBundle
) -> None:
    first = revision(bundle, 1)
    stranger = record(bundle, parents=(first.revision_id,), members="2")
    bring(centre.enrol(), [first, stranger])
    assert set(counting(centre)) == {first.revision_id, stranger.revision_id}


def test_one_counts_when_revisions_name_each_other(centre: SmallCentre, bundle: FormBundle) -> None:
    """A ring has no newest: nothing of it counts, and nothing hangs."""
    ids = [str(uuid.uuid4()), str(uuid.uuid4())]
    ring = [
        record(bundle, record_id=RECORD, revision_id=ids[n], parents=(ids[1 - n],), members="1")
        for n in (0, 1)
    ]
    heads_of_two = [revision(bundle, 5, ring[0]), revision(bundle, 6, ring[1])]
    bring(centre.enrol(), [*ring, *heads_of_two])
    assert len(counting(centre)) == 1


def test_records_of_an_older_form_version_count_by_the_newest_definitions(
    centre: SmallCentre, bundle: FormBundle
) -> None:
    centre.clock.advance(days=1)
    moved = FORM.replace(
        "| | select_one rung | rung |",
        "| | begin_group | wash | | | | |\n| | select_one rung | rung |",
    )
    moved = moved.replace(
        "| | select_one yes_no | fear |",
        "| | end_group | | | | | |\n| | select_one yes_no | fear |",
    )
    newer = centre.give(signed("2", form=moved))
    home = {"members": "2", "psu": "1", "stratum": "slum"}
    tablet = centre.enrol()
    bring(tablet, [record(bundle, **home, rung="limited") for _ in range(20)])
    bring(tablet, [record(newer, **home, **{"wash/rung": "limited"}) for _ in range(15)])
    (ladder, *_) = centre.parts.tables.of(PROJECT).indicators
    assert ladder.groups[0].base == 35


def test_table_is_refused_when_a_stored_record_was_changed(
    centre: SmallCentre, bundle: FormBundle
) -> None:
    one = revision(bundle, 3)
    bring(centre.enrol(), [one])
    changed = one.to_bytes().replace(b'"members":"3"', b'"members":"9"')
    with centre.parts.database.writing() as connection:
        connection.execute(update(REVISIONS).values(line=changed))
    with pytest.raises(StoreDamagedError):
        centre.parts.tables.of(PROJECT)


def test_project_is_counted(centre: SmallCentre, bundle: FormBundle) -> None:
    first = revision(bundle, 1)
    bring(centre.enrol(), [first, revision(bundle, 2, first), record(bundle, members="many")])
    with centre.parts.database.reading() as connection:
        held = counted(connection, PROJECT)
    assert (held.batches, held.revisions, held.records) == (1, 2, 1)
    assert held.alarms == {"release-refused": 1}

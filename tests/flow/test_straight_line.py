"""The whole line without a window: household form, tablet, bad link, centre, published table."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import httpx2
import pytest

from server_stub.demo import scripted, survey, synthetic
from server_stub.demo.relay import Cut, Relay
from server_stub.demo.sweep import sweep
from sync.store import RecordStatus
from tests.support.centre import PROJECT, LoopbackCentre
from tests.support.tablet import household_bundle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOUSEHOLDS = 40


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("line")


@pytest.fixture(scope="module")
def centre(places: Path) -> Iterator[LoopbackCentre]:
    centre = LoopbackCentre.make(places / "centre")
    centre.give(household_bundle())
    centre.start()
    yield centre
    centre.stop()


@pytest.fixture(scope="module")
def canaries() -> tuple[str, ...]:
    return (*synthetic.canaries(random.Random(7), 16), *scripted.CANARIES)


@pytest.fixture(scope="module")
def sent(places: Path, centre: LoopbackCentre, canaries: tuple[str, ...]) -> tuple[int, Path]:
    """Forty households collected on one tablet and sent over a link that breaks twice."""
    tablet = places / "tablet"
    chance = random.Random(11)
    households = [scripted.scripted_household()]
    households += [synthetic.household(chance, canaries) for _ in range(HOUSEHOLDS - 1)]
    with Relay(centre.port, places / "wire.bin") as link:
        survey.enrol(tablet, centre.invitation(link.url))
        survey.collect(survey.TabletWork(tablet, "household", tuple(households)))
        link.cut_later(Cut("up", 3_000), Cut("down", 2_000))
        delivered = 0
        for _ in range(6):
            profile = survey.open_tablet(tablet)
            delivered += profile.push(flush=True).delivered
            profile.close()
        assert len(link.traffic.cuts) == 2
    return delivered, tablet


def test_every_record_is_delivered_once_when_the_link_breaks_twice(
    sent: tuple[int, Path], centre: LoopbackCentre
) -> None:
    delivered, _ = sent
    held = centre.held_revisions()
    assert (delivered, len(held), len(set(held))) == (HOUSEHOLDS, HOUSEHOLDS, HOUSEHOLDS)


def test_tablet_calls_a_record_delivered_when_its_receipt_was_checked(
    sent: tuple[int, Path],
) -> None:
    profile = survey.open_tablet(sent[1])
    states = profile.store.records()
    profile.close()
    assert {state.status for state in states} == {RecordStatus.DELIVERED}
    assert all(len(state.receipt_code) == 8 for state in states)


def test_no_canary_is_found_on_the_wire_or_at_rest(
    sent: tuple[int, Path], places: Path, canaries: tuple[str, ...]
) -> None:
    result = sweep([places / "wire.bin", places / "centre", sent[1]], canaries)
    assert result.hits == ()
    assert result.bytes_read > 100_000


def test_published_ladder_counts_the_households_that_took_part(
    sent: tuple[int, Path], centre: LoopbackCentre
) -> None:
    del sent
    page = httpx2.get(f"{centre.url}/projects/{PROJECT}/tables.json", timeout=60)
    document = json.loads(page.content)
    sanitation = next(i for i in document["indicators"] if i["id"] == "sanitation")
    whole = next(group for group in sanitation["groups"] if group["kind"] == "all")
    assert 25 <= whole["base_n"] <= HOUSEHOLDS

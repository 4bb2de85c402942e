"""The outbox alone: what is due, what a batch covers and names, what a receipt changes."""

from __future__ import annotations

import uuid
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.blobs import BlobCipher
from sync.database import open_database
from sync.errors import WireError
from sync.outbox import COMPANY, Outbox, Sender
from sync.release.pipeline import release
from sync.store import RecordStatus, TabletStore
from sync.wire.batch import GENESIS, next_chain, open_batch
from sync.wire.receipt import Durability, Outcome, OutcomeKind, Receipt
from tests.sync.privacy_cases import (
    HOUSEHOLD,
    KEYS,
    Row,
    bundle_of,
    identity,
    policy_of,
    submission,
)
from tests.sync.tablet_cases import START, fast_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sync.wire.batch import SealedBatch

BUNDLE = bundle_of(policy_of(HOUSEHOLD))
SENDER = Sender("pilot", "tab-1")
LARGE = 1 << 20


class Desk:
    """A store and its outbox, and a server that says what a test wants."""

    def __init__(self, path: Path) -> None:
        self.database = open_database(path, START)
        cipher = BlobCipher(bytes(32))
        self.store, self.outbox = TabletStore(self.database, cipher), Outbox(self.database, cipher)

    def close(self) -> None:
        self.database.close()

    def collect(self, count: int = 1, note: str = "4") -> list[str]:
        made = []
        for _ in range(count):
            ids = {"record_id": str(uuid.uuid4()), "revision_id": str(uuid.uuid4())}
            answers = Row({"/data/people": note}, {})
            one = release(submission(answers), BUNDLE, identity(**ids), KEYS)
            self.store.keep_revision(one, START)
            made.append(one.record.revision_id)
        return made

    def seal(self, size_bytes: int = LARGE) -> SealedBatch | None:
        return self.outbox.seal_due(SENDER, START, size_bytes=size_bytes, flush=True)

    def answer(self, batch: SealedBatch, kinds: dict[str, OutcomeKind] | None = None) -> Receipt:
        h, said = batch.header, kinds or {}
        outcomes = tuple(
            Outcome(i, said.get(i, OutcomeKind.NEW), "SY-211" if i in said else "")
            for i in self.revisions(batch)
        )
        facts = (h.batch_id, h.project, h.device_id, h.epoch, h.sha256, outcomes)
        return Receipt(*facts, "centre-1", 1, "2026-11-24T10:00:00Z", Durability.LOCAL)

    def settle(self, batch: SealedBatch, kinds: dict[str, OutcomeKind] | None = None):
        from sync.keys import SigningKey
        from sync.wire.receipt import sign_receipt

        receipt = self.answer(batch, kinds)
        signed = sign_receipt(receipt, SigningKey(bytes(32))).to_bytes()
        return self.outbox.settle(batch, receipt, signed)

    @staticmethod
    def revisions(batch: SealedBatch) -> list[str]:
        from sync.release.record import ReleaseRecord

        return [
            ReleaseRecord.from_bytes(x).revision_id for x in open_batch(batch.header, batch.body)
        ]

    def count(self, status: RecordStatus) -> int:
        return self.store.counts()[status]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "tablet.sqlite")
    yield made
    made.close()


def test_batch_waits_for_company(desk: Desk) -> None:
    desk.collect(COMPANY - 1)
    assert desk.outbox.seal_due(SENDER, START, size_bytes=LARGE) is None
    assert not desk.outbox.has_work(SENDER, START, flush=False)
    desk.collect()
    assert desk.outbox.has_work(SENDER, START, flush=False)
    assert desk.outbox.seal_due(SENDER, START, size_bytes=LARGE).header.count == COMPANY


@pytest.mark.parametrize(
    ("hours", "due"), [(0, False), (23, False), (24, True), (400, True), (-1, False), (-50, True)]
)
def test_lone_record_waits_for_a_day_and_no_clock_holds_it_up(
    desk: Desk, hours: int, due: bool
) -> None:
    desk.collect()
    later = START + timedelta(hours=hours)
    assert (desk.outbox.seal_due(SENDER, later, size_bytes=LARGE) is not None) is due


def test_sealed_batch_comes_back_with_the_same_bytes(desk: Desk) -> None:
    desk.collect(3)
    batch = desk.seal()
    assert desk.outbox.sealed() == batch
    assert desk.seal() is None
    assert desk.outbox.waiting() == 3


def test_batches_follow_each_other_in_one_chain(desk: Desk) -> None:
    desk.collect(2)
    first = desk.seal()
    desk.settle(first)
    desk.collect(2)
    second = desk.seal()
    assert first.header.previous_chain == GENESIS
    assert second.header.previous_chain == first.header.chain
    assert (second.header.first_seq, second.header.last_seq) == (3, 4)
    assert second.header.retired == ()


def test_lines_leave_in_no_order_of_interviews(desk: Desk) -> None:
    made = desk.collect(40)
    sent = desk.revisions(desk.seal())
    assert sorted(sent) == sorted(made)
    assert sent != made


def test_batch_stays_within_its_size(desk: Desk) -> None:
    desk.collect(60)
    batch = desk.seal(2048)
    assert len(batch.body) <= 2048
    assert 1 < batch.header.count < 60


def test_one_record_goes_alone_when_it_is_larger_than_the_size(desk: Desk) -> None:
    desk.collect(2)
    assert desk.seal(1).header.count == 1


def test_receipt_delivers_and_does_so_once(desk: Desk) -> None:
    desk.collect(3)
    batch = desk.seal()
    assert desk.settle(batch).delivered == 3
    assert desk.settle(batch).delivered == 0
    assert desk.count(RecordStatus.DELIVERED) == 3
    assert {len(s.receipt_code) for s in desk.store.records()} == {8}


def test_conflict_is_parked_and_its_batch_stays(desk: Desk) -> None:
    made = desk.collect(3)
    batch = desk.seal()
    settled = desk.settle(batch, {made[1]: OutcomeKind.CONFLICT})
    assert (settled.delivered, settled.parked) == (2, 1)
    assert desk.outbox.sealed() is None
    assert desk.seal() is None


def test_quarantine_gives_the_batch_up_and_the_next_one_names_it(desk: Desk) -> None:
    made = desk.collect(4)
    first = desk.seal()
    settled = desk.settle(first, {made[1]: OutcomeKind.QUARANTINED})
    assert (settled.delivered, settled.parked) == (0, 1)
    desk.collect()
    second = desk.outbox.seal_due(SENDER, START, size_bytes=LARGE)  # has waited: due at once
    header = second.header
    assert (header.first_seq, header.last_seq, header.parked) == (1, 5, (2,))
    assert [(r.batch_id, r.sha256) for r in header.retired] == [
        (first.header.batch_id, first.header.sha256)
    ]
    assert header.previous_chain == first.header.chain
    [parked] = [s for s in desk.store.records() if s.status is RecordStatus.PARKED]
    assert (parked.number, parked.reason) == (2, "SY-211")


def test_record_that_the_server_could_not_name_is_parked(desk: Desk) -> None:
    from dataclasses import replace

    made = desk.collect(2)
    batch = desk.seal()
    receipt = desk.answer(batch)
    nameless = Outcome("", OutcomeKind.QUARANTINED)
    outcomes = tuple(nameless if o.revision_id == made[0] else o for o in receipt.outcomes)
    assert desk.outbox.settle(batch, replace(receipt, outcomes=outcomes), b"").parked == 1
    assert desk.count(RecordStatus.PARKED) == 1
    assert desk.count(RecordStatus.FINAL) == 1


def test_receipt_that_leaves_a_record_out_changes_nothing(desk: Desk) -> None:
    from dataclasses import replace

    desk.collect(2)
    batch = desk.seal()
    receipt = desk.answer(batch)
    other = Outcome(str(uuid.uuid4()), OutcomeKind.NEW)
    with pytest.raises(WireError) as caught:
        desk.outbox.settle(batch, replace(receipt, outcomes=(receipt.outcomes[0], other)), b"")
    assert caught.value.code == "SY-308"
    assert desk.count(RecordStatus.SEALED) == 2


def test_halves_carry_the_whole_and_name_what_they_replace(desk: Desk) -> None:
    made = desk.collect(5)
    whole = desk.seal()
    desk.outbox.seal_again(whole, SENDER, halves=True)
    first = desk.outbox.sealed()
    desk.settle(first)
    second = desk.outbox.sealed()
    assert sorted(desk.revisions(first) + desk.revisions(second)) == sorted(made)
    assert [r.batch_id for r in first.header.retired] == [whole.header.batch_id]
    assert second.header.retired == ()
    assert second.header.previous_chain == first.header.chain


def test_chain_can_be_followed_over_batches_that_never_arrived(desk: Desk) -> None:
    """An auditor who holds only what was delivered recomputes every link from the named digests."""
    desk.collect(8)
    delivered = desk.seal()
    desk.settle(delivered)
    desk.collect(8)
    desk.seal()
    for _ in range(3):
        desk.outbox.seal_again(desk.outbox.sealed(), SENDER, halves=False)
    last = desk.outbox.sealed()
    chain = delivered.header.chain
    for named in last.header.retired:
        chain = next_chain(chain, named.sha256)
    assert len(last.header.retired) == 3
    assert chain == last.header.previous_chain


def test_another_enrolment_begins_another_chain(desk: Desk) -> None:
    desk.collect(2)
    desk.seal()
    desk.outbox.give_up_all()
    batch = desk.outbox.seal_due(Sender("pilot", "tab-2"), START, size_bytes=LARGE)
    assert (batch.header.previous_chain, batch.header.retired) == (GENESIS, ())
    assert batch.header.count == 2


def test_batch_does_not_span_numbers_that_went_before(desk: Desk) -> None:
    made = desk.collect(3)
    whole = desk.seal()
    desk.settle(whole, dict.fromkeys([made[0], made[2]], OutcomeKind.CONFLICT))
    desk.outbox.unpark()
    assert [desk.seal().header.first_seq, desk.seal().header.first_seq] == [1, 3]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.data())
def test_every_record_is_in_exactly_one_state_whatever_the_server_says(
    groups: list[int], data: st.DataObject
) -> None:
    with fast_folder() as folder, closing(Desk(folder / "tablet.sqlite")) as desk:
        made: list[str] = []
        for count in groups:
            made += desk.collect(count)
            batch = desk.seal()
            drawn = {i: data.draw(st.sampled_from(OutcomeKind)) for i in desk.revisions(batch)}
            refused = {OutcomeKind.CONFLICT, OutcomeKind.QUARANTINED}
            desk.settle(batch, {i: kind for i, kind in drawn.items() if kind in refused})
        while (batch := desk.outbox.sealed() or desk.seal()) is not None:
            desk.settle(batch)
        counts = desk.store.counts()
        assert sum(counts.values()) == len(made)
        assert counts[RecordStatus.DELIVERED] + counts[RecordStatus.PARKED] == len(made)

"""A tablet's life at random: lost and doubled replies, portals, crashes, restores of power, clocks.

Real SQLite, real HTTP, the real centre. After every step the tablet claims no more than the centre
holds, and once the network heals everything collected is held exactly once.
"""

from __future__ import annotations

import shutil

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sync.push import Outcome
from sync.store import RecordStatus
from tests.support.centre import LoopbackCentre, signed_bundle
from tests.sync import hostile_cases as network
from tests.sync.tablet_cases import HandClock, fast_folder, interview, opened

FAULTS = {
    "lost reply": network.reply_lost,
    "cut answer": network.cut_answer,
    "lost request": network.never_arrived,
    "portal": network.portal,
    "bare 200": network.bare_200,
    "failing": network.failing,
    "forged": network.other_signature,
    "doubled": network.doubled,
    "too large": network.refusing("413.1", max_bytes=1),
    "taken": network.refusing("409.2"),
    "fine": network.passed_on,
}


class TabletLife(RuleBasedStateMachine):
    """One tablet, one centre, one bad line."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = fast_folder()
        self.folder = self.memory.__enter__()
        self.centre = LoopbackCentre.make(self.folder / "centre")
        self.centre.give(signed_bundle())
        self.centre.start()
        self.meddling = network.meddling(self.centre)
        self.line = self.meddling.__enter__()
        self.clock = HandClock()
        self.tablet = opened(self.folder / "tablet", self.clock)
        self.tablet.enrol(self.centre.invitation(self.line.url))
        self.tablet.pull()
        self.collected: dict[str, str] = {}

    @rule(count=st.integers(1, 6))
    def collect(self, count: int) -> None:
        for _ in range(count):
            record = interview(self.tablet).record
            self.collected[record.record_id] = record.revision_id

    @rule(faults=st.lists(st.sampled_from(sorted(FAULTS)), max_size=4), flush=st.booleans())
    def push(self, faults: list[str], flush: bool) -> None:
        self.line.plan.extend(FAULTS[name] for name in faults)
        self.tablet.push(flush=flush)
        self.line.plan.clear()

    @rule(faults=st.lists(st.sampled_from(sorted(FAULTS)), max_size=2), arrives=st.booleans())
    def die_while_sending(self, faults: list[str], arrives: bool) -> None:
        """The power goes while a batch is on its way: what counts is what the disk held then."""
        dead = self.folder / "dead"

        def power_cut(line: network.Line) -> None:
            shutil.copytree(self.folder / "tablet", dead)
            (network.reply_lost if arrives else network.never_arrived)(line)

        self.line.plan.extend([*(FAULTS[name] for name in faults), power_cut])
        self.tablet.push(flush=True)
        self.line.plan.clear()
        self.tablet.close()
        if dead.exists():
            shutil.rmtree(self.folder / "tablet")
            dead.rename(self.folder / "tablet")
        self.tablet = opened(self.folder / "tablet", self.clock)

    @rule(hours=st.integers(-100, 100))
    def clock_jumps(self, hours: int) -> None:
        self.clock.sleep(hours * 3600)

    @rule()
    def put_right_what_was_parked(self) -> None:
        self.tablet.retry_parked()

    @rule()
    def enrol_again(self) -> None:
        self.tablet.enrol(self.centre.invitation(self.line.url))

    @invariant()
    def tablet_claims_no_more_than_the_centre_holds(self) -> None:
        held = self.centre.held_revisions()
        assert len(held) == len(set(held))
        assert set(held) <= set(self.collected.values())
        states = {s.record_id: s.status for s in self.tablet.store.records()}
        assert set(states) == set(self.collected)
        delivered = {i for i, status in states.items() if status is RecordStatus.DELIVERED}
        assert {self.collected[i] for i in delivered} <= set(held)

    def teardown(self) -> None:
        try:
            self.tablet.retry_parked()
            report = self.tablet.push(flush=True)
            assert (report.outcome, report.waiting) == (Outcome.DONE, 0)
            assert sorted(self.centre.held_revisions()) == sorted(self.collected.values())
            self.tablet.store.check_chain()
        finally:
            self.tablet.close()
            self.meddling.__exit__(None, None, None)
            self.centre.stop()
            self.memory.__exit__(None, None, None)


TestTabletLife = TabletLife.TestCase
TestTabletLife.settings = settings(max_examples=12, stateful_step_count=15)

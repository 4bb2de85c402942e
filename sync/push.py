"""Sends what is due: greet, then batch after batch, each until its signed receipt.

A dead network, a portal or a busy server is an outcome and not an error: the records wait, and the
report says when to try again. The store is never held while the network is waited for.
"""

from __future__ import annotations

import logging
import random
import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from forms.problems import Problem
from sync.backoff import full_jitter, wait_s
from sync.errors import ProtocolMismatch, TransportError, TryLater, WireError
from sync.greeting import greet
from sync.outbox import CONFLICT, KEPT_NOTHING, Outbox, Sender
from sync.transport.answers import Meaning, Verdict, verdict
from sync.wire.batch import BODY_LIMIT, SMALLEST_CLASS
from sync.wire.envelope import batch_headers

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.clock import Clock
    from sync.enrolment import Enrolment
    from sync.store import TabletStore
    from sync.transport.http import Answer, HttpTransport
    from sync.wire.batch import SealedBatch
    from sync.wire.hello import Hello

LOG = logging.getLogger(__name__)
FIRST_BYTES: Final = 32 << 10
"""Size of the first batch. Source of this and `FAST_S`: sync reference 3.3."""
FAST_S: Final = 5.0
"""A batch that took less lets the next one be twice as large."""
QUICK_TRIES: Final = 3
"""Tries of one batch within a run when the connection breaks; the long waits are the caller's."""
MOST_SPLITS: Final = 64
"""Batches that one run may give up: a server that refuses everything must not spin a tablet."""
TOO_LARGE: Final = "SY-409"
UNREADABLE: Final = "SY-410"
_WHY: Final = {
    CONFLICT: "the server holds other content under their ids",
    KEPT_NOTHING: "the server may not keep them",
    TOO_LARGE: "each is larger than the server takes",
    UNREADABLE: "the server cannot read them",
}
SIZE_SETTING: Final = "batch-bytes"
FAILURES_SETTING: Final = "push-failures"

OnProgress: TypeAlias = "Callable[[int, int], None]"
"""Called with (records done, records that waited at the start)."""


class Outcome(StrEnum):
    """How a run ended. Whatever it is, nothing is lost."""

    DONE = "done"
    WAITING = "waiting"
    TRY_LATER = "try-later"
    NOT_OUR_SERVER = "not-our-server"
    UNAUTHORISED = "unauthorised"
    REFUSED = "refused"
    NOT_ENROLLED = "not-enrolled"


@dataclass(frozen=True, slots=True)
class PushReport:
    """What a run did, in records.

    Attributes:
        outcome: `done`: nothing waits; `waiting`: a few records wait for company, or for their day
            to pass; the others say why the run stopped.
        delivered: Held by the server, with a checked receipt.
        parked: Set aside in this run; `TabletStore.records` says why.
        waiting: Still to be sent.
        batches: Receipts that came.
        bytes_sent: Bodies of batches, with those that were sent again.
        problems: Why it stopped, and what was set aside.
        retry_after_s: Seconds to wait before the next run; None when waiting does not help.
    """

    outcome: Outcome
    delivered: int = 0
    parked: int = 0
    waiting: int = 0
    batches: int = 0
    bytes_sent: int = 0
    problems: tuple[Problem, ...] = ()
    retry_after_s: float | None = None


@dataclass(slots=True)
class _Stop:
    """Why a run ends before everything is sent."""

    outcome: Outcome
    problem: Problem | None = None
    asked_s: float | None = None


@dataclass(slots=True)
class _Tally:
    delivered: int = 0
    parked: int = 0
    batches: int = 0
    bytes_sent: int = 0
    splits: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Tools:
    """What every run works with."""

    store: TabletStore
    outbox: Outbox
    clock: Clock
    chance: random.Random


class Push:
    """The sender of one tablet; one run at a time.

    Args:
        store: For its small memory of sizes and failures.
        outbox: What is to be sent.
        clock: Due times, durations and short waits.
        chance: Jitter; from the operating system unless a test says else.
    """

    def __init__(
        self,
        store: TabletStore,
        outbox: Outbox,
        clock: Clock,
        chance: random.Random | None = None,
    ) -> None:
        self._outbox = outbox
        self._tools = _Tools(store, outbox, clock, chance or random.SystemRandom())
        self._turn = threading.Lock()

    def run(
        self, enrolment: Enrolment, *, flush: bool = False, on_progress: OnProgress | None = None
    ) -> PushReport:
        """Send what is due.

        Args:
            enrolment: To whom, and as whom.
            flush: Whether the last few records need not wait for company.
            on_progress: Told after every batch.

        Raises:
            StoreError: The store cannot be used; what was delivered before is marked.
        """
        if not self._turn.acquire(blocking=False):
            problem = Problem("SY-411", "outbox", "The tablet is sending already.")
            waiting = self._outbox.waiting()
            return PushReport(Outcome.TRY_LATER, waiting=waiting, problems=(problem,))
        try:
            return _Run(self._tools, enrolment, flush=flush, on_progress=on_progress).report()
        finally:
            self._turn.release()


class _Run:
    """One run of the sender."""

    def __init__(
        self, tools: _Tools, enrolment: Enrolment, *, flush: bool, on_progress: OnProgress | None
    ) -> None:
        self._store, self._outbox = tools.store, tools.outbox
        self._clock, self._chance = tools.clock, tools.chance
        self._enrolment, self._flush = enrolment, flush
        self._sender = Sender(enrolment.project, enrolment.device_id)
        self._tally = _Tally()
        self._total = self._outbox.waiting()
        self._on_progress = on_progress or (lambda _done, _total: None)
        self._most = enrolment.limits.max_batch_bytes

    def report(self) -> PushReport:
        """Run, and say what came of it."""
        stop: _Stop | None = None
        if self._outbox.has_work(self._sender, self._clock.now(), flush=self._flush):
            transport = self._enrolment.transport()
            try:
                stop = self._greet(transport) or self._send_all(transport)
            finally:
                transport.close()
        return self._reported(stop)

    def _reported(self, stop: _Stop | None) -> PushReport:
        waiting, tally = self._outbox.waiting(), self._tally
        if stop is None:
            outcome = Outcome.WAITING if waiting else Outcome.DONE
            stop = _Stop(outcome)
        if stop.problem is not None:
            tally.problems.append(stop.problem)
        LOG.info(
            "push=%s delivered=%d parked=%d waiting=%d batches=%d bytes=%d",
            stop.outcome, tally.delivered, tally.parked, waiting, tally.batches, tally.bytes_sent,
        )  # fmt: skip
        return PushReport(
            stop.outcome,
            tally.delivered,
            tally.parked,
            waiting,
            tally.batches,
            tally.bytes_sent,
            tuple(tally.problems),
            self._retry_after_s(stop),
        )

    def _retry_after_s(self, stop: _Stop) -> float | None:
        if stop.outcome not in {Outcome.TRY_LATER, Outcome.NOT_OUR_SERVER}:
            return None
        failures = self._number(FAILURES_SETTING, 0) + 1
        self._store.keep_setting(FAILURES_SETTING, str(failures).encode())
        return wait_s(failures, stop.asked_s, self._chance)

    def _greet(self, transport: HttpTransport) -> _Stop | None:
        try:
            hello: Hello = greet(transport, self._enrolment.server_key)
        except TryLater as error:
            return _Stop(Outcome.TRY_LATER, error.problems[0], error.retry_after_s)
        except ProtocolMismatch as error:
            is_stranger = error.code == "SY-402"
            outcome = Outcome.NOT_OUR_SERVER if is_stranger else Outcome.REFUSED
            return _Stop(outcome, error.problems[0])
        except TransportError as error:
            return _Stop(Outcome.TRY_LATER, error.problems[0])
        self._most = hello.limits.max_batch_bytes
        return None

    def _send_all(self, transport: HttpTransport) -> _Stop | None:
        while (batch := self._next()) is not None:
            stop = self._send(transport, batch)
            self._on_progress(self._tally.delivered + self._tally.parked, self._total)
            if stop is not None:
                return stop
        return None

    def _next(self) -> SealedBatch | None:
        return self._outbox.sealed() or self._outbox.seal_due(
            self._sender, self._clock.now(), size_bytes=self._size(), flush=self._flush
        )

    def _send(self, transport: HttpTransport, batch: SealedBatch) -> _Stop | None:
        began = self._clock.monotonic_s()
        try:
            answer = self._put(transport, batch)
        except TransportError as error:
            self._resize(self._size() // 2)
            return _Stop(Outcome.TRY_LATER, error.problems[0])
        judged = verdict(answer, batch.header, self._enrolment.server_key)
        if judged.receipt is not None:
            took_s = self._clock.monotonic_s() - began
            return self._settle(batch, judged, answer.body, took_s)
        return self._not_taken(batch, judged)

    def _put(self, transport: HttpTransport, batch: SealedBatch) -> Answer:
        """The answer to the kept bytes, tried a few times when the connection breaks.

        Raises:
            TransportError: SY-401.
        """
        path = ("v1", "projects", self._sender.project, "batches", batch.header.batch_id)
        headers = batch_headers(batch, self._enrolment.device_key)
        for attempt in range(1, QUICK_TRIES):
            self._tally.bytes_sent += len(batch.body)
            try:
                return transport.put(*path, body=batch.body, headers=headers)
            except TransportError as error:
                LOG.info("batch=%s try=%d problem=%s", batch.header.batch_id, attempt, error.code)
                self._clock.sleep(full_jitter(attempt, self._chance))
        self._tally.bytes_sent += len(batch.body)
        return transport.put(*path, body=batch.body, headers=headers)

    def _settle(
        self, batch: SealedBatch, judged: Verdict, signed: bytes, took_s: float
    ) -> _Stop | None:
        if judged.receipt is None:
            return None
        try:
            settled = self._outbox.settle(batch, judged.receipt, signed)
        except WireError as error:
            return _Stop(Outcome.TRY_LATER, error.problems[0])
        tally = self._tally
        tally.batches += 1
        tally.delivered += settled.delivered
        tally.parked += settled.parked
        counted = {CONFLICT: settled.conflicts, KEPT_NOTHING: settled.refused}
        tally.problems += [_parked(code, count) for code, count in counted.items() if count]
        if took_s < FAST_S and len(batch.body) * 2 >= self._size():
            self._resize(self._size() * 2)
        self._store.keep_setting(FAILURES_SETTING, b"0")
        return None

    def _not_taken(self, batch: SealedBatch, judged: Verdict) -> _Stop | None:
        match judged.meaning:
            case Meaning.TOO_LARGE | Meaning.UNREADABLE | Meaning.ID_TAKEN:
                return self._split(batch, judged)
            case Meaning.STRANGER:
                return _Stop(Outcome.NOT_OUR_SERVER, judged.problem)
            case Meaning.UNAUTHORISED:
                return _Stop(Outcome.UNAUTHORISED, judged.problem)
            case Meaning.REFUSED:
                return _Stop(Outcome.REFUSED, judged.problem)
            case Meaning.LATER | Meaning.RECEIPT:
                self._resize(self._size() // 2)
                return _Stop(Outcome.TRY_LATER, judged.problem, judged.retry_after_s)

    def _split(self, batch: SealedBatch, judged: Verdict) -> _Stop | None:
        """Give the id up; a record that is refused alone is parked and blocks nobody.

        No signature covers a refusal, so a size that the server does not name parks nothing.
        """
        self._tally.splits += 1
        too_large = judged.meaning is Meaning.TOO_LARGE
        fits = judged.max_bytes is not None and len(batch.body) <= judged.max_bytes
        if self._tally.splits > MOST_SPLITS or (too_large and fits):
            return _Stop(Outcome.TRY_LATER, judged.problem)
        if too_large:
            self._resize(min(self._size(), judged.max_bytes or len(batch.body)) // 2)
        if batch.header.count > 1 or judged.meaning is Meaning.ID_TAKEN:
            halves = judged.meaning is not Meaning.ID_TAKEN
            self._outbox.seal_again(batch, self._sender, halves=halves)
            return None
        if too_large and judged.max_bytes is None:
            return _Stop(Outcome.TRY_LATER, judged.problem)
        reason = TOO_LARGE if too_large else UNREADABLE
        self._tally.parked += self._outbox.park(batch, reason)
        self._tally.problems.append(_parked(reason, 1))
        return None

    def _size(self) -> int:
        most = min(BODY_LIMIT, self._most)
        return min(max(self._number(SIZE_SETTING, FIRST_BYTES), SMALLEST_CLASS), most)

    def _resize(self, size_bytes: int) -> None:
        bounded = min(max(size_bytes, SMALLEST_CLASS), BODY_LIMIT)
        self._store.keep_setting(SIZE_SETTING, str(bounded).encode())

    def _number(self, name: str, default: int) -> int:
        kept = self._store.setting(name)
        return default if kept is None else int(kept)


def _parked(code: str, count: int) -> Problem:
    return Problem(
        code,
        "outbox",
        f"{count} record(s) were set aside: {_WHY[code]}. The others go on.",
        "The outbox says why, as a number for the coordinator. They stay on the tablet.",
    )

"""The goals of the engine, judged on the lines of one run. Source: issue 3, point 5."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench.table import cell

Line = Mapping[str, Any]
GROWTH = 1.3
"""How much slower an answer may be on fifty times the questions, before it counts as growth."""
PEERS = ("javarosa", "webforms")


@dataclass(frozen=True)
class Goal:
    """One goal: whether it was met, and by which figures."""

    met: bool
    what: str
    figures: str

    def __str__(self) -> str:
        return f"{'met    ' if self.met else 'NOT MET'}  {self.what}: {self.figures}"


def goals(lines: Sequence[Line]) -> Iterator[Goal]:
    """Every goal that these lines can judge."""
    at = {(line["engine"], line["case"]): line for line in lines if "failed" not in line}
    cases = list(dict.fromkeys(line["case"] for line in lines))
    yield from _growth(at)
    for case in cases:
        yield from _beside_peers(at, case)
    yield from _cached(at)
    yield from _agreement(at, cases)


def _growth(at: Mapping[tuple[str, str], Line]) -> Iterator[Goal]:
    for small, large, allowed in (
        ("questions_100", "questions_5000", GROWTH),
        ("rows_100", "rows_500", GROWTH),
        ("rows_100_shared", "rows_500_shared", GROWTH * 5),
    ):
        for part in ("p50", "p95"):
            few = cell(at.get(("makazi", small), {}), "answer_ms", part)
            many = cell(at.get(("makazi", large), {}), "answer_ms", part)
            if few and many:
                what = f"an answer costs what it changes, {small} to {large}, {part}"
                figures = f"{few:.3f} to {many:.3f} ms, {many / few:.2f} times (<= {allowed:g})"
                yield Goal(many / few <= allowed, what, figures)


def _beside_peers(at: Mapping[tuple[str, str], Line], case: str) -> Iterator[Goal]:
    own = at.get(("makazi", case), {})
    theirs = [(peer, at[peer, case]) for peer in PEERS if (peer, case) in at]
    mine = cell(own, "answer_ms", "p95")
    for peer, line in theirs:
        other = cell(line, "answer_ms", "p95")
        if mine is not None and other is not None:
            figures = f"{mine:.3f} beside {other:.3f} ms, {other / mine:.1f} times faster"
            yield Goal(mine < other, f"{case}: p95 of an answer below {peer}", figures)
    peaks = [mb for _, line in theirs if (mb := cell(line, "peak_mb", "")) is not None]
    own_mb = cell(own, "peak_mb", "")
    if peaks and own_mb is not None:
        figures = f"{own_mb:.0f} beside {min(peaks):.0f} MB"
        yield Goal(own_mb < min(peaks) / 2, f"{case}: peak memory under half the nearest", figures)


def _cached(at: Mapping[tuple[str, str], Line]) -> Iterator[Goal]:
    mine = cell(at.get(("makazi", "questions_1000"), {}), "open_cached_cold_ms", "")
    theirs = cell(at.get(("javarosa", "questions_1000"), {}), "open_ms", "p50")
    if mine is not None and theirs is not None:
        what = "first cached open of 1,000 questions and 10,400 choices under 1/5 of JavaRosa's"
        figures = f"{mine:.0f} beside {theirs:.0f} ms when warm, {theirs / mine:.1f} times faster"
        yield Goal(mine < theirs / 5, what, figures)


def _agreement(at: Mapping[tuple[str, str], Line], cases: Sequence[str]) -> Iterator[Goal]:
    """A speed counts only where the values are right; a peer that stopped early is not asked."""
    for case in cases:
        own = at.get(("makazi", case), {})
        for peer in PEERS:
            line = at.get((peer, case), {})
            done = [cell(each, "answer_ms", "n") for each in (own, line)]
            if own and line and done[0] == done[1]:
                pairs = list(zip(own["checks"], line["checks"], strict=True))
                same = all(_same(a, b) for a, b in pairs)
                figures = "all" if same else "; ".join(f"{a} / {b}" for a, b in pairs)
                if same or not case.endswith("_shared"):
                    yield Goal(same, f"{case}: values agree with {peer}", figures)


def _same(left: str, right: str) -> bool:
    try:
        return abs(float(left) - float(right)) <= 1e-9 * max(1.0, abs(float(left)))
    except ValueError:
        return left == right

"""Waits: bounded, spread, and never shorter than the server asked."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.backoff import BASE_S, CAP_S, SERVER_CAP_S, full_jitter, retry_after_s, wait_s

SEEDS = st.integers(0, 2**32)


@given(st.integers(-3, 10**6), SEEDS)
def test_jitter_stays_between_nothing_and_its_bound(attempt: int, seed: int) -> None:
    bound = min(CAP_S, BASE_S * 2.0 ** min(max(attempt, 1) - 1, 60))
    assert 0 <= full_jitter(attempt, random.Random(seed)) <= bound


@given(st.integers(1, 20))
def test_jitter_uses_its_whole_range(attempt: int) -> None:
    bound = min(CAP_S, BASE_S * 2.0 ** (attempt - 1))
    chance = random.Random(attempt)
    waits = [full_jitter(attempt, chance) for _ in range(400)]
    assert min(waits) < bound * 0.05
    assert max(waits) > bound * 0.95


@given(st.integers(1, 30), st.floats(0, SERVER_CAP_S), SEEDS)
def test_wait_is_never_shorter_than_asked(attempt: int, asked_s: float, seed: int) -> None:
    assert asked_s <= wait_s(attempt, asked_s, random.Random(seed)) <= asked_s * 1.25


@given(st.text())
def test_retry_after_is_a_bounded_number_or_nothing(text: str) -> None:
    found = retry_after_s(text)
    assert found is None or 0 <= found <= SERVER_CAP_S


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("99999", SERVER_CAP_S),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("٣", None),
    ],
)
def test_retry_after_reads_seconds_only(text: str, seconds: float | None) -> None:
    assert retry_after_s(text) == seconds

"""The canary sweep finds what it should find: otherwise its zero means nothing."""

from __future__ import annotations

import base64
import gzip
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_stub.demo.sweep import spellings, sweep

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "QXZANARY-0711-555-019"


def test_sweep_finds_a_canary_when_it_stands_in_plain(tmp_path: Path) -> None:
    (tmp_path / "log").write_text(f"2026 INFO name={CANARY}\n")
    assert sweep([tmp_path], [CANARY]).hits


def test_sweep_finds_a_canary_when_the_body_is_compressed(tmp_path: Path) -> None:
    (tmp_path / "wire").write_bytes(b"PUT /x\r\n\r\n" + gzip.compress(CANARY.encode()) + b"rest")
    assert sweep([tmp_path], [CANARY]).hits


def test_sweep_finds_a_canary_when_the_stream_was_cut(tmp_path: Path) -> None:
    packed = gzip.compress(b"x" * 5000 + CANARY.encode() + bytes(range(256)) * 40)
    (tmp_path / "wire").write_bytes(packed[:-60])
    assert sweep([tmp_path], [CANARY]).hits


@given(before=st.binary(max_size=40), after=st.binary(max_size=40))
def test_sweep_knows_base64_wherever_the_canary_stands(before: bytes, after: bytes) -> None:
    coded = base64.b64encode(before + CANARY.encode() + after)
    assert any(spelling in coded for spelling in spellings(CANARY))


def test_sweep_names_no_place_when_there_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "clean").write_bytes(bytes(range(256)) * 100)
    result = sweep([tmp_path], [CANARY])
    assert (result.hits, result.files, result.bytes_read) == ((), 1, 25600)


def test_sweep_refuses_a_place_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sweep([tmp_path / "typo"], [CANARY])

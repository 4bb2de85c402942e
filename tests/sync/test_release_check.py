"""The centre's own judgement of a line: exact keys, possible values, and no echo of what came."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.engine.submission import Row
from forms.privacy.policy import policy_of
from sync.release.check import ReleaseRefusal, check_release
from sync.release.pipeline import release
from sync.release.record import ReleaseRecord
from sync.wire.canonical import canonical_json
from tests.sync.privacy_cases import HOUSEHOLD, KEYS, bundle_of, household, identity, submission

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.wire.canonical import Json

BUNDLE = household()
GOOD = release(
    submission(
        Row(
            {"/data/k_gps": "yes", "/data/gps": "-1.3 36.8 0 0", "/data/people": "4"},
            {"/data/roster": (Row({"/data/roster/r_age": "34"}, {}),)},
        )
    ),
    BUNDLE,
    identity(),
    KEYS,
).record


def refusal(changes: Mapping[str, Json]) -> ReleaseRefusal:
    line = canonical_json({**json.loads(GOOD.to_bytes()), **changes})
    found = check_release(line, BUNDLE)
    assert isinstance(found, ReleaseRefusal)
    return found


def test_released_record_is_taken() -> None:
    assert check_release(GOOD.to_bytes(), BUNDLE) == GOOD


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"name": "CANARY Otieno"}, "SY-211"),
        ({"landmark": "CANARY kiosk"}, "SY-211"),
        ({"forgotten": "CANARY"}, "SY-211"),
        ({"CANARY": "x"}, "SY-211"),
        ({"r_age": "18-34"}, "SY-211"),
        ({"people": [{"r_age": "18-34"}]}, "SY-211"),
        ({"gps": "-1.311312 36.787651 0 0"}, "SY-212"),
        ({"gps": "32737-125-10-10"}, "SY-212"),
        ({"people": "14"}, "SY-212"),
        ({"visited": "2026-11-24"}, "SY-212"),
        ({"water/ws1": "piped_yard"}, "SY-212"),
        ({"rung": "CANARY"}, "SY-212"),
        ({"k_gps": ""}, "SY-212"),
        ({"phone": "0712345678"}, "SY-212"),
        ({"roster": [{"r_age": "34"}]}, "SY-212"),
        ({"roster": "three"}, "SY-211"),
        ({"roster": []}, "SY-213"),
        ({"roster": [{}, {}, {}, {}]}, "SY-213"),
        ({"roster": [{"r_name": "CANARY"}]}, "SY-211"),
        ({"roster": [{"roster": [{}]}]}, "SY-211"),
        ({"people": 4}, "SY-311"),
        ({"people": None}, "SY-311"),
        ({"roster": ["x"]}, "SY-311"),
    ],
)
def test_record_that_no_release_makes_is_refused(answers: Mapping[str, Json], code: str) -> None:
    refused = refusal({"answers": answers})
    assert refused.codes == code
    assert "CANARY" not in str(refused)
    assert "0712345678" not in str(refused)


def test_refusal_names_the_revision_when_it_can_be_read() -> None:
    assert refusal({"answers": {"name": "x"}}).revision_id == GOOD.revision_id
    assert refusal({"week": "2026-11-24"}).revision_id == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"form_id": "waste"},
        {"form_version": "2"},
        {"bundle": "cd" * 32},
    ],
)
def test_record_of_another_bundle_is_refused(changes: Mapping[str, Json]) -> None:
    assert refusal(changes).codes == "SY-210"


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "makazi-release/2"},
        {"device_id": "tablet-7f"},
        {"revision_id": "12ab34cd-0000-1000-8000-00000000000a"},
        {"project": "../x"},
        {"parents": "one"},
        {"parents": ["x"]},
        {"answers": []},
        {"form_id": "a\nb"},
        {"form_version": 1},
    ],
)
def test_record_with_a_field_of_another_kind_is_refused(changes: Mapping[str, Json]) -> None:
    assert refusal(changes).codes == "SY-311"


def test_line_that_is_not_canonical_is_refused() -> None:
    for line in (b"", b"{}", b"[]", GOOD.to_bytes() + b" ", b"\xff", b"[" * 100_000):
        found = check_release(line, BUNDLE)
        assert isinstance(found, ReleaseRefusal)
        assert found.codes == "SY-311"


@given(st.binary(max_size=200))
def test_check_is_total(line: bytes) -> None:
    assert isinstance(check_release(line, BUNDLE), ReleaseRefusal)


def test_refusal_says_each_code_once() -> None:
    assert refusal({"answers": {"a": "x", "b": "y", "people": "99"}}).codes == "SY-211,SY-212"


def test_rows_of_a_repeat_that_shows_nothing_are_refused() -> None:
    silent = [f for f in HOUSEHOLD if f.path not in {"/data/roster/r_age", "/data/roster/r_sex"}]
    bundle = bundle_of(policy_of(silent))
    record = ReleaseRecord.from_bytes(GOOD.to_bytes())
    found = check_release(replace(record, answers={"roster": ({},)}).to_bytes(), bundle)
    assert isinstance(found, ReleaseRefusal)
    assert found.codes == "SY-211"

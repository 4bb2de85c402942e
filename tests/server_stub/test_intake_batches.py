"""Batches at the centre: what is answered is held, and what may identify is not."""

from __future__ import annotations

import gzip
import itertools
import json
import sqlite3
import uuid
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from server_stub.problems import CATALOGUE
from server_stub.settings import STORE_FILE, BodyLimits
from server_stub.store.batches import raised_alarms
from server_stub.store.enrolled import revoke_device
from sync.keys import SigningKey
from sync.wire.envelope import BATCH_HEADER, DIGEST_HEADER, SIGNATURE_HEADER, batch_headers
from sync.wire.receipt import OutcomeKind, check_receipt
from tests.server_stub.centre_cases import PROJECT, SmallCentre, code_of, record
from tests.server_stub.survey_cases import signed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx2

    from forms.bundle import FormBundle
    from sync.wire.batch import SealedBatch
    from tests.server_stub.centre_cases import SmallTablet

CANARY = "Zuhura-Kanario-0712345678"


@pytest.fixture
def bundle(centre: SmallCentre) -> FormBundle:
    return centre.give(signed())


@pytest.fixture
def tablet(centre: SmallCentre, bundle: FormBundle) -> SmallTablet:
    return centre.enrol()


def lines(bundle: FormBundle, many: int = 3, **answers: object) -> list[bytes]:
    return [record(bundle, members="3", rung="limited", **answers).to_bytes() for _ in range(many)]


def outcomes(answer: httpx2.Response, tablet: SmallTablet, batch: SealedBatch) -> list[str]:
    receipt = check_receipt(answer.content, batch.header, tablet.enrolled.server_key)
    return sorted(outcome.kind for outcome in receipt.outcomes)


def reasons(answer: httpx2.Response) -> set[str]:
    return {o["reason"] for o in answer.json()["receipt"]["outcomes"]} - {""}


def stored(centre: SmallCentre, table: str) -> int:
    """Rows that another process would find."""
    with sqlite3.connect(centre.settings.folder / STORE_FILE) as other:
        (number,) = other.execute(f"select count(*) from {table}").fetchone()
    other.close()
    return int(number)


def kept_bytes(centre: SmallCentre) -> bytes:
    return b"".join(path.read_bytes() for path in centre.settings.folder.iterdir())


def alarm_kinds(centre: SmallCentre) -> list[str]:
    with centre.parts.database.reading() as connection:
        return [alarm.kind for alarm in raised_alarms(connection, PROJECT)]


# ---- what is taken in ----------------------------------------------------------------------------


def test_batch_is_held_when_the_signed_receipt_arrives(
    centre: SmallCentre, tablet: SmallTablet, bundle: FormBundle
) -> None:
    batch = tablet.seal(lines(bundle))
    answer = tablet.put(batch)
    assert answer.status_code == 201
    assert outcomes(answer, tablet, batch) == [OutcomeKind.NEW] * 3
    assert (stored(centre, "batches"), stored(centre, "revisions")) == (1, 3)
    assert answer.json()["receipt"]["durability"] == "local"


def test_replay_is_answered_with_the_same_receipt_and_stores_nothing(
    centre: SmallCentre, tablet: SmallTablet, bundle: FormBundle
) -> None:
    batch = tablet.seal(lines(bundle))
    first = tablet.put(batch)
    centre.clock.advance(hours=3)
    again = tablet.put(batch)
    assert (again.status_code, again.content) == (200, first.content)
    assert (stored(centre, "batches"), stored(centre, "receipts")) == (1, 1)


def test_receipt_is_given_again_when_asked_for(tablet: SmallTablet, bundle: FormBundle) -> None:
    batch = tablet.seal(lines(bundle))
    first = tablet.put(batch)
    address = f"/v1/projects/{PROJECT}/batches/{batch.header.batch_id}/receipt"
    assert tablet.client.get(address, headers=tablet.authorization).content == first.content
    other = address.replace(batch.header.batch_id, str(uuid.uuid4()))
    assert code_of(tablet.client.get(other, headers=tablet.authorization)) == "404.4"


def test_receipts_are_chained_when_several_tablets_deliver(
    centre: SmallCentre, bundle: FormBundle
) -> None:
    tablets = [centre.enrol(), centre.enrol()]
    batches = [(t, t.seal(lines(bundle, 1))) for t in (*tablets, *tablets)]
    receipts = [
        check_receipt(t.put(b).content, b.header, t.enrolled.server_key) for t, b in batches
    ]
    assert [receipt.server_seq for receipt in receipts] == [1, 2, 3, 4]
    for before, after in itertools.pairwise(receipts):
        assert after.prev_receipt_sha256 == before.sha256_of_receipt


def test_record_is_a_duplicate_when_it_comes_in_another_batch(
    centre: SmallCentre, tablet: SmallTablet, bundle: FormBundle
) -> None:
    line = lines(bundle, 1)
    tablet.put(tablet.seal(line))
    second = tablet.seal([*line, *lines(bundle, 1)])
    assert outcomes(tablet.put(second), tablet, second) == [OutcomeKind.DUPLICATE, OutcomeKind.NEW]
    assert stored(centre, "revisions") == 2


def test_record_is_a_conflict_when_its_id_is_held_with_other_content(
    centre: SmallCentre, tablet: SmallTablet, bundle: FormBundle
) -> None:
    one = record(bundle, members="3")
    other = record(bundle, members="4", revision_id=one.revision_id, record_id=one.record_id)
    tablet.put(tablet.seal([one.to_bytes()]))
    batch = tablet.seal([other.to_bytes()])
    assert outcomes(tablet.put(batch), tablet, batch) == [OutcomeKind.CONFLICT]
    assert (stored(centre, "revisions"), stored(centre, "conflicts")) == (1, 1)
    assert alarm_kinds(centre) == ["conflict"]


def test_gap_in_the_chain_is_an_alarm_and_no_refusal(
    centre: SmallCentre, tablet: SmallTablet, bundle: FormBundle
) -> None:
    tablet.seal(lines(bundle, 1))  # never sent
    assert tablet.put(tablet.seal(lines(bundle, 1))).status_code == 201
    assert alarm_kinds(centre) == ["chain-gap"]


# ---- what is not ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "code"),
    [({"r_name": CANARY}, "SY-211"), ({"members": "37"}, "SY-212"), ({"rung": CANARY}, "SY-212")],
)
def test_nothing_is_kept_of_a_record_that_fails_the_release_check(
    centre: SmallCentre,
    tablet: SmallTablet,
    bundle: FormBundle,
    caplog: pytest.LogCaptureFixture,
    answers: dict[str, str],
    code: str,
) -> None:
    bad = record(bundle, **{"note": CANARY, **answers} if code == "SY-211" else answers)
    batch = tablet.seal([bad.to_bytes(), *lines(bundle, 2)])
    answer = tablet.put(batch)
    assert outcomes(answer, tablet, batch) == [
        OutcomeKind.NEW, OutcomeKind.NEW, OutcomeKind.QUARANTINED,
    ]  # fmt: skip
    assert reasons(answer) == {code}
    assert stored(centre, "revisions") == 2
    assert alarm_kinds(centre) == ["release-refused"]
    kept = kept_bytes(centre)
    assert bad.revision_id.encode() in kept  # the alarm names it
    assert CANARY.encode() not in kept
    assert gzip.decompress(batch.body) not in kept
    assert batch.body not in kept  # nor the batch that held it
    assert CANARY not in caplog.text


def test_body_is_kept_when_every_record_of_it_passed(
    centre: SmallCentre, tablet: SmallTablet, bundle: FormBundle
) -> None:
    batch = tablet.seal(lines(bundle))
    tablet.put(batch)
    with sqlite3.connect(centre.settings.folder / STORE_FILE) as other:
        assert other.execute("select body from batches").fetchall() == [(batch.body,)]
    other.close()


def test_record_is_quarantined_when_its_bundle_is_not_known_here(
    centre: SmallCentre, tablet: SmallTablet, bundle: FormBundle
) -> None:
    foreign = record(bundle, members="3", bundle_digest="ab" * 32)
    batch = tablet.seal([foreign.to_bytes()])
    answer = tablet.put(batch)
    assert outcomes(answer, tablet, batch) == [OutcomeKind.QUARANTINED]
    assert reasons(answer) == {"SY-210"}
    assert stored(centre, "revisions") == 0


def test_record_is_quarantined_when_it_is_of_another_project(
    centre: SmallCentre, tablet: SmallTablet, bundle: FormBundle
) -> None:
    batch = tablet.seal([record(bundle, members="3", project="elsewhere").to_bytes()])
    assert reasons(tablet.put(batch)) == {"SY-209"}
    assert stored(centre, "revisions") == 0


def test_line_that_is_no_record_is_quarantined_without_an_id(
    tablet: SmallTablet, bundle: FormBundle
) -> None:
    batch = tablet.seal([b'{"answers":{"name":"x"}}', *lines(bundle, 1)])
    answer = tablet.put(batch)
    found = {o["kind"]: o["revision_id"] for o in answer.json()["receipt"]["outcomes"]}
    assert found["quarantined"] == ""
    assert set(found) == {"new", "quarantined"}


# ---- batches that are refused whole --------------------------------------------------------------


def test_batch_is_refused_when_its_id_was_used_for_other_bytes(
    centre: SmallCentre, tablet: SmallTablet, bundle: FormBundle
) -> None:
    first = tablet.seal(lines(bundle))
    tablet.put(first)
    other = tablet.seal(lines(bundle), first.header.batch_id)
    assert code_of(tablet.put(other)) == "409.2"
    assert stored(centre, "batches") == 1


@pytest.mark.parametrize("change", ["body", "digest"])
def test_batch_is_refused_when_body_and_digest_do_not_fit(
    centre: SmallCentre, tablet: SmallTablet, bundle: FormBundle, change: str
) -> None:
    batch = tablet.seal(lines(bundle))
    if change == "body":
        answer = tablet.put(batch, batch.body[:-1] + bytes([batch.body[-1] ^ 1]))
    else:
        answer = tablet.put(batch, **{DIGEST_HEADER: "sha-256=:AAAA:"})
    assert code_of(answer) == "422.1"
    assert stored(centre, "batches") == 0


def test_batch_is_refused_when_another_key_signed_it(
    centre: SmallCentre, tablet: SmallTablet, bundle: FormBundle
) -> None:
    batch = tablet.seal(lines(bundle))
    stranger = batch_headers(batch, SigningKey.generate())
    answer = tablet.put(batch, **{SIGNATURE_HEADER: stranger[SIGNATURE_HEADER]})
    assert code_of(answer) == "422.2"
    assert stored(centre, "batches") == 0


def test_batch_is_refused_when_it_comes_to_another_address(
    tablet: SmallTablet, bundle: FormBundle
) -> None:
    batch = tablet.seal(lines(bundle))
    headers = {**tablet.authorization, **batch_headers(batch, tablet.key)}
    address = f"/v1/projects/{PROJECT}/batches/{uuid.uuid4()}"
    assert code_of(tablet.client.put(address, content=batch.body, headers=headers)) == "422.3"


def test_batch_is_refused_when_another_tablet_brings_it(
    centre: SmallCentre, tablet: SmallTablet, bundle: FormBundle
) -> None:
    batch = tablet.seal(lines(bundle))
    thief = centre.enrol()
    headers = {**thief.authorization, **batch_headers(batch, tablet.key)}
    address = f"/v1/projects/{PROJECT}/batches/{batch.header.batch_id}"
    assert code_of(thief.client.put(address, content=batch.body, headers=headers)) == "422.2"


@pytest.mark.parametrize("header", [DIGEST_HEADER, BATCH_HEADER, SIGNATURE_HEADER])
def test_batch_is_refused_when_a_header_is_empty(
    centre: SmallCentre, tablet: SmallTablet, bundle: FormBundle, header: str
) -> None:
    answer = tablet.put(tablet.seal(lines(bundle)), **{header: ""})
    assert code_of(answer) in {"400.1", "422.1", "422.2"}
    assert stored(centre, "batches") == 0


def test_batch_is_refused_when_it_is_larger_than_allowed(tmp_path: Path) -> None:
    small = SmallCentre.make(tmp_path / "centre", BodyLimits(batch_bytes=2048))
    with small.client:
        bundle, tablet = small.give(signed()), small.enrol()
        batch = tablet.seal(lines(bundle, 40, psu="1"))
        answer = tablet.put(batch)
        assert code_of(answer) == "413.1"
        assert answer.json()["max_bytes"] == 2048
        assert stored(small, "batches") == 0


def test_batch_is_refused_when_the_token_was_revoked_or_is_missing(
    centre: SmallCentre, tablet: SmallTablet, bundle: FormBundle
) -> None:
    batch = tablet.seal(lines(bundle))
    assert code_of(tablet.put(batch, Authorization="Bearer no-such-token")) == "401.1"
    with centre.parts.database.writing() as connection:
        revoke_device(connection, PROJECT, tablet.enrolled.device_id, "2026-11-24T10:00:00Z")
    assert code_of(tablet.put(batch)) == "403.2"
    assert stored(centre, "batches") == 0


# ---- nothing is acknowledged that is not held ----------------------------------------------------


def _refuses_for_now(answer: httpx2.Response) -> bool:
    return code_of(answer) == "503.1" and int(answer.headers["retry-after"]) > 0


@pytest.fixture
def full_disk(centre: SmallCentre) -> Iterator[None]:
    """SQLite may take no page more: what a full disk gives, SQLITE_FULL."""
    engine = centre.parts.database._engine

    def no_more(connection: sqlite3.Connection, *_: object) -> None:
        (pages,) = connection.execute("pragma page_count").fetchone()
        connection.execute(f"pragma max_page_count={pages}")

    event.listen(engine, "checkout", no_more)
    yield
    event.remove(engine, "checkout", no_more)
    engine.dispose()


def test_batch_is_not_acknowledged_when_the_disk_is_full(
    centre: SmallCentre, tablet: SmallTablet, bundle: FormBundle, full_disk: None
) -> None:
    batch = tablet.seal(lines(bundle, 200, psu="12345"))
    assert _refuses_for_now(tablet.put(batch))
    assert (stored(centre, "batches"), stored(centre, "revisions")) == (0, 0)


def test_batch_is_taken_when_it_comes_again_after_the_store_was_locked(
    centre: SmallCentre, tablet: SmallTablet, bundle: FormBundle
) -> None:
    def impatient(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("pragma busy_timeout=20")

    event.listen(centre.parts.database._engine, "checkout", impatient)
    batch = tablet.seal(lines(bundle))
    other = sqlite3.connect(centre.settings.folder / STORE_FILE, isolation_level=None)
    other.execute("begin immediate")
    assert _refuses_for_now(tablet.put(batch))
    other.execute("rollback")
    other.close()
    answer = tablet.put(batch)
    assert answer.status_code == 201
    assert outcomes(answer, tablet, batch) == [OutcomeKind.NEW] * 3


def test_batch_is_not_acknowledged_when_the_commit_fails(
    centre: SmallCentre, tablet: SmallTablet, bundle: FormBundle
) -> None:
    batch = tablet.seal(lines(bundle))
    engine = centre.parts.database._engine

    def fails(_connection: object) -> None:
        raise OperationalError("commit", None, sqlite3.OperationalError("disk I/O error"))

    event.listen(engine, "commit", fails)
    answer = tablet.put(batch)
    event.remove(engine, "commit", fails)
    assert _refuses_for_now(answer)
    assert stored(centre, "batches") == 0
    address = f"/v1/projects/{PROJECT}/batches/{batch.header.batch_id}/receipt"
    assert code_of(tablet.client.get(address, headers=tablet.authorization)) == "404.4"
    assert tablet.put(batch).status_code == 201


# ---- problem documents ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "address", "code"),
    [
        ("GET", "/nowhere", "404.1"),
        ("DELETE", "/v1/hello", "405.1"),
        ("GET", "/v1/hello", "422.5"),
        ("GET", f"/v1/projects/{PROJECT}/bundles", "401.1"),
    ],
)
def test_problem_has_its_number_and_title(
    centre: SmallCentre, method: str, address: str, code: str
) -> None:
    answer = centre.client.request(method, address)
    assert code_of(answer) == code
    document = json.loads(answer.content)
    assert document["type"] == f"urn:makazi:problem:{code}"
    assert document["title"] == CATALOGUE[code]

"""What stands before every route: sizes, slowness, and answers that never repeat a request."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from server_stub.guard import Guard
from server_stub.settings import BodyLimits
from tests.server_stub.centre_cases import PROJECT, code_of
from tests.server_stub.survey_cases import signed

if TYPE_CHECKING:
    from tests.server_stub.centre_cases import SmallCentre

SECRET = "Zuhura-Kanario-0712345678"
LIMITS = BodyLimits(batch_bytes=64, other_bytes=32, grace_s=0.05, bytes_per_s=1000)


async def _reads_body(scope, receive, send) -> None:
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"read"})


async def _fails(scope, receive, send) -> None:
    raise ValueError(SECRET)


def served(app, receive, path: str = "/x", headers=()) -> tuple[dict, bytes]:
    """What the guard answers."""
    sent: list[dict] = []

    async def send(message: dict) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "PUT", "path": path, "headers": list(headers)}
    asyncio.run(Guard(app, LIMITS)(scope, receive, send))
    start, body = sent
    return start, body["body"]


def in_parts(*parts: bytes, pause_s: float = 0):
    messages = [
        {"type": "http.request", "body": part, "more_body": n + 1 < len(parts)}
        for n, part in enumerate(parts)
    ]

    async def receive() -> dict:
        await asyncio.sleep(pause_s)
        return messages.pop(0)

    return receive


def test_body_is_read_when_it_is_small_and_quick() -> None:
    start, body = served(_reads_body, in_parts(b"a" * 16, b"b" * 16))
    assert (start["status"], body) == (200, b"read")
    assert (b"x-content-type-options", b"nosniff") in start["headers"]


@pytest.mark.parametrize(("path", "most"), [("/x", 32), ("/v1/projects/p/batches/b", 64)])
def test_body_is_refused_when_it_grows_beyond_its_limit(path: str, most: int) -> None:
    start, body = served(_reads_body, in_parts(b"a" * most, b"b"), path)
    assert (start["status"], json.loads(body)["max_bytes"]) == (413, most)
    assert (b"connection", b"close") in start["headers"]


def test_body_is_refused_unread_when_it_is_announced_as_too_large() -> None:
    async def never() -> dict:
        raise AssertionError

    start, _ = served(_reads_body, never, headers=[(b"content-length", b"9999")])
    assert start["status"] == 413
    start, body = served(_reads_body, never, headers=[(b"content-length", b"many")])
    assert json.loads(body)["code"] == "400.1"


def test_body_is_refused_when_it_comes_too_slowly() -> None:
    start, body = served(_reads_body, in_parts(b"a", b"b", b"c", pause_s=0.04))
    assert (start["status"], json.loads(body)["code"]) == (408, "408.1")


def test_failure_is_answered_and_logged_without_what_it_says(
    caplog: pytest.LogCaptureFixture,
) -> None:
    start, body = served(_fails, in_parts(b""))
    assert (start["status"], json.loads(body)["code"]) == (500, "500.1")
    assert SECRET.encode() not in body
    assert SECRET not in caplog.text
    assert "failure=ValueError" in caplog.text


def test_watchdog_hears_that_the_process_lives_and_the_store_takes_a_write(
    centre: SmallCentre,
) -> None:
    assert centre.client.get("/healthz").json() == {"status": "ok"}
    assert centre.client.get("/readyz").json()["server_id"] == centre.parts.server_id


def test_bundles_are_listed_and_given_as_signed(centre: SmallCentre) -> None:
    tablet = centre.enrol()
    bundle = centre.give(signed())
    address = f"/v1/projects/{PROJECT}/bundles"
    (listed,) = centre.client.get(address, headers=tablet.authorization).json()["bundles"]
    assert (listed["digest"], listed["form_id"], listed["version"]) == (bundle.digest, "small", "1")
    given = centre.client.get(f"{address}/{bundle.digest}", headers=tablet.authorization)
    assert given.content == signed()
    again = {**tablet.authorization, "If-None-Match": given.headers["etag"]}
    assert centre.client.get(f"{address}/{bundle.digest}", headers=again).status_code == 304
    other = centre.client.get(f"{address}/{'ab' * 32}", headers=tablet.authorization)
    assert code_of(other) == "404.3"

"""The one module that speaks HTTP, and the judgement of what it hears."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import TransportError
from sync.keys import SigningKey
from sync.transport.answers import Meaning, problem_number, verdict
from sync.transport.http import Answer, HttpTransport
from sync.wire.batch import BatchContext, seal_batch
from sync.wire.receipt import Durability, Outcome, OutcomeKind, Receipt, sign_receipt
from tests.support.centre import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SERVER = SigningKey(bytes(range(32)))
BATCH_ID = "0b3d1f34-7d55-4b2a-9c1e-2f5a8f3f0a11"
BATCH = seal_batch([b"{}"], BatchContext(BATCH_ID, "pilot", "tab-1", 1, 1, 1))


@contextmanager
def speaking(
    *answers: bytes | Callable[[socket.socket], None],
) -> Iterator[tuple[str, list[bytes]]]:
    """A server that says these raw bytes, one connection each; its address and what it heard."""
    listener = socket.create_server(("127.0.0.1", 0))
    heard: list[bytes] = []

    def serve() -> None:
        for answer in answers:
            connection, _ = listener.accept()
            with connection:
                heard.append(connection.recv(65536))
                if callable(answer):
                    answer(connection)
                else:
                    connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", heard
    finally:
        thread.join(5)
        listener.close()


@contextmanager
def transport(url: str, **options: object) -> Iterator[HttpTransport]:
    made = HttpTransport(url, "the-token", **options)
    try:
        yield made
    finally:
        made.close()


def _code(url: str, **options: object) -> str:
    with transport(url, **options) as made, pytest.raises(TransportError) as caught:
        made.get("v1", "hello")
    return caught.value.code


def test_redirect_is_not_followed_and_the_token_stays() -> None:
    elsewhere = f"http://127.0.0.1:{free_port()}/"
    said = f"HTTP/1.1 302 Found\r\nLocation: {elsewhere}\r\nContent-Length: 0\r\n\r\n".encode()
    with speaking(said) as (url, heard), transport(url) as made:
        assert made.get("v1", "hello").status == 302
    assert len(heard) == 1
    assert b"Bearer the-token" in heard[0]


def test_token_comes_from_enrolment_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A .netrc would replace it, and a proxy of the environment would read it."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n", encoding="ascii")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("NO_PROXY", "")
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    with speaking(said) as (url, heard), transport(url) as made:
        assert made.get("v1", "hello").body == b"ok"
    assert b"Bearer the-token" in heard[0]
    assert b"Basic" not in heard[0]


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nContent-Length: nonsense\r\nContent-Encoding: gzip\r\n\r\nnot gzip",
    ],
)
def test_broken_answer_is_no_answer(said: bytes) -> None:
    with speaking(said) as (url, _):
        assert _code(url) == "SY-401"


def test_answer_that_never_comes_is_given_up() -> None:
    waiting = threading.Event()
    with speaking(lambda _connection: waiting.wait(5)) as (url, _):
        assert _code(url, timeouts_s=(1, 0.1)) == "SY-401"
        waiting.set()


def test_answer_without_end_is_given_up() -> None:
    def flood(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(10_000):
            try:
                connection.sendall(bytes(65536))
            except OSError:
                return

    with speaking(flood) as (url, _):
        assert _code(url) == "SY-401"


def test_packed_answer_does_not_burst() -> None:
    body = gzip.compress(bytes(200 << 20), 9)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    with speaking(head.encode() + body) as (url, heard):
        assert _code(url) == "SY-401"
    assert b"Accept-Encoding: identity" in heard[0]


def test_nobody_listens() -> None:
    assert _code(f"http://127.0.0.1:{free_port()}") == "SY-401"


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    moment = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "both.pem").write_bytes(secret + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


def test_certificate_that_nobody_vouches_for_is_a_strangers(tmp_path: Path) -> None:
    context = _self_signed(tmp_path)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            context.wrap_socket(connection, server_side=True).close()

    thread = threading.Thread(target=serve)
    thread.start()
    assert _code(f"https://127.0.0.1:{listener.getsockname()[1]}") == "SY-402"
    thread.join(10)
    listener.close()


def test_path_parts_cannot_climb() -> None:
    said = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    with speaking(said) as (url, heard), transport(url) as made:
        made.get("v1", "../../x?y#z")
    assert heard[0].startswith(b"GET /v1/..%2F..%2Fx%3Fy%23z HTTP/1.1")


def _receipt(sha256: str = BATCH.header.sha256) -> Receipt:
    outcome = Outcome(BATCH_ID, OutcomeKind.NEW)
    facts = (BATCH_ID, "pilot", "tab-1", 1, sha256, (outcome,), "centre-1", 1)
    return Receipt(*facts, "2026-11-24T10:00:00Z", Durability.LOCAL)


def _judged(status: int, body: bytes, **headers: str):
    return verdict(Answer(status, headers, body), BATCH.header, SERVER.verify_key)


@pytest.mark.parametrize("status", [200, 201])
def test_signed_receipt_is_the_only_yes(status: int) -> None:
    judged = _judged(status, sign_receipt(_receipt(), SERVER).to_bytes())
    assert judged.meaning is Meaning.RECEIPT
    assert judged.receipt == _receipt()


def test_receipt_of_another_key_or_batch_is_none() -> None:
    other = sign_receipt(_receipt(), SigningKey.generate()).to_bytes()
    assert _judged(201, other).meaning is Meaning.STRANGER
    elsewhere = sign_receipt(_receipt("0" * 64), SERVER).to_bytes()
    assert _judged(201, elsewhere).meaning is Meaning.LATER


@pytest.mark.parametrize("status", [202, 204, 206, 301, 302, 304, 307, 400, 404, 418, 451, 500])
def test_genuine_receipt_with_another_status_is_no_yes(status: int) -> None:
    body = sign_receipt(_receipt(), SERVER).to_bytes()
    assert _judged(status, body).meaning is not Meaning.RECEIPT


@given(
    st.integers(100, 599),
    st.one_of(st.binary(max_size=300), st.sampled_from([b"{}", b"[]", b"OK", b"null", b"<html>"])),
    st.sampled_from(["", "text/html", "application/json", "application/problem+json"]),
)
def test_no_chance_answer_counts_as_delivered_or_gives_a_batch_up(
    status: int, body: bytes, media_type: str
) -> None:
    judged = _judged(status, body, **{"content-type": media_type})
    given_up = {Meaning.RECEIPT, Meaning.UNREADABLE, Meaning.ID_TAKEN}
    assert judged.meaning not in given_up
    assert judged.problem is not None


@given(st.integers(400, 599), st.text(max_size=8), st.one_of(st.none(), st.integers()))
def test_problem_number_fits_its_status_or_is_none(
    status: int, code: str, most: int | None
) -> None:
    document = {"status": status, "code": code, "max_bytes": most}
    answer = Answer(
        status, {"content-type": "application/problem+json"}, json.dumps(document).encode()
    )
    number, max_bytes = problem_number(answer)
    assert number in {"", code}
    assert not number or number.partition(".")[0] == str(status)
    assert max_bytes is None or max_bytes > 0

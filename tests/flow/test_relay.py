"""The bad link really breaks where it is told, and keeps what crossed."""

from __future__ import annotations

import http.client
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from server_stub.demo.relay import Cut, Relay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Echo(BaseHTTPRequestHandler):
    """Answers with the body that it was sent."""

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests print nothing."""


@pytest.fixture
def echo_port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def _put(port: int, body: bytes) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("PUT", "/", body)
        return connection.getresponse().read()
    finally:
        connection.close()


def test_link_carries_and_keeps_every_byte(echo_port: int, tmp_path: Path) -> None:
    body = bytes(range(256)) * 200
    with Relay(echo_port, tmp_path / "capture") as relay:
        assert _put(relay.port, body) == body
    assert (tmp_path / "capture").read_bytes().count(body[:1024]) >= 2


@pytest.mark.parametrize("direction", ["up", "down"])
def test_link_breaks_once_where_it_is_told(echo_port: int, tmp_path: Path, direction: str) -> None:
    cut = Cut("up" if direction == "up" else "down", 900)
    with Relay(echo_port, tmp_path / "capture", (cut,)) as relay:
        with pytest.raises((OSError, http.client.HTTPException)):
            _put(relay.port, b"x" * 5000)
        assert _put(relay.port, b"y" * 5000) == b"y" * 5000
        assert relay.traffic.cuts == [cut]

"""A meddler between tablet and centre: passes requests on, until a test tells it otherwise.

It speaks HTTP for real on loopback, keeps every body that tablets sent, and can answer as portals,
broken servers and cut lines do.
"""

from __future__ import annotations

import http.client
import json
import threading
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.centre import LoopbackCentre

PORTAL = b"<!DOCTYPE html><title>Welcome</title><p>Accept our terms to go on."


@dataclass
class Said:
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Meddler:
    """What stands in between.

    Attributes:
        centre: Where it passes on to.
        url: Its own address.
        plan: What to do with the next batches, in order; then everything is passed on.
        hello: What to do with every hello; None passes it on.
        bodies: Bodies of the batches that came, in order.
        answers: Bodies of the centre's answers to batches, in order.
    """

    centre: LoopbackCentre
    url: str = ""
    plan: deque[Callable[[Line], None]] = field(default_factory=deque)
    hello: Callable[[Line], None] | None = None
    bodies: list[bytes] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)


class Line(BaseHTTPRequestHandler):
    """One request, and the ways to answer it."""

    protocol_version = "HTTP/1.1"
    meddler: Meddler
    timeout = 20
    wbufsize = -1  # header and body in one packet: half of each would wait for an acknowledgement

    def forward(self) -> Said:
        """What the centre says."""
        connection = http.client.HTTPConnection("127.0.0.1", self.meddler.centre.port, timeout=20)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in {"host", "connection"}}
        connection.request(self.command, self.path, self.body, headers)
        answer = connection.getresponse()
        said = Said(answer.status, dict(answer.headers), answer.read())
        connection.close()
        if self.command == "PUT":
            self.meddler.answers.append(said.body)
        return said

    def say(self, said: Said) -> None:
        self.send_response(said.status)
        for name, value in said.headers.items():
            if name.lower() not in {"content-length", "connection", "date", "server"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(said.body)))
        self.end_headers()
        self.wfile.write(said.body)

    def cut(self, said: Said, count: int) -> None:
        """Begin the answer, and break the line after `count` bytes of its body."""
        self.send_response(said.status)
        self.send_header("Content-Length", str(len(said.body)))
        self.end_headers()
        self.wfile.write(said.body[:count])
        self.wfile.flush()
        self.close_connection = True

    def _serve(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        meddler = self.meddler
        if "/v1/hello" in self.path and meddler.hello is not None:
            meddler.hello(self)
        elif self.command == "PUT":
            meddler.bodies.append(self.body)
            (meddler.plan.popleft() if meddler.plan else passed_on)(self)
        else:
            passed_on(self)

    do_GET = do_POST = do_PUT = _serve  # noqa: N815 -- the names that http.server calls

    def log_message(self, *_arguments: object) -> None:
        """Nothing: tests read the tablet, not this log."""


def passed_on(line: Line) -> None:
    line.say(line.forward())


def portal(line: Line) -> None:
    line.say(Said(200, {"Content-Type": "text/html"}, PORTAL))


def bare_200(line: Line) -> None:
    line.say(Said(200, {}, b""))


def bare_201(line: Line) -> None:
    line.say(Said(201, {"Content-Type": "application/json"}, b"{}"))


def redirect(line: Line) -> None:
    line.say(Said(302, {"Location": "http://192.0.2.1/login"}, b""))


def login_403(line: Line) -> None:
    line.say(Said(403, {"Content-Type": "text/html"}, PORTAL))


def failing(line: Line) -> None:
    line.say(Said(500, {"Content-Type": "text/plain"}, b"oops"))


def busy(line: Line) -> None:
    line.say(Said(503, {"Retry-After": "120"}, b""))


def accepted_without_receipt(line: Line) -> None:
    line.forward()
    line.say(Said(201, {"Content-Type": "application/json"}, b'{"ok":true}'))


def other_signature(line: Line) -> None:
    said = line.forward()
    document = json.loads(said.body)
    first = document["signature"][0]
    flipped = ("B" if first == "A" else "A") + document["signature"][1:]
    body = said.body.replace(document["signature"].encode(), flipped.encode())
    line.say(Said(said.status, said.headers, body))


def forged_receipt(line: Line) -> None:
    """A receipt for this very batch, signed by nobody that the tablet knows."""
    said = line.forward()
    line.say(Said(said.status, said.headers, said.body.replace(b'"new"', b'"conflict"')))


def reply_lost(line: Line) -> None:
    line.forward()
    line.close_connection = True


def doubled(line: Line) -> None:
    """The request reaches the centre twice; the tablet hears the second answer."""
    line.forward()
    line.say(line.forward())


def never_arrived(line: Line) -> None:
    line.close_connection = True


def cut_answer(line: Line) -> None:
    said = line.forward()
    line.cut(said, len(said.body) // 2)


def refusing(code: str, **extra: object) -> Callable[[Line], None]:
    """A numbered problem, as our server words it."""

    def answer(line: Line) -> None:
        status = int(code.partition(".")[0])
        document = {"status": status, "code": code, **extra}
        body = json.dumps(document).encode()
        line.say(Said(status, {"Content-Type": "application/problem+json"}, body))

    return answer


@contextmanager
def meddling(centre: LoopbackCentre) -> Iterator[Meddler]:
    """A meddler in front of a running centre."""
    meddler = Meddler(centre)
    handler = type("Handler", (Line,), {"meddler": meddler})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    meddler.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield meddler
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

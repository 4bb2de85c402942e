"""What stands before every route: bounds of size and of slowness, and the last word on failures.

No ASGI server that we know closes a connection whose body comes one byte a minute, so this does.
It is also the one place of the server that catches everything: a failure is answered with a
numbered problem and logged as a type and a place, never with a text that could hold an answer.
"""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import OperationalError

from server_stub.problems import MEDIA_TYPE, ServerProblem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from server_stub.settings import BodyLimits

LOG = logging.getLogger(__name__)
RETRY_AFTER_S: Final = 5
SECURITY_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)


class Guard:
    """ASGI middleware around the whole application.

    Args:
        app: The application.
        limits: What a request may send.
    """

    def __init__(self, app: ASGIApp, limits: BodyLimits) -> None:
        self._app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        try:
            body = _Body(receive, self._limits, _limit_of(scope, self._limits))
            body.check_announced(scope)
            await self._app(scope, body.receive, answer.send)
        except ServerProblem as problem:
            await answer.problem(problem)
        except OperationalError as error:  # locked, or the disk is full: nothing was committed
            _log_failure(error)
            await answer.problem(ServerProblem("503.1", "", None, RETRY_AFTER_S))
        except Exception as error:
            _log_failure(error)
            await answer.problem(ServerProblem("500.1", "Nothing is lost: send it again later."))


def _limit_of(scope: Scope, limits: BodyLimits) -> int:
    is_batch = scope["method"] == "PUT" and "/batches/" in scope["path"]
    return limits.batch_bytes if is_batch else limits.other_bytes


def _log_failure(error: Exception) -> None:
    """Type and places only: the text of an error can repeat what a request held."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    places = " < ".join(f"{f.filename.rpartition('/')[2]}:{f.lineno}" for f in reversed(frames))
    LOG.error("failure=%s at=%s", type(error).__name__, places)


class _Body:
    """The incoming body, counted and timed."""

    def __init__(self, receive: Receive, limits: BodyLimits, most: int) -> None:
        self._receive, self._limits, self._most = receive, limits, most
        self._count = 0
        self._started = asyncio.get_running_loop().time()
        self._done = False

    def check_announced(self, scope: Scope) -> None:
        """Refuse a body by its announced length, before any of it is read.

        Raises:
            ServerProblem: 400.1, 413.1.
        """
        for name, value in scope["headers"]:
            if name == b"content-length":
                if not value.isdigit():
                    raise ServerProblem("400.1", "The content length is not a number.")
                self._check_size(int(value))

    async def receive(self) -> Message:
        """The next message, in time and within bounds.

        Raises:
            ServerProblem: 408.1, 413.1.
        """
        if self._done:
            return await self._receive()  # waits for the disconnect, which may take long
        slowest = self._limits.grace_s + self._count / self._limits.bytes_per_s
        left = self._started + slowest - asyncio.get_running_loop().time()
        try:
            message = await asyncio.wait_for(self._receive(), max(left, 0))
        except TimeoutError:
            raise ServerProblem("408.1", "Send it again when the network is better.") from None
        self._count += len(message.get("body", b""))
        self._done = not message.get("more_body", False)
        self._check_size(self._count)
        return message

    def _check_size(self, count: int) -> None:
        if count > self._most:
            raise ServerProblem("413.1", "Send less at once.", {"max_bytes": self._most})


class _Answer:
    """The outgoing answer; remembers whether it began, because it cannot begin twice."""

    def __init__(self, send: Send) -> None:
        self._send, self._began = send, False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._began = True
            message = {**message, "headers": [*message.get("headers", []), *SECURITY_HEADERS]}
        await self._send(message)

    async def problem(self, problem: ServerProblem) -> None:
        if self._began:
            return
        body = json.dumps(problem.document()).encode()
        headers = [
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
        ]
        if problem.status in {408, 413}:
            headers.append((b"connection", b"close"))
        if problem.retry_after_s is not None:
            headers.append((b"retry-after", str(problem.retry_after_s).encode()))
        start = {"type": "http.response.start", "status": problem.status, "headers": headers}
        await self.send(start)
        await self._send({"type": "http.response.body", "body": body})

"""The only module that speaks HTTP for a tablet, and the only importer of requests.

It follows no redirect: a portal answers with one, and a bearer token must not travel to a host that
nobody pinned. It judges no answer either; `sync.transport.answers` does.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import requests

from forms.problems import Problem
from sync.errors import ProtocolMismatch, TransportError
from sync.transport.answers import stranger

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUTS_S: Final = (60.0, 90.0)
"""Connect and read. In requests the first also bounds every send of the body: 3 s would kill an
upload on 2G. Source: sync reference, point 10."""
ANSWER_S: Final = 15 * 60.0
"""An answer that drips longer than this is given up."""
ANSWER_LIMIT: Final = 4 << 20
"""Largest answer in bytes where the caller does not say: a receipt of thousands of outcomes."""
_CHUNK: Final = 64 << 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whoever said it.

    Attributes:
        status: HTTP status.
        headers: Field names in lower case.
        body: The bytes.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """`Content-Type` without its parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class HttpTransport:
    """Requests to one server.

    Args:
        server_url: Its address, without a path at the end.
        token: Bearer token; empty before enrolment.
        timeouts_s: Connect and read.
    """

    def __init__(
        self, server_url: str, token: str = "", timeouts_s: tuple[float, float] = TIMEOUTS_S
    ) -> None:
        self._server_url, self._token, self._timeouts_s = server_url, token, timeouts_s
        self._session = requests.Session()
        self._session.trust_env = False  # a .netrc would replace the token, a proxy would read it

    def get(
        self, *path: str, query: Mapping[str, str] | None = None, limit: int = ANSWER_LIMIT
    ) -> Answer:
        """Ask.

        Raises:
            TransportError: SY-401.
            ProtocolMismatch: SY-402 the certificate is not trusted; so for the others.
        """
        return self._exchange("GET", path, limit, params=dict(query or {}))

    def post(self, *path: str, body: bytes) -> Answer:
        """Send JSON once; never repeated by itself.

        Raises:
            TransportError: SY-401; whether it arrived is not known.
        """
        headers = {"Content-Type": "application/json"}
        return self._exchange("POST", path, ANSWER_LIMIT, data=body, headers=headers)

    def put(self, *path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a sealed batch; the same call again is the same request.

        Raises:
            TransportError: SY-401; whether it arrived is not known.
        """
        sent = {"Content-Type": "application/gzip", **headers}
        return self._exchange("PUT", path, ANSWER_LIMIT, data=body, headers=sent)

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()

    def _exchange(
        self,
        method: str,
        path: tuple[str, ...],
        limit: int,
        *,
        data: bytes | None = None,
        params: dict[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        url = "/".join((self._server_url, *(quote(part, safe="") for part in path)))
        sent = {"Accept-Encoding": "identity", **(headers or {})}
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        try:
            with self._session.request(
                method,
                url,
                params=params,
                data=data,
                headers=sent,
                timeout=self._timeouts_s,
                allow_redirects=False,
                stream=True,
            ) as answer:
                body = _body(answer, limit)
                fields = {name.lower(): value for name, value in answer.headers.items()}
                return Answer(answer.status_code, fields, body)
        except requests.exceptions.SSLError as error:
            why = "Its certificate is not one that this device trusts."
            raise ProtocolMismatch(stranger(why)) from error
        except (requests.RequestException, OSError, ValueError) as error:
            raise _unreachable(type(error).__name__) from None


def _body(answer: requests.Response, limit: int) -> bytes:
    """The body as it came, bounded in size and in time.

    Raises:
        TransportError: SY-401, also for a body that ends before its announced length.
    """
    until = time.monotonic() + ANSWER_S
    found = bytearray()
    for chunk in answer.iter_content(_CHUNK):
        found += chunk
        if len(found) > limit or time.monotonic() > until:
            raise _unreachable("AnswerTooLong")
    announced = answer.headers.get("Content-Length", "")
    if announced.isdigit() and len(found) != int(announced):
        raise _unreachable("AnswerCut")
    return bytes(found)


def _unreachable(why: str) -> TransportError:
    return TransportError(
        Problem(
            "SY-401",
            "network",
            f"The server did not answer, or not to the end ({why}).",
            "Nothing is lost; it is sent again when the network is better.",
        )
    )

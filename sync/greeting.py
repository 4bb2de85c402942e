"""Before anything is sent: does the server answer whose key this tablet pinned?"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from forms.problems import Problem
from sync.backoff import retry_after_s
from sync.errors import ProtocolMismatch, TryLater, WireError
from sync.transport.answers import NETWORK_LOGIN, later, stranger
from sync.wire.hello import PROTOCOL, check_hello

if TYPE_CHECKING:
    from sync.keys import VerifyKey
    from sync.transport.http import Answer, HttpTransport
    from sync.wire.hello import Hello


def greet(transport: HttpTransport, server_key: VerifyKey) -> Hello:
    """What the pinned server says of itself, in answer to a fresh nonce.

    Raises:
        TransportError: SY-401 no answer.
        TryLater: SY-408 the server is busy.
        ProtocolMismatch: SY-402 somebody else answers (a captive portal, for one), SY-405 the
            server asks for a newer app.
    """
    nonce = secrets.token_urlsafe(24)
    answer = transport.get("v1", "hello", query={"nonce": nonce})
    check_available(answer)
    if answer.status != 200:
        raise ProtocolMismatch(stranger(f"It answers with status {answer.status}."))
    try:
        hello = check_hello(answer.body, nonce, server_key)
    except WireError as error:
        raise ProtocolMismatch(stranger(f"It does not prove itself ({error.code}).")) from error
    if hello.min_client > PROTOCOL:
        raise ProtocolMismatch(
            Problem(
                "SY-405",
                "server",
                f"The server asks for protocol {hello.min_client}; this app speaks {PROTOCOL}.",
                "Install the newer app. The records stay on the tablet.",
            )
        )
    return hello


def check_available(answer: Answer) -> None:
    """Stop when the server, or what stands before it, asks for patience.

    Raises:
        TryLater: SY-408.
    """
    if answer.status in {408, 425, 429} or (
        answer.status >= 500 and answer.status != NETWORK_LOGIN
    ):
        raise TryLater(later(answer), retry_after_s(answer.headers.get("retry-after", "")))

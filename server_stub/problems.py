"""The server's problem catalogue: `status.n`, stable for ever; clients match numbers, never text.

Every error answer is `application/problem+json`. No answer ever repeats what came with a request
beyond ids that the caller already knows, because a request can hold what should not be logged.

Source: RFC 9457.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPE: Final = "application/problem+json"
CATALOGUE: Final[Mapping[str, str]] = {
    "400.1": "The request cannot be read",
    "401.1": "The tablet is not known here",
    "403.1": "The invitation is not known here, or has expired",
    "403.2": "The tablet was blocked",
    "403.3": "The tablet belongs to another project",
    "404.1": "There is no such page",
    "404.2": "There is no such project",
    "404.3": "There is no such bundle",
    "404.4": "There is no receipt for this batch",
    "405.1": "This address does not take that method",
    "408.1": "The body came too slowly",
    "409.1": "The invitation was used before",
    "409.2": "This batch id was used for other bytes",
    "413.1": "The body is too large",
    "422.1": "The body is not the one that its digest names",
    "422.2": "The signature is not that of the enrolled tablet",
    "422.3": "The batch belongs to another address or tablet",
    "422.4": "The batch cannot be opened",
    "422.5": "A field of the request is wrong",
    "500.1": "The server failed; nothing was acknowledged",
    "503.1": "The store is busy or full; try again later",
}
"""Every code and its title. A code that is not here may not be raised (a test checks it)."""


class ServerError(Exception):
    """The root of everything that `server_stub` raises."""


class ConfigError(ServerError):
    """The server was set up or called in a way that cannot work; the message says what to do."""


class StoreDamagedError(ServerError):
    """A record in the store is not the one that was taken in: restore the store from a copy."""


class ServerProblem(ServerError):  # noqa: N818 -- the field's word, RFC 9457
    """A request that is answered with a numbered problem.

    Attributes:
        code: A key of `CATALOGUE`; its part before the dot is the HTTP status.
        detail: What was found and what to do; never anything that came in a body.
        extra: Facts for a program, for example `max_bytes`.
        retry_after_s: Seconds to wait, where waiting helps.
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        extra: Mapping[str, int | str] | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail
        self.extra, self.retry_after_s = dict(extra or {}), retry_after_s

    @property
    def status(self) -> int:
        """The HTTP status."""
        return int(self.code.partition(".")[0])

    def document(self) -> dict[str, int | str]:
        """The members of the problem document."""
        found: dict[str, int | str] = {
            "type": f"urn:makazi:problem:{self.code}",
            "title": CATALOGUE[self.code],
            "status": self.status,
            "code": self.code,
        }
        if self.detail:
            found["detail"] = self.detail
        return found | self.extra

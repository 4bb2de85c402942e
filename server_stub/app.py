"""The centre as a web application, and the command that runs it.

`create_app` wires the parts and holds no judgement; tests and the command make it from settings.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from server_stub.centre import Centre
from server_stub.guard import Guard
from server_stub.problems import MEDIA_TYPE, ServerProblem
from server_stub.routes.health import health_routes
from server_stub.routes.tables import table_routes
from server_stub.routes.tablets import tablet_routes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from starlette.requests import Request

    from server_stub.settings import ServerSettings

_CODE_OF_STATUS = {404: "404.1", 405: "405.1"}


def create_app(settings: ServerSettings) -> FastAPI:
    """The application of the centre in `settings.folder`.

    Raises:
        ConfigError: The centre was not set up, or its disk does not keep what it acknowledges.
    """
    centre = Centre.open(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        centre.close()

    app = FastAPI(title="Makazi centre", version="1", lifespan=lifespan, redoc_url=None)
    app.state.centre = centre
    app.include_router(tablet_routes(centre))
    app.include_router(table_routes(centre))
    app.include_router(health_routes(centre))
    app.add_exception_handler(ServerProblem, _problem)
    app.add_exception_handler(HTTPException, _problem)
    app.add_exception_handler(RequestValidationError, _problem)
    app.add_middleware(Guard, limits=settings.limits)
    return app


def _problem(_request: Request, error: Exception) -> JSONResponse:
    problem = _as_problem(error)
    retry = problem.retry_after_s
    headers = None if retry is None else {"retry-after": str(retry)}
    return JSONResponse(problem.document(), problem.status, headers, MEDIA_TYPE)


def _as_problem(error: Exception) -> ServerProblem:
    if isinstance(error, ServerProblem):
        return error
    if isinstance(error, HTTPException):
        return ServerProblem(_CODE_OF_STATUS.get(error.status_code, "400.1"))
    return ServerProblem(
        "422.5", "A part of the address or of the request is not what it should be."
    )


def main(argv: Sequence[str]) -> int:
    """`makazi server`: see `server_stub.command`."""
    from server_stub.command import run  # noqa: PLC0415 -- the app is imported by tests without it

    return run(argv)

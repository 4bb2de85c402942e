"""Whether the process lives, and whether it could keep a batch now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

if TYPE_CHECKING:
    from server_stub.centre import Centre


def health_routes(centre: Centre) -> APIRouter:
    """The two addresses that a watchdog asks."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz", summary="The process answers")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz", summary="The store takes a write")
    def readyz() -> dict[str, str]:
        with centre.database.writing():
            pass  # takes and releases the one writer; a full or locked disk answers 503
        return {"status": "ready", "server_id": centre.server_id}

    return router

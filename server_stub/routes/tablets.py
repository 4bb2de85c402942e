"""What tablets ask: who are you, let me in, give me the forms, take this batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from server_stub.enrolment import enrol, known_device
from server_stub.intake import BatchRequest, accept, stored_receipt
from server_stub.problems import ServerProblem
from server_stub.settings import moment
from server_stub.store.enrolled import bundle_content, listed_bundles
from sync.errors import WireError
from sync.wire.canonical import canonical_json
from sync.wire.hello import EnrolRequest, Hello

if TYPE_CHECKING:
    from server_stub.centre import Centre
    from server_stub.store.enrolled import Device

JSON: Final = "application/json"
BUNDLE: Final = "application/zip"
ETAG: Final = "etag"


def tablet_routes(centre: Centre) -> APIRouter:
    """The routes that tablets use, on one centre."""
    router = APIRouter(prefix="/v1", tags=["tablets"])
    _add_acquaintance(router, centre)
    _add_bundles(router, centre)
    _add_batches(router, centre)
    return router


def _add_acquaintance(router: APIRouter, centre: Centre) -> None:
    @router.get("/hello", summary="Prove that this is the server that the invitation names")
    def hello(
        nonce: str = Query(min_length=16, max_length=64, pattern="^[A-Za-z0-9_=-]+$"),
    ) -> Response:
        said = Hello(centre.server_id, moment(centre.settings.now()), nonce, centre.limits)
        return Response(said.signed(centre.key), media_type=JSON)

    @router.post("/enrol", status_code=201, summary="Let a tablet in, once per invitation")
    async def enrolment(request: Request) -> Response:
        try:
            asked = EnrolRequest.from_bytes(await request.body())
        except WireError as error:
            raise ServerProblem("422.5", error.code) from error
        enrolled = await run_in_threadpool(
            enrol,
            centre.database,
            asked,
            centre.key.verify_key,
            centre.settings.now(),
            centre.limits,
        )
        return Response(enrolled.to_bytes(), 201, media_type=JSON)


def _add_bundles(router: APIRouter, centre: Centre) -> None:
    @router.get("/projects/{project_id}/bundles", summary="The signed form bundles, oldest first")
    def bundles(project_id: str, request: Request) -> Response:
        _device(centre, request, project_id)
        with centre.database.reading() as connection:
            listed = listed_bundles(connection, project_id)
        document = {
            "bundles": [
                {
                    "digest": bundle.digest,
                    "form_id": bundle.form_id,
                    "version": bundle.version,
                    "title": bundle.title,
                }
                for bundle in listed
            ]
        }
        return Response(canonical_json(document), media_type=JSON)

    @router.get("/projects/{project_id}/bundles/{digest}", summary="One bundle, as signed")
    def bundle(project_id: str, digest: str, request: Request) -> Response:
        _device(centre, request, project_id)
        with centre.database.reading() as connection:
            content = bundle_content(connection, project_id, digest)
        if content is None:
            raise ServerProblem("404.3")
        tag = f'"{digest}"'  # a digest never names other bytes
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={ETAG: tag})
        return Response(content, media_type=BUNDLE, headers={ETAG: tag})


def _add_batches(router: APIRouter, centre: Centre) -> None:
    @router.put(
        "/projects/{project_id}/batches/{batch_id}",
        status_code=201,
        summary="Take in a sealed batch; 201 new, 200 seen before, each with the signed receipt",
    )
    async def batch(project_id: str, batch_id: str, request: Request) -> Response:
        device = await run_in_threadpool(_device, centre, request, project_id)
        arrived = BatchRequest(device, batch_id, request.headers, await request.body())
        answer = await run_in_threadpool(accept, centre.intake, arrived)
        return Response(answer.receipt, 201 if answer.is_new else 200, media_type=JSON)

    @router.get("/projects/{project_id}/batches/{batch_id}/receipt", summary="Ask again")
    def receipt(project_id: str, batch_id: str, request: Request) -> Response:
        device = _device(centre, request, project_id)
        return Response(stored_receipt(centre.database, device, batch_id), media_type=JSON)


def _device(centre: Centre, request: Request, project_id: str) -> Device:
    return known_device(centre.database, request.headers.get("authorization", ""), project_id)

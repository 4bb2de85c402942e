"""What anybody may read: the projects, and what was published of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from server_stub.pages import LANGUAGES, as_csv, as_json, projects_page, tables_page

if TYPE_CHECKING:
    from server_stub.centre import Centre

CSV: Final = "text/csv; charset=utf-8"
JSON: Final = "application/json"
PAGE_HEADERS: Final = {
    # nothing is fetched and nothing runs: the style stands in the page
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
    "cache-control": "no-cache",
}


def table_routes(centre: Centre) -> APIRouter:
    """The routes for readers, on one centre."""
    router = APIRouter(tags=["tables"])

    @router.get("/", summary="The projects", response_class=HTMLResponse)
    def projects(lang: str = Query(LANGUAGES[0], max_length=8)) -> HTMLResponse:
        return HTMLResponse(projects_page(centre.projects(), lang), headers=PAGE_HEADERS)

    @router.get(
        "/projects/{project_id}/tables", summary="Published tables", response_class=HTMLResponse
    )
    def tables(project_id: str, lang: str = Query(LANGUAGES[0], max_length=8)) -> HTMLResponse:
        centre.check_project(project_id)
        page = tables_page(centre.tables.of(project_id), lang)
        return HTMLResponse(page, headers=PAGE_HEADERS)

    @router.get("/projects/{project_id}/tables.csv", summary="The same as CSV")
    def csv_file(project_id: str, lang: str = Query(LANGUAGES[0], max_length=8)) -> Response:
        centre.check_project(project_id)
        name = f'attachment; filename="{project_id}-tables.csv"'
        body = as_csv(centre.tables.of(project_id), lang)
        return Response(body, media_type=CSV, headers={"content-disposition": name})

    @router.get("/projects/{project_id}/tables.json", summary="The same as JSON")
    def json_file(project_id: str) -> Response:
        centre.check_project(project_id)
        return Response(as_json(centre.tables.of(project_id)), media_type=JSON)

    return router

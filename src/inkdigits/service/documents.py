"""``/docs``: what the service can do, to read and try out; its scripts come with the package, not from a network."""

from __future__ import annotations

from pathlib import Path

import fastapi_offline
from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html, get_swagger_ui_oauth2_redirect_html
from starlette.responses import FileResponse, HTMLResponse

_FILES = Path(fastapi_offline.__file__).parent / "static"
_SCRIPT, _STYLE, _ICON = "swagger-ui-bundle.js", "swagger-ui.css", "favicon.png"

PATHS = frozenset({"/docs", "/docs/oauth2-redirect", *(f"/docs/{name}" for name in (_SCRIPT, _STYLE, _ICON))})
"""Every path of theirs."""


def add_documents(app: FastAPI) -> None:
    """Adds the page and its files to an application that was made without one (``docs_url=None``)."""

    def page(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "")
        return get_swagger_ui_html(
            openapi_url=f"{root}{app.openapi_url}",
            title=app.title,
            oauth2_redirect_url=f"{root}/docs/oauth2-redirect",
            swagger_js_url=f"{root}/docs/{_SCRIPT}",
            swagger_css_url=f"{root}/docs/{_STYLE}",
            swagger_favicon_url=f"{root}/docs/{_ICON}",
        )

    async def file(request: Request) -> FileResponse:
        return FileResponse(_FILES / request.url.path.rpartition("/")[2], headers={"Cache-Control": "max-age=86400"})

    app.add_route("/docs", page, include_in_schema=False)
    app.add_route(
        "/docs/oauth2-redirect", lambda request: get_swagger_ui_oauth2_redirect_html(), include_in_schema=False
    )
    for name in (_SCRIPT, _STYLE, _ICON):
        app.add_route(f"/docs/{name}", file, include_in_schema=False)

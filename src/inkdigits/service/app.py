"""``create_app``: the application: its routes, its gate, its life."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

import inkdigits
from inkdigits.service import problems
from inkdigits.service.documents import add_documents
from inkdigits.service.gate import Gate
from inkdigits.service.lock import Lock
from inkdigits.service.openapi import describe
from inkdigits.service.routes import health, models, read, readings, strokes
from inkdigits.service.state import State
from inkdigits.settings import Settings

DESCRIPTION = "Every number comes with how sure it is, every error as `application/problem+json`."


def create_app(settings: Settings | Mapping[str, Any] | None = None, *, open_to_all: bool = False) -> FastAPI:
    """Makes the service; its networks are open when this returns.

    Args:
        settings: As for :class:`inkdigits.Reader`.
        open_to_all: Whether others than this machine may read with it without a key, where none is needed.

    Raises:
        OptionError: A setting is unknown or out of range.
        ModelError: A model of the settings is missing or damaged.
    """
    state = State(Settings.resolve(settings))
    app = FastAPI(
        title="inkdigits",
        version=inkdigits.__version__,
        summary="Reads handwritten numbers.",
        description=DESCRIPTION,
        lifespan=_life,
        generate_unique_id_function=lambda route: route.name,
        docs_url=None,  # FastAPI's own pages fetch their scripts from the network
        redoc_url=None,
    )
    add_documents(app)
    app.state.service = state
    app.add_middleware(Lock, state=state, open_to_all=open_to_all)
    app.add_middleware(Gate, settings=state.settings, metrics=state.metrics)
    problems.add_handlers(app)
    for routes in (health, read, strokes, readings, models):
        app.include_router(routes.router)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    return app


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    state: State = app.state.service
    await run_in_threadpool(state.start)
    try:
        yield
    finally:
        await run_in_threadpool(state.close)

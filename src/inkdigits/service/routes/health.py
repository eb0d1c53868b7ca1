"""``/healthz``, ``/readyz`` and ``/metrics``: for whoever watches over the service."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

import inkdigits
from inkdigits.service import problems
from inkdigits.service.problems import Problem
from inkdigits.service.state import Service

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The process lives."""

    status: Literal["ok"] = "ok"
    version: str = Field(examples=[inkdigits.__version__])


class Ready(BaseModel):
    """Requests are welcome."""

    status: Literal["ready"] = "ready"
    models: dict[str, str] = Field(description="The models that read now.", examples=[{"digit": "digit 1.0.0"}])
    waiting: int = Field(description="Pictures that wait to be read.", examples=[0])


@router.get("/healthz", summary="Whether the process lives")
async def healthz() -> Health:
    """Answers as long as the process does: restart it when this fails."""
    return Health(version=inkdigits.__version__)


@router.get("/readyz", summary="Whether requests are welcome", responses=problems.answers(503))
async def readyz(service: Service) -> Ready:
    """503 while it starts and stops, and while the database that it needs is not there: send nothing then."""
    if not service.ready:
        raise Problem(problems.UNAVAILABLE, "the service starts or stops", {"Retry-After": "1"})

    def look() -> dict[str, str]:
        service.check()
        return service.reader.models  # it may open what was promoted just now

    return Ready(models=await run_in_threadpool(look), waiting=service.desk.waiting)


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Figures."}},
)
async def metrics(service: Service) -> Response:
    """Requests, times, sizes, queue, confidences, refusals, models, memory: in Prometheus' text format."""
    return Response(await run_in_threadpool(service.metrics.text), media_type=CONTENT_TYPE_LATEST)

"""``POST /v1/strokes``: what was written with a pen."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from inkdigits.images.strokes import Points
from inkdigits.service import problems
from inkdigits.service.examples import SEVEN_STROKES
from inkdigits.service.once import IdempotencyKey, once
from inkdigits.service.options import StrokeOptions, parameters, stroke_options
from inkdigits.service.order import Order
from inkdigits.service.problems import Problem, validation_problem
from inkdigits.service.serve import RESPONSES, serve
from inkdigits.service.state import Service
from inkdigits.service.who import Who
from inkdigits.service.wire import JSON, require_json

router = APIRouter(tags=["read"])

_OF_POINT = 64  # bytes that a point may take in JSON: two numbers of 17 digits and a sign need 50
_OF_REST = 65_536
_SMALL = 16_384  # bytes that are taken apart sooner than handed to another thread


class Drawing(BaseModel):
    """Strokes of a pen: each a list of points, x to the right and y down, in any unit."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"strokes": SEVEN_STROKES}]})

    strokes: list[list[tuple[float, float]]] = Field(description="Each stroke is a list of points [x, y].")
    name: str = Field(default="", max_length=200, description="What to call it in the answer.")


_SCHEMA = Drawing.model_json_schema()
_BODY = {"required": True, "description": "The pen's way.", "content": {JSON: {"schema": _SCHEMA}}}


@router.post(
    "/v1/strokes",
    summary="Read pen strokes",
    response_class=Response,
    responses=RESPONSES,
    openapi_extra={"requestBody": _BODY, "parameters": parameters(StrokeOptions)},
)
async def strokes(
    request: Request,
    options: Annotated[StrokeOptions, Depends(stroke_options)],
    service: Service,
    who: Who,
    key: IdempotencyKey = None,
) -> Response:
    """Reads one digit or one number that was written with a pen, a finger or a mouse."""
    body = await _body(request, service.settings.max_points)
    drawn, called = _opened(body) if len(body) <= _SMALL else await run_in_threadpool(_opened, body)

    async def work(name: str | None) -> Response:
        return await serve(request, service, [Order(options, who, called, strokes=drawn, key=name)])

    asked = (
        b"strokes",
        options.model_dump_json().encode(),
        called.encode(errors="backslashreplace"),
        *(stroke.tobytes() for stroke in drawn),
    )
    return await once(service, who, key, asked, work)


async def _body(request: Request, points: int) -> bytes:
    """The body, as far as a drawing of so many points may reach: numbers take ten times the memory of their signs.

    Raises:
        Problem: It is larger, or no JSON.
    """
    await require_json(request)
    most = _OF_POINT * points + _OF_REST
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            said = f"a drawing may have {points:,} points in {most:,} bytes: send less, or raise INKDIGITS_MAX_POINTS"
            raise Problem(problems.TOO_LARGE, said)
    return bytes(body)


def _opened(body: bytes) -> tuple[list[Points], str]:
    """The strokes, float64 (n, 2) each, and the name of a drawing. Raises Problem when it is none."""
    try:
        drawing = Drawing.model_validate_json(body)
    except ValidationError as error:
        raise validation_problem(error.errors(include_input=False)) from error
    return [np.asarray(stroke, np.float64).reshape(-1, 2) for stroke in drawing.strokes], drawing.name

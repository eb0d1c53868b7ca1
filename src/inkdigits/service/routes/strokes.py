"""``POST /v1/strokes``: what was written with a pen."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from inkdigits.service import problems
from inkdigits.service.answers import ReadBody
from inkdigits.service.examples import SEVEN_STROKES
from inkdigits.service.once import STATUSES, IdempotencyKey, once
from inkdigits.service.options import StrokeOptions, parameters, stroke_options
from inkdigits.service.order import Order
from inkdigits.service.problems import answers
from inkdigits.service.serve import serve
from inkdigits.service.state import Service
from inkdigits.service.who import Who

router = APIRouter(tags=["read"])


class Drawing(BaseModel):
    """Strokes of a pen: each a list of points, x to the right and y down, in any unit."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"strokes": SEVEN_STROKES}]})

    strokes: list[list[tuple[float, float]]] = Field(description="Each stroke is a list of points [x, y].")
    name: str = Field(default="", max_length=200, description="What to call it in the answer.")


@router.post(
    "/v1/strokes",
    summary="Read pen strokes",
    response_class=Response,
    responses={200: {"model": ReadBody, "description": "What was read."}, **answers(*STATUSES, *problems.OF_READING)},
    openapi_extra={"parameters": parameters(StrokeOptions)},
)
async def strokes(
    request: Request,
    drawing: Drawing,
    options: Annotated[StrokeOptions, Depends(stroke_options)],
    service: Service,
    who: Who,
    key: IdempotencyKey = None,
) -> Response:
    """Reads one digit or one number that was written with a pen, a finger or a mouse."""

    async def work(name: str | None) -> Response:
        return await serve(request, service, [Order(options, who, drawing.name, strokes=drawing.strokes, key=name)])

    asked = (b"strokes", options.model_dump_json().encode(), drawing.model_dump_json().encode())
    return await once(service, who, key, asked, work)

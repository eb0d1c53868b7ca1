"""``POST /v1/read``: pictures and documents."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from inkdigits.service.examples import READ_BODY
from inkdigits.service.once import IdempotencyKey, once
from inkdigits.service.options import ReadOptions, parameters, read_options
from inkdigits.service.order import Order
from inkdigits.service.problems import validation_problem
from inkdigits.service.serve import RESPONSES, serve
from inkdigits.service.state import Service
from inkdigits.service.who import Who
from inkdigits.service.wire import read_upload

router = APIRouter(tags=["read"])


@router.post(
    "/v1/read",
    summary="Read pictures",
    response_class=Response,
    responses=RESPONSES,
    openapi_extra={"requestBody": READ_BODY, "parameters": parameters(ReadOptions)},
)
async def read(
    request: Request,
    options: Annotated[ReadOptions, Depends(read_options)],
    service: Service,
    who: Who,
    key: IdempotencyKey = None,
) -> Response:
    """Reads one picture that is the body, or any number of them in fields `files` of a form.

    Pictures (PNG, JPEG, WEBP, BMP, TIFF, GIF, PPM) may be of any size, light and polarity; of a PDF or TIFF, every page
    is read. Options may be in the query or in fields of the form. Of several pictures each has its own result or its
    own problem; of a single one the problem is the answer.
    """
    upload = await read_upload(request, service.settings.service_max_files)
    try:
        chosen = ReadOptions.merged(options, upload.form)
    except ValidationError as error:
        raise validation_problem(error.errors()) from error

    async def work(name: str | None) -> Response:
        orders = [
            Order(chosen, who, file, data, key=name and f"{name}-{place}")
            for place, (file, data) in enumerate(upload.files)
        ]
        return await serve(request, service, orders)

    named = (part for file, data in upload.files for part in (file.encode(errors="backslashreplace"), data))
    return await once(service, who, key, (b"read", chosen.model_dump_json().encode(), *named), work)

"""``/v1/readings``: what was kept, for whoever may see it, and what it really says."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timezone
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from inkdigits.errors import NotFoundError, OptionError
from inkdigits.reading import State
from inkdigits.service.once import IdempotencyKey, once
from inkdigits.service.problems import answers
from inkdigits.service.records import RecordsBody, WholeRecordBody, listed
from inkdigits.service.state import Service
from inkdigits.service.who import Who
from inkdigits.service.wire import require_json
from inkdigits.storage.record import Origin, Record

router = APIRouter(prefix="/v1/readings", tags=["history"])

LONGEST = 64
MOST = 100  # readings a page
PNG = b"\x89PNG"
FAILURES = (401, 403, 404, 429, 500, 503)


def _in_utc(moment: datetime) -> datetime:
    moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    try:
        return moment.astimezone(timezone.utc)
    except OverflowError:
        raise ValueError("no such time in UTC") from None


Moment = Annotated[datetime, AfterValidator(_in_utc)]
Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Id = Annotated[str, Path(alias="id", max_length=LONGEST, pattern=r"^[^\x00]+$", description="Id of a kept reading.")]


class Wanted(BaseModel):
    """Which readings are wanted, as in the history; what is not given wants all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: Annotated[Moment | None, Field(description="Read at this time or later; UTC unless it says otherwise.")] = (
        None
    )
    until: Annotated[Moment | None, Field(description="Read before this time.")] = None
    person: Annotated[Text | None, Field(description="Whose, by name.")] = None
    source: Annotated[Origin | None, Field(description="Which door they came through.")] = None
    text: Annotated[Text, Field(description="In what was read, what it really says, or the file's name.")] = ""
    lowest: Annotated[Share, Field(description="Confidence at least.")] = 0.0
    highest: Annotated[Share, Field(description="Confidence at most.")] = 1.0
    state: State | None = None
    checked: Annotated[bool | None, Field(description="Whether somebody corrected it or said that it is right.")] = None
    limit: Annotated[int, Field(ge=1, le=MOST, description="How many at most.")] = 25
    cursor: Annotated[str | None, Field(max_length=300, description="`next` of the page before.")] = None


class Correction(BaseModel):
    """What a number really is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"number": 0, "text": "4036"}]})

    number: int = Field(ge=0, lt=10**6, description="Place of the number in the reading, from 0.")
    text: str = Field(max_length=LONGEST, description="What it is; empty when it is no number.")


@router.get(
    "",
    summary="List kept readings",
    response_class=JSONResponse,
    responses={
        200: {"model": RecordsBody, "description": "The newest first."},
        **answers(401, 403, 422, 429, 500, 503),
    },
)
async def readings(wanted: Annotated[Wanted, Query()], service: Service, who: Who) -> Response:
    """Readings that were kept, the newest first: the own ones; for reviewers and administrators, everybody's.

    A page at a time: ask again with `cursor` set to `next` of the answer.
    """

    def work() -> Response:
        from inkdigits.storage.filter import Filter

        plain = wanted.model_dump(exclude={"limit", "cursor"})
        listing = service.open_store().list(who, Filter(**plain), wanted.limit, _opened(wanted.cursor))
        told = {"readings": [listed(record) for record in listing.records], "next": _closed(listing.after)}
        return JSONResponse(told)

    return await run_in_threadpool(work)


@router.get(
    "/{id}",
    summary="Show a kept reading",
    response_class=JSONResponse,
    responses={200: {"model": WholeRecordBody, "description": "The reading."}, **answers(*FAILURES)},
)
async def reading(name: Id, service: Service, who: Who) -> Response:
    """All that is known of a reading; 404 also when it is somebody else's."""
    return await run_in_threadpool(lambda: _shown(service.open_store().get(name, who)))


@router.get(
    "/{id}/picture",
    summary="The picture of a kept reading",
    response_class=Response,
    responses={
        200: {"content": {"image/png": {}, "image/jpeg": {}}, "description": "Grey and upright, as it was read."},
        **answers(*FAILURES),
    },
)
async def picture(name: Id, service: Service, who: Who) -> Response:
    """The pixels that were read; nothing else of the file was kept."""
    data = await run_in_threadpool(lambda: service.open_store().picture(name, who))
    if data is None:
        raise NotFoundError(f"no picture was kept of reading {name!r}")
    media_type = "image/png" if data.startswith(PNG) else "image/jpeg"
    return Response(data, media_type=media_type, headers={"Cache-Control": "private, no-cache"})


@router.post(
    "/{id}/correction",
    summary="Correct a kept reading",
    response_class=JSONResponse,
    dependencies=[Depends(require_json)],
    responses={
        200: {"model": WholeRecordBody, "description": "The reading, corrected."},
        **answers(409, 415, 422, *FAILURES),
    },
)
async def correct(
    name: Id,
    correction: Correction,
    service: Service,
    who: Who,
    key: IdempotencyKey = None,
) -> Response:
    """Notes what one of its numbers really is; saying what was read says that it is right.

    A correction that says nothing new changes nothing.
    """

    async def work(unique: str | None) -> Response:
        def add() -> Response:
            store = service.open_store()
            count = len(store.get(name, who).reading.numbers)
            if correction.number >= count:
                raise OptionError(f"reading {name!r} has {count} numbers, counted from 0: none is {correction.number}")
            return _shown(store.correct(name, correction.number, correction.text, who, correction=unique))

        return await run_in_threadpool(add)

    asked = (b"correction", name.encode(), correction.model_dump_json().encode())
    return await once(service, who, key, asked, work)


def _shown(record: Record) -> Response:
    """All of a record; long ones take a while to write, so it is not for the event loop."""
    return JSONResponse(record.to_dict())


def _closed(cursor: str | None) -> str | None:
    """A cursor as it travels in an address."""
    return None if cursor is None else base64.urlsafe_b64encode(cursor.encode()).decode().rstrip("=")


def _opened(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise OptionError(f"{cursor!r} is no place in a listing: start from the beginning") from None

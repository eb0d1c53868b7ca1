"""Errors as the service tells them: RFC 9457, ``application/problem+json``, a stable ``type`` for each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from inkdigits.errors import (
    AccountError,
    ImageError,
    InkDigitsError,
    LimitError,
    MissingExtraError,
    ModelError,
    NotFoundError,
    OptionError,
    RightsError,
    StorageError,
    StrokeError,
)

MEDIA_TYPE = "application/problem+json"
URN = "urn:inkdigits:problem:"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: the end of its ``type``, its status and its title."""

    name: str
    status: int
    title: str


NOT_A_PICTURE = Kind("not-a-picture", 422, "The picture cannot be read")
TOO_LARGE = Kind("too-large", 413, "It is larger than this service takes")
NOT_STROKES = Kind("not-strokes", 422, "These are not pen strokes")
WRONG_OPTION = Kind("wrong-option", 422, "An option makes no sense")
WRONG_REQUEST = Kind("wrong-request", 422, "The request is not as it has to be")
UNSUPPORTED = Kind("unsupported-media-type", 415, "The body is of a type that is not read")
NOT_FOUND = Kind("not-found", 404, "There is nothing here")
WRONG_METHOD = Kind("method-not-allowed", 405, "This path takes other methods")
FORBIDDEN = Kind("forbidden", 403, "You may not do this")
UNAUTHORIZED = Kind("unauthorized", 401, "It is not known who asks")
BUSY = Kind("busy", 429, "Too much is waiting already")
TOO_MANY = Kind("too-many", 429, "There are too many requests")
AT_WORK = Kind("at-work", 409, "This is being done already")
KEY_REUSED = Kind("idempotency-key-reused", 422, "The idempotency key stands for another request")
SLOW = Kind("too-slow", 408, "The request took too long to arrive")
OVERDUE = Kind("overdue", 504, "The reading took too long")
WAITED = Kind("waited", 503, "The service did not come to this in time")
UNAVAILABLE = Kind("unavailable", 503, "A part of the service is not there")
LACKING = Kind("not-installed", 501, "This service lacks what it takes")
FAILED = Kind("failed", 500, "The service failed")

GONE = Kind("gone", 499, "The client went away")

OF_READING = (400, 401, 403, 408, 413, 415, 422, 429, 500, 501, 503, 504)
"""Statuses of the problems that a reading may be answered with."""

_OF_ERRORS: Sequence[tuple[type[InkDigitsError], Kind]] = (
    (LimitError, TOO_LARGE),
    (ImageError, NOT_A_PICTURE),
    (StrokeError, NOT_STROKES),
    (NotFoundError, NOT_FOUND),
    (OptionError, WRONG_OPTION),
    (RightsError, FORBIDDEN),
    (AccountError, UNAUTHORIZED),
    (StorageError, UNAVAILABLE),
    (ModelError, UNAVAILABLE),
    (MissingExtraError, LACKING),
)
_HEADERS: Mapping[Kind, Mapping[str, str]] = {
    UNAVAILABLE: {"Retry-After": "5"},
    UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
}


class Problem(Exception):  # noqa: N818 (RFC 9457 calls it so)
    """What a request is answered with instead of a result."""

    def __init__(self, kind: Kind, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        """Takes a kind, what happened and what to do about it, headers of the answer, and further members."""
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.headers = {**_HEADERS.get(kind, {}), **(headers or {})}
        self.more = more

    @classmethod
    def of(cls, error: InkDigitsError) -> Problem:
        """What an error of the package is, told over HTTP."""
        kind = next((kind for wanted, kind in _OF_ERRORS if isinstance(error, wanted)), WRONG_REQUEST)
        lacking: dict[str, Any] = {"right": error.right} if isinstance(error, RightsError) and error.right else {}
        return cls(kind, str(error), **lacking)

    def to_dict(self, request_id: str = "") -> dict[str, Any]:
        """The members of the problem."""
        told = {"type": URN + self.kind.name, "title": self.kind.title, "status": self.kind.status}
        named = {"request_id": request_id} if request_id else {}
        return {**told, "detail": self.detail, **named, **self.more}

    def response(self, request_id: str = "") -> Response:
        """The answer."""
        return JSONResponse(self.to_dict(request_id), self.kind.status, self.headers, MEDIA_TYPE)


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For OpenAPI: the problems that a route may be answered with."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def add_handlers(app: FastAPI) -> None:
    """Makes every error that a route raises a problem."""
    app.add_exception_handler(Problem, _tell_problem)
    app.add_exception_handler(InkDigitsError, _tell_error)
    app.add_exception_handler(RequestValidationError, _tell_validation)
    app.add_exception_handler(HTTPException, _tell_http)


def request_id_of(request: Request) -> str:
    """The id of a request; ``""`` outside of the service's own gate."""
    return getattr(request.state, "request_id", "")


async def _tell_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return error.response(request_id_of(request))


async def _tell_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, InkDigitsError)
    return Problem.of(error).response(request_id_of(request))


async def _tell_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return validation_problem(error.errors()).response(request_id_of(request))


def validation_problem(errors: Sequence[Any]) -> Problem:
    """What is wrong with a request, each part with its place.

    Args:
        errors: Pydantic's, each with ``loc`` and ``msg``; what was sent is not repeated.
    """
    found = [{"at": ".".join(str(part) for part in item["loc"]), "message": item["msg"]} for item in errors]
    said = "; ".join(f"{item['at']}: {item['message']}" if item["at"] else item["message"] for item in found[:3])
    return Problem(WRONG_REQUEST, said, errors=found)


async def _tell_http(request: Request, error: Exception) -> Response:
    """What the framework raises: no such path, a method that is not allowed, a form that cannot be taken apart."""
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    other = Kind(status.phrase.lower().replace(" ", "-"), status.value, status.phrase), str(error.detail)
    kind, said = _EXPLAINED.get(status.value, other)
    headers = {name: _with_head(value) if name == "Allow" else value for name, value in (error.headers or {}).items()}
    return Problem(kind, said, headers).response(request_id_of(request))


_EXPLAINED = {
    404: (NOT_FOUND, "there is no such path: /docs lists all there are"),
    405: (WRONG_METHOD, "this path takes other methods: see the header Allow"),
}


def _with_head(methods: str) -> str:
    """The header Allow with HEAD, which is answered wherever GET is."""
    return f"{methods}, HEAD" if methods == "GET" else methods

"""The routes beside the pages: a ticket becomes a cookie, and a cookie is given back."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from inkdigits.accounts.address import client_address
from inkdigits.accounts.office import Accounts
from inkdigits.errors import InkDigitsError
from inkdigits.web.accounts.cookie import ENTER, LEAVE, NAME, address_of, drop_cookie, set_cookie

LARGEST = 1024  # bytes of a request
NOT_OURS = "This request does not come from a page of this application."
USED = "This sign-in took too long or was used already. Sign in again."


def make_routes(accounts: Accounts) -> list[Route]:
    """The routes, under the address that the server has.

    A page of another site cannot use them: such a request carries another origin, cannot be JSON without being asked
    about first, and has no cookie (``SameSite=Strict``).
    """

    async def enter(request: Request) -> Response:
        ticket = await _ticket(request)
        if ticket is None:
            return _refuse(403, NOT_OURS)
        try:
            token = await run_in_threadpool(accounts.sessions.redeem, ticket)
        except InkDigitsError as error:
            return _refuse(503, str(error))
        if token is None:
            return _refuse(409, USED)
        response = JSONResponse({}, headers={"Cache-Control": "no-store"})
        set_cookie(response, token, secure=request.url.scheme == "https")
        return response

    async def leave(request: Request) -> Response:
        if await _ticket(request) is None:
            return _refuse(403, NOT_OURS)
        token, address = request.cookies.get(NAME), client_address(request.client.host if request.client else None)
        if token:
            try:
                await run_in_threadpool(lambda: accounts.sessions.end(token, address=address))
            except InkDigitsError as error:
                return _refuse(503, str(error))
        response = JSONResponse({}, headers={"Cache-Control": "no-store"})
        drop_cookie(response, secure=request.url.scheme == "https")
        return response

    return [
        Route(address_of(ENTER), enter, methods=["POST"]),
        Route(address_of(LEAVE), leave, methods=["POST"]),
    ]


async def _ticket(request: Request) -> str | None:
    """What our own component posted; None for anything else."""
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return None
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        return None
    if request.headers.get("content-type") != "application/json":
        return None
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return None
    try:
        ticket = json.loads(body)["ticket"]
    except (ValueError, KeyError, TypeError):
        return None
    return ticket if isinstance(ticket, str) else None


def _refuse(status: int, words: str) -> JSONResponse:
    return JSONResponse({"error": words}, status, headers={"Cache-Control": "no-store"})

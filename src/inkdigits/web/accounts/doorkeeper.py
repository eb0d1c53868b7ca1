"""``Doorkeeper``: what Streamlit serves beside the pages, it serves to people who are signed in."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from inkdigits.accounts.office import Accounts
from inkdigits.errors import InkDigitsError
from inkdigits.web.accounts.cookie import NAME, address_of

GUARDED = ("/media/", "/_stcore/upload_file")
"""Pictures and downloads of a page, under names that nobody guesses; and uploads, which take memory."""


class Doorkeeper:
    """An ASGI middleware; the pages themselves ask who is there by the same cookie."""

    def __init__(self, app: ASGIApp, accounts: Accounts) -> None:
        """Stands before an application."""
        self._app = app
        self._accounts = accounts
        self._guarded = tuple(address_of(path) for path in GUARDED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request through, or refuses it."""
        if scope["type"] != "http" or not scope["path"].startswith(self._guarded):
            await self._app(scope, receive, send)
            return
        token = HTTPConnection(scope).cookies.get(NAME)
        try:
            signed_in = await run_in_threadpool(self._accounts.sessions.who, token) if token else None
        except InkDigitsError as error:
            await PlainTextResponse(str(error), 503)(scope, receive, send)
            return
        if signed_in is None:
            await PlainTextResponse("Sign in first.", 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)

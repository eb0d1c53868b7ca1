"""``Visit``: one request on its way through: its id, its body as it arrives, its answer as it leaves."""

from __future__ import annotations

import asyncio
import re
import time
from uuid import uuid4

import anyio
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from inkdigits.service import problems
from inkdigits.service.documents import PATHS
from inkdigits.service.problems import Problem
from inkdigits.service.room import Room

SLOWEST = 4096.0
"""Bytes a second that a body has to reach, once its time of grace is over."""

PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Paths of whoever watches over the service."""

DOCUMENTS = PATHS | {"/openapi.json"}
"""Paths of documents, which have no pattern."""

_LINGER = 1.0  # seconds that the rest of a body is thrown away, so that its sender reads why
_LINGER_BYTES = 4 * 2**20
_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_CLOSE = {"Connection": "close"}


class Visit:
    """Guards the body of a request (size, speed, room), and notes what is to be logged.

    HEAD is answered as GET is, without the body: ``scope`` says GET, and ``method`` what was asked.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, room: Room, most: int, grace: float) -> None:
        """Takes an ASGI request and the limits.

        Args:
            scope: Of ASGI, as the next two.
            receive: Gives the body.
            send: Takes the answer.
            room: What all bodies together may take.
            most: Bytes of the body.
            grace: Seconds that the body may take however small it is.
        """
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        self.id = given if _ID.fullmatch(given) else uuid4().hex
        self.method: str = scope["method"]
        self.scope = {**scope, "method": "GET"} if self.method == "HEAD" else scope
        self.status = 0
        self.received = 0
        self.sent = 0
        self._held = 0
        self.begun = time.perf_counter()
        self._receive = receive
        self._send = send
        self._room = room
        self._most = most
        self._grace = grace
        self._declared = _length(headers)
        self._whole = self._declared == 0 and "transfer-encoding" not in headers
        scope.setdefault("state", {})["request_id"] = self.id

    @property
    def route(self) -> str:
        """The pattern of the path; ``"unmatched"`` when there is none."""
        asked: str = self.scope["path"]
        known = asked if asked in DOCUMENTS else "unmatched"
        path: str = getattr(self.scope.get("route"), "path", known)
        return path

    @property
    def started(self) -> bool:
        """Whether the answer began."""
        return self.status != 0

    def check(self) -> None:
        """Raises Problem when the body is declared too large: none of it is read."""
        if self._declared > self._most:
            raise self._too_large(self._declared)

    async def receive(self) -> Message:
        """The next piece of the body. Raises Problem when it is too large, too slow, or there is no room for it."""
        if self._whole:
            return await self._receive()
        deadline = self.begun + self._grace + self.received / SLOWEST
        message: Message | None = None
        with anyio.move_on_after(max(0.0, deadline - time.perf_counter())):
            message = await self._receive()
        if message is None:
            raise Problem(
                problems.SLOW, f"only {self.received:,} bytes of the body arrived in time: send it faster", _CLOSE
            )
        if message["type"] == "http.request":
            self._count(len(message.get("body", b"")))
            self._whole = not message.get("more_body", False)
        else:
            self._whole = True  # the client is gone
        return message

    def _count(self, size: int) -> None:
        self.received += size
        if self.received > self._most:
            raise self._too_large(self.received)
        if not self._room.take(size):
            raise Problem(
                problems.BUSY, "the service holds all the pictures it has room for: try again", {"Retry-After": "1"}
            )
        self._held += size

    def _too_large(self, size: int) -> Problem:
        said = (
            f"the body has {size:,} bytes{'' if self._declared else ' and more'}, the limit is {self._most:,}: "
            "send fewer or smaller pictures"
        )
        return Problem(problems.TOO_LARGE, said, _CLOSE)

    async def send(self, message: Message) -> None:
        """Passes the answer on; before it ends, the rest of a body that nobody wants is thrown away for a moment."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            named = [(b"x-request-id", self.id.encode())]
            cut = [] if self._whole else [(b"connection", b"close")]
            kept = [item for item in message.get("headers", []) if not cut or item[0].lower() != b"connection"]
            message = {**message, "headers": [*kept, *named, *cut]}
        elif message["type"] == "http.response.body":
            if self.method == "HEAD":
                message = {**message, "body": b""}
            self.sent += len(message.get("body", b""))
            if not message.get("more_body", False) and not self._whole:
                await self._send({**message, "more_body": True})
                await self._linger()
                message = {"type": "http.response.body", "body": b""}
        await self._send(message)

    async def _linger(self) -> None:
        """A connection that is closed while bytes arrive is reset, and the answer lost with it."""
        left = _LINGER_BYTES
        with anyio.move_on_after(_LINGER):
            while left > 0:
                message = await self._receive()
                if message["type"] != "http.request" or not message.get("more_body", False):
                    break
                left -= len(message.get("body", b""))
                await asyncio.sleep(0)
        self._whole = True

    def leave(self) -> None:
        """Gives back the room that the body took."""
        self._room.give(self._held)


def _length(headers: Headers) -> int:
    try:
        return max(0, int(headers.get("content-length", "0")))
    except ValueError:
        return 0

"""``Guarded``: uvicorn's HTTP/1.1, with limits on a request's head, and on how long an answer waits to be taken."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import struct
from typing import Any
from uuid import uuid4

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from inkdigits.service import problems
from inkdigits.service.problems import Kind, Problem
from inkdigits.service.visit import SLOWEST

log = logging.getLogger("inkdigits.service")

LARGEST_HEAD = 64 * 1024
"""Bytes of a request's line and headers."""

_TOO_LARGE = Kind("head-too-large", 431, "The head of the request is too large")
_MALFORMED = Kind("malformed", 400, "This is not HTTP")


class Guarded(HttpToolsProtocol):
    """Closes connections whose request does not come, or whose answer is not taken: uvicorn waits for ever for both."""

    patience = 10.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The head of the first request has to come now."""
        super().connection_made(transport)
        self._head = 0
        self._timer: asyncio.TimerHandle | None = None
        self._untaken: asyncio.TimerHandle | None = None
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop_waiting()
        self._stop_pressing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Much of an answer waits for its client, who has as long for it as for a body of that size."""
        super().pause_writing()
        self._stop_pressing()
        seconds = self.patience + self.transport.get_write_buffer_size() / SLOWEST
        self._untaken = self.loop.call_later(seconds, self._cut)

    def resume_writing(self) -> None:
        """It was taken."""
        self._stop_pressing()
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        """Counts while a head is read."""
        if self._head >= 0:
            self._head += len(data)
        super().data_received(data)
        if self._head > LARGEST_HEAD:
            self._refuse(Problem(_TOO_LARGE, f"it has more than {LARGEST_HEAD:,} bytes"))

    def on_message_begin(self) -> None:
        """Another head begins on the connection."""
        super().on_message_begin()
        if self._timer is None:
            self._head = 0
            self._wait_for_head()

    def on_headers_complete(self) -> None:
        """The head is there; its body is watched by the gate."""
        self._stop_waiting()
        self._head = -1
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Tells of a malformed request as of any other problem."""
        self._refuse(Problem(_MALFORMED, msg))

    def _wait_for_head(self) -> None:
        self._timer = self.loop.call_later(self.patience, self._give_up)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _stop_pressing(self) -> None:
        if self._untaken is not None:
            self._untaken.cancel()
            self._untaken = None

    def _cut(self) -> None:
        self._untaken = None
        log.info("a client does not take its answer: cut off", extra={"event": "cut"})
        link = self.transport.get_extra_info("socket")
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # the system throws it away, too
        self.transport.abort()  # closing would wait until all is taken

    def _give_up(self) -> None:
        self._timer = None
        self._refuse(Problem(problems.SLOW, f"the head of the request did not come within {self.patience:g} seconds"))

    def _refuse(self, problem: Problem) -> None:
        self._head = -1
        self._stop_waiting()
        if self.transport.is_closing():
            return
        name, status = uuid4().hex, problem.kind.status
        told = {"event": "refused", "request_id": name, "status": status, "problem": problem.kind.name}
        log.info("refused: %s", problem.detail, extra=told)
        body = json.dumps(problem.to_dict(name)).encode()
        head = (
            f"HTTP/1.1 {status} {problem.kind.title}\r\ncontent-type: {problems.MEDIA_TYPE}\r\n"
            f"content-length: {len(body)}\r\nx-request-id: {name}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


def guarded(patience: float) -> type[asyncio.Protocol]:
    """The protocol with a time-out of the settings."""
    made: Any = type("Guarded", (Guarded,), {"patience": patience})
    return made

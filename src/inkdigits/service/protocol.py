"""``Guarded``: uvicorn's HTTP/1.1, with a limit on how long and how large the head of a request may be."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from inkdigits.service import problems
from inkdigits.service.problems import Kind, Problem

LARGEST_HEAD = 64 * 1024
"""Bytes of a request's line and headers."""

_TOO_LARGE = Kind("head-too-large", 431, "The head of the request is too large")
_MALFORMED = Kind("malformed", 400, "This is not HTTP")


class Guarded(HttpToolsProtocol):
    """Closes connections whose request does not come: uvicorn itself waits for ever for a head, however large."""

    patience = 10.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The head of the first request has to come now."""
        super().connection_made(transport)
        self._head = 0
        self._timer: asyncio.TimerHandle | None = None
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop_waiting()
        super().connection_lost(exc)

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

    def _give_up(self) -> None:
        self._timer = None
        self._refuse(Problem(problems.SLOW, f"the head of the request did not come within {self.patience:g} seconds"))

    def _refuse(self, problem: Problem) -> None:
        self._head = -1
        self._stop_waiting()
        if self.transport.is_closing():
            return
        body = json.dumps(problem.to_dict()).encode()
        head = (
            f"HTTP/1.1 {problem.kind.status} {problem.kind.title}\r\ncontent-type: {problems.MEDIA_TYPE}\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


def guarded(patience: float) -> type[asyncio.Protocol]:
    """The protocol with a time-out of the settings."""
    made: Any = type("Guarded", (Guarded,), {"patience": patience})
    return made

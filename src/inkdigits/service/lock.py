"""``Lock``: who may use the service. Where it is locked, whoever has a key; else this machine; if told so, all read."""

from __future__ import annotations

import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from inkdigits.errors import AccountError
from inkdigits.service import problems
from inkdigits.service.own import require_own, require_this_machine
from inkdigits.service.problems import Problem
from inkdigits.service.rates import MOST, Buckets
from inkdigits.service.state import State
from inkdigits.service.visit import DOCUMENTS, PROBES
from inkdigits.storage.actor import LOCAL, Actor

OPEN = PROBES | DOCUMENTS
"""Paths that need no key; every other one does, also one that somebody adds."""

FOR_ALL = frozenset({"/v1/read", "/v1/strokes", "/v1/models"})
"""Paths for whoever comes to a service that is open to all: they read, and change nothing.

What else there is, the history of this machine and which model reads, is for this machine, also what somebody adds.
"""

FAILURES = 10
"""Wrong keys from one address before the next has to wait."""

_FORGIVEN = 0.1  # of them a second
_BURST = 10.0  # seconds of a key's rate that it may use up at once


class Lock:
    """ASGI middleware; whoever comes through is ``actor`` in the request's state, and comes from ``address``."""

    def __init__(
        self, app: ASGIApp, state: State, clock: Callable[[], float] = time.monotonic, *, open_to_all: bool = False
    ) -> None:
        """Takes the application behind it.

        Args:
            app: The application.
            state: Says whether it is locked, and has the keys.
            clock: Seconds that never go back.
            open_to_all: Whether others than this machine may read with it where it is not locked.
        """
        self._app = app
        self._state = state
        self._open_to_all = open_to_all
        self._failures = Buckets(FAILURES, _FORGIVEN, clock)
        self._good: OrderedDict[bytes, None] = OrderedDict()
        rate = state.settings.service_rate / 60
        self._rates = Buckets(max(1.0, rate * _BURST), rate, clock) if rate else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request through, or raises Problem."""
        if scope["type"] == "http" and scope["path"] not in OPEN:
            state = scope.setdefault("state", {})
            state["address"] = address = _address(scope)
            state["actor"] = await self._who(scope, address) if self._state.locked else self._anybody(scope)
        await self._app(scope, receive, send)

    def _anybody(self, scope: Scope) -> Actor:
        if not self._open_to_all:
            require_own(scope)
        elif scope["path"] not in FOR_ALL:
            require_this_machine(scope)
        return LOCAL

    async def _who(self, scope: Scope, address: str) -> Actor:
        token = _token(Headers(scope=scope))
        digest = hashlib.sha256(token.encode()).digest()
        # A key that was good here a moment ago does not wait for those who guess at the same address.
        if digest not in self._good and (seconds := self._failures.wait(address)):
            raise _too_many(f"too many wrong keys came from {address}", seconds)
        try:
            actor = await run_in_threadpool(lambda: self._state.open_keys().who(token))
        except AccountError as error:
            self._good.pop(digest, None)
            self._failures.take(address)
            raise _unknown(str(error), 'Bearer error="invalid_token"') from error
        self._good[digest] = None
        self._good.move_to_end(digest)
        if len(self._good) > MOST:
            self._good.popitem(last=False)
        if self._rates is not None and (seconds := self._rates.take(actor.key or "")):
            rate = self._state.settings.service_rate
            raise _too_many(f"this key may send {rate:,} requests a minute", seconds)
        return actor


def _token(headers: Headers) -> str:
    """The key that a request carries. Raises Problem when there is none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _unknown("send your API key in the header 'Authorization: Bearer ink_…'", "Bearer")
    return token.strip()


def _address(scope: Scope) -> str:
    from inkdigits.accounts.address import client_address, neighborhood

    client = scope.get("client")
    return neighborhood(client_address(client[0] if client else None))


def _unknown(said: str, challenge: str) -> Problem:
    return Problem(problems.UNAUTHORIZED, said, {"WWW-Authenticate": challenge})


def _too_many(said: str, seconds: float) -> Problem:
    wait = max(1, math.ceil(seconds))
    return Problem(problems.TOO_MANY, f"{said}: wait {wait} s", {"Retry-After": str(wait)})

"""``Gate``: every request comes in and goes out here: limits, request ids, the log, the figures, and what failed."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp, Receive, Scope, Send

from inkdigits.errors import InkDigitsError
from inkdigits.service import problems
from inkdigits.service.metrics import Metrics
from inkdigits.service.problems import Problem
from inkdigits.service.room import Room
from inkdigits.service.visit import PROBES, Visit
from inkdigits.settings import Settings

log = logging.getLogger("inkdigits.service")
_CUT = 499
"""Status in the log, as nginx has it, of a client that went away before the answer."""


class Gate:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        """Takes the application behind it."""
        self._app = app
        self._metrics = metrics
        self._room = Room(settings.service_memory)
        self._places = Room(settings.service_requests)
        self._most = settings.service_max_body
        self._grace = settings.service_patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit = Visit(scope, receive, send, self._room, self._most, self._grace)
        try:
            visit.check()
            with self._place(scope["path"]):
                await self._app(visit.scope, visit.receive, visit.send)
        except Problem as problem:
            await self._tell(visit, problem)
        except InkDigitsError as error:  # of the lock, such as a database that is away; routes tell their own
            await self._tell(visit, Problem.of(error))
        except Exception:
            log.exception("request %s failed", visit.id, extra={"event": "failure", "request_id": visit.id})
            said = f"this is our mistake, not yours; the log has it under request {visit.id}"
            await self._tell(visit, Problem(problems.FAILED, said))
        finally:
            visit.leave()
            self._note(visit)

    @contextmanager
    def _place(self, path: str) -> Iterator[None]:
        """One of those that requests may take at a time; whoever watches over the service needs none."""
        size = 0 if path in PROBES else 1
        if not self._places.take(size):
            said = f"{self._places.taken:,} requests are open already: try again"
            raise Problem(problems.BUSY, said, {"Retry-After": "1"})
        try:
            yield
        finally:
            self._places.give(size)

    async def _tell(self, visit: Visit, problem: Problem) -> None:
        if not visit.started:
            await problem.response(visit.id)(visit.scope, visit.receive, visit.send)

    def _note(self, visit: Visit) -> None:
        took = time.perf_counter() - visit.begun
        method, status = visit.method, visit.status or _CUT
        self._metrics.count_request(method, visit.route, status, took, visit.received)
        said = {
            "event": "request",
            "request_id": visit.id,
            "method": method,
            "route": visit.route,
            "status": status,
            "ms": round(1000 * took, 1),
            "bytes_in": visit.received,
            "bytes_out": visit.sent,
        }
        actor = visit.scope.get("state", {}).get("actor")
        if actor is not None and actor.key is not None:
            said["key"] = actor.key
        log.info("%s %s %d", method, visit.route, status, extra=said)

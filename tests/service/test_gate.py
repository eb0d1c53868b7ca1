"""The gate: so many requests at a time, and whoever watches over the service comes through all the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from inkdigits.service.gate import Gate
from inkdigits.settings import Settings


async def crowd() -> list[Any]:
    """Answers to requests while two are open, of two that may be, and to one after them."""
    free = asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/slow":
            await free.wait()
        await PlainTextResponse("fine")(scope, receive, send)

    metrics: Any = SimpleNamespace(count_request=lambda *_: None)
    gate = Gate(slow, Settings(service_requests=2), metrics)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gate), base_url="http://x") as client:
        open_ones = [asyncio.create_task(client.get("/slow")) for _ in range(2)]
        while gate._places.taken < 2:
            await asyncio.sleep(0)
        answers = [await client.get(path) for path in ("/v1/models", "/healthz", "/readyz", "/metrics")]
        free.set()
        await asyncio.gather(*open_ones)
        return [*answers, await client.get("/v1/models")]


def test_more_requests_than_may_be_open_are_told_to_come_back() -> None:
    with ThreadPoolExecutor(1) as thread:
        answers = thread.submit(asyncio.run, crowd()).result(60)
    assert [answer.status_code for answer in answers] == [429, 200, 200, 200, 200]
    assert (answers[0].headers["retry-after"], answers[0].json()["title"]) == ("1", "Too much is waiting already")


async def crowd_with_bodies() -> list[int]:
    """Statuses of bodies without a declared size: some too large ones, then one beside another that is still held."""
    came, free = asyncio.Event(), asyncio.Event()

    async def read(scope: Any, receive: Any, send: Any) -> None:
        await Request(scope, receive).body()
        if scope["path"] == "/slow":
            came.set()
            await free.wait()
        await PlainTextResponse("fine")(scope, receive, send)

    async def body(thousands: int) -> AsyncIterator[bytes]:
        for _ in range(thousands):
            yield bytes(1000)

    metrics: Any = SimpleNamespace(count_request=lambda *_: None)
    gate = Gate(read, Settings(service_max_body=15_000, service_memory=20_000), metrics)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gate), base_url="http://x") as client:
        answers = [await client.post("/", content=body(16)) for _ in range(6)]
        held = asyncio.create_task(client.post("/slow", content=body(12)))
        await came.wait()
        answers.append(await client.post("/", content=body(12)))
        free.set()
        answers += [await held, await client.post("/", content=body(12))]
        return [answer.status_code for answer in answers]


def test_bodies_that_are_refused_leave_as_much_room_as_there_was() -> None:
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(asyncio.run, crowd_with_bodies()).result(60) == [413] * 6 + [429, 200, 200]

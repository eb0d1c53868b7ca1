"""The gate: so many requests at a time, and whoever watches over the service comes through all the same."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import httpx
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

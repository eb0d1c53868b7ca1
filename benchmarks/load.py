"""``python -m benchmarks.load``: many clients at once, on raw sockets, in a process of their own.

A client that is any heavier would take the processors from what is measured. Reads a job from standard input, as JSON,
and writes what happened to standard output.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import uvloop

_END = b"\r\n\r\n"


class Client(asyncio.Protocol):
    """Sends one request after the other on a connection, and a new connection when that is closed."""

    def __init__(self, crowd: Crowd, first: int) -> None:
        self.crowd = crowd
        self.next = first
        self.place = 0
        self.buffer = bytearray()
        self.sent = 0.0
        self.size = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        request = self.crowd.take(self)
        if request is None:
            self.transport.close()
            return
        self.sent = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.size:
            end = self.buffer.find(_END)
            if end < 0:
                return
            head = bytes(self.buffer[:end]).lower()
            length = head.split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0]
            self.size = end + len(_END) + int(length)
            self.status = int(head[9:12])
            self.wait = int(head.split(b"retry-after: ", 1)[1].split(b"\r\n", 1)[0]) if self.status == 429 else 0
        if len(self.buffer) >= self.size:
            self.crowd.note(self.status, time.perf_counter() - self.sent, self.place)
            del self.buffer[: self.size]
            self.size = 0
            asyncio.get_running_loop().call_later(self.wait, self.ask) if self.wait else self.ask()

    def connection_lost(self, error: Exception | None) -> None:
        self.crowd.lost(self)


class Crowd:
    """Clients that take turns through the same requests until the time is over or each was sent once."""

    def __init__(self, port: int, requests: list[bytes], clients: int, seconds: float | None) -> None:
        self.port = port
        self.requests = requests
        self.clients = clients
        self.end = None if seconds is None else time.perf_counter() + seconds
        self.place = 0
        self.statuses: Counter[str] = Counter()
        self.times: list[float] = []
        self.places: list[int] = []
        self.open = 0
        self.done = asyncio.Event()

    def take(self, client: Client) -> bytes | None:
        """What a client sends next; None when there is nothing left to do."""
        if self.end is not None:
            client.next += 1
            client.place = client.next % len(self.requests)
            over = time.perf_counter() > self.end
        else:
            client.place, self.place = self.place, self.place + 1
            over = client.place >= len(self.requests)
        return None if over else self.requests[client.place]

    def note(self, status: int, seconds: float, place: int) -> None:
        self.statuses[str(status)] += 1
        self.times.append(seconds)
        self.places.append(place)

    def lost(self, client: Client) -> None:
        """A connection ended: the service closes it after what is malformed, and that is no failure."""
        self.open -= 1
        unanswered = client.sent and client.size
        if unanswered:
            self.statuses["cut off"] += 1
        over = time.perf_counter() > self.end if self.end is not None else self.place >= len(self.requests)
        if over:
            if not self.open:
                self.done.set()
            return
        asyncio.get_running_loop().create_task(self.join(client.next))

    async def join(self, first: int) -> None:
        self.open += 1
        await asyncio.get_running_loop().create_connection(lambda: Client(self, first), "127.0.0.1", self.port)

    async def run(self) -> dict[str, Any]:
        begun = time.perf_counter()
        await asyncio.gather(*(self.join(17 * place) for place in range(self.clients)))
        await self.done.wait()
        took = time.perf_counter() - begun
        return {
            "statuses": dict(self.statuses),
            "times": self.times,
            "places": self.places,
            "seconds": took,
            "cpu": time.process_time(),
        }


def main() -> None:
    """Does the job that standard input describes."""
    job = json.load(sys.stdin)
    data = Path(job["file"]).read_bytes()
    requests, start = [], 0
    for size in job["sizes"]:
        requests.append(data[start : start + size])
        start += size
    uvloop.install()

    async def go() -> dict[str, Any]:
        return await Crowd(job["port"], requests, job["clients"], job["seconds"]).run()

    json.dump(asyncio.run(go()), sys.stdout)


if __name__ == "__main__":
    main()

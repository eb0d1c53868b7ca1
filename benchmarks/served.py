"""``Served``: the service in a process of its own, and what is sent to it."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

import psutil

from benchmarks.results import ROOT


@dataclass(frozen=True, slots=True)
class Request:
    """A picture, and what it is expected to hold."""

    expect: str
    data: bytes

    @property
    def path(self) -> str:
        return f"/v1/read?expect={self.expect}"

    @property
    def raw(self) -> bytes:
        """The whole request as it goes over the wire."""
        return raw_request(self.path, "image/jpeg", self.data)


def raw_request(path: str, kind: str, data: bytes) -> bytes:
    """A POST request."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n"
    return head.encode() + data


class Served:
    """A running service."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, ready: float) -> None:
        self.process = process
        self.port = port
        self.ready = ready
        self._seen = psutil.Process(process.pid)

    @property
    def megabytes(self) -> float:
        """Memory of the process now."""
        return self._seen.memory_info().rss / 1e6

    @property
    def processor_seconds(self) -> float:
        """Of the processor that it took so far."""
        times = self._seen.cpu_times()
        return times.user + times.system

    def load(self, requests: Sequence[bytes], clients: int, seconds: float | None) -> dict[str, Any]:
        """Lets many clients loose on it, in another process.

        Args:
            requests: As they go over the wire.
            clients: At a time.
            seconds: How long they take turns through the requests; None sends each once.

        Returns:
            What :mod:`benchmarks.load` tells: how often each status came, ``times`` in seconds of all answers and
            ``places`` of their requests, the seconds of it all, and those of the processor that the clients took.
        """
        with tempfile.NamedTemporaryFile(suffix=".requests") as file:
            file.write(b"".join(requests))
            file.flush()
            job = {
                "port": self.port,
                "clients": clients,
                "seconds": seconds,
                "file": file.name,
                "sizes": [len(request) for request in requests],
            }
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.load"],
                input=json.dumps(job).encode(),
                cwd=ROOT,
                check=True,
                stdout=subprocess.PIPE,
            )
        return dict(json.loads(done.stdout))

    @contextmanager
    def watched(self, every: float = 0.25) -> Iterator[list[tuple[float, float]]]:
        """Notes (seconds, megabytes) as long as it is open."""
        notes: list[tuple[float, float]] = []
        going = True
        begun = time.perf_counter()

        def watch() -> None:
            while going:
                notes.append((time.perf_counter() - begun, self.megabytes))
                time.sleep(every)

        thread = Thread(target=watch)
        thread.start()
        try:
            yield notes
        finally:
            going = False
            thread.join()


@contextmanager
def served() -> Iterator[Served]:
    """Starts ``inkdigits serve`` with an empty home; ``ready`` is the time to the first answer of /readyz."""
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile() as log:
        port = _free_port()
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "inkdigits", "serve", "--port", str(port)],
            env={**os.environ, "INKDIGITS_HOME": home},
            stderr=log,
        )
        try:
            _wait(process, port)
            yield Served(process, port, time.perf_counter() - begun)
        finally:
            process.terminate()
            process.wait(60)


def _free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    while process.poll() is None:
        try:
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            link.request("GET", "/readyz")
            if link.getresponse().status == 200:
                link.close()
                return
        except OSError:
            time.sleep(0.01)
    raise RuntimeError("the service ended before it was ready")

"""A real server of the service, in a process of its own, on a real socket."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

PATIENCE = 0.5
"""Seconds that the real server waits for a head or a small body."""

MOST = 200_000
"""Bytes that it takes in one request."""


@dataclass
class Server:
    """A server in a process of its own."""

    process: subprocess.Popen[str]
    lines: list[dict[str, object]] = field(default_factory=list)
    port: int = 0
    reader: Thread = field(init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def follow(self) -> None:
        """Waits until it listens; then reads on, so that its log never fills the pipe."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(json.loads(line))
            if self.lines[-1].get("event") == "listening":
                self.port = int(str(self.lines[-1]["port"]))
                break
        else:
            raise AssertionError(f"the server ended: {self.lines}")
        self.reader = Thread(target=self._read_on, daemon=True)
        self.reader.start()

    def _read_on(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(json.loads(line))
        self.process.stderr.close()

    def wait_for(self, message: str) -> None:
        """Until the log says so."""
        self._wait(lambda line: message in str(line.get("message")))

    def logged(self, **items: object) -> dict[str, object]:
        """The first line of the log that has these items; an answer may be here before its line."""
        return self._wait(lambda line: items.items() <= line.items())

    def _wait(self, wanted: Callable[[dict[str, object]], bool]) -> dict[str, object]:
        end = time.monotonic() + 60
        while (found := next(filter(wanted, self.lines), None)) is None:
            assert time.monotonic() < end, self.lines
            time.sleep(0.01)
        return found

    def stop(self) -> int:
        """Ends it as a supervisor would; gives its exit code."""
        self.process.terminate()
        code = self.process.wait(60)
        self.reader.join(10)
        return code


def start_server(home: Path, **settings: object) -> Server:
    """``inkdigits serve`` on a free port; each line of its log has to be JSON."""
    named = {f"INKDIGITS_{name.upper()}": str(value) for name, value in settings.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "inkdigits", "serve", "--port", "0"],
        env={**os.environ, "INKDIGITS_HOME": str(home), **named},
        stderr=subprocess.PIPE,
        text=True,
    )
    server = Server(process)
    server.follow()
    return server

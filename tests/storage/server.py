"""A PostgreSQL server that a test may kill and start again; it keeps what it acknowledged, as a real one does."""

from __future__ import annotations

import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psutil

import postgres
from inkdigits.settings import Settings
from inkdigits.storage import schema
from inkdigits.storage.database import Database

KEEPING = {**postgres.QUICK, "synchronous_commit": "on"}  # the machine does not fail here, but the server does


class Server:
    """Started when entered, on the same port again after every kill."""

    def __init__(self) -> None:
        self.programs = postgres._find_programs()
        self.place = Path(tempfile.mkdtemp(prefix="inkdigits-killed-"))
        self.password = secrets.token_hex(8)
        self.port = postgres._free_port()
        self.process: subprocess.Popen[bytes] | None = None
        postgres._make(self.programs, self.place, self.password)

    @property
    def url(self) -> str:
        return f"postgresql://{postgres.USER}:{self.password}@127.0.0.1:{self.port}/postgres"

    def upgrade(self, settings: Settings) -> None:
        database = Database(settings)
        schema.upgrade(database)
        database.close()

    def start(self) -> None:
        command: list[Any] = [self.programs / "postgres", "-D", self.place / "data", "-p", str(self.port)]
        command += [part for name, value in KEEPING.items() for part in ("-c", f"{name}={value}")]
        servant: Any = postgres._as(postgres._servant())
        with (self.place / "log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.place, stdout=log, stderr=subprocess.STDOUT, **servant)
        postgres._wait_until_ready(self.url.rpartition("/")[0], self.process, self.place / "log")

    def kill(self) -> None:
        """Kill -9 of the server and of everything it started."""
        assert self.process is not None
        family = [*psutil.Process(self.process.pid).children(recursive=True), psutil.Process(self.process.pid)]
        for one in reversed(family):
            one.kill()
        psutil.wait_procs(family, timeout=10)
        self.process.wait(timeout=10)
        (self.place / "data" / "postmaster.pid").unlink(missing_ok=True)

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self.place, ignore_errors=True)

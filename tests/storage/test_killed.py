"""kill -9 in the middle of saving: the file is sound, and nothing that was acknowledged is lost."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from inkdigits.settings import Settings
from inkdigits.storage import LOCAL
from inkdigits.storage.store import Store
from storage.server import Server

TESTS = Path(__file__).parent.parent
TIMES = 20


@contextmanager
def savers(home: Path, url: str = "") -> Iterator[Savers]:
    """The program of ``saver.py``, killed at the end."""
    command = [sys.executable, "-m", "storage.saver", str(home), url]
    environment = {**os.environ, "PYTHONPATH": str(TESTS), "OMP_NUM_THREADS": "1"}
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    with subprocess.Popen(command, env=environment, cwd=TESTS, **pipes) as process:
        try:
            yield Savers(process)
        finally:
            process.kill()


class Savers:
    """Children that save, one after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._child = 0

    def start(self, turn: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{turn}\n")
        self._child = int(self.line().split()[1])

    def line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def kill(self) -> list[str]:
        """Kill -9; gives what it still wrote."""
        os.kill(self._child, signal.SIGKILL)
        return list(iter(self.line, "ENDED\n"))


def acknowledged(lines: list[str], word: str) -> set[str]:
    return {line.split()[1] for line in lines if line.startswith(f"{word} ") and line.endswith("\n")}


@pytest.mark.slow
def test_sqlite_loses_nothing_when_the_program_is_killed(sqlite_settings: Settings) -> None:
    chance = random.Random(5)
    kept: set[str] = set()
    corrected: set[str] = set()
    home = sqlite_settings.home
    with savers(home) as program:
        for turn in range(TIMES):
            program.start(str(turn))
            lines = [program.line()]
            time.sleep(chance.uniform(0, 0.05))
            lines += program.kill()
            kept |= acknowledged(lines, "KEPT")
            corrected |= acknowledged(lines, "CORRECTED")
            with closing(sqlite3.connect(home / "inkdigits.db")) as database:
                assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
                assert database.execute("pragma foreign_key_check").fetchall() == []
    assert len(kept) >= TIMES
    check(sqlite_settings, kept, corrected)


@pytest.mark.slow
def test_postgres_loses_nothing_when_the_server_is_killed(sqlite_settings: Settings) -> None:
    with Server() as server:
        settings = sqlite_settings.changed({"database_url": server.url})
        server.upgrade(settings)
        with savers(settings.home, server.url) as program:
            program.start("0")
            lines = []
            for _ in range(2):
                lines += [program.line() for _ in range(20)]
                server.kill()
                while not lines[-1].startswith("REFUSED"):  # the program says so, and asks again
                    lines.append(program.line())
                server.start()
            while lines[-1].startswith("REFUSED"):
                lines.append(program.line())
            lines += [program.line() for _ in range(20)]  # it goes on without a new start
            lines += program.kill()
        refused = [line for line in lines if line.startswith("REFUSED")]
        assert all("does not answer as it should" in line and "try again" in line for line in refused)
        check(settings, acknowledged(lines, "KEPT"), acknowledged(lines, "CORRECTED"))


def check(settings: Settings, kept: set[str], corrected: set[str]) -> None:
    """Everything acknowledged is there once, with its picture."""
    store = Store.open(settings)
    found = {record.id: record for record in store.each(LOCAL)}
    assert kept <= set(found)
    assert store.count(LOCAL) == len(found)
    for name in kept:
        assert store.picture(name, LOCAL)
    for name, record in found.items():
        times = len(record.corrections)
        assert times == 1 if name in corrected else times <= 1, name
        assert record.corrected_text.endswith("4036" if times else "4096")
    store.close()

"""Commands of ``inkdigits``, each in a process of its own that was forked from one which has loaded what they need.

A test that kills the application twenty times has no time for twenty new Pythons: a fork is there at once. From there
on it is the same: it opens its models, its database and its port itself, and is killed as hard.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

TESTS = Path(__file__).parent


class Forks:
    """Processes, one after the other."""

    def __init__(self, program: subprocess.Popen[str], log: IO[bytes]) -> None:
        self._program = program
        self._log = log
        self._child = self._begin = 0

    def start(self, *arguments: str) -> None:
        """Starts ``inkdigits`` with arguments, and its log anew."""
        self._begin = os.fstat(self._log.fileno()).st_size
        assert self._program.stdin is not None
        print(json.dumps(arguments), file=self._program.stdin, flush=True)
        self._child = int(self._line())

    def kill(self) -> None:
        """Kill -9; returns when it is gone."""
        child, self._child = self._child, 0
        os.kill(child, signal.SIGKILL)
        ended = self._line()
        assert ended == str(-signal.SIGKILL), f"it had ended before, with {ended}: {self.log}"

    def end(self) -> None:
        """Kills what still runs."""
        if self._child:
            self.kill()

    @property
    def log(self) -> str:
        """All that the present one has written."""
        return os.pread(self._log.fileno(), 2**24, self._begin).decode(errors="replace")

    def _line(self) -> str:
        assert self._program.stdout is not None
        return self._program.stdout.readline().strip()


@contextmanager
def forks(*modules: str, **environment: str) -> Iterator[Forks]:
    """A program that has loaded some modules; what it started last ends with it."""
    command = [sys.executable, "-m", "forked", *modules]
    everything = {**os.environ, "PYTHONPATH": str(TESTS), **environment}
    with tempfile.TemporaryFile() as log:
        program = subprocess.Popen(
            command, env=everything, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        )
        with program:
            started = Forks(program, log)
            try:
                yield started
            finally:
                started.end()
                assert program.stdin is not None
                program.stdin.close()


def main(modules: list[str]) -> None:
    """For each line of arguments writes the process that got them, and its exit code when it has ended."""
    for name in modules:
        importlib.import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            run(json.loads(line))
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def run(arguments: list[str]) -> None:
    """The command itself; nothing of the program that it came from is left open to it but the log."""
    from inkdigits.cli import main as inkdigits

    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.argv = ["inkdigits", *arguments]
    sys.exit(inkdigits())


if __name__ == "__main__":
    main(sys.argv[1:])

"""Another reader in an environment of its own, asked over a pipe: a line of JSON in, a line of JSON out."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import TracebackType

from benchmarks.results import Result

_SCRIPTS = Path(__file__).parent / "rivals"


class Rival:
    """A process that first says what it is, then answers requests until its input ends."""

    def __init__(self, python: Path, script: str) -> None:
        """Starts the process and waits until it is warm.

        Args:
            python: The interpreter of its environment.
            script: A file in ``benchmarks/rivals``.
        """
        self._script = script
        self._process = subprocess.Popen(
            [str(python), str(_SCRIPTS / script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.about: Result = self._answer()

    def ask(self, request: object) -> Result:
        """Sends a request and waits for its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Result:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._script} ended with code {self._process.wait()}; its error is above")
        return json.loads(line)

    def __enter__(self) -> Rival:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)

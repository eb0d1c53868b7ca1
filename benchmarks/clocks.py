"""Clocks: this process, another process that answers for Keras, and new processes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Any

from benchmarks.results import Result

Times = list[tuple[float, float]]
"""(wall, processor) seconds a call."""

_KERAS_SCRIPT = Path(__file__).parent / "rivals" / "keras_predict.py"


def clocked(job: Callable[..., Any], *arguments: Any) -> tuple[float, float]:
    """Wall and processor seconds of one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    job(*arguments)
    return time.perf_counter() - wall, time.process_time() - cpu


def medians(times: Sequence[tuple[float, float]]) -> Result:
    """Medians of wall and processor seconds, and the count."""
    return {"wall": median(wall for wall, _ in times), "cpu": median(cpu for _, cpu in times), "count": len(times)}


def new_process(code: str) -> float:
    """Wall seconds of ``python -c code`` from start to end."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


class KerasClock:
    """A process with Keras and TensorFlow that times ``model.predict`` when asked."""

    def __init__(self, python: Path) -> None:
        """Starts the process and waits until its model is warm.

        Args:
            python: The interpreter of an environment with ``rivals/requirements.txt``.
        """
        self._process = subprocess.Popen(
            [str(python), str(_KERAS_SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.about: Result = self._answer()

    def predict(self, count: int) -> Times:
        """Times ``count`` predictions of one digit each."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()
        times = self._answer()
        return list(zip(times["wall"], times["cpu"], strict=True))

    def _answer(self) -> Result:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the Keras process ended with code {self._process.wait()}; its error is above")
        return json.loads(line)

    def __enter__(self) -> KerasClock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)

"""Clocks: this process and new processes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from benchmarks.results import Result

Times = list[tuple[float, float]]
"""(wall, processor) seconds a call."""


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

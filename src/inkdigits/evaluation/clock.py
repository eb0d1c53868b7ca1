"""Times of calls in this process."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

Times = list[tuple[float, float]]
"""(wall, processor) seconds a call."""


def clocked(job: Callable[..., Any], *arguments: Any) -> tuple[float, float]:
    """Wall and processor seconds of one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    job(*arguments)
    return time.perf_counter() - wall, time.process_time() - cpu


def medians(times: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Medians of wall and processor seconds, and the count."""
    return {"wall": median(wall for wall, _ in times), "cpu": median(cpu for _, cpu in times), "count": len(times)}

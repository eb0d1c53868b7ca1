"""How quick a batch is, with its start and end and without them."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.results import Result
from inkdigits.evaluation.clock import clocked
from inkdigits.jobs.progress import Listener, Progress

BEGIN, END = 0.1, 0.9
"""The share of the pictures in which the slowest reader has started, and none has run out of them."""


def paced(read: Callable[[Path, Listener], object]) -> Result:
    """Times a batch.

    Args:
        read: Reads it into a file of results, and tells a listener how far it is.

    Returns:
        ``wall``, seconds from the call to the results; ``reading``, seconds a picture while all read.
    """
    times: list[tuple[float, int]] = []

    def note(step: Progress) -> None:
        if step.stage == "read" and BEGIN * step.total <= step.done <= END * step.total:
            times.append((time.perf_counter(), step.done))

    with tempfile.TemporaryDirectory() as out:
        wall, _ = clocked(read, Path(out) / "out.csv", note)
    first, last = times[0], times[-1]
    return {"wall": wall, "reading": (last[0] - first[0]) / max(1, last[1] - first[1])}

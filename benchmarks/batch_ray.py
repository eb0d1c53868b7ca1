"""A batch on a Ray cluster of two nodes, as a ratio to one of one node: a processor each, on this machine."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import psutil
from PIL import Image

from benchmarks.results import ROOT, Result, measure
from inkdigits.errors import InkDigitsError
from inkdigits.jobs.worker import stoppable
from inkdigits.training.datasets import load_mnist

NUMBERS = 2_000
FIGURES = 6
"""Digits of a number: of MNIST's last training digits, on which models are chosen and none learns, in a row."""

ROUNDS = 3
LIMIT = 240.0
"""Seconds that one cluster may take with all: a minute where nothing else runs."""

_END = 20.0  # seconds in which the processes of a cluster may end by themselves
_GONE = 60.0  # the same for those that were killed
_WORDS = 2_000  # characters of the last ones of a cluster that failed
_ENVIRONMENT = {
    "RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S": "0",  # a node that gets a signal would ask its head for leave, and wait
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_raylet_start_wait_time_s": "120",
    "RAY_worker_niceness": "0",  # readers would give way to everything else on the machine, the rest of Ray included
}


class ClusterError(InkDigitsError, RuntimeError):
    """A cluster did not read, or did not end."""


def run(data: Path, limit: int | None = None) -> Result:
    """Reads a folder of numbers with one node and with two, in turns, each time on a new cluster.

    Args:
        data: The data folder, for MNIST.
        limit: At most so many pictures, and one round.
    """
    count = limit or NUMBERS
    with tempfile.TemporaryDirectory() as name, stoppable():
        source = _write(data, count, Path(name) / "numbers")
        rounds = [_round(source, turn) for turn in range(ROUNDS if limit is None else 1)]
    found = [one["one"]["reading"] / one["two"]["reading"] for one in rounds]
    walls = [one["one"]["wall"] / one["two"]["wall"] for one in rounds]
    print(f"two nodes {median(found):.2f} times one; {median(walls):.2f} with the start of the readers")
    return {
        "pictures": count,
        "rounds": rounds,
        "measures": {"batch_ray_times": measure(median(found), count)},
    }


def _round(source: Path, turn: int) -> Result:
    """Both, the first of them the second of the next round: a machine may become slower or quicker."""
    sizes = {"one": 1, "two": 2}
    found: Result = {}
    for name in sizes if turn % 2 == 0 else reversed(sizes):
        found[name] = _measure(sizes[name], source)
        print(name, found[name], flush=True)
    return found


def _measure(nodes: int, source: Path) -> Result:
    """Starts a cluster in a process of its own, and ends it with all that it started, whatever it does.

    Raises:
        ClusterError: It did not read in time, or failed; with its last words.
    """
    with tempfile.TemporaryDirectory() as name:
        result, log = Path(name) / "result.json", Path(name) / "log.txt"
        with log.open("wb") as words:
            process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.ray_nodes", str(nodes), str(source), str(result)],
                cwd=ROOT,
                env={**os.environ, **_ENVIRONMENT},
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            code = process.wait(LIMIT)
            how = f"ended with exit code {code}"
        except subprocess.TimeoutExpired:
            how = f"did not end within {LIMIT:.0f} s"
        finally:
            _end(process)
        if not result.exists():
            last = log.read_text("utf-8", "replace")[-_WORDS:].strip()
            raise ClusterError(f"a cluster of {nodes} {how} before it had read: {last or 'it says nothing'}")
        found: Result = json.loads(result.read_text("utf-8"))
        return found


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process with all that it has started, when it has not ended by itself."""
    if process.poll() is not None:
        return
    family = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    try:
        process.wait(_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for left in _alive(family, _END):
        left.kill()
    if _alive(family, _GONE):
        raise ClusterError("processes of a cluster cannot be ended: look for 'raylet' and 'gcs_server'")


def _alive(processes: list[psutil.Process], patience: float) -> list[psutil.Process]:
    """Those that still live after so many seconds; none as soon as there are none."""
    until = time.monotonic() + patience
    while (left := [one for one in processes if _lives(one)]) and time.monotonic() < until:
        time.sleep(0.1)
    return left


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _write(data: Path, count: int, folder: Path) -> Path:
    digits = load_mnist("train", data).images[-10_000:]
    order = np.random.default_rng(0)
    folder.mkdir()
    for place in range(count):
        number = np.concatenate(list(digits[order.integers(0, len(digits), FIGURES)]), axis=1)
        stream = io.BytesIO()
        Image.fromarray(255 - np.pad(number, 16)).save(stream, "PNG")
        (folder / f"{place:05d}.png").write_bytes(stream.getvalue())
    return folder

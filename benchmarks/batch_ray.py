"""A batch on a Ray cluster of two nodes, as a ratio to one of one node: a processor each, on this machine."""

from __future__ import annotations

import io
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.results import Result, measure
from inkdigits.batch import read_batch
from inkdigits.jobs.progress import Progress
from inkdigits.training.datasets import load_mnist

NUMBERS = 2_000
FIGURES = 6
"""Digits of a number: of MNIST's last training digits, on which models are chosen and none learns, in a row."""

ROUNDS = 3
_NODE = {"num_cpus": 1, "object_store_memory": 200 * 2**20}


def run(data: Path, limit: int | None = None) -> Result:
    """Reads a folder of numbers with one node and with two, in turns.

    Args:
        data: The data folder, for MNIST.
        limit: At most so many pictures, and one round.
    """
    import ray
    import ray.data
    from ray.cluster_utils import Cluster

    count = limit or NUMBERS
    with tempfile.TemporaryDirectory() as name:
        source = _write(data, count, Path(name) / "numbers")
        nodes = Cluster(initialize_head=True, head_node_args={**_NODE, "include_dashboard": False})
        try:
            ray.init(address=nodes.address, log_to_driver=False, logging_level="error")
            ray.data.DataContext.get_current().wait_for_min_actors_s = 600  # all begin together
            rounds = [_round(nodes, source) for _ in range(ROUNDS if limit is None else 1)]
        finally:
            ray.shutdown()
            nodes.shutdown()
    found = [one["one"]["reading"] / one["two"]["reading"] for one in rounds]
    walls = [one["one"]["wall"] / one["two"]["wall"] for one in rounds]
    print(f"two nodes {median(found):.2f} times one; {median(walls):.2f} with the start of the readers")
    return {
        "pictures": count,
        "rounds": rounds,
        "measures": {"batch_ray_times": measure(median(found), count, (min(found), max(found)))},
    }


def _round(nodes: Any, source: Path) -> Result:
    one = _batch(source)
    second = nodes.add_node(**_NODE)
    nodes.wait_for_nodes()
    two = _batch(source)
    nodes.remove_node(second)
    _wait_for_one()
    print({"one": one, "two": two}, flush=True)
    return {"one": one, "two": two}


def _wait_for_one() -> None:
    """Until the cluster knows that a node went."""
    import ray

    while ray.cluster_resources().get("CPU", 0) > 1:
        time.sleep(0.2)


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


def _batch(source: Path) -> Result:
    """Seconds from the call to the results, and a picture's share of those from the first chunk to the last."""
    times: list[tuple[float, int]] = []

    def note(step: Progress) -> None:
        if step.stage == "read" and step.done:
            times.append((time.perf_counter(), step.done))

    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as out:
        read_batch([source], Path(out) / "out.csv", expect="number", engine="ray", listen=note)
    wall = time.perf_counter() - begun
    first, last = times[0], times[-1]
    return {"wall": wall, "reading": (last[0] - first[0]) / (last[1] - first[1])}

"""``python -m benchmarks.ray_nodes NODES PICTURES RESULT``: one batch on a cluster of so many nodes, for ``batch_ray``.

A process of its own: what a cluster leaves behind ends with it. Each node has a processor and runs all that is its own
there; the first runs the cluster's head and what asks it to read, too, as it does where nodes are machines.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from benchmarks.paced import paced
from benchmarks.results import Result
from inkdigits.batch import read_batch

_NODE = {"num_cpus": 1, "object_store_memory": 200 * 2**20}
_FIRST = 40  # pictures that are read before
_START = 120.0  # seconds in which all nodes have to be there
_QUIET = 0.1  # processors that a cluster which has started takes at most
_LONGEST = 30.0  # seconds to wait for that


def main(nodes: int, source: Path, result: Path) -> None:
    """Reads a folder of numbers, and writes its times as soon as they are known: ending a cluster takes a while."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < nodes:
        sys.exit(f"{nodes} nodes need a processor each, and this process may use {len(cores)}")
    _say(f"starting {nodes}")
    with _cluster(cores[:nodes]):
        _say("reading a few: Ray Data starts helpers of its own with the first batch, and keeps them")
        _read(source, _FIRST)
        _say("waiting until nothing starts any more")
        quiet = _wait_until_quiet()
        _say("reading")
        times = _read(source)
        result.write_text(json.dumps({**times, "idle": quiet}), encoding="utf-8")
        _say("ending")


def _say(words: str) -> None:
    """For the log that is shown when something goes wrong."""
    print(f"{time.strftime('%H:%M:%S')} {words}", flush=True)


@contextmanager
def _cluster(cores: list[int]) -> Iterator[None]:
    import ray
    import ray.data
    from ray.cluster_utils import Cluster

    os.sched_setaffinity(0, cores[:1])
    nodes = Cluster(initialize_head=True, head_node_args={**_NODE, "include_dashboard": False})
    try:
        for core in cores[1:]:
            os.sched_setaffinity(0, [core])  # what is started now stays there
            nodes.add_node(**_NODE)
        os.sched_setaffinity(0, cores[:1])
        nodes.wait_for_nodes(_START)
        ray.init(address=nodes.address, log_to_driver=False, logging_level="error")
        ray.data.DataContext.get_current().wait_for_min_actors_s = 600  # all begin together
        yield
    finally:
        ray.shutdown()
        for node in list(nodes.worker_nodes):
            nodes.remove_node(node, allow_graceful=False)
        nodes.shutdown()


def _wait_until_quiet() -> float:
    """Waits until nothing starts any more; gives the processors that the cluster takes while it does nothing."""
    until = time.monotonic() + _LONGEST
    while True:
        begun, before = time.monotonic(), _used()
        time.sleep(1.0)
        took = sum(used - before.get(process, 0.0) for process, used in _used().items())
        share = took / (time.monotonic() - begun)
        if share < _QUIET or time.monotonic() > until:
            return round(share, 3)


def _used() -> dict[int, float]:
    """Processor seconds of all that this process has started, by the number of the process."""
    found: dict[int, float] = {}
    for process in psutil.Process().children(recursive=True):
        try:
            times: Any = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        found[process.pid] = times.user + times.system
    return found


def _read(source: Path, first: int | None = None) -> Result:
    paths = sorted(source.iterdir())[:first]
    return paced(lambda out, note: read_batch(paths, out, expect="number", engine="ray", listen=note))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))

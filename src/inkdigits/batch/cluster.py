"""``Cluster``: reads a batch on the nodes of a Ray cluster, with Ray Data over a pool of actors, a reader each."""

from __future__ import annotations

import logging
import os
import pickle
import signal
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any

from inkdigits.batch.errors import BatchError
from inkdigits.batch.item import Item, Refused
from inkdigits.batch.job import Job
from inkdigits.batch.node import Answer, Attempts, NodeActor
from inkdigits.batch.part import Part
from inkdigits.batch.plan import Chunk
from inkdigits.errors import MissingExtraError, OptionError

WAVE = 1024
"""Fewest chunks that Ray is given at a time: what it holds stays small however large the batch is."""

WAVE_EACH = 64
"""The same for each reader: all begin anew with a wave, which takes seconds, and a chunk is about one."""

_OWN = ("auto", "local")  # addresses for which Ray looks on this machine
_PATIENCE = 10.0  # seconds in which the head of a cluster has to answer
_DEATHS = 3  # actors that may die one after another before any begins to read, as where nodes come and go
_GONE = "what reads it ended each time, as for lack of memory: read it alone, and scale it down"


class Cluster:
    """A connection to a Ray cluster; a context manager, which ends it."""

    def __init__(self, job: Job, form: str, address: str | None = None, workers: int = 0) -> None:
        """Connects, or starts Ray on this machine.

        Args:
            job: What is asked of each picture.
            form: What rows are encoded as.
            address: Of the cluster, such as ``"auto"`` on one of its nodes or ``"10.0.0.5:6379"``; None is the one that
                ``RAY_ADDRESS`` names, or else Ray on this machine alone.
            workers: Actors, a processor each; 0 is one a processor of the cluster.

        Raises:
            MissingExtraError: Ray is not installed.
            OptionError: No cluster answers at the address.
        """
        self._ray = _import_ray()
        self._ours = not self._ray.is_initialized()
        if self._ours:
            _connect(self._ray, address)
        self._job = _without_secrets(job)
        self._form = form
        self._workers = workers

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ours:
            self._ray.shutdown()

    def read(self, chunks: Iterator[Chunk]) -> Iterator[tuple[int, Part]]:
        """Reads chunks, and gives each exactly once, in the order in which they are done.

        Ray gives a chunk whose node is lost to another. One that ends every process that reads it is taken apart, and
        what ends them is refused.

        Raises:
            BatchError: A node cannot read: it lacks a file that is there, or the models cannot be used.
        """
        while wave := {chunk.number: chunk.items for chunk in islice(chunks, self._wave())}:
            for number, part in self._read_wave(wave):
                yield number, self._read_apart(wave[number]) if part is None else part

    def _read_apart(self, items: Sequence[Item]) -> Part:
        """Reads pieces one by one, after all of them together ended what read them."""
        found = dict(self._read_wave({place: [item] for place, item in enumerate(items)}))
        whole = Part()
        for place, item in enumerate(items):
            whole += found[place] or Part(refused=(Refused(item.source, None, _GONE),))
        return whole

    def _read_wave(self, chunks: Mapping[int, Sequence[Item]]) -> Iterator[tuple[int, Part | None]]:
        """What comes back of some chunks, by their numbers; None of one that ends whatever reads it."""
        size = min(len(chunks), self._readers())
        rows = [{"chunk": number, "items": [item.to_json() for item in items]} for number, items in chunks.items()]
        models = {model.sha256: model.path.read_bytes() for model in self._job.models}
        attempts = self._ray.remote(num_cpus=0, max_restarts=-1, max_task_retries=-1)(Attempts).remote()
        left = set(chunks)
        with _ray_data(self._ray) as data:
            answers = data.from_items(rows, override_num_blocks=len(rows)).map_batches(
                NodeActor,
                fn_constructor_args=(self._job, self._form, models, attempts),
                batch_size=1,
                compute=data.ActorPoolStrategy(min_size=1, max_size=size, initial_size=size),
                num_cpus=1,
            )
            try:
                for row in answers.iter_rows():
                    left.remove(int(row["chunk"]))
                    yield int(row["chunk"]), _part(pickle.loads(row["answer"]))
            except self._ray.exceptions.RayError as error:
                raise BatchError(f"the cluster does not go on; what was read is kept: {_last_line(error)}") from error
        if left:
            raise BatchError(f"the cluster lost {len(left):,} pieces of the batch; what was read is kept: start again")

    def _wave(self) -> int:
        return max(WAVE, WAVE_EACH * self._readers())

    def _readers(self) -> int:
        return self._workers or max(1, int(self._ray.cluster_resources().get("CPU", 1)))


def _part(answer: Answer) -> Part | None:
    if answer.unseen and Path(answer.unseen).exists():
        raise BatchError(
            f"node {answer.node} does not see {answer.unseen}: put the pictures where every node of the cluster finds "
            "them under the same path, or name them by a URL; what was read is kept"
        )
    if answer.problem:
        raise BatchError(f"node {answer.node} cannot read: {answer.problem}")
    return answer.part


def _without_secrets(job: Job) -> Job:
    """The job without the password of the database, which no node needs."""
    secret = {"database_url": None, "database_password": None, "blobs": None}
    return replace(job, settings=job.settings.changed(secret))


def _last_line(error: Exception) -> str:
    """Ray's errors hold the traceback of the node; what went wrong is its last line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[-1].strip()


@contextmanager
def _ray_data(ray: Any) -> Iterator[Any]:
    """Ray Data as it is wanted here: without bars of its own, and patient with nodes that come and go."""
    context = ray.data.DataContext.get_current().copy()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.max_consecutive_actor_init_deaths = _DEATHS
    with ray.data.DataContext.current(context):
        yield ray.data


def _import_ray() -> Any:
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise MissingExtraError("Reading on a cluster", "cluster") from error
    for handler in logging.getLogger("ray.data").handlers:
        console = isinstance(handler, logging.StreamHandler)
        if console and type(handler).__module__.startswith("ray."):  # others hang theirs there, too
            handler.setLevel(logging.ERROR)
    return ray


def _connect(ray: Any, address: str | None) -> None:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # what is read here is nobody's statistics
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # what goes wrong is told in words of our own
    address = address or os.environ.get("RAY_ADDRESS")
    try:
        if address not in (None, *_OWN):
            _knock(address)
        with _own_way_to_end():
            ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, include_dashboard=False)
    except (OSError, RuntimeError, ValueError) as error:
        raise OptionError(
            f"no Ray cluster answers at {address or 'this machine'} ({error}): name its head as --address HOST:PORT, "
            "or leave it out to read on this machine alone"
        ) from error


@contextmanager
def _own_way_to_end() -> Iterator[None]:
    """Leaves SIGTERM to whoever handles it: Ray takes it, and a batch would not say that what was read is kept."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    if before is not None and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, before)


def _knock(address: str) -> None:
    """Fails soon where nobody listens: Ray itself tries again without end."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE).close()

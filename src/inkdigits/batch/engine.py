"""What reads the chunks of a batch: processes on this machine, or a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from inkdigits.batch.job import Job
from inkdigits.batch.local import LocalEngine
from inkdigits.batch.part import Part
from inkdigits.batch.plan import Chunk
from inkdigits.errors import OptionError

ENGINES = ("local", "ray")

MOST = 1_024
"""Processes of one machine: far more than have any use, and few enough that it lives on."""


class Engine(AbstractContextManager["Engine"], Protocol):
    """Reads chunks; a context manager that lets go of its processes."""

    def read(self, chunks: Iterator[Chunk]) -> Iterator[tuple[int, Part]]:
        """Reads all chunks, each exactly once as seen from here.

        Args:
            chunks: Taken as they are needed, since a batch may be large.

        Returns:
            The number of each chunk and what became of it, in the order in which they are done.

        Raises:
            BatchError: Nothing can be read any more.
        """


def open_engine(name: str, job: Job, form: str, processes: int = 0, address: str | None = None) -> Engine:
    """Starts an engine.

    Args:
        name: One of :data:`ENGINES`.
        job: What is asked of each picture.
        form: What rows are encoded as.
        processes: How many read at a time; 0 is one a processor.
        address: Of the cluster; without one, the cluster that ``RAY_ADDRESS`` names, or Ray on this machine.

    Raises:
        OptionError: There is no such engine, so many processes make no sense, or no cluster answers.
        MissingExtraError: Ray is not installed.
    """
    if name not in ENGINES:
        raise OptionError(f"there is no engine {name!r}; choose from {', '.join(ENGINES)}")
    if processes < 0:
        raise OptionError(f"processes is {processes}: give a whole number from 1, or 0 for one a processor")
    if name == "ray":
        from inkdigits.batch.cluster import Cluster

        return Cluster(job, form, address, processes)
    if processes > MOST:
        raise OptionError(f"processes is {processes:,}: one machine reads with {MOST:,} at most; 0 is one a processor")
    if address is not None:
        raise OptionError("an address is of a cluster: ask for the engine 'ray', too")
    return LocalEngine(job, form, processes)

"""``Tasks``: chunks to hand out; those whose reader was killed are handed out again, then picture by picture."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from inkdigits.batch.errors import BatchError
from inkdigits.batch.item import Item, Refused
from inkdigits.batch.part import Part
from inkdigits.batch.plan import Chunk

_TRIES = 2  # that a chunk has, and then each of its pictures alone: an accident is not the picture's fault
_MOST_LOST = 5  # pictures in a row that end their reader: then it is not the pictures


@dataclass(frozen=True, slots=True)
class Task:
    """Something to read.

    Attributes:
        number: The chunk's.
        items: What of it is to be read.
        place: Which item of the chunk it is, when it is one alone; None is the whole chunk.
        tries: How often its reader was killed.
    """

    number: int
    items: Sequence[Item]
    place: int | None = None
    tries: int = 0


Finished = tuple[int, Part]
"""The number of a chunk, and what became of it."""


class Tasks:
    """Hands out tasks, and puts together what comes back."""

    def __init__(self, chunks: Iterator[Chunk]) -> None:
        """Takes chunks as they are needed."""
        self._chunks = chunks
        self._again: deque[Task] = deque()
        self._apart: dict[int, list[Part | None]] = {}
        self._lost = 0

    def next(self) -> Task | None:
        """The next task; None when there is none for now."""
        if self._again:
            return self._again.popleft()
        chunk = next(self._chunks, None)
        return None if chunk is None else Task(chunk.number, chunk.items)

    def done(self, task: Task, part: Part) -> Finished | None:
        """Takes what became of a task; gives the chunk when it is complete."""
        self._lost = 0
        return self._put(task, part)

    def lost(self, task: Task, how: str) -> Finished | None:
        """Takes note that a task's reader was killed; gives the chunk when that makes it complete.

        Raises:
            BatchError: Too many were killed in a row.
        """
        if task.tries + 1 < _TRIES:
            self._again.append(replace(task, tries=task.tries + 1))
            return None
        if len(task.items) > 1:
            self._apart[task.number] = [None] * len(task.items)
            self._again.extend(Task(task.number, (item,), place) for place, item in enumerate(task.items))
            return None
        self._lost += 1
        if self._lost == _MOST_LOST:
            raise BatchError(
                f"the processes that read are ended again and again ({how}): there may be too little memory for so "
                "many of them; start with fewer (--processes)"
            )
        reason = f"what reads it was ended each time ({how}), as for lack of memory: scale it down, or read it alone"
        return self._put(task, Part(refused=(Refused(task.items[0].source, None, reason),)))

    def _put(self, task: Task, part: Part) -> Finished | None:
        if task.place is None:
            return task.number, part
        parts = self._apart[task.number]
        parts[task.place] = part
        if None in parts:
            return None
        del self._apart[task.number]
        return task.number, sum((each for each in parts if each is not None), Part())

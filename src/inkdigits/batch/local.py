"""``LocalEngine``: reads a batch with processes on this machine; one that is killed loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from queue import SimpleQueue
from types import TracebackType

from inkdigits.batch.hand import Answer, Hand, Lost
from inkdigits.batch.job import Job
from inkdigits.batch.part import Part
from inkdigits.batch.plan import Chunk
from inkdigits.batch.task import Finished, Task, Tasks
from inkdigits.recognition.engine import processors

_AHEAD = 2  # tasks for each process: while what became of one is kept, it goes on with another


class LocalEngine:
    """A pool of processes, one thread each. They start at once, while the caller still makes its plan."""

    def __init__(self, job: Job, form: str, processes: int = 0) -> None:
        """Starts the processes.

        Args:
            job: What is asked of each picture.
            form: What rows are encoded as.
            processes: How many; 0 is one a processor that this process may use.
        """
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._answers: SimpleQueue[tuple[Task, Answer]] = SimpleQueue()
        self._hands = [Hand(job, form, self._tasks, self._answers) for _ in range(processes or processors())]

    def __enter__(self) -> LocalEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for hand in self._hands:
            hand.stop()
            self._tasks.put(None)
        for hand in self._hands:
            hand.join()

    def read(self, chunks: Iterator[Chunk]) -> Iterator[Finished]:
        """As :meth:`inkdigits.batch.engine.Engine.read`."""
        tasks = Tasks(chunks)
        busy = 0
        while True:
            while busy < _AHEAD * len(self._hands) and (task := tasks.next()) is not None:
                self._tasks.put(task)
                busy += 1
            if not busy:
                return
            task, answer = self._answers.get()
            busy -= 1
            if (finished := _settle(tasks, task, answer)) is not None:
                yield finished


def _settle(tasks: Tasks, task: Task, answer: Answer) -> Finished | None:
    if isinstance(answer, Part):
        return tasks.done(task, answer)
    if isinstance(answer, Lost):
        return tasks.lost(task, answer.how)
    raise answer

"""``Hand``: a process that reads, and the thread that talks to it."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from queue import SimpleQueue
from typing import IO, Any

from inkdigits.batch.errors import BatchError
from inkdigits.batch.item import Item
from inkdigits.batch.job import Job
from inkdigits.batch.part import Part
from inkdigits.batch.task import Task
from inkdigits.batch.wire import receive, send
from inkdigits.jobs.process import environment

_STARTS = 3  # of a process that ends before it can read
_WORDS = 2_000  # bytes of its last ones
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True)
class Lost:
    """The process ended while it read; ``how`` in words."""

    how: str


Answer = Part | Lost | BatchError


class Hand:
    """Reads one task after the other; a process that ended is replaced for the next."""

    def __init__(
        self, job: Job, form: str, tasks: SimpleQueue[Task | None], answers: SimpleQueue[tuple[Task, Answer]]
    ) -> None:
        """Starts the process.

        Args:
            job: What is asked of each picture.
            form: What rows are encoded as.
            tasks: Where all hands take theirs from; None is the end for one of them.
            answers: Is told what became of each task.
        """
        self._job, self._form = job, form
        self._tasks, self._answers = tasks, answers
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="batch", daemon=True)
        with ExitStack() as opened:
            self._words: IO[bytes] = opened.enter_context(tempfile.TemporaryFile())
            self._thread.start()
            self._opened = opened.pop_all()

    def stop(self) -> None:
        """Ends the process, whatever it does: what it has not told is not kept."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.kill()

    def join(self) -> None:
        """Waits until it is gone, after :meth:`stop` and its end among the tasks."""
        self._thread.join()
        self._opened.close()

    def _run(self) -> None:
        trouble = self._tried(self._start)
        while (task := self._tasks.get()) is not None:
            answer = trouble or self._tried(self._read, task.items)
            trouble = None
            self._answers.put((task, answer))
        self._end()

    def _tried(self, job: Any, *arguments: Any) -> Any:
        try:
            return job(*arguments)
        except BatchError as error:
            return error
        except Exception as error:  # in a thread, nobody else would tell
            return BatchError(f"a process that reads failed: {type(error).__name__}: {error}")

    def _read(self, items: Sequence[Item]) -> Part | Lost:
        if self._process is None:
            self._start()
        try:
            answer = self._exchange(items)
        except (EOFError, OSError):
            return Lost(self._end())
        if isinstance(answer, str):
            raise BatchError(answer)
        return answer

    def _start(self) -> None:
        for _ in range(_STARTS):
            self._spawn()
            try:
                answer = self._exchange((self._job, self._form))
            except (EOFError, OSError):
                how = self._end()
                continue
            if answer is not None:
                raise BatchError(answer)
            return
        raise BatchError(f"a process that reads cannot be started ({how}): {self._last_words() or 'it says nothing'}")

    def _spawn(self) -> None:
        with self._lock:
            if self._closed:
                raise BatchError("the batch has ended")
            self._process = subprocess.Popen(
                [sys.executable, "-m", "inkdigits.batch.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._words,
                env={**environment(), **_ONE_THREAD},
            )

    def _exchange(self, request: Any) -> Any:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise EOFError
        send(process.stdin, request)
        return receive(process.stdout)

    def _end(self) -> str:
        """Sees a process off; how it ended."""
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return ""
        process.kill()
        code = process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):  # what was not sent is not wanted any more
                if pipe is not None:
                    pipe.close()
        return f"signal {-code}, {signal.strsignal(-code)}" if code < 0 else f"exit code {code}"

    def _last_words(self) -> str:
        size = self._words.seek(0, 2)
        self._words.seek(max(0, size - _WORDS))
        return self._words.read().decode("utf-8", "replace").strip()

"""``Keeper``: writes what was read into the store, in a thread of its own, so that no page waits for a disk."""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from inkdigits.errors import InkDigitsError, RightsError, StorageError

log = logging.getLogger(__name__)

HELD = 256 * 2**20
"""Bytes of pictures that may wait; a page that reads faster than the disk writes waits from there on."""

_PATIENCE = 30.0  # seconds that a page waits at most for a full queue
_AGAIN = 2.0  # seconds between attempts while the database is away
_FAREWELL = 3.0  # seconds that the program's end waits for what was not written yet

Job: TypeAlias = "Callable[[], object]"


@dataclass(slots=True)
class _Waiting:
    job: Job
    due: float
    size: int


class Keeper:
    """Runs jobs one after the other, each not before its time; a newer job of the same key takes an older one's place.

    While the database is away, jobs wait and are tried again; what cannot be kept for another reason is dropped, and
    ``problem`` says why, but for what somebody may not do any more.
    """

    def __init__(self) -> None:
        """Starts no thread until there is a job."""
        self.problem = ""
        self._waiting: dict[str, _Waiting] = {}
        self._running = False
        self._hurry = False
        self._lock = threading.Condition()
        self._thread: threading.Thread | None = None
        atexit.register(self.wait, _FAREWELL)

    def submit(self, key: str, job: Job, delay: float = 0.0, size: int = 0) -> None:
        """Takes a job.

        Args:
            key: What it keeps: a newer job of the same key that comes in time replaces it.
            job: The work; it may run more than once.
            delay: Seconds to wait for a newer one.
            size: Bytes that it holds.
        """
        with self._lock:
            self._lock.wait_for(lambda: not self._held or self._held + size <= HELD, _PATIENCE)
            self._waiting.pop(key, None)
            self._waiting[key] = _Waiting(job, time.monotonic() + delay, size)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="inkdigits-keeper", daemon=True)
                self._thread.start()
            self._lock.notify_all()

    def wait(self, seconds: float) -> bool:
        """Runs at once what waits for its time, and waits for it. False when some is left after ``seconds``."""
        with self._lock:
            self._hurry = True
            self._lock.notify_all()
            done = self._lock.wait_for(lambda: not self._waiting and not self._running, seconds)
            self._hurry = False
            return done

    @property
    def _held(self) -> int:
        return sum(waiting.size for waiting in self._waiting.values())

    def _work(self) -> None:
        while True:
            key, waiting = self._next()
            try:
                waiting.job()
                self.problem = ""
            except StorageError as error:
                self.problem = str(error)
                self._put_back(key, waiting)
            except RightsError as error:  # theirs alone: the problem is shown to everybody
                log.info("a reading was not kept: %s", error)
            except InkDigitsError as error:
                log.warning("a reading was not kept: %s", error)
                self.problem = str(error)
            except Exception:
                log.exception("a reading was not kept")
                self.problem = "an error that is none of yours; the server's log has it"
            with self._lock:
                self._running = False
                self._lock.notify_all()

    def _next(self) -> tuple[str, _Waiting]:
        """Waits for the first job in line whose time has come, and takes it."""
        with self._lock:
            while True:
                now = time.monotonic()
                key = next((name for name, one in self._waiting.items() if self._hurry or one.due <= now), None)
                if key is not None:
                    self._running = True
                    return key, self._waiting.pop(key)
                soonest = min((one.due for one in self._waiting.values()), default=None)
                self._lock.wait(None if soonest is None else max(0.01, soonest - now))

    def _put_back(self, key: str, waiting: _Waiting) -> None:
        """Lets a job be the first again, unless a newer one came; all others wait with it."""
        with self._lock:
            self._waiting = {key: waiting, **self._waiting}
        time.sleep(_AGAIN)

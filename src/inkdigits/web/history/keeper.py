"""``Keeper``: writes what was read into the store, in a thread of its own, so that no page waits for a disk."""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from inkdigits.errors import InkDigitsError, StorageError

log = logging.getLogger(__name__)

HELD = 256 * 2**20
"""Bytes of pictures that may wait; a page that reads faster than the disk writes waits from there on."""

_PATIENCE = 30.0  # seconds that a page waits at most for a full queue
_AGAIN = 2.0  # seconds between attempts while the database is away
_FAREWELL = 3.0  # seconds that the program's end waits for what was not written yet
_OURS = "an error that is none of yours; the server's log has it"

Job: TypeAlias = "Callable[[], object]"
Whose: TypeAlias = "int | None"
"""Id of the person whose job it is; None in an app without accounts."""
Dropped: TypeAlias = "Mapping[str, tuple[int, str]]"
"""How many could not be kept and why the last one could not, by what they are."""


@dataclass(slots=True)
class _Waiting:
    """A job in line.

    Attributes:
        job: The work.
        due: When it may run at the earliest.
        size: Bytes that it holds.
        whose: Whose it is.
        noun: What it keeps, in a word.
        rested: The older one of the same key whose place it took, if that one's time had come.
    """

    job: Job
    due: float
    size: int
    whose: Whose
    noun: str
    rested: _Waiting | None = None

    def settled(self) -> _Waiting | None:
        """What may not be lost when a newer one comes and is withdrawn: itself, or what it took the place of."""
        if self.due > time.monotonic():
            return self.rested
        self.rested = None
        return self


class Keeper:
    """Runs jobs one after the other, each not before its time; a newer job of the same key takes an older one's place.

    While the database is away, jobs wait and are tried again, and ``away`` says why. What cannot be kept for another
    reason is dropped, and :meth:`dropped` tells those whose it was until they have seen it.
    """

    def __init__(self) -> None:
        """Starts no thread until there is a job."""
        self.away = ""
        self._waiting: dict[str, _Waiting] = {}
        self._running: tuple[str, _Waiting] | None = None
        self._hurried: list[Whose | Literal["everybody"]] = []
        self._dropped: dict[Whose, dict[str, tuple[int, str]]] = {}
        self._lock = threading.Condition()
        self._thread: threading.Thread | None = None
        atexit.register(self._end)

    def submit(
        self, key: str, job: Job, delay: float = 0.0, size: int = 0, *, whose: Whose = None, noun: str = "reading"
    ) -> None:
        """Takes a job.

        Args:
            key: What it keeps: a newer job of the same key that comes in time replaces it.
            job: The work; it may run more than once.
            delay: Seconds to wait for a newer one.
            size: Bytes that it holds.
            whose: Whom to tell when it waits or is dropped.
            noun: What it keeps, in a word.
        """
        with self._lock:
            self._lock.wait_for(lambda: not self._held or self._held + size <= HELD, _PATIENCE)
            older = self._waiting.pop(key, None)
            rested = None if older is None else older.settled()
            self._waiting[key] = _Waiting(job, time.monotonic() + delay, size, whose, noun, rested)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="inkdigits-keeper", daemon=True)
                self._thread.start()
            self._lock.notify_all()

    def withdraw(self, key: str) -> None:
        """Takes a job back whose time has not come; what it took the place of waits again if its time had."""
        with self._lock:
            waiting = self._waiting.get(key)
            settled = None if waiting is None else waiting.settled()
            if settled is not None:
                self._waiting[key] = settled
            else:
                self._waiting.pop(key, None)
            self._lock.notify_all()

    def wait(self, seconds: float, whose: Whose | Literal["everybody"] = "everybody") -> bool:
        """Runs somebody's jobs before their time, and waits for them. False when some are left after ``seconds``."""
        with self._lock:
            self._hurried.append(whose)
            self._lock.notify_all()
            try:
                return self._lock.wait_for(lambda: not self._jobs(whose), seconds)
            finally:
                self._hurried.remove(whose)

    def waiting(self, whose: Whose) -> Counter[str]:
        """How many of somebody's jobs are not done, by what they keep."""
        with self._lock:
            return Counter(one.noun for one in self._jobs(whose))

    def dropped(self, whose: Whose) -> Dropped:
        """What of somebody's could not be kept."""
        with self._lock:
            return dict(self._dropped.get(whose, {}))

    def forget(self, whose: Whose, seen: Dropped) -> None:
        """They have seen what was dropped; what was dropped after that stays to be told."""
        with self._lock:
            if self._dropped.get(whose) == seen:
                del self._dropped[whose]

    @property
    def _held(self) -> int:
        return sum(waiting.size for waiting in self._waiting.values())

    def _jobs(self, whose: Whose | Literal["everybody"]) -> list[_Waiting]:
        """What is not done, the one that runs too; of a key once."""
        running = {} if self._running is None else {self._running[0]: self._running[1]}
        return [one for one in {**running, **self._waiting}.values() if whose in ("everybody", one.whose)]

    def _work(self) -> None:
        while True:
            key, waiting = self._next()
            away = self._attempt(waiting)
            with self._lock:
                self.away = away
                if away:
                    self._put_back(key, waiting)
                self._running = None
                self._lock.notify_all()
            if away:
                time.sleep(_AGAIN)

    def _attempt(self, waiting: _Waiting) -> str:
        """Runs a job; gives why it has to be tried again, nothing when it is done or dropped."""
        try:
            waiting.job()
        except StorageError as error:
            return str(error) or "the database is away"
        except InkDigitsError as error:
            log.warning("a %s was not kept: %s", waiting.noun, error)
            self._drop(waiting, str(error))
        except Exception:
            log.exception("a %s was not kept", waiting.noun)
            self._drop(waiting, _OURS)
        return ""

    def _drop(self, waiting: _Waiting, why: str) -> None:
        with self._lock:
            told = self._dropped.setdefault(waiting.whose, {})
            told[waiting.noun] = (told.get(waiting.noun, (0, ""))[0] + 1, why)

    def _next(self) -> tuple[str, _Waiting]:
        """Waits for the first job in line whose time has come, and takes it."""
        with self._lock:
            while True:
                now = time.monotonic()
                key = next((name for name, one in self._waiting.items() if self._is_hurried(one) or one.due <= now), "")
                if key:
                    self._running = (key, self._waiting.pop(key))
                    return self._running
                soonest = min((one.due for one in self._waiting.values()), default=None)
                self._lock.wait(None if soonest is None else max(0.01, soonest - now))

    def _is_hurried(self, waiting: _Waiting) -> bool:
        return any(whose in ("everybody", waiting.whose) for whose in self._hurried)

    def _put_back(self, key: str, waiting: _Waiting) -> None:
        """Lets a job be the first again, unless a newer one came; all others wait with it."""
        newer = self._waiting.get(key)
        if newer is not None:
            newer.rested = newer.rested or waiting.settled()
        self._waiting = {key: newer or waiting, **self._waiting}

    def _end(self) -> None:
        if not self.wait(_FAREWELL):
            log.error("the program ended, and %d were not kept: %s", len(self._jobs("everybody")), self.away)

"""``Pace``: how far a batch is, how fast, and how long it will take."""

from __future__ import annotations

import time
from collections.abc import Mapping

from inkdigits.batch.part import Part
from inkdigits.batch.plan import Plan
from inkdigits.jobs.progress import Listener, Progress

_SETTLED = 2.0  # seconds after which a rate is worth telling the time left by


class Pace:
    """Tells a listener about each chunk that is done."""

    def __init__(self, plan: Plan, done: Mapping[int, Part], listen: Listener) -> None:
        """Begins with what was done before."""
        self._plan = plan
        self._listen = listen
        self._begun = time.monotonic()
        self._before = self._done = sum(plan.pages_of(number) for number in done)
        self._numbers = sum(_numbers(part) for part in done.values())
        self._refused = sum(len(part.refused) for part in done.values())
        self._read = 0
        self._tell(0.0)

    def tell(self, number: int, part: Part) -> None:
        """Counts a chunk."""
        self._done += self._plan.pages_of(number)
        self._read += part.pages
        self._numbers += _numbers(part)
        self._refused += len(part.refused)
        self._tell(time.monotonic() - self._begun)

    def _tell(self, seconds: float) -> None:
        fresh, left = self._done - self._before, self._plan.pages - self._done
        metrics = {
            "pages_per_second": self._read / seconds if seconds else 0.0,
            "numbers": float(self._numbers),
            "refused": float(self._refused),
        }
        eta = left * seconds / fresh if fresh and seconds >= _SETTLED else None
        self._listen(Progress("read", self._done, self._plan.pages, eta, metrics))


def _numbers(part: Part) -> int:
    return sum(count for status, count in part.counts.items() if status != "no number")

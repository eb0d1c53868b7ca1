"""``Buckets``: how much each of many may do, as tokens that come back with time; in the memory of this process."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

MOST = 10_000
"""Names that are remembered; the one that was quiet longest is forgotten first."""


class Buckets:
    """A bucket of tokens for each name. For one event loop."""

    def __init__(self, burst: float, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Fills every bucket.

        Args:
            burst: Tokens in a full bucket, at least 1.
            rate: Tokens that come back a second.
            clock: Seconds that never go back.
        """
        self._burst = burst
        self._rate = rate
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, name: str) -> float:
        """Seconds until there is a token; 0 when there is one. Takes none."""
        if name in self._left:
            self._left.move_to_end(name)
        return max(0.0, (1.0 - self._tokens(name)) / self._rate)

    def take(self, name: str) -> float:
        """Takes a token; gives 0, or the seconds until there is one."""
        seconds = self.wait(name)
        if seconds == 0.0:
            self._left[name] = (self._tokens(name) - 1.0, self._clock())
            if len(self._left) > MOST:
                self._left.popitem(last=False)
        return seconds

    def _tokens(self, name: str) -> float:
        left, when = self._left.get(name, (self._burst, 0.0))
        return min(self._burst, left + (self._clock() - when) * self._rate)

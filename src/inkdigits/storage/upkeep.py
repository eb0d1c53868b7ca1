"""``Upkeep``: each day, what was kept long enough is deleted, as long as a program runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from inkdigits.errors import InkDigitsError

log = logging.getLogger(__name__)

DAY = 86_400.0
AGAIN = 600.0  # seconds after which what failed is tried again


class Upkeep:
    """Does some work at once, then every day in a thread of its own, until :meth:`stop`."""

    def __init__(self, work: Callable[[], object], day: float = DAY, again: float = AGAIN) -> None:
        """Does it for the first time.

        Args:
            work: The work, such as :meth:`inkdigits.storage.privacy.Privacy.purge`. What it raises now is raised; later
                it is logged, and the work is tried again.
            day: Seconds between two times.
            again: Seconds after which what failed is tried again.
        """
        self._work = work
        self._day = day
        self._again = again
        self._stopped = threading.Event()
        work()
        threading.Thread(target=self._go_on, name="inkdigits-upkeep", daemon=True).start()

    def stop(self) -> None:
        """Does it no more."""
        self._stopped.set()

    def _go_on(self) -> None:
        wait = self._day
        while not self._stopped.wait(wait):
            wait = self._day
            try:
                self._work()
            except InkDigitsError as error:
                log.warning("what is old could not be deleted: %s", error)
                wait = self._again

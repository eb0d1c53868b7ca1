"""A process that reads for the service, where two pictures do harm; a module of its own, for it is imported there."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection

from inkdigits.images import Page
from inkdigits.service.helpers import _work
from inkdigits.service.order import Order
from inkdigits.service.sight import OwnSight
from inkdigits.settings import Settings


def work(pipe: Connection, settings: Settings) -> None:
    """As the real one; the picture "poison" kills it, and "sleep" takes it for ever."""
    plain = OwnSight._pages

    def harmed(self: OwnSight, order: Order) -> Iterator[Page]:
        if order.name == "poison":
            os.kill(os.getpid(), signal.SIGSEGV)
        if order.name == "sleep":
            time.sleep(3600)
        return plain(self, order)

    OwnSight._pages = harmed  # type: ignore[method-assign]
    _work(pipe, settings)

"""``Helpers``: processes that read for the service; a picture that breaks one, or takes it too long, breaks no more."""

from __future__ import annotations

import logging
import multiprocessing
import signal
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from queue import SimpleQueue

from inkdigits.errors import InkDigitsError, ModelError
from inkdigits.service.order import Order
from inkdigits.service.sight import DroppedError, OwnSight, Seen, open_reader
from inkdigits.settings import Settings
from inkdigits.storage.actor import LOCAL

log = logging.getLogger(__name__)

_LOOK = 0.5  # seconds between looks whether anybody still waits
_PATIENCE = 5.0  # seconds in which a process may end by itself


class LostError(Exception):
    """The process ended while it read."""


class Helpers:
    """Some processes with a reader each, every one of one thread. Thread-safe."""

    def __init__(self, settings: Settings, count: int, on_loss: Callable[[], object] = lambda: None) -> None:
        """Starts them; :meth:`wait` waits until they can read.

        Args:
            settings: Of their readers.
            count: How many.
            on_loss: Told whenever one ends unasked.
        """
        self._all = [_Helper(settings.changed({"threads": 1})) for _ in range(count)]
        self._idle: SimpleQueue[_Helper] = SimpleQueue()
        self.on_loss = on_loss
        for helper in self._all:
            self._idle.put(helper)

    def wait(self) -> None:
        """Waits until all can read. Raises ModelError when one cannot."""
        for helper in self._all:
            helper.wait()

    def read(self, orders: Sequence[Order]) -> list[Seen]:
        """As :meth:`inkdigits.service.sight.Sight.read`; who breaks a process is found, and told alone."""
        helper = self._idle.get()
        try:
            found = self._tried(helper, orders)
            if isinstance(found, LostError) and len(orders) > 1:
                return [self._one(helper, order) for order in orders]
            return [found] * len(orders) if isinstance(found, Exception) else found
        finally:
            self._idle.put(helper)

    def close(self) -> None:
        """Ends them all."""
        for helper in self._all:
            helper.ask_to_end()
        for helper in self._all:
            helper.end()

    def _one(self, helper: _Helper, order: Order) -> Seen:
        found = self._tried(helper, [order])
        return found if isinstance(found, Exception) else found[0]

    def _tried(self, helper: _Helper, orders: Sequence[Order]) -> list[Seen] | Exception:
        try:
            return helper.read(orders)
        except (DroppedError, ModelError) as error:
            return error
        except (EOFError, OSError):
            how = helper.end()
            log.warning("a process that reads ended (%s); another one takes its place", how)
            self.on_loss()
            return LostError(f"the process that read it ended: {how}")


class _Helper:
    """One process and our end of the pipe to it; for one thread at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._starts = True
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, self._settings), name="inkdigits-read", daemon=True)
        self._process.start()
        theirs.close()
        self._starts = True

    def wait(self) -> None:
        """Until it can read."""
        if self._starts:
            try:
                problem = self._pipe.recv()
            except (EOFError, OSError) as error:
                raise ModelError(f"a process that reads cannot be started: {self.end()}") from error
            if problem is not None:
                raise ModelError(problem)
            self._starts = False

    def read(self, orders: Sequence[Order]) -> list[Seen]:
        """What it sees. Raises EOFError or OSError when it ended, DroppedError when nobody waits any more."""
        if self._process.exitcode is not None:
            self._start()
        self.wait()
        self._pipe.send([replace(order, actor=LOCAL, key=None) for order in orders])
        while not self._pipe.poll(_LOOK):
            if all(order.dropped for order in orders):
                self.end()  # nothing else stops it in the middle of a page
                raise DroppedError
        return [_revived(*found) if isinstance(found, tuple) else found for found in self._pipe.recv()]

    def ask_to_end(self) -> None:
        """It ends once it has done what it does."""
        self._pipe.close()

    def end(self) -> str:
        """Ends it, whatever it does; how it ended."""
        if self._pipe.closed:
            self._process.join(_PATIENCE)
        self._pipe.close()
        self._process.kill()
        self._process.join()
        code = self._process.exitcode or 0
        return f"signal {-code}, {signal.strsignal(-code)}" if code < 0 else f"exit code {code}"


def _work(pipe: Connection, settings: Settings) -> None:
    """What the process does: reads orders that come through the pipe until that is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the one that started this
    import cv2

    cv2.setNumThreads(1)
    try:
        sight = OwnSight(open_reader(settings))
    except InkDigitsError as error:
        pipe.send(str(error))
        return
    pipe.send(None)
    while True:
        try:
            orders = pipe.recv()
            pipe.send([_plain(found) for found in sight.read(orders)])
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return


def _plain(found: Seen) -> Seen | tuple[type[Exception], str]:
    """Errors may not be pickled as they are; what is not ours comes with all that is known of it, for the log."""
    if isinstance(found, InkDigitsError):
        return type(found), str(found)
    if isinstance(found, Exception):
        return RuntimeError, "".join(traceback.format_exception(found))
    return found


def _revived(kind: type[Exception], said: str) -> Exception:
    """The error again, whatever else its kind takes."""
    return kind.__new__(kind, said)

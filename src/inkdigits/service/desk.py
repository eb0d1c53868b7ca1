"""``Desk``: where requests wait for the processor. The event loop never computes; what waits is read together."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from inkdigits.service import problems
from inkdigits.service.order import Answer, Order
from inkdigits.service.problems import Problem

TOGETHER = 32
"""Orders of a kind that one worker takes at a time, at most."""

_LOOK = 1.0  # seconds between looks whether the client is still there
_PATIENCE = 0.5  # of the time-out: who would wait longer than that is better told at once
_SMOOTH = 0.1  # weight of the latest in the mean time of an order

Outcome: TypeAlias = "Answer | Exception"
Work: TypeAlias = Callable[[Sequence[Order]], "list[Outcome]"]
Gone: TypeAlias = Callable[[], Awaitable[bool]]


@dataclass(slots=True, eq=False)
class _Waiting:
    order: Order
    future: asyncio.Future[Outcome]
    begun: bool = False


@dataclass(slots=True)
class Desk:
    """A bounded queue before a few worker threads.

    Attributes:
        work: Reads some orders of one group; gives an outcome for each and raises nothing.
        workers: Threads.
        most: Orders that may wait.
        seconds: How long an order may take, with its waiting.
        on_batch: Told how many orders went together.
    """

    work: Work
    workers: int
    most: int
    seconds: float
    on_batch: Callable[[int], object] = lambda count: None
    _queue: deque[_Waiting] = field(default_factory=deque)
    _running: int = 0
    _mean: float = 0.01
    _pool: ThreadPoolExecutor | None = None

    @property
    def waiting(self) -> int:
        """Orders that wait."""
        return len(self._queue)

    @property
    def running(self) -> int:
        """Workers that are busy."""
        return self._running

    @property
    def wait(self) -> float:
        """Seconds that an order would wait if it came now, about."""
        return self._mean * len(self._queue) / self.workers

    @property
    def retry_after(self) -> int:
        """Seconds after which there should be room."""
        return min(30, max(1, math.ceil(self.wait / 2)))

    def close(self) -> None:
        """Lets the workers end what they do; the next order starts new ones."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True)

    async def read(self, orders: Sequence[Order], gone: Gone) -> list[Outcome]:
        """Reads orders; the outcome of each in order.

        Args:
            orders: Of one request.
            gone: Says whether nobody waits for them any more; asked every second.

        Raises:
            Problem: Too many wait already, or these took too long.
        """
        if self._queue and (len(self._queue) + len(orders) > self.most or self.wait > _PATIENCE * self.seconds):
            raise Problem(
                problems.BUSY,
                f"{len(self._queue)} pictures wait already: try again later",
                {"Retry-After": str(self.retry_after)},
            )
        loop = asyncio.get_running_loop()
        mine = [_Waiting(order, loop.create_future()) for order in orders]
        self._queue.extend(mine)
        self._dispatch()
        try:
            await self._wait(mine, gone)
        except BaseException:
            self._drop(mine)
            raise
        return [item.future.result() for item in mine]

    async def _wait(self, items: Sequence[_Waiting], gone: Gone) -> None:
        end = time.monotonic() + self.seconds
        pending = {item.future for item in items}
        while pending:
            left = end - time.monotonic()
            if left <= 0:
                raise self._overdue(items)
            _, pending = await asyncio.wait(pending, timeout=min(_LOOK, left))
            if pending and await gone():
                raise Problem(problems.GONE, "the client went away")

    def _overdue(self, items: Sequence[_Waiting]) -> Problem:
        kind = problems.OVERDUE if any(item.begun for item in items) else problems.WAITED
        done = sum(item.future.done() for item in items)
        which = f" ({done} of {len(items)} pictures were read)" if len(items) > 1 else ""
        said = f"it was not done within {self.seconds:g} seconds{which}: send fewer or smaller pictures, or later"
        return Problem(kind, said, {"Retry-After": str(self.retry_after)})

    def _drop(self, items: Sequence[_Waiting]) -> None:
        """Nobody waits for these any more."""
        for item in items:
            item.order.dropped = True
            item.future.cancel()
        self._queue = deque(item for item in self._queue if not item.order.dropped)

    def _dispatch(self) -> None:
        while self._queue and self._running < self.workers:
            batch = self._take()
            self._running += 1
            self.on_batch(len(batch))
            for item in batch:
                item.begun = True
            begun = time.perf_counter()
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self.workers, "inkdigits-read")
            job = asyncio.get_running_loop().run_in_executor(self._pool, self.work, [item.order for item in batch])
            job.add_done_callback(partial(self._settle, batch=batch, begun=begun))

    def _take(self) -> list[_Waiting]:
        """The first that waits and, of those of its group, a fair share: the other workers want some, too."""
        first = self._queue.popleft()
        group = first.order.group
        if group is None or not self._queue:
            return [first]
        alike = [item for item in self._queue if item.order.group == group]
        share = min(TOGETHER, math.ceil((1 + len(alike)) / max(1, self.workers - self._running)))
        chosen = alike[: share - 1]
        if chosen:
            taken = set(map(id, chosen))
            self._queue = deque(item for item in self._queue if id(item) not in taken)
        return [first, *chosen]

    def _settle(self, job: asyncio.Future[list[Outcome]], batch: Sequence[_Waiting], begun: float) -> None:
        self._running -= 1
        took = (time.perf_counter() - begun) / len(batch)
        self._mean += _SMOOTH * (took - self._mean)
        failed = job.exception()
        outcomes = job.result() if failed is None else [_failure(failed)] * len(batch)
        for item, outcome in zip(batch, outcomes, strict=True):
            if not item.future.done():  # else nobody waits any more
                item.future.set_result(outcome)
        self._dispatch()


def _failure(error: BaseException) -> Exception:
    return error if isinstance(error, Exception) else RuntimeError(f"a worker ended: {error!r}")

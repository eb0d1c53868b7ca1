"""The desk: what waits together is read together, what is too much is turned away, who left is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from inkdigits.service import problems
from inkdigits.service.desk import Desk, Outcome
from inkdigits.service.options import ReadOptions
from inkdigits.service.order import Answer, Order
from inkdigits.service.problems import Problem
from inkdigits.storage.actor import LOCAL

DIGIT = ReadOptions(expect="digit")
PAGE = ReadOptions()


def order(options: ReadOptions = DIGIT, name: str = "") -> Order:
    return Order(options, LOCAL, name, b"")


class Room:
    """Work that waits for a sign, and notes what came together."""

    def __init__(self) -> None:
        self.open = Event()
        self.batches: list[list[str]] = []

    def work(self, orders: Sequence[Order]) -> list[Outcome]:
        assert self.open.wait(30)
        self.batches.append([one.name for one in orders])
        return [Answer((), one.name) for one in orders]


async def stay() -> bool:
    return False


async def leave() -> bool:
    return True


def run(scene: Any) -> None:
    """In a thread of its own: in this one, a browser's loop may run since an earlier test."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, asyncio.wait_for(scene, 60)).result()


def test_what_waits_is_taken_together_by_kind() -> None:
    async def scene() -> None:
        room = Room()
        desk = Desk(room.work, 1, 100, 30.0)
        kinds = [DIGIT, DIGIT, PAGE, DIGIT, PAGE, DIGIT]
        jobs = [asyncio.create_task(desk.read([order(kind, str(place))], stay)) for place, kind in enumerate(kinds)]
        await asyncio.sleep(0)
        assert (desk.running, desk.waiting) == (1, 5)
        room.open.set()
        answers = [answer for job in jobs for answer in await job]
        assert [answer.body for answer in answers if isinstance(answer, Answer)] == list("012345")
        assert room.batches == [["0"], ["1", "3", "5"], ["2"], ["4"]]
        assert (desk.running, desk.waiting) == (0, 0)
        desk.close()

    run(scene())


def test_workers_share_what_waits() -> None:
    async def scene() -> None:
        room = Room()
        desk = Desk(room.work, 3, 100, 30.0)
        busy = asyncio.create_task(desk.read([order(PAGE, "x")], stay))
        await asyncio.sleep(0)
        job = asyncio.create_task(desk.read([order(DIGIT, str(place)) for place in range(8)], stay))
        await asyncio.sleep(0)
        room.open.set()
        await asyncio.gather(job, busy)
        assert sorted(len(batch) for batch in room.batches) == [1, 4, 4], "two were free"
        desk.close()

    run(scene())


def test_too_much_is_turned_away_with_a_time_to_come_back() -> None:
    async def scene() -> None:
        room = Room()
        desk = Desk(room.work, 1, 3, 30.0)
        jobs = [asyncio.create_task(desk.read([order(PAGE)], stay)) for _ in range(4)]
        await asyncio.sleep(0)
        with pytest.raises(Problem) as told:
            await desk.read([order()], stay)
        assert told.value.kind is problems.BUSY
        assert int(told.value.headers["Retry-After"]) >= 1
        room.open.set()
        await asyncio.gather(*jobs)
        assert await desk.read([order()] * 9, stay)  # more than may wait, but nothing does
        desk.close()

    run(scene())


def test_who_would_wait_too_long_is_told_at_once() -> None:
    async def scene() -> None:
        room = Room()
        desk = Desk(room.work, 1, 1000, 30.0, _mean=10.0)
        jobs = []
        for _ in range(3):
            jobs.append(asyncio.create_task(desk.read([order(PAGE)], stay)))
            await asyncio.sleep(0)
        assert desk.wait == 20.0
        with pytest.raises(Problem) as told:
            await desk.read([order()], stay)
        assert (told.value.kind, told.value.headers["Retry-After"]) == (problems.BUSY, "10")
        room.open.set()
        await asyncio.gather(*jobs)
        desk.close()

    run(scene())


def test_what_takes_too_long_says_whether_it_began() -> None:
    async def scene() -> None:
        room = Room()
        desk = Desk(room.work, 1, 10, 0.05)
        one, two = (asyncio.create_task(desk.read([order(PAGE, name)], stay)) for name in "ab")
        found = await asyncio.gather(one, two, return_exceptions=True)
        assert [item.kind for item in found if isinstance(item, Problem)] == [problems.OVERDUE, problems.WAITED]
        assert desk.waiting == 0
        room.open.set()
        await asyncio.get_running_loop().run_in_executor(None, desk.close)
        assert "b" not in [name for batch in room.batches for name in batch]

    run(scene())


def test_who_left_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inkdigits.service.desk._LOOK", 0.01)

    async def scene() -> None:
        room = Room()
        desk = Desk(room.work, 1, 10, 30.0)
        first = asyncio.create_task(desk.read([order(PAGE, "a")], stay))
        await asyncio.sleep(0)
        with pytest.raises(Problem) as told:
            await desk.read([order(PAGE, "b")], leave)
        assert told.value.kind is problems.GONE
        assert desk.waiting == 0
        room.open.set()
        await first
        assert room.batches == [["a"]]
        desk.close()

    run(scene())


def test_work_that_breaks_ends_nothing_but_itself() -> None:
    async def scene() -> None:
        calls = []

        def work(orders: Sequence[Order]) -> list[Outcome]:
            calls.append(len(orders))
            if len(calls) == 1:
                raise RuntimeError("broken")
            return [Answer((), "fine")] * len(orders)

        desk = Desk(work, 1, 10, 30.0)
        (outcome,) = await desk.read([order()], stay)
        assert isinstance(outcome, RuntimeError)
        (outcome,) = await desk.read([order()], stay)
        assert isinstance(outcome, Answer)
        desk.close()

    run(scene())

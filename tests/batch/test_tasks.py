"""Chunks whose reader was killed: handed out again, then picture by picture, and put together in order."""

from __future__ import annotations

import pytest

from inkdigits.batch import BatchError
from inkdigits.batch.item import Item
from inkdigits.batch.part import Part
from inkdigits.batch.plan import Chunk
from inkdigits.batch.task import Task, Tasks


def test_when_reader_after_reader_is_killed_it_is_not_the_pictures() -> None:
    items = tuple(Item(f"{place}.png", "") for place in range(6))
    tasks = Tasks(iter([Chunk(0, items), Chunk(1, items)]))

    def lose_all() -> None:
        while (task := tasks.next()) is not None:
            assert tasks.lost(task, "signal 9") is None

    with pytest.raises(BatchError, match="too little memory"):
        lose_all()


def test_a_chunk_that_is_read_picture_by_picture_comes_back_in_order() -> None:
    chunk = Chunk(3, tuple(Item(f"{place}.png", "") for place in range(3)))
    tasks = Tasks(iter([chunk]))
    for _ in range(2):
        whole = tasks.next()
        assert whole == Task(3, chunk.items, None, whole.tries if whole else 0)
        assert whole is not None
        assert tasks.lost(whole, "signal 9") is None
    singles = [tasks.next() for _ in range(3)]
    assert tasks.next() is None
    finished = [
        tasks.done(single, Part(1, body=single.items[0].source.encode())) for single in reversed(singles) if single
    ]
    assert finished == [None, None, (3, Part(3, body=b"0.png1.png2.png"))]

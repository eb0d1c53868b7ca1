"""``Plan``: all items of a batch in a file, in chunks; only where each begins is held in memory."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import overload

from inkdigits.batch.item import Item, fields_of

_ITEMS = {"digit": (16, 128), "number": (4, 64), "page": (1, 8)}
"""Fewest and most items of a chunk, where they are small: about a second's work at most."""

_GROWTH = 16  # chunks grow up to this share of what is before them: short batches are spread, too
_BYTES = 8 * 2**20  # that a chunk's items weigh, at most


@dataclass(frozen=True, slots=True)
class Chunk:
    """Items that are read together.

    Attributes:
        number: Its place in the plan, from 0.
        items: In the order of the plan.
    """

    number: int
    items: Sequence[Item]


class Line(Sequence[Item]):
    """The items of a line of a plan, made where they are looked at: not in the process that only hands them on."""

    def __init__(self, line: bytes) -> None:
        """Takes the line."""
        self._line = line

    def __reduce__(self) -> tuple[type[Line], tuple[bytes]]:
        return Line, (self._line,)

    @cached_property
    def _made(self) -> list[Item]:
        return _items(self._line)

    @overload
    def __getitem__(self, place: int) -> Item: ...

    @overload
    def __getitem__(self, place: slice) -> list[Item]: ...

    def __getitem__(self, place: int | slice) -> Item | list[Item]:
        return self._made[place]

    def __len__(self) -> int:
        return len(self._made)


class Plan:
    """A plan that has been written."""

    def __init__(self, path: Path) -> None:
        """Goes through a file once."""
        self._begin(path)
        with path.open("rb") as file:
            for line in file:
                self._note(line, _items(line))

    @classmethod
    def write(cls, items: Iterable[Item], path: Path, expect: str) -> Plan:
        """Writes a plan.

        Args:
            items: All of them.
            path: The file; one that is there is overwritten.
            expect: What each picture holds, which says how much work it is.
        """
        plan = cls.__new__(cls)
        plan._begin(path)
        with path.open("wb") as file:
            for chunk in _chunks(items, *_ITEMS[expect]):
                text = json.dumps([fields_of(item) for item in chunk], separators=(",", ":"))
                line = text.encode("ascii") + b"\n"
                file.write(line)
                plan._note(line, chunk)
        return plan

    def _begin(self, path: Path) -> None:
        self._path = path
        self._offsets = array("Q", [0])
        self._pages = array("L")
        self._told = hashlib.sha256()
        self.items = 0

    def _note(self, line: bytes, items: Sequence[Item]) -> None:
        self._offsets.append(self._offsets[-1] + len(line))
        self._pages.append(sum(item.pages for item in items))
        self.items += len(items)
        for item in items:
            self._told.update(_told(item))

    @property
    def digest(self) -> str:
        """The same for all plans with the same results."""
        return self._told.hexdigest()

    def __len__(self) -> int:
        """How many chunks there are."""
        return len(self._pages)

    @property
    def pages(self) -> int:
        """How many pages there are, as far as it is known."""
        return sum(self._pages)

    def pages_of(self, number: int) -> int:
        """How many pages a chunk has, as far as it is known."""
        return self._pages[number]

    def chunks(self, numbers: Iterable[int]) -> Iterator[Chunk]:
        """Some chunks, each read when it is asked for."""
        with self._path.open("rb") as file:
            for number in numbers:
                file.seek(self._offsets[number])
                yield Chunk(number, Line(file.readline()))

    def each(self) -> Iterator[Item]:
        """All items."""
        for chunk in self.chunks(range(len(self))):
            yield from chunk.items

    def difference(self, other: Plan) -> str:
        """The first thing in which a later plan differs, in words; ``""`` when it is the same."""
        for old, new in zip_longest(self.each(), other.each()):
            if old is None or new is None or _told(old) != _told(new):
                if old is not None and new is not None and old.source == new.source:
                    return f"{old.source} has changed"
                return f"{old.source} is gone, or another is before it" if old else f"{new.source} is new"
        return ""


def _chunks(items: Iterable[Item], fewest: int, most: int) -> Iterator[list[Item]]:
    chunk: list[Item] = []
    weight = before = 0
    for item in items:
        full = len(chunk) >= min(max(before // _GROWTH, fewest), most)
        if chunk and (full or weight + item.weight > _BYTES):
            yield chunk
            before += len(chunk)
            chunk, weight = [], 0
        chunk.append(item)
        weight += item.weight
    if chunk:
        yield chunk


def _items(line: bytes) -> list[Item]:
    return [Item(*fields) for fields in json.loads(line)]


def _told(item: Item) -> bytes:
    """What results depend on: not where the folder lies, but what is in it."""
    told = (item.source, item.entry, item.first, item.stop, item.size, item.stamp, item.problem)
    return repr(told).encode("utf-8", "backslashreplace")

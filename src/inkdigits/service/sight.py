"""``Sight``: opens what orders bring and reads it; in this process, or in others (:mod:`inkdigits.service.helpers`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Protocol, TypeAlias

from inkdigits.images import Page, load_pages
from inkdigits.reader import Reader
from inkdigits.reading import Reading
from inkdigits.service.order import Order
from inkdigits.settings import Settings


class DroppedError(Exception):
    """Nobody waits for this order any more."""


@dataclass(frozen=True, slots=True)
class PageRead:
    """What was read from one page, how long that took, and the page itself where it is wanted; a drawing has none."""

    reading: Reading
    page: Page | None
    duration_ms: float


Seen: TypeAlias = "list[PageRead] | Exception"
"""All pages of an order, or why there are none."""


class Sight(Protocol):
    """Whatever reads orders. Thread-safe."""

    def read(self, orders: Sequence[Order]) -> list[Seen]:
        """Reads orders of one group; what fails is told of its order alone."""
        ...


def open_reader(settings: Settings) -> Reader:
    """A reader whose networks are open, both of them: no request waits for that.

    Raises:
        ModelError: A model of the settings is missing or damaged.
    """
    reader = Reader(settings)
    reader.read_strokes([[(0, 0), (0, 1)]], expect="number")
    return reader


class OwnSight:
    """Reads with a reader of this process."""

    def __init__(self, reader: Reader) -> None:
        """Takes a reader."""
        self._reader = reader

    def read(self, orders: Sequence[Order]) -> list[Seen]:
        """As :meth:`Sight.read`; pictures of a digit or of a number go through the networks together."""
        together = self._together(orders) if len(orders) > 1 else {}
        return [[together[place]] if place in together else self._alone(order) for place, order in enumerate(orders)]

    def _together(self, orders: Sequence[Order]) -> dict[int, PageRead]:
        """By place; documents and what cannot be read are left out."""
        begun = perf_counter()
        taken: list[tuple[int, Page | None]] = []
        try:
            readings = list(self._reader.read_many(self._single_pages(orders, taken), **orders[0].options.asked))
        except Exception:  # each is then read alone, which tells whose fault it was
            return {}
        took = 1000 * (perf_counter() - begun) / len(orders)
        return {place: PageRead(reading, page, took) for (place, page), reading in zip(taken, readings, strict=True)}

    def _single_pages(self, orders: Sequence[Order], taken: list[tuple[int, Page | None]]) -> Iterator[Page]:
        """Opens pictures as they are asked for; notes their places, and the pages that are wanted afterwards."""
        for place, order in enumerate(orders):
            page = self._only_page(order)
            if page is not None:
                taken.append((place, page if order.pages else None))
                yield page

    def _only_page(self, order: Order) -> Page | None:
        try:
            page = next(self._pages(order))
        except Exception:  # it is told when the order is read alone
            return None
        return page if page.count == 1 else None

    def _alone(self, order: Order) -> Seen:
        try:
            return list(self._read(order))
        except Exception as error:
            return error

    def _read(self, order: Order) -> Iterator[PageRead]:
        begun = perf_counter()
        if order.strokes is not None:
            reading = self._reader.read_strokes(order.strokes, **order.options.asked)
            yield PageRead(reading, None, 1000 * (perf_counter() - begun))
            return
        for page in self._pages(order):
            (reading,) = self._reader.read_many([page], **order.options.asked)
            yield PageRead(reading, page if order.pages else None, 1000 * (perf_counter() - begun))
            begun = perf_counter()

    def _pages(self, order: Order) -> Iterator[Page]:
        assert order.data is not None
        for page in load_pages(order.data, self._reader.settings):
            if order.dropped:
                raise DroppedError
            yield replace(page, source=order.name)

"""``Clerk``: what a worker thread does with orders: opens them, reads them, keeps them, writes them down."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from inkdigits.images import Page, load_pages
from inkdigits.reader import Reader
from inkdigits.reading import Reading
from inkdigits.service.desk import Outcome
from inkdigits.service.keep import Keep
from inkdigits.service.order import Answer, Order


class DroppedError(Exception):
    """Nobody waits for this order any more."""


@dataclass(frozen=True, slots=True)
class PageRead:
    """What was read from one page, and how long that took; a drawing has no page."""

    reading: Reading
    page: Page | None
    duration_ms: float


class Clerk:
    """Reads orders with one reader. Thread-safe."""

    def __init__(self, reader: Reader, keep: Keep) -> None:
        """Takes the reader of the service, and what keeps readings."""
        self._reader = reader
        self._keep = keep

    def work(self, orders: Sequence[Order]) -> list[Outcome]:
        """Reads orders of one group; what fails is the outcome of its order alone."""
        if len(orders) > 1 and orders[0].options.expect == "digit":
            return self._digits(orders)
        return [self._outcome(order) for order in orders]

    def _digits(self, orders: Sequence[Order]) -> list[Outcome]:
        """Pictures of a digit go through the network together; documents and what cannot be opened go alone."""
        begun = perf_counter()
        opened = {place: page for place, order in enumerate(orders) if (page := self._only_page(order)) is not None}
        readings = list(self._reader.read_many(opened.values(), expect="digit"))
        took = 1000 * (perf_counter() - begun) / len(orders)
        read = {
            place: PageRead(reading, page, took)
            for (place, page), reading in zip(opened.items(), readings, strict=True)
        }
        return [self._outcome(order, read.get(place)) for place, order in enumerate(orders)]

    def _only_page(self, order: Order) -> Page | None:
        try:
            page = next(self._pages(order))
        except Exception:  # it is told when the order is read alone
            return None
        return page if page.count == 1 else None

    def _outcome(self, order: Order, read: PageRead | None = None) -> Outcome:
        try:
            return self._answer(order, list(self._read(order)) if read is None else [read])
        except Exception as error:
            return error

    def _read(self, order: Order) -> Iterator[PageRead]:
        if order.strokes is not None:
            begun = perf_counter()
            reading = self._reader.read_strokes(order.strokes, **order.options.asked)
            yield PageRead(reading, None, 1000 * (perf_counter() - begun))
            return
        begun = perf_counter()
        for page in self._pages(order):
            (reading,) = self._reader.read_many([page], **order.options.asked)
            yield PageRead(reading, page, 1000 * (perf_counter() - begun))
            begun = perf_counter()

    def _pages(self, order: Order) -> Iterator[Page]:
        assert order.data is not None
        for page in load_pages(order.data, self._reader.settings):
            if order.dropped:
                raise DroppedError
            yield replace(page, source=order.name)

    def _answer(self, order: Order, read: Sequence[PageRead]) -> Answer:
        kept, warning = self._keep(order, [(item.reading, item.page, item.duration_ms) for item in read])
        readings = [
            {"id": name, **_told(item.reading, order.options.glyphs)} for item, name in zip(read, kept, strict=True)
        ]
        body = {"name": order.name, "readings": readings, "problem": None, "warning": warning}
        return Answer(tuple(item.reading for item in read), json.dumps(body, ensure_ascii=False))


def _told(reading: Reading, glyphs: bool) -> dict[str, Any]:
    told = reading.to_dict()
    if not glyphs:
        for number in told["numbers"]:
            for digit in number["digits"]:
                digit["glyph"] = None
    return told

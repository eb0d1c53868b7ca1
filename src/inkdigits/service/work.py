"""``Clerk``: what a worker thread does with orders: has them read, keeps what was read, writes it down."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from inkdigits.reading import Reading
from inkdigits.service.desk import Outcome
from inkdigits.service.keep import Keep
from inkdigits.service.order import Answer, Order
from inkdigits.service.sight import PageRead, Sight


class Clerk:
    """Works for the desk. Thread-safe."""

    def __init__(self, sight: Sight, keep: Keep) -> None:
        """Takes what reads, and what keeps readings."""
        self._sight = sight
        self._keep = keep

    def work(self, orders: Sequence[Order]) -> list[Outcome]:
        """Reads orders of one group; what fails is the outcome of its order alone."""
        for order in orders:
            order.pages = self._keep.wants(order)
        seen = self._sight.read(orders)
        return [self._outcome(order, found) for order, found in zip(orders, seen, strict=True)]

    def _outcome(self, order: Order, found: list[PageRead] | Exception) -> Outcome:
        if isinstance(found, Exception):
            return found
        try:
            return self._answer(order, found)
        except Exception as error:
            return error

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

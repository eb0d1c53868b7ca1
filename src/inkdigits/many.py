"""``read_digits`` and ``read_numbers``: pages of one digit or number each, several through the networks together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeAlias

from inkdigits.digit_reader import cut
from inkdigits.images import Page
from inkdigits.images.page import Grey
from inkdigits.networks import Pair
from inkdigits.page_reader import PageReader
from inkdigits.reading import Number, Reading
from inkdigits.wish import Wish

_NUMBERS = 8  # at a time: more gain nothing,
_PIXELS = 1 << 24  # and their pictures take memory

_Place: TypeAlias = tuple[int, int, str, int, int]
"""What a reading says of its page, so that the picture can be let go: width, height, source, index, count."""


def read_digits(current: Callable[[], Pair], pages: Iterator[Page], batch_size: int) -> Iterator[Reading]:
    """Reads a digit of each page, in order.

    Args:
        current: Gives the networks that read now; asked for each batch.
        pages: Taken as they are needed.
        batch_size: How many go through the network together.
    """
    while batch := [(_place(page), cut(page.grey)) for page in islice(pages, batch_size)]:
        networks = current()
        digits = networks.digits.read_cut([picture for _, picture in batch])
        for (place, _), digit in zip(batch, digits, strict=True):
            yield _reading(Number((digit,), digit.box), place, networks.classifier.name)


def read_numbers(current: Callable[[], Pair], pages: Iterator[Page], wish: Wish) -> Iterator[Reading]:
    """Reads a number of each page, in order; arguments as for :func:`read_digits`."""
    while batch := _some(pages):
        reader = current().numbers
        numbers = PageReader(reader).read_each([grey for _, grey in batch], wish)
        for (place, _), number in zip(batch, numbers, strict=True):
            yield _reading(number, place, reader.name)


def _some(pages: Iterator[Page]) -> list[tuple[_Place, Grey]]:
    """The next few pages, of big ones fewer."""
    found: list[tuple[_Place, Grey]] = []
    for page in islice(pages, _NUMBERS):
        found.append((_place(page), page.grey))
        if sum(grey.size for _, grey in found) > _PIXELS:
            break
    return found


def _place(page: Page) -> _Place:
    return page.width, page.height, page.source, page.index, page.count


def _reading(number: Number, place: _Place, model: str) -> Reading:
    width, height, source, index, count = place
    return Reading((number,), width, height, source, model, (), index, count)

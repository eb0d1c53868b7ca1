"""``read_digits`` and ``read_numbers``: pages of one digit or number each, several through the networks together."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TypeAlias, TypeVar

from inkdigits.digit_reader import cut
from inkdigits.errors import InkDigitsError
from inkdigits.images import Page
from inkdigits.images.page import Grey
from inkdigits.networks import Pair
from inkdigits.page_reader import PageReader
from inkdigits.reading import Number, Reading
from inkdigits.wish import Wish

_NUMBERS = 8  # at a time: more gain nothing,
_PIXELS = 1 << 24  # and their pictures take memory

_Taken = TypeVar("_Taken")
_Place: TypeAlias = tuple[int, int, str, int, int]
"""What a reading says of its page, so that the picture can be let go: width, height, source, index, count."""


def read_digits(current: Callable[[], Pair], pages: Iterator[Page], batch_size: int) -> Iterator[Reading]:
    """Reads a digit of each page, in order.

    Args:
        current: Gives the networks that read now; asked for each batch.
        pages: Taken as they are needed.
        batch_size: How many go through the network together.
    """
    for batch in _batches(pages, cut, batch_size):
        networks = current()
        digits = networks.digits.read_cut([picture for _, picture in batch])
        for (place, _), digit in zip(batch, digits, strict=True):
            yield _reading(Number((digit,), digit.box), place, networks.classifier.name)


def read_numbers(current: Callable[[], Pair], pages: Iterator[Page], wish: Wish) -> Iterator[Reading]:
    """Reads a number of each page, in order; arguments as for :func:`read_digits`."""
    for batch in _batches(pages, lambda grey: grey, _NUMBERS, _PIXELS):
        reader = current().numbers
        numbers = PageReader(reader).read_each([grey for _, grey in batch], wish)
        for (place, _), number in zip(batch, numbers, strict=True):
            yield _reading(number, place, reader.name)


def _batches(
    pages: Iterator[Page], take: Callable[[Grey], _Taken], most: int, pixels: float = math.inf
) -> Iterator[list[tuple[_Place, _Taken]]]:
    """Pages, several at a time; when one cannot be opened, those before it come first.

    Args:
        pages: Taken as they are needed.
        take: What is kept of a page's picture.
        most: How many at a time.
        pixels: How many pixels they have together before no further one is taken.
    """
    found: list[tuple[_Place, _Taken]] = []
    size = 0
    try:
        for page in pages:
            found.append((_place(page), take(page.grey)))
            size += page.grey.size
            if len(found) >= most or size > pixels:
                yield found
                found, size = [], 0
    except InkDigitsError:
        if found:
            yield found
        raise
    if found:
        yield found


def _place(page: Page) -> _Place:
    return page.width, page.height, page.source, page.index, page.count


def _reading(number: Number, place: _Place, model: str) -> Reading:
    width, height, source, index, count = place
    return Reading((number,), width, height, source, model, (), index, count)

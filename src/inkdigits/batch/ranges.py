"""Documents of many pages become items of a few pages each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from inkdigits.batch.item import PAGES, Item
from inkdigits.errors import InkDigitsError

DOCUMENTS = (".pdf", ".tif", ".tiff")
"""Suffixes, lower case, of files that may have several pages."""


def in_ranges(item: Item, count: Callable[[], int]) -> Iterator[Item]:
    """Splits a document by its pages; one that cannot be counted stays whole, and will tell why when it is read.

    Args:
        item: The whole document.
        count: Counts its pages.
    """
    try:
        pages = count()
    except InkDigitsError:
        pages = 1
    if pages == 1:
        yield item
        return
    for first in range(0, pages, PAGES):
        yield replace(item, first=first, stop=min(first + PAGES, pages))

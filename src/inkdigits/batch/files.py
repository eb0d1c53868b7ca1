"""``Files``: what an item names, opened; ZIPs and long documents stay open for the next item."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from pathlib import Path
from typing import IO

from inkdigits.batch.archive import Archive
from inkdigits.batch.item import Item
from inkdigits.batch.remote import is_remote, open_url, patiently, read_url
from inkdigits.errors import ImageError, InkDigitsError
from inkdigits.settings import Settings

_MOST = 8  # ZIPs that are open at a time


class Files:
    """Opens what items name. For one thread."""

    def __init__(self, settings: Settings) -> None:
        """Takes the limits."""
        self._settings = settings
        self._archives: OrderedDict[str, Archive] = OrderedDict()
        self._document: tuple[tuple[str, int | None], bytes] | None = None

    def open(self, item: Item) -> Path | bytes:
        """What :func:`inkdigits.images.load_pages` takes.

        Raises:
            ImageError: It cannot be opened.
            LimitError: It is larger than the settings allow.
        """
        if item.problem:
            raise ImageError(item.problem)
        if item.entry is None and not is_remote(item.place):
            return Path(item.place)
        if item.stop is None:
            return self._read(item)
        name = item.place, item.entry
        if self._document is None or self._document[0] != name:
            self._document = name, self._read(item)
        return self._document[1]

    def close(self) -> None:
        """Lets all files go."""
        while self._archives:
            self._archives.popitem()[1].close()

    def _read(self, item: Item) -> bytes:
        if item.entry is None:
            return read_url(item.place, self._settings)
        if is_remote(item.place):
            return patiently(item.place, partial(self._read_entry, item.place, item.entry))
        try:
            return self._read_entry(item.place, item.entry)
        except OSError as error:
            raise ImageError(f"{item.place} cannot be read: {error.strerror or error}") from error

    def _read_entry(self, place: str, entry: int) -> bytes:
        try:
            return self._archive(place).read(entry, self._settings)
        except InkDigitsError:
            raise
        except Exception:  # it may be the connection: the next try opens the ZIP anew
            if (archive := self._archives.pop(place, None)) is not None:
                archive.close()
            raise

    def _archive(self, place: str) -> Archive:
        if place in self._archives:
            self._archives.move_to_end(place)
            return self._archives[place]
        if len(self._archives) == _MOST:
            self._archives.popitem(last=False)[1].close()
        self._archives[place] = Archive(open_url(place) if is_remote(place) else Path(place))
        return self._archives[place]


def open_place(place: str) -> Path | IO[bytes]:
    """A local file by its path, a remote one open.

    Raises:
        ImageError: The remote one cannot be opened.
    """
    if not is_remote(place):
        return Path(place)
    try:
        return open_url(place)
    except InkDigitsError:
        raise
    except Exception as error:  # the errors of storage services have nothing in common but this
        raise ImageError(f"{place} cannot be opened: {error}") from error

"""``Saving``: what ``inkdigits read`` reads goes into the history, too."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import IO, TYPE_CHECKING, Any

from inkdigits.errors import StorageError
from inkdigits.images import load_pages
from inkdigits.images.find import STDIN

if TYPE_CHECKING:
    from inkdigits.reader import Reader
    from inkdigits.reading import Reading


class Saving:
    """Reads pictures and documents as the reader does, and keeps each page."""

    def __init__(self, reader: Reader) -> None:
        """Opens the history.

        Raises:
            MissingExtraError: The extra ``store`` is not installed.
            StorageError: The database cannot be reached, or its tables are of another version.
        """
        from inkdigits.storage.store import Store

        self._reader = reader
        self._store = Store.open(reader.settings)

    def read_pages(self, source: str | IO[bytes], *, trace: bool, **options: Any) -> Iterator[Reading]:
        """The pages of a file, or of an open one, each kept when it is given.

        Raises:
            ImageError: It cannot be opened.
            OptionError: An option is wrong, or the history is switched off.
            StorageError: A page could not be kept.
        """
        from inkdigits.registry.digests import digest_of

        name = STDIN if not isinstance(source, str) else Path(source).name
        data = None if isinstance(source, str) else source.read(self._reader.settings.max_bytes + 1)
        digest = "" if data is None else hashlib.sha256(data).hexdigest()
        asked = {key: value for key, value in options.items() if value is not None}
        begun = perf_counter()
        for page in load_pages(source if data is None else data, self._reader.settings):
            reading = self._reader.read(page, trace=trace, **options)
            took = 1000 * (perf_counter() - begun)
            if not digest:
                digest = hashlib.sha256(Path(str(source)).read_bytes()).hexdigest()
            known: dict[str, Any] = {"name": name, "input_sha256": digest, "settings": asked, "duration_ms": took}
            known["model_sha256"] = digest_of(reading.model, self._reader.settings)
            try:
                self._store.add(reading, page, source="cli", **known)
            except StorageError:
                yield reading  # it was read, all the same
                raise
            yield reading
            begun = perf_counter()

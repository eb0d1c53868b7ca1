"""``write_report``: any readings into one file, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Literal, get_args

from inkdigits.errors import OptionError
from inkdigits.reports.about import About, Thumbnails, no_thumbnails
from inkdigits.reports.pdf import write_pdf
from inkdigits.reports.replacing import replacing
from inkdigits.reports.tables import write_csv, write_json_lines, write_parquet
from inkdigits.reports.workbook import write_xlsx
from inkdigits.storage.record import Record

Format = Literal["csv", "jsonl", "parquet", "xlsx", "pdf"]
FORMATS: tuple[Format, ...] = get_args(Format)

Writer = Callable[[Iterable[Record], Path, About], None]
_WRITERS: dict[Format, Writer] = {
    "csv": write_csv,
    "jsonl": write_json_lines,
    "parquet": write_parquet,
    "xlsx": write_xlsx,
    "pdf": write_pdf,
}
_ALIASES: dict[str, Format] = {"ndjson": "jsonl", "pq": "parquet"}


def write_report(
    records: Iterable[Record],
    path: str | Path,
    *,
    format: str | None = None,  # noqa: A002 - it is the word that people expect
    thumbnails: Thumbnails = no_thumbnails,
    selection: str = "",
    by: str = "",
    listen: Callable[[int], None] | None = None,
) -> int:
    """Writes readings into a file, which appears when it is complete.

    Only the PDF grows in memory with the number of readings; the other formats hold a batch at a time.

    Args:
        records: The readings, gone through once; :meth:`inkdigits.storage.store.Store.each` gives them.
        path: The file; one of that name is replaced. Its folder must be there.
        format: One of :data:`FORMATS`; None takes it from the end of the name.
        thumbnails: Gives small pictures by the ids of readings, for the PDF.
        selection: Which readings these are, in words, for the cover.
        by: Who makes the report, for the cover.
        listen: Is called with the number of readings that are done.

    Returns:
        How many readings were written.

    Raises:
        OptionError: The format is unknown, there are no readings, or the file cannot be written there.
        MissingExtraError: A library of the extra ``reports`` or ``parquet`` is not installed.
    """
    path = Path(path)
    write = _WRITERS[format_of(path, format)]
    found = iter(records)
    first = next(found, None)
    if first is None:
        raise OptionError("there is nothing to report: no reading fits; choose more, or read something first")
    counter = _Counter(chain([first], found), listen)
    with replacing(path) as part:
        write(counter, part, About(selection=selection, by=by, thumbnails=thumbnails))
    return counter.done


def format_of(path: str | Path, format: str | None = None) -> Format:  # noqa: A002 - as above
    """The format that is asked for, or that a file's name ends with. Raises OptionError when there is none."""
    name = (format or Path(path).suffix[1:]).lower()
    name = _ALIASES.get(name, name)
    for known in FORMATS:
        if name == known:
            return known
    asked = f"format {format!r}" if format else f"{Path(path).name!r} ends with no format that"
    raise OptionError(f"{asked} is known; choose from {', '.join(FORMATS)}")


class _Counter:
    """Counts readings as they are asked for."""

    def __init__(self, records: Iterable[Record], listen: Callable[[int], None] | None) -> None:
        self._records = records
        self._listen = listen
        self.done = 0

    def __iter__(self) -> Iterator[Record]:
        for record in self._records:
            yield record
            self.done += 1
            if self._listen is not None:
                self._listen(self.done)

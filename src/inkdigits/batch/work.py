"""``read_items``: items to rows, the same in every engine, process and order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inkdigits.batch.cuttings import Cuttings, cut_out, is_doubtful, shrunk
from inkdigits.batch.files import Files
from inkdigits.batch.item import Item, Refused
from inkdigits.batch.job import Job
from inkdigits.batch.row import Row, rows_of
from inkdigits.errors import InkDigitsError, ModelError
from inkdigits.images import Page, load_pages
from inkdigits.images.page import Grey
from inkdigits.reader import Reader


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of some items.

    Attributes:
        rows: In the order of the items, pages and numbers.
        refused: What could not be read, in the same order.
        pages: How many pages were read.
    """

    rows: tuple[Row, ...] = ()
    refused: tuple[Refused, ...] = ()
    pages: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(self.rows + other.rows, self.refused + other.refused, self.pages + other.pages)


def read_items(items: Sequence[Item], job: Job, reader: Reader, files: Files) -> Outcome:
    """Reads some items; the result depends on nothing but them and the job.

    Args:
        items: Some pieces of a plan.
        job: What is asked of each.
        reader: Its reader, :meth:`Job.open_reader`; made once a process.
        files: Keeps ZIPs open from one call to the next; made once a process, too.

    Returns:
        Their rows, and what could not be read: neither a damaged picture nor a fault of ours in one ends a batch.

    Raises:
        ModelError: The models cannot be used.
    """
    try:
        return _read_together(items, job, reader, files)
    except ModelError:
        raise
    except Exception as error:  # a fault in reading, not a damaged picture: find out which one, and tell
        if len(items) == 1:
            return Outcome(refused=(Refused(items[0].source, None, _fault(error)),))
    outcome = Outcome()
    for item in items:
        outcome += read_items([item], job, reader, files)
    return outcome


def _read_together(items: Sequence[Item], job: Job, reader: Reader, files: Files) -> Outcome:
    refused: list[Refused] = []
    rows: list[Row] = []
    pages = 0
    name, digest = job.model, job.model_sha256
    cutter = _Cutter(job)
    opened = (cutter.take(page) for item in items for page in _pages(item, job, files, refused))
    for reading in reader.read_many(opened, **job.options):
        found = tuple(rows_of(reading, name, digest))
        cutter.cut(found)
        rows += found
        pages += 1
    return Outcome(tuple(rows), tuple(refused), pages)


class _Cutter:
    """Cuts out what is doubtful; pages wait here until they are read, for they are opened some pages ahead."""

    def __init__(self, job: Job) -> None:
        self._cuttings = None if job.cuttings is None else Cuttings(job.cuttings)
        self._whole = job.options["expect"] == "digit"  # many pictures of a digit wait, so they are shrunk at once
        self._waiting: deque[Grey] = deque()

    def take(self, page: Page) -> Page:
        if self._cuttings is not None:
            self._waiting.append(shrunk(page.grey) if self._whole else page.grey)
        return page

    def cut(self, rows: Sequence[Row]) -> None:
        if self._cuttings is None:
            return
        picture = self._waiting.popleft()
        for row in filter(is_doubtful, rows):
            self._cuttings.keep(row, picture if self._whole else cut_out(row, picture))


def _pages(item: Item, job: Job, files: Files, refused: list[Refused]) -> Iterator[Page]:
    """The pages of an item; those that are damaged are noted and left out, one by one."""
    page, source = item.first, None
    while True:
        begun = False
        try:
            source = source or files.open(item)
            pages = load_pages(source, job.settings, page, item.stop)
            begun = True
            for opened in pages:
                page = opened.index + 1
                yield Page(opened.grey, item.source, opened.index, opened.count)
            if item.stop is not None and page < item.stop:
                refused.append(Refused(item.source, page + 1, "the document has fewer pages now than it had"))
            return
        except InkDigitsError as error:
            page += 1
            refused.append(Refused(item.source, page if begun else None, str(error)))
            if not begun:
                return


def _fault(error: Exception) -> str:
    return f"it could not be read for a fault in reading it, please report it: {type(error).__name__}: {error}"

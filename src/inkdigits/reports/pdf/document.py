"""``write_pdf``: the whole document. Its first pages are written last, when all figures are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from inkdigits import __version__
from inkdigits.errors import MissingExtraError
from inkdigits.reports.about import About
from inkdigits.reports.summary import Summary
from inkdigits.storage.record import Record

BATCH = 100
"""Readings whose thumbnails are fetched at a time."""


def write_pdf(records: Iterable[Record], path: Path, about: About) -> None:
    """Writes a document of A4 pages: figures, charts, then a table of all readings with their pictures.

    Raises:
        MissingExtraError: fpdf2 is not installed.
    """
    try:
        from inkdigits.reports.pdf.sheet import Sheet
    except ImportError as error:
        if (error.name or "").split(".")[0] not in ("anyascii", "fpdf", "uharfbuzz"):
            raise
        raise MissingExtraError("PDF reports", "reports") from error
    from inkdigits.reports.pdf.charts import draw_charts
    from inkdigits.reports.pdf.cover import draw_cover
    from inkdigits.reports.pdf.table import Table

    summary = Summary()
    with Sheet() as sheet:
        for title in ("Summary", "How sure, and what was confused"):
            sheet.add_page()
            sheet.chapter(title)
        table = Table(sheet)
        for batch in _batches(records):
            pictures = about.thumbnails([record.id for record in batch])
            for record in batch:
                summary.add(record)
                table.add(record, pictures.get(record.id))
        sheet.turn_to(1)
        draw_cover(sheet, summary, about)
        sheet.turn_to(2)
        draw_charts(sheet, summary)
        sheet.number_pages(f"inkdigits {__version__}")
        sheet.save(path, about.title, about.by)


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    found = iter(records)
    while batch := list(islice(found, BATCH)):
        yield batch

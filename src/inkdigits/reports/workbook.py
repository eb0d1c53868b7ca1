"""Readings as XLSX, row after row: only the row that is written is in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

from inkdigits.errors import MissingExtraError
from inkdigits.reports.about import About
from inkdigits.reports.rows import COLUMNS, Row, Value, rows_of
from inkdigits.spreadsheet import neutral
from inkdigits.storage.record import Record

SHEET = 1_048_575
"""Rows that a sheet can have below its heading."""

CELL = 32_767
"""Characters that a cell can have."""


def write_xlsx(records: Iterable[Record], path: Path, about: About) -> None:
    """Writes a workbook; what a sheet cannot hold goes on in the next. Times are UTC.

    Raises:
        MissingExtraError: XlsxWriter is not installed.
    """
    try:
        from xlsxwriter import Workbook
        from xlsxwriter.exceptions import FileCreateError
    except ImportError as error:
        raise MissingExtraError("XLSX", "reports") from error
    try:
        with Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent)}) as book:
            book.set_properties({"title": about.title, "author": about.by, "comments": about.selection})
            _fill(book, rows_of(records))
    except FileCreateError as error:
        raise OSError(str(error)) from error


def _fill(book: Any, rows: Iterator[Row]) -> None:
    looks = {
        "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "real": book.add_format({"num_format": "0.0000"}),
        "head": book.add_format({"bold": True, "bg_color": "#F2ECDF", "font_color": "#16213A", "bottom": 1}),
    }
    for row in rows:
        sheet = _new_sheet(book, looks["head"])
        place = 0
        for place, one in enumerate(chain([row], islice(rows, SHEET - 1)), 1):
            _write_row(sheet, place, one, looks)
        sheet.autofilter(0, 0, place, len(COLUMNS) - 1)


def _new_sheet(book: Any, look: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for across, column in enumerate(COLUMNS):
        sheet.set_column(across, across, column.width)
        sheet.write_string(0, across, column.name, look)
    return sheet


def _write_row(sheet: Any, place: int, row: Row, looks: Mapping[str, Any]) -> None:
    for across, column in enumerate(COLUMNS):
        _write_cell(sheet, place, across, row[column.name], looks.get(column.kind))


def _write_cell(sheet: Any, place: int, across: int, value: Value, look: Any) -> None:
    """By kind and never by guess: text stays text, so that 007 keeps its zeros and nothing is run."""
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(place, across, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(place, across, value.replace(tzinfo=None), look)
    elif isinstance(value, str):
        sheet.write_string(place, across, neutral(value)[:CELL])
    else:
        sheet.write_number(place, across, value, look)

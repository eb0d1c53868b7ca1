"""Readings as tables and lines: CSV, JSON Lines, Parquet. None of them holds more than a batch in memory."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from inkdigits.errors import MissingExtraError
from inkdigits.reports.about import About
from inkdigits.reports.rows import COLUMNS, Row, Value, rows_of
from inkdigits.spreadsheet import neutral_csv
from inkdigits.storage.record import Record

BATCH = 2_000
"""Rows of a batch of Parquet."""

_NAMES = [column.name for column in COLUMNS]


def write_csv(records: Iterable[Record], path: Path, about: About) -> None:
    """Writes CSV in UTF-8 with a byte order mark, which spreadsheets need to see that it is UTF-8.

    Texts are quoted, numbers are not; nothing in them is run as a formula (:func:`inkdigits.spreadsheet.neutral_csv`).
    """
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
        writer.writerow(_NAMES)
        for row in rows_of(records):
            writer.writerow([_plain(row[name]) for name in _NAMES])


def write_json_lines(records: Iterable[Record], path: Path, about: About) -> None:
    """Writes each reading whole, as JSON, one a line: boxes, probabilities and corrections too."""
    with path.open("w", newline="\n", encoding="utf-8", errors="backslashreplace") as file:
        for record in records:
            file.write(json.dumps(record.to_dict(), ensure_ascii=False) + "\n")


def write_parquet(records: Iterable[Record], path: Path, about: About) -> None:
    """Writes Parquet with the types that the columns have.

    Raises:
        MissingExtraError: PyArrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError("Parquet", "parquet") from error
    kinds = {
        "text": pa.string(),
        "time": pa.timestamp("us", tz="UTC"),
        "whole": pa.int64(),
        "real": pa.float64(),
        "yes": pa.bool_(),
    }
    schema = pa.schema([(column.name, kinds[column.kind]) for column in COLUMNS])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in _batches(rows_of(records), BATCH):
            found = [{name: _encodable(row[name]) for name in _NAMES} for row in batch]
            writer.write_table(pa.Table.from_pylist(found, schema))


def _plain(value: Value) -> str | int | float:
    """A value as CSV has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, float):
        return round(value, 6)
    return neutral_csv(value) if isinstance(value, str) else value


def _encodable(value: Value) -> Value:
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value


def _batches(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while batch := list(islice(rows, size)):
        yield batch

"""What results are written as: CSV, JSON Lines or Parquet; encoded where they are read, put together at the end."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from inkdigits.batch.row import COLUMNS, Row, cells_of
from inkdigits.errors import MissingExtraError, OptionError
from inkdigits.spreadsheet import neutral_csv

GROUP = 20_000
"""Rows of a group of Parquet, about."""

_KINDS = {"confidence": "float64", **dict.fromkeys(("page", "number", "left", "top", "width", "height"), "int32")}
_neutral = lru_cache(maxsize=4_096)(neutral_csv)


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write rows.

    Attributes:
        name: Its name, and the end of its files' names.
        encode: Rows to bytes; those of several calls may be put one after the other.
        merge: Writes a file of encoded rows.
    """

    name: str
    encode: Callable[[Sequence[Row]], bytes]
    merge: Callable[[Iterable[IO[bytes]], Path], None]


def form_of(path: Path) -> Form:
    """The form that a file's name ends with.

    Raises:
        OptionError: It ends with none.
        MissingExtraError: It is Parquet, and PyArrow is not installed.
    """
    ending = path.suffix[1:].lower()
    form = FORMS.get(_ALIASES.get(ending, ending))
    if form is None:
        raise OptionError(f"{path.name!r} ends with no format that is known; choose from {', '.join(FORMS)}")
    if form.name == "parquet" and find_spec("pyarrow") is None:
        raise MissingExtraError("Parquet", "parquet")
    return form


def encode_csv(rows: Iterable[Sequence[Any]]) -> bytes:
    """Lines of CSV: texts quoted and neutral for spreadsheets, numbers as they are, nothing for None."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerows([_neutral(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue().encode("utf-8")


def csv_head(columns: Sequence[str]) -> bytes:
    """The first line, behind the mark that spreadsheets need to see that it is UTF-8."""
    return b"\xef\xbb\xbf" + encode_csv([columns])


def _rows_as_csv(rows: Sequence[Row]) -> bytes:
    return encode_csv(map(cells_of, rows))


def _merge_csv(parts: Iterable[IO[bytes]], path: Path) -> None:
    _join(parts, path, csv_head(COLUMNS))


def _rows_as_json(rows: Sequence[Row]) -> bytes:
    lines = (json.dumps(dict(zip(COLUMNS, cells_of(row), strict=True)), ensure_ascii=False) + "\n" for row in rows)
    return "".join(lines).encode("utf-8", "backslashreplace")


def _join(parts: Iterable[IO[bytes]], path: Path, head: bytes = b"") -> None:
    with path.open("wb") as file:
        file.write(head)
        for part in parts:
            shutil.copyfileobj(part, file)


def _merge_parquet(parts: Iterable[IO[bytes]], path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, getattr(pa, _KINDS.get(name, "string"))()) for name in COLUMNS])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for rows in _groups(parts):
            writer.write_table(pa.Table.from_pylist(rows, schema))


def _groups(parts: Iterable[IO[bytes]]) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    for part in parts:
        rows += (_encodable(json.loads(line)) for line in part)
        if len(rows) >= GROUP:
            yield rows
            rows = []
    if rows:
        yield rows


def _encodable(row: dict[str, Any]) -> dict[str, Any]:
    """With names that are no UTF-8 made so."""
    return {**row, "source": row["source"].encode("utf-8", "replace").decode("utf-8")}


FORMS = {
    "csv": Form("csv", _rows_as_csv, _merge_csv),
    "jsonl": Form("jsonl", _rows_as_json, _join),
    "parquet": Form("parquet", _rows_as_json, _merge_parquet),
}
_ALIASES = {"ndjson": "jsonl", "pq": "parquet"}

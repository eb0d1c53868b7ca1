"""``Look``: what a batch has come to, while it runs and when it is done: its first rows, and what was refused."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Container, Generator, Iterator, Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import IO, Any

from inkdigits.batch.cuttings import is_doubtful, name_of
from inkdigits.batch.forms import form_of
from inkdigits.batch.item import Refused
from inkdigits.batch.journal import Journal
from inkdigits.batch.part import read_head
from inkdigits.batch.row import COLUMNS, Row
from inkdigits.batch.summary import Summary
from inkdigits.jobs.files import read_json

_WHOLE = ("page", "number", "left", "top", "width", "height")
_TOGETHER = 10_000  # rows of Parquet that are unpacked at a time
_AT_ONCE = 2_000  # parts that one look opens at most: the next one goes on


class Look:
    """Looks at the batch with results at a path, again and again; what it has seen it does not open twice."""

    def __init__(self, out: Path) -> None:
        """Takes where the results go; nothing is opened yet."""
        self._journal = Journal(out)
        self._form = form_of(out)
        self._seen: set[str] = set()
        self._refused: dict[str, tuple[Refused, ...]] = {}
        self._doubtful: dict[str, Row] | None = None

    def summary(self) -> Summary | None:
        """How it went; None until it is done."""
        record = read_json(self._journal.record)
        return Summary.from_dict(record["summary"]) if record else None

    def rows(self, most: int) -> list[Row]:
        """The first rows in the order of the plan, as far as they have been read."""
        found = self._finished(most) if self._journal.out.exists() else self._unfinished()
        try:
            with closing(found):
                return list(islice(found, most))
        except FileNotFoundError:
            return []  # it is being finished at this moment

    def all_rows(self) -> Generator[Row, None, None]:
        """All rows of a batch that is done. Raises FileNotFoundError when its results are gone."""
        return self._finished(_TOGETHER)

    def doubtful(self) -> Mapping[str, Row]:
        """The rows of a batch that is done at which somebody should look, by name; none before."""
        if self._doubtful is None:
            if not self._journal.out.exists():
                return {}
            with closing(self.all_rows()) as rows:
                self._doubtful = {name_of(row): row for row in rows if is_doubtful(row)}
        return self._doubtful

    def refused(self, most: int) -> list[Refused]:
        """The first of what could not be read."""
        if self._journal.out.exists():
            with closing(self._told()) as told:
                return list(islice(told, most))
        for name, path in islice(self._parts(skip=self._seen), _AT_ONCE):
            self._note(name, path)
        in_order = (one for _, several in sorted(self._refused.items()) for one in several)
        return list(islice(in_order, most))

    def _note(self, name: str, path: Path) -> None:
        try:
            with path.open("rb") as file:
                head = read_head(file, path.stat().st_size)
        except FileNotFoundError:
            return
        if head is not None:
            self._seen.add(name)
            if head.refused:
                self._refused[name] = head.refused

    def _parts(self, skip: Container[str] = ()) -> Iterator[tuple[str, Path]]:
        folder = self._journal.folder / "parts"
        try:
            with os.scandir(folder) as entries:
                names = sorted(entry.name for entry in entries if entry.name.count(".") == 1)
        except FileNotFoundError:
            names = []
        return ((name, folder / name) for name in names if name not in skip)

    def _unfinished(self) -> Generator[Row, None, None]:
        for _, path in self._parts():
            with path.open("rb") as file:
                if read_head(file, path.stat().st_size) is not None:
                    yield from self._decoded(file)

    def _finished(self, most: int) -> Generator[Row, None, None]:
        if self._form.name == "parquet":
            import pyarrow.parquet as pq

            with pq.ParquetFile(self._journal.out) as table:
                for batch in table.iter_batches(batch_size=most):
                    yield from (Row(**row) for row in batch.to_pylist())
            return
        with self._journal.out.open("rb") as file:
            if self._form.name == "csv":
                file.readline()  # names of columns, which hold no line break
            yield from self._decoded(file)

    def _decoded(self, file: IO[bytes]) -> Iterator[Row]:
        if self._form.name == "csv":
            for cells in _csv(file):
                yield _row(dict(zip(COLUMNS, cells, strict=True)))
            return
        for line in file:
            yield Row(**json.loads(line))

    def _told(self) -> Generator[Refused, None, None]:
        try:
            with self._journal.errors.open("rb") as file:
                for source, page, reason in islice(_csv(file), 1, None):
                    yield Refused(source, int(page) if page else None, reason)
        except FileNotFoundError:
            return


def _csv(file: IO[bytes]) -> Iterator[list[str]]:
    return csv.reader(line.decode("utf-8") for line in file)


def _row(cells: dict[str, Any]) -> Row:
    numbers = {name: int(cells[name]) if cells[name] else None for name in _WHOLE}
    return Row(**{**cells, **numbers, "confidence": float(cells["confidence"])})

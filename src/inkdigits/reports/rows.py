"""A number a row: the columns that every table of readings has, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from inkdigits.choices import reason_of, second, state_words
from inkdigits.reading import Number
from inkdigits.reports.confusion import digits_of
from inkdigits.storage.record import Correction, Record

Kind = Literal["text", "time", "whole", "real", "yes"]
Value = str | int | float | bool | datetime | None
Row = Mapping[str, Value]

NOTHING = "nothing to read"
"""State of a picture without any number."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: Its heading.
        kind: What stands in it.
        width: About how many characters of it are worth showing.
    """

    name: str
    kind: Kind = "text"
    width: int = 12


COLUMNS = (
    Column("reading", width=14),
    Column("created", "time", 20),
    Column("person", width=18),
    Column("source", width=9),
    Column("picture", width=28),
    Column("page", "whole", 6),
    Column("number", "whole", 8),
    Column("answer", width=16),
    Column("read", width=16),
    Column("raw", width=16),
    Column("corrected", "yes", 10),
    Column("checked", "yes", 9),
    Column("checked_by", width=18),
    Column("checked_at", "time", 20),
    Column("state", width=15),
    Column("reason", width=13),
    Column("confidence", "real", 11),
    Column("second", width=12),
    Column("second_confidence", "real", 18),
    *(Column(name, "whole", 7) for name in ("left", "top", "width", "height")),
    Column("model", width=24),
    Column("model_sha256", width=14),
    Column("input_sha256", width=14),
    Column("duration_ms", "real", 12),
)


def rows_of(records: Iterable[Record]) -> Iterator[Row]:
    """One row a number, and one for a picture without any; ``answer`` is the corrected text where there is one."""
    for record in records:
        whole = _of_record(record)
        holds = {item.number: item for item in record.corrections if item.undone is None}
        for place, number in enumerate(record.reading.numbers):
            yield whole | _of_number(place, number, holds.get(place))
        if not record.reading.numbers:
            yield whole | {"state": NOTHING, "corrected": False, "checked": False}


def _of_record(record: Record) -> dict[str, Value]:
    return {
        **{column.name: None for column in COLUMNS},
        "reading": record.id,
        "created": record.created,
        "person": record.person,
        "source": record.source,
        "picture": record.name,
        "page": record.reading.page + 1,
        "model": record.model,
        "model_sha256": record.model_sha256,
        "input_sha256": record.input_sha256,
        "duration_ms": record.duration_ms,
    }


def _of_number(place: int, number: Number, correction: Correction | None) -> dict[str, Value]:
    other, box = second(number), number.box
    answer = number.text if correction is None else correction.text
    return {
        "number": place + 1,
        "answer": answer,
        "read": number.text,
        "raw": number.raw,
        "corrected": digits_of(answer) != number.text,
        "checked": correction is not None,
        "checked_by": correction.person if correction else None,
        "checked_at": correction.created if correction else None,
        "state": state_words(number),
        "reason": reason_of(number),
        "confidence": number.confidence,
        "second": other.text if other else None,
        "second_confidence": other.share if other else None,
        **({} if box is None else {name: getattr(box, name) for name in ("left", "top", "width", "height")}),
    }

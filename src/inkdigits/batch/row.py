"""``Row``: one number of a batch, as it stands in the results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Literal

from inkdigits.choices import reason_of
from inkdigits.reading import Reading

Status = Literal["sure", "look again", "no number", "checked"]
"""What a reader says, or a person: ``"checked"``."""

NOTHING = "nothing to read"
"""The reason in the one row of a page on which no number was found."""

_STATUS: dict[str, Status] = {"sure": "sure", "look_again": "look again", "not_a_digit": "no number"}
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One number, or the one row of a page without any.

    Attributes:
        source: The file as it was named or found; ``"scans.zip!/a.png"`` in a ZIP.
        page: Its page, from 1.
        number: Its place on the page, from 1; None on a page without any.
        text: Its digits; ``""`` when there is no number, or none that is named.
        raw: With the separators that were read.
        confidence: Calibrated probability in [0, 1] that ``text`` is right; 0 when there is none.
        left: Its box in pixels of the upright page, where it is known.
        top: As ``left``.
        width: As ``left``.
        height: As ``left``.
        status: ``"sure"``, ``"look again"`` or ``"no number"``; ``"checked"`` once somebody has said what it is.
        reason: Why there is no text: as in :class:`~inkdigits.reading.Number` and
            :class:`~inkdigits.reading.Digit`, or ``"nothing to read"``; else ``""``.
        model: Name of the model or models that read it.
        model_sha256: Hash of their files, joined as the names are.
    """

    source: str
    page: int
    number: int | None
    text: str
    raw: str
    confidence: float
    left: int | None
    top: int | None
    width: int | None
    height: int | None
    status: Status
    reason: str
    model: str
    model_sha256: str


COLUMNS = tuple(field.name for field in fields(Row))
cells_of = attrgetter(*COLUMNS)
"""A row as a tuple, in the order of the columns; ``astuple`` would copy each cell."""


def rows_of(reading: Reading, model: str, model_sha256: str) -> Iterator[Row]:
    """The rows of a page: one a number, or one that says that there is none.

    Args:
        reading: What was read from it; its source is that of the item.
        model: What to call the models.
        model_sha256: Their hash.
    """
    source, page = reading.source, reading.page + 1
    if not reading.numbers:
        nothing: Status = "no number"
        yield Row(source, page, None, "", "", 0.0, None, None, None, None, nothing, NOTHING, model, model_sha256)
    for place, number in enumerate(reading.numbers, start=1):
        box = number.box
        left, top, width, height = (
            (None, None, None, None) if box is None else (box.left, box.top, box.width, box.height)
        )
        yield Row(
            source,
            page,
            place,
            number.text,
            number.raw if number.text else "",
            round(number.confidence, _DECIMALS),
            left,
            top,
            width,
            height,
            _STATUS[number.state],
            reason_of(number) or "",
            model,
            model_sha256,
        )

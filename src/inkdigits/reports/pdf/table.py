"""``Table``: all readings below each other, each with its picture, over as many pages as it takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timezone
from io import BytesIO
from typing import NamedTuple

import cv2
import numpy as np

from inkdigits.choices import words
from inkdigits.reading import Number, State
from inkdigits.reports.confusion import digits_of
from inkdigits.reports.pdf.look import BAND, BOTTOM, FAINT, INK, LINE, MARGIN, RIGHT, TOP, WHITE
from inkdigits.reports.pdf.sheet import Sheet
from inkdigits.storage.record import Record
from inkdigits.wording import SOURCES

PICTURE = (32.0, 13.0)  # most, across and down
LINE_HEIGHT = 4.6
NUMBERS = 12
"""Numbers of one reading that are listed; the other formats have them all."""

_COLUMNS = {"Picture": MARGIN, "Read (UTC)": MARGIN + 36, "Whose, and from where": MARGIN + 60, "Number": MARGIN + 108}
_SURE = MARGIN + 140
_QUALITY = 80


class Line(NamedTuple):
    """One number: what it says, and how sure that is."""

    answer: str
    told: str
    state: State


class Table:
    """Rows that are added one after the other."""

    def __init__(self, sheet: Sheet) -> None:
        """Begins on a page of its own, with the first row."""
        self._sheet = sheet
        self._below = BOTTOM
        self._begun = False

    def add(self, record: Record, picture: bytes | None) -> None:
        """Adds a reading; ``picture`` is encoded."""
        lines = list(_lines(record))
        more = len(lines) - NUMBERS
        listed = lines[:NUMBERS]
        height = max(PICTURE[1] + 3, LINE_HEIGHT * (len(listed) + (more > 0)) + 5)
        if self._below + height > BOTTOM:
            self._begin_page()
        top = self._below
        self._draw_picture(top, picture)
        self._draw_origin(top, record)
        self._draw_numbers(top, listed, more)
        self._below = top + height
        self._sheet.line(MARGIN, self._below, RIGHT, self._below, LINE, 0.15)

    def _begin_page(self) -> None:
        sheet = self._sheet
        sheet.add_page()
        if not self._begun:
            sheet.chapter("Readings")
            self._begun = True
        sheet.box(MARGIN, TOP - 8, RIGHT - MARGIN, 7, BAND)
        for title, left in (*_COLUMNS.items(), ("How sure", _SURE)):
            sheet.text(left + 1.5, TOP - 3.2, title, 8.5, bold=True)
        self._below = TOP

    def _draw_picture(self, top: float, picture: bytes | None) -> None:
        grey = None if picture is None else cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
        if grey is None:
            self._sheet.text(MARGIN + 1.5, top + 6, "no picture", 8.5, color=FAINT)
            return
        height, width = grey.shape
        scale = min(PICTURE[0] / width, PICTURE[1] / height)
        _, encoded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        self._sheet.box(MARGIN, top + 1.5, width * scale, height * scale, WHITE)
        self._sheet.picture(MARGIN, top + 1.5, width * scale, height * scale, BytesIO(encoded.tobytes()))

    def _draw_origin(self, top: float, record: Record) -> None:
        sheet, when = self._sheet, record.created.astimezone(timezone.utc)
        left = _COLUMNS["Read (UTC)"] + 1.5
        sheet.text(left, top + 5, f"{when:%Y-%m-%d}", 9)
        sheet.text(left, top + 5 + LINE_HEIGHT, f"{when:%H:%M:%S}", 9, color=FAINT)
        left, room = _COLUMNS["Whose, and from where"] + 1.5, 44.0
        origin = " · ".join(part for part in (SOURCES[record.source], record.name) if part)
        if record.reading.pages > 1:
            origin += f", page {record.reading.page + 1}"
        told = [record.person, origin] if record.person else [origin]
        for place, text in enumerate(told):
            line = sheet.fitted(text, 9, room)
            sheet.text(left, top + 5 + place * LINE_HEIGHT, line, 9, color=FAINT if place else INK)

    def _draw_numbers(self, top: float, lines: list[Line], more: int) -> None:
        sheet, left = self._sheet, _COLUMNS["Number"] + 1.5
        baseline = top + 5
        for line in lines:
            sheet.text(left, baseline, sheet.fitted(line.answer, 10, 29, bold=True), 10, bold=True)
            sheet.mark(_SURE + 1.5, baseline, line.state)
            sheet.text(_SURE + 5.5, baseline, sheet.fitted(line.told, 9, RIGHT - _SURE - 6), 9)
            baseline += LINE_HEIGHT
        if more > 0:
            sheet.text(left, baseline, f"and {more:,} more", 9, color=FAINT)


def _lines(record: Record) -> Iterator[Line]:
    """The numbers worth a line: words on a page of numbers are none."""
    corrected = record.corrected
    numbers = record.reading.numbers
    for place, number in enumerate(numbers):
        if number.state != "not_a_digit" or place in corrected or len(numbers) == 1:
            yield _line(number, corrected.get(place))
    if not numbers:
        yield Line("–", "nothing to read", "not_a_digit")


def _line(number: Number, truth: str | None) -> Line:
    if truth is None:
        return Line(number.text or "–", words(number), number.state)
    if digits_of(truth) == number.text:
        return Line(truth or "–", "right, says a person", "sure")
    return Line(truth or "–", f"corrected, read {number.text}" if number.text else "corrected, not read", "look_again")

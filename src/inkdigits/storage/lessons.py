"""What corrections teach: labelled pictures of digits and of numbers, as ``inkdigits train`` takes them."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

import cv2
import numpy as np

from inkdigits.errors import OptionError, StorageError
from inkdigits.images.page import Grey
from inkdigits.reading import Box, Number
from inkdigits.storage.record import Record

Kind = Literal["digit", "line"]
KINDS: tuple[Kind, ...] = get_args(Kind)


SIGNS = "0123456789.,/-:$="
"""Characters that a line may be taught."""

_ROOM = 0.15  # of a number's height that is cut around it


def check_kind(name: str) -> Kind:
    """What a name means to teach. Raises OptionError when it is nothing."""
    for kind in KINDS:
        if kind == name:
            return kind
    raise OptionError(f"there is no kind {name!r}; choose from {', '.join(KINDS)}")


@dataclass(frozen=True, slots=True)
class DigitLesson:
    """One digit and what it really is.

    Attributes:
        glyph: 784 bytes, 28 x 28, ink 255 on 0, as the network saw it.
        label: 0-9.
        read: What was read, None when it was refused.
    """

    glyph: bytes
    label: int
    read: int | None


@dataclass(slots=True)
class Teaching:
    """What the corrections would teach, in figures.

    Attributes:
        readings: Readings that somebody checked.
        numbers: Numbers that somebody checked, for the line network.
        digits: How many of each digit, 0-9, for the digit network.
        confusions: How often a digit was read as another: ``(read, label)``; ``None`` where it was refused.
    """

    readings: int = 0
    numbers: int = 0
    digits: Counter[int] = field(default_factory=Counter)
    confusions: Counter[tuple[int | None, int]] = field(default_factory=Counter)

    @classmethod
    def of(cls, records: Iterable[Record], since: datetime | None = None) -> Teaching:
        """Counts what the corrections made since a moment teach."""
        found = cls()
        for record in records:
            numbers = list(checked_numbers(record, since))
            found.readings += bool(numbers)
            found.numbers += sum(is_line(text) for _, text in numbers)
            for lesson in (lesson for number, text in numbers for lesson in digit_lessons(number, text)):
                found.digits[lesson.label] += 1
                if lesson.read != lesson.label:
                    found.confusions[lesson.read, lesson.label] += 1
        return found

    def lessons(self, kind: Kind) -> int:
        """How many labelled pictures there are for a network."""
        return self.digits.total() if kind == "digit" else self.numbers


def checked_numbers(record: Record, since: datetime | None = None) -> Iterator[tuple[Number, str]]:
    """The numbers of a reading that somebody checked, with what they really say; refused ones are left out."""
    for correction in record.corrections:
        holds = correction.undone is None and (since is None or correction.created > since)
        if holds and correction.text and record.corrected[correction.number] == correction.text:
            yield record.reading.numbers[correction.number], correction.text


def digit_lessons(number: Number, text: str) -> Iterator[DigitLesson]:
    """The digits of a number, where each was seen apart and the text has one for each."""
    digits = [digit for digit in number.digits if digit.glyph is not None]
    bare = [sign for sign in text if sign.isascii() and sign.isdecimal()]
    if len(bare) != len(digits) or len(digits) != len(number.digits) or not is_line(text):
        return
    for digit, sign in zip(digits, bare, strict=True):
        assert digit.glyph is not None
        yield DigitLesson(digit.glyph, int(sign), digit.label)


def is_line(text: str) -> bool:
    """True for what the line network can be taught."""
    bare = "".join(text.split())
    return bool(bare) and all(sign in SIGNS for sign in bare)


def cut_out(grey: Grey, box: Box | None) -> Grey:
    """A number with some paper around it; the whole picture when nobody knows where on it the number is."""
    if box is None:
        return grey
    room = max(2, round(_ROOM * box.height))
    top, left = max(0, box.top - room), max(0, box.left - room)
    return np.ascontiguousarray(grey[top : box.top + box.height + room, left : box.left + box.width + room])


class Folder:
    """A folder of labelled pictures with its ``labels.csv``; it appears whole or not at all."""

    def __init__(self, path: Path) -> None:
        """Takes a folder that is not there, or is empty. Raises OptionError when something is in it."""
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise OptionError(f"{path} is there already: name a folder that is not, or empty it")
        self.path = path
        self._rows: list[tuple[str, str]] = []

    def add(self, picture: Grey, label: str) -> None:
        """Writes a picture, uint8 (H, W), as PNG."""
        self.path.mkdir(parents=True, exist_ok=True)
        name = f"{len(self._rows) + 1:06d}.png"
        done, data = cv2.imencode(".png", picture)
        if not done:
            raise AssertionError("OpenCV could not encode a picture")
        (self.path / name).write_bytes(bytes(data))
        self._rows.append((name, label))

    def close(self) -> int:
        """Writes the table; gives the number of pictures."""
        if self._rows:
            with (self.path / "labels.csv").open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([("file", "label"), *self._rows])
        return len(self._rows)


def decode(data: bytes) -> Grey:
    """A kept picture as uint8 (H, W). Raises StorageError when it is damaged."""
    grey = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise StorageError("a kept picture cannot be opened: bring it back from a copy, or delete its reading")
    return np.asarray(grey, np.uint8)


def write_digits(records: Iterable[Record], path: Path, since: datetime | None) -> int:
    """Writes the digits of checked numbers as labelled pictures; gives how many."""
    folder = Folder(path)
    for record in records:
        for number, text in checked_numbers(record, since):
            for lesson in digit_lessons(number, text):
                folder.add(np.frombuffer(lesson.glyph, np.uint8).reshape(28, 28), str(lesson.label))
    return folder.close()


def write_lines(
    records: Iterable[Record], picture: Callable[[str], bytes | None], path: Path, since: datetime | None
) -> int:
    """Writes checked numbers, cut out of their pictures, as labelled pictures; gives how many."""
    folder = Folder(path)
    for record in records:
        lines = [(number, text) for number, text in checked_numbers(record, since) if is_line(text)]
        data = picture(record.id) if lines else None
        if data is not None:
            grey = decode(data)
            for number, text in lines:
                folder.add(cut_out(grey, number.box), text)
    return folder.close()

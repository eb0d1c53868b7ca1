"""A model that has read a data set: its figures, its answers, and its worst mistakes as pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.evaluation.compare import Comparison, compare
from inkdigits.evaluation.judge import Evaluation, is_right, judge
from inkdigits.evaluation.sets import Labelled, as_text, read_in_steps
from inkdigits.reader import Reader
from inkdigits.reading import Digit
from inkdigits.wording import percent

SHOWN = 24
THUMB = 96
"""Pixels of a small picture's longer side."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A digit that was named wrongly, or not named.

    Attributes:
        index: Its place in the data set.
        name: Its file, or its place in words.
        written: The true digit.
        read: The most likely one.
        confidence: Of ``read``, in [0, 1].
        refused: True when the reader did not name it.
    """

    index: int
    name: str
    written: int
    read: int
    confidence: float
    refused: bool

    def render(self) -> str:
        """A few words for people: ``4 read as 9 · 99.8 %``."""
        what = "refused, perhaps" if self.refused else "read as"
        return f"{self.written} {what} {self.read} · {percent(self.confidence)}"


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One model on one data set.

    Attributes:
        model: What the model is called in the report.
        data: What it read.
        digits: Its N answers.
        figures: What they come to.
    """

    model: str
    data: Labelled
    digits: tuple[Digit, ...]
    figures: Evaluation

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """Which digits it read right (N,)."""
        return is_right(self.digits, self.data.labels)

    def mistakes(self) -> list[Mistake]:
        """All digits that were not named rightly: the most sure first, and those that were refused last."""
        labels = self.data.labels
        answers = np.array([-1 if digit.label is None else digit.label for digit in self.digits])
        found = [
            Mistake(
                index=int(index),
                name=self.data.names[index],
                written=int(labels[index]),
                read=self.digits[index].ranking[0][0],
                confidence=self.digits[index].confidence,
                refused=self.digits[index].label is None,
            )
            for index in np.flatnonzero(answers != labels)
        ]
        return sorted(found, key=lambda mistake: (mistake.refused, -mistake.confidence))

    def thumb(self, index: int) -> bytes:
        """A small square PNG of one sample, filled up with the color of its border."""
        picture = self.data.picture(index)
        height, width = picture.shape
        border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
        square = np.full((max(picture.shape),) * 2, int(np.median(border)), np.uint8)
        top, left = (len(square) - height) // 2, (len(square) - width) // 2
        square[top : top + height, left : left + width] = picture
        way = cv2.INTER_AREA if len(square) > THUMB else cv2.INTER_NEAREST
        return bytes(cv2.imencode(".png", cv2.resize(square, (THUMB, THUMB), interpolation=way))[1])


def measure(model: str, reader: Reader, data: Labelled, listen: Callable[[int], None] = lambda done: None) -> Measured:
    """Reads a data set and compares.

    Args:
        model: What to call the model.
        reader: The model.
        data: Labelled digits.
        listen: Told how many digits are read, now and then.
    """
    model = as_text(model)
    digits: list[Digit] = []
    for part in read_in_steps(reader, data.data):
        digits += part
        listen(len(digits))
    return Measured(model, data, tuple(digits), judge(data.name, digits, data.labels, model))


def comparisons(measured: list[Measured]) -> list[Comparison]:
    """The first of several models that read the same digits against each other one."""
    first = measured[0]
    return [compare(first.model, other.model, first.right, other.right) for other in measured[1:]]

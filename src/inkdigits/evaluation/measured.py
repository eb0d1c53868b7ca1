"""A model that has read a data set: its figures, its answers, and its worst mistakes as pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.evaluation.compare import Comparison, compare
from inkdigits.evaluation.judge import Evaluation, is_right, judge
from inkdigits.evaluation.sets import Labelled, read_in_steps
from inkdigits.reader import Reader
from inkdigits.reading import Digit

SHOWN = 24
THUMB = 96
"""Pixels of a small picture's longer side."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A digit that was misread, named or not.

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
        """All mistakes, the most sure first; those that were not named come last."""
        labels = self.data.labels
        found = [
            Mistake(
                index=int(index),
                name=self.data.names[index],
                written=int(labels[index]),
                read=self.digits[index].ranking[0][0],
                confidence=self.digits[index].confidence,
                refused=self.digits[index].label is None,
            )
            for index in np.flatnonzero(~self.right)
        ]
        return sorted(found, key=lambda mistake: (mistake.refused, -mistake.confidence))

    def thumb(self, index: int) -> bytes:
        """A small PNG of one sample."""
        picture = self.data.picture(index)
        scale = THUMB / max(picture.shape)
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
        size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
        return bytes(cv2.imencode(".png", cv2.resize(picture, size, interpolation=way))[1])


def measure(model: str, reader: Reader, data: Labelled, listen: Callable[[int], None] = lambda done: None) -> Measured:
    """Reads a data set and compares.

    Args:
        model: What to call the model.
        reader: The model.
        data: Labelled digits.
        listen: Told how many digits are read, now and then.
    """
    digits: list[Digit] = []
    for part in read_in_steps(reader, data.data):
        digits += part
        listen(len(digits))
    return Measured(model, data, tuple(digits), judge(data.name, digits, data.labels, model))


def comparisons(measured: list[Measured]) -> list[Comparison]:
    """The first of several models that read the same digits against each other one."""
    first = measured[0]
    return [compare(first.model, other.model, first.right, other.right) for other in measured[1:]]

"""How many numbers are read exactly: fields of one number each, and photos and scans with many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from inkdigits.evaluation.measures import calibration_error, wilson
from inkdigits.evaluation.number_sets import Fields, Sheet
from inkdigits.reader import Reader

ALLOWED_ERRORS = 0.01
"""Coverage is the share of numbers that can be accepted while at most this share of the accepted ones is wrong."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a reader said about the fields of one set.

    Attributes:
        texts: Digits read, ``""`` when the field was rejected.
        confidences: Probability of each, 0 when rejected.
        truth: What was written.
    """

    texts: tuple[str, ...]
    confidences: tuple[float, ...]
    truth: tuple[str, ...]

    @property
    def right(self) -> list[bool]:
        """Whether each is exactly right."""
        return [read == written for read, written in zip(self.texts, self.truth, strict=True)]


def read_fields(
    reader: Reader, fields: Fields, limit: int | None = None, listen: Callable[[int], None] = lambda done: None
) -> Answers:
    """Reads fields of one number each.

    Args:
        reader: Who reads.
        fields: What there is to read.
        limit: At most so many.
        listen: Told how many are read.
    """
    read = reader.read if fields.kind == "picture" else reader.read_strokes
    numbers = []
    for source in fields.sources[:limit]:
        numbers.append(read(source, expect="number").numbers[0])
        listen(len(numbers))
    return Answers(
        tuple(number.text for number in numbers),
        tuple(number.confidence for number in numbers),
        tuple(fields.texts[:limit]),
    )


def summary(answers: Answers) -> dict[str, Any]:
    """Counts, calibration and coverage of one set."""
    right = np.array(answers.right)
    confidence = np.array(answers.confidences)
    return {
        **counts(answers.right),
        "rejected": sum(not text for text in answers.texts),
        "calibration_error": calibration_error(confidence, right),
        "coverage": coverage(answers),
    }


def counts(right: Sequence[bool]) -> dict[str, Any]:
    """How many are right, of how many, and the 95 % interval of the share."""
    return {"count": len(right), "right": sum(right), "interval": list(wilson(sum(right), len(right)))}


def coverage(answers: Answers, allowed: float = ALLOWED_ERRORS) -> float:
    """The largest share that can be accepted, most confident first, with at most ``allowed`` of them wrong.

    Numbers of the same confidence are accepted or refused together.
    """
    order = sorted(zip(answers.confidences, answers.right, strict=True), key=lambda pair: -pair[0])
    best = wrong = 0
    for accepted, (confidence, right) in enumerate(order, 1):
        wrong += not right
        last = accepted == len(order) or order[accepted][0] < confidence
        if last and confidence > 0 and wrong <= allowed * accepted:
            best = accepted
    return best / len(order) if order else 0.0


def align(read: Sequence[str], written: Sequence[str]) -> tuple[int, int]:
    """How many of the written numbers were read right, in reading order, and how many readings are left over.

    A cheapest alignment (Levenshtein, 1966) pairs them; a wrong reading in the place of a written number is an
    error but not an extra one.

    Returns:
        (right, extra)
    """
    costs = [[(column, 0, column) for column in range(len(read) + 1)]]  # (cost, -right, extra)
    for row, truth in enumerate(written, 1):
        line = [(row, 0, 0)]
        for column, text in enumerate(read, 1):
            same = text == truth
            diagonal, above, left = costs[-1][column - 1], costs[-1][column], line[-1]
            line.append(
                min(
                    (diagonal[0] + (not same), diagonal[1] - same, diagonal[2]),
                    (above[0] + 1, above[1], above[2]),
                    (left[0] + 1, left[1], left[2] + 1),
                )
            )
        costs.append(line)
    _, right, extra = costs[-1][-1]
    return -right, extra


def read_sheet(reader: Reader, sheet: Sheet) -> dict[str, Any]:
    """Reads a picture of several numbers: how many are on it, right, and extra."""
    texts = reader.read(sheet.path).text.split()
    right, extra = align("".join(texts) if sheet.cells else texts, sheet.words)
    return {"name": sheet.path.name, "numbers": len(sheet.words), "right": right, "extra": extra}

"""How many numbers are read exactly: fields of one number, and photos and scans with many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.number_sets import FIELD_SETS, Fields, Sheet, photos
from benchmarks.results import Result, measure
from inkdigits import Reader
from inkdigits.evaluation import calibration_error, wilson

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


def run(reader: Reader, data: Path, limit: int | None = None) -> Result:
    """Reads every labelled set of numbers through the public doors.

    Args:
        reader: The reader to judge.
        data: The data folder.
        limit: At most so many fields of each set, and so many photos.
    """
    sets, measures = [], {}
    for name, load in FIELD_SETS.items():
        fields = load(data)
        answers = read_fields(reader, fields, limit)
        sets.append({"name": name, **summary(answers)})
        measures[name] = _share(answers.right)
        for part, members in (fields.parts or {}).items():
            chosen = [answers.right[index] for index in members if index < len(answers.right)]
            sets.append({"name": f"{name}: {part}", **_counts(chosen)})
            measures[f"{name}_{part}"] = _share(chosen)
    sheets = [_read_sheet(reader, sheet) for sheet in photos(data)[:limit]]
    found, labelled = sum(sheet["right"] for sheet in sheets), sum(sheet["numbers"] for sheet in sheets)
    extra = sum(sheet["extra"] for sheet in sheets)
    measures["photos_found"] = measure(found / labelled, labelled, wilson(found, labelled))
    measures["photos_extra"] = measure(extra / labelled, labelled, wilson(min(extra, labelled), labelled))
    print(f"photos: {found} of {labelled} numbers right, {extra} extra", flush=True)
    return {"sets": sets, "photos": sheets, "measures": measures}


def read_fields(reader: Reader, fields: Fields, limit: int | None = None) -> Answers:
    """Reads fields of one number each."""
    read = reader.read if fields.kind == "picture" else reader.read_strokes
    numbers = [read(source, expect="number").numbers[0] for source in fields.sources[:limit]]
    return Answers(
        tuple(number.text for number in numbers),
        tuple(number.confidence for number in numbers),
        tuple(fields.texts[:limit]),
    )


def summary(answers: Answers) -> Result:
    """Counts, calibration and coverage of one set."""
    right = np.array(answers.right)
    confidence = np.array(answers.confidences)
    row = {
        **_counts(answers.right),
        "rejected": sum(not text for text in answers.texts),
        "calibration_error": calibration_error(confidence, right),
        "coverage": coverage(answers),
    }
    print(f"{row['right']} of {row['count']} exactly right, coverage {row['coverage']:.1%}", flush=True)
    return row


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


def _read_sheet(reader: Reader, sheet: Sheet) -> Result:
    texts = reader.read(sheet.path).text.split()
    right, extra = align("".join(texts) if sheet.cells else texts, sheet.words)
    row = {"name": sheet.path.name, "numbers": len(sheet.words), "right": right, "extra": extra}
    print(f"{row['name']:24} {right:3} of {row['numbers']:3} right, {extra} extra", flush=True)
    return row


def _counts(right: Sequence[bool]) -> Result:
    return {"count": len(right), "right": sum(right), "interval": list(wilson(sum(right), len(right)))}


def _share(right: Sequence[bool]) -> Result:
    return measure(sum(right) / max(1, len(right)), len(right), wilson(sum(right), len(right)))

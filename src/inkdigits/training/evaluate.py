"""How well a reader does on labelled data: accuracy with its interval, rejection, calibration, confusion."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from inkdigits.errors import OptionError
from inkdigits.reader import Reader
from inkdigits.reading import Digit
from inkdigits.training.datasets import (
    DataError,
    Pictures,
    Writing,
    load_bitmaps,
    load_labelled_folder,
    load_mnist,
    load_writing,
)

Interval = tuple[float, float]

LOOK_ALIKES = frozenset("OolIiSsZz|/'`,\\")
"""Left out of the rejection measure: alone and without a size, people read them as 0, 1, 2 or 5."""

BINS = 15


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures on one set of labelled digits.

    Attributes:
        name: The data set.
        count: Digits in it.
        errors: Digits whose most likely label is wrong, rejected or not.
        interval: 95 % Wilson interval of the accuracy.
        refused: Digits that the reader did not name (blank, not a digit, unsure).
        wrong: Digits that the reader named wrongly.
        calibration_error: Expected calibration error over 15 bins, in [0, 1].
        confusion: 10 rows (truth) of 10 counts (most likely label).
    """

    name: str
    count: int
    errors: int
    interval: Interval
    refused: int
    wrong: int
    calibration_error: float
    confusion: tuple[tuple[int, ...], ...]

    @property
    def accuracy(self) -> float:
        """Share in [0, 1] whose most likely label is right."""
        return 1 - self.errors / self.count

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        return {
            "name": self.name,
            "count": self.count,
            "errors": self.errors,
            "accuracy": self.accuracy,
            "interval": list(self.interval),
            "refused": self.refused,
            "wrong": self.wrong,
            "calibration_error": self.calibration_error,
            "confusion": [list(row) for row in self.confusion],
        }


def evaluate(name: str, reader: Reader, folder: Path | None) -> Evaluation:
    """Reads a whole data set and compares.

    Args:
        name: One of :data:`DIGIT_SETS`, or a folder with pictures and a ``labels.csv`` (columns file, text).
        reader: The reader to judge.
        folder: The data folder; MNIST is downloaded without it.

    Raises:
        OptionError: The name is neither.
        DataError: The data is missing or its labels are wrong.
    """
    digits, labels = read_set(name, reader, folder)
    return judge(name, digits, labels)


def read_set(name: str, reader: Reader, folder: Path | None) -> tuple[list[Digit], npt.NDArray[np.int64]]:
    """The reader's digits on a data set, and the true labels (N,); arguments as :func:`evaluate`."""
    if name in DIGIT_SETS:
        return read_all(reader, DIGIT_SETS[name](folder))
    if Path(name).is_dir():
        return read_all(reader, load_labelled_folder(Path(name)))
    raise OptionError(
        f"unknown data set {name!r}; choose from {', '.join(DIGIT_SETS)}, or give a folder with labels.csv"
    )


def read_all(reader: Reader, data: Pictures | Writing) -> tuple[list[Digit], npt.NDArray[np.int64]]:
    """Reads pictures in batches, strokes one by one, through the public doors."""
    if isinstance(data, Pictures):
        return reader.read_digits(data.images), data.labels
    digits = [reader.read_strokes(sample).digits[0] for sample in data.samples]
    labels = data.labels.astype(np.int64) if np.char.isdigit(data.labels).all() else np.full(len(data), -1)
    return digits, labels


def judge(name: str, digits: Sequence[Digit], labels: npt.NDArray[np.int64]) -> Evaluation:
    """Compares readings with the true labels (N,)."""
    likely = np.array([digit.ranking[0][0] for digit in digits])
    confidence = np.array([digit.confidence for digit in digits])
    right = (likely == labels) & (confidence > 0)
    named = np.array([digit.label is not None for digit in digits])
    confusion = np.zeros((10, 10), int)
    np.add.at(confusion, (labels, likely), 1)
    return Evaluation(
        name=name,
        count=len(labels),
        errors=int((~right).sum()),
        interval=wilson(int(right.sum()), len(labels)),
        refused=int((~named).sum()),
        wrong=int((named & ~right).sum()),
        calibration_error=calibration_error(confidence, right),
        confusion=tuple(tuple(int(n) for n in row) for row in confusion),
    )


def wilson(successes: int, count: int, z: float = 1.96) -> Interval:
    """95 % interval of a proportion (Wilson, 1927); (0, 1) when nothing was counted."""
    if count == 0:
        return 0.0, 1.0
    share = successes / count
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    center, scale = share + z * z / (2 * count), 1 + z * z / count
    return max(0.0, (center - spread) / scale), min(1.0, (center + spread) / scale)


def calibration_error(confidence: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], bins: int = BINS) -> float:
    """Expected calibration error: mean gap between confidence and accuracy over equal-width bins (Naeini, 2015)."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(float(confidence[place == b].mean()) - float(right[place == b].mean())) * float((place == b).mean())
        for b in range(bins)
        if (place == b).any()
    ]
    return sum(gaps)


def rejected_at(
    digits: Iterable[Digit], others: Iterable[Digit], false_rejects: float = 0.01
) -> tuple[int, int, float]:
    """How many non-digits are rejected at the level that rejects a given share of true digits.

    Returns:
        Non-digits rejected, non-digits in all, and the level of ``digitness``.
    """
    level = float(np.quantile([digit.digitness for digit in digits], false_rejects))
    scores = np.array([digit.digitness for digit in others])
    return int((scores < level).sum()), len(scores), level


def non_digits(name: str, folder: Path) -> Writing:
    """Letters or symbols from ``strokes/<name>.npz``, look-alikes left out."""
    data = load_writing(name, folder)
    return data.where(~np.isin(data.labels, list(LOOK_ALIKES)))


def _needed(folder: Path | None) -> Path:
    if folder is None:
        raise DataError("this data set is not downloaded by itself: set INKDIGITS_DATA or --data to the data folder")
    return folder


def _canvas(folder: Path | None) -> Pictures:
    with np.load(_needed(folder) / "suites" / "canvas_sim.npz") as file:
        return Pictures(file["imgs"], file["labels"])


DIGIT_SETS: dict[str, Callable[[Path | None], Pictures | Writing]] = {
    "mnist": lambda folder: load_mnist("test", folder),
    "canvas_sim": _canvas,
    "pendigits": lambda folder: load_writing("pendigits", _needed(folder), "test"),
    "unipen_digits_dev": lambda folder: load_writing("unipen_digits_dev", _needed(folder)),
    "photo_digits_dev": lambda folder: load_labelled_folder(_needed(folder) / "photo_digits_dev"),
    "optdigits": lambda folder: load_bitmaps("optdigits", _needed(folder), "tes"),
}
"""Name -> loader of the labelled single-digit sets that are for measuring."""

NON_DIGIT_SETS = ("unipen_1b_upper_dev", "unipen_1c_lower_dev", "unipen_1d_symbols_dev")

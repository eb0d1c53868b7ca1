"""How well a reader does on labelled digits: the figures of one model on one data set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from inkdigits.evaluation.measures import (
    Bin,
    Interval,
    Point,
    calibration_error,
    coverage_at,
    log_loss,
    reliability,
    risk_coverage,
    thinned,
    wilson,
)
from inkdigits.reading import Digit

REFUSED = 10
"""Column of the confusion matrix for digits that were not named."""

RISKS = (0.01, 0.001)
"""Shares of errors for which the coverage is told."""


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """How one digit is read.

    Attributes:
        label: 0-9.
        count: How often it was written.
        answered: How often it was the answer.
        right: How often both.
    """

    label: int
    count: int
    answered: int
    right: int

    @property
    def precision(self) -> float | None:
        """Share of the answers that is right; None when it never was the answer."""
        return self.right / self.answered if self.answered else None

    @property
    def recall(self) -> float | None:
        """Share of the written ones that was read, where a refusal counts as a miss; None without any."""
        return self.right / self.count if self.count else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None when it was neither written nor answered."""
        return 2 * self.right / (self.count + self.answered) if self.count + self.answered else None

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        return {**asdict(self), "precision": self.precision, "recall": self.recall, "f1": self.f1}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures on one set of labelled digits.

    Attributes:
        name: The data set.
        model: The model.
        count: Digits in it.
        errors: Digits whose most likely label is wrong, refused or not.
        interval: 95 % Wilson interval of the accuracy.
        refused: Digits that the reader did not name (blank, not a digit, unsure).
        wrong: Digits that the reader named wrongly.
        log_loss: Mean negative log-likelihood of the true digit.
        calibration_error: Expected calibration error over 15 bins, in [0, 1].
        confusion: 10 rows (written) of 11 counts: the digits that were answered, and the refusals.
        classes: Precision, recall and F1 of each digit, of the same answers.
        reliability: Confidence against accuracy in 15 bins.
        risk_coverage: Errors among the surest answers, thinned out to about 200 points; refused digits come last.
        coverage: For each share of errors in ``RISKS``, the share of digits that can be taken.
    """

    name: str
    model: str
    count: int
    errors: int
    interval: Interval
    refused: int
    wrong: int
    log_loss: float
    calibration_error: float
    confusion: tuple[tuple[int, ...], ...]
    classes: tuple[ClassFigures, ...]
    reliability: tuple[Bin, ...]
    risk_coverage: tuple[Point, ...]
    coverage: tuple[tuple[float, float], ...]

    @property
    def accuracy(self) -> float:
        """Share in [0, 1] whose most likely label is right."""
        return 1 - self.errors / self.count

    def summary(self) -> dict[str, Any]:
        """The single figures as a JSON-ready dictionary."""
        return {
            "name": self.name,
            "model": self.model,
            "count": self.count,
            "errors": self.errors,
            "accuracy": self.accuracy,
            "interval": list(self.interval),
            "refused": self.refused,
            "wrong": self.wrong,
            "log_loss": self.log_loss,
            "calibration_error": self.calibration_error,
            "coverage": {f"{risk:g}": share for risk, share in self.coverage},
        }

    def to_dict(self) -> dict[str, Any]:
        """Everything as a JSON-ready dictionary."""
        return {
            **self.summary(),
            "confusion": [list(row) for row in self.confusion],
            "classes": [figures.to_dict() for figures in self.classes],
            "reliability": [asdict(one) for one in self.reliability],
            "risk_coverage": [asdict(point) for point in self.risk_coverage],
        }


def judge(name: str, digits: Sequence[Digit], labels: npt.NDArray[np.int64], model: str = "") -> Evaluation:
    """Compares readings with the true labels.

    Args:
        name: The data set, for the report.
        digits: N readings, N of at least 1.
        labels: (N,) in 0-9.
        model: The model, for the report.
    """
    probabilities = np.array([digit.probabilities for digit in digits], np.float64)
    confidence = np.array([digit.confidence for digit in digits])
    right = is_right(digits, labels)
    answers = np.array([REFUSED if digit.label is None else digit.label for digit in digits])
    confusion = np.zeros((10, 11), int)
    np.add.at(confusion, (labels, answers), 1)
    # Refused digits come after all others: nobody takes them as read before those that were named.
    curve = risk_coverage(confidence - (answers == REFUSED), right)
    return Evaluation(
        name=name,
        model=model,
        count=len(labels),
        errors=int((~right).sum()),
        interval=wilson(int(right.sum()), len(labels)),
        refused=int((answers == REFUSED).sum()),
        wrong=int(((answers != REFUSED) & ~right).sum()),
        log_loss=log_loss(probabilities, labels),
        calibration_error=calibration_error(confidence, right),
        confusion=tuple(tuple(int(n) for n in row) for row in confusion),
        classes=tuple(_figures(confusion, label) for label in range(10)),
        reliability=reliability(confidence, right),
        risk_coverage=thinned(curve),
        coverage=tuple((risk, coverage_at(curve, risk)) for risk in RISKS),
    )


def is_right(digits: Sequence[Digit], labels: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether the most likely label of each digit is the true one (N,), refused or not; a blank is never right."""
    likely = np.array([digit.ranking[0][0] for digit in digits])
    confidence = np.array([digit.confidence for digit in digits])
    right: npt.NDArray[np.bool_] = (likely == labels) & (confidence > 0)
    return right


def _figures(confusion: npt.NDArray[np.int_], label: int) -> ClassFigures:
    return ClassFigures(
        label, int(confusion[label].sum()), int(confusion[:, label].sum()), int(confusion[label, label])
    )

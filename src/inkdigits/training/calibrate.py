"""From logits to probabilities that keep their word: temperature, rejection threshold, slope."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from inkdigits.recognition.scores import Calibration
from inkdigits.training.sources import NON_DIGIT
from inkdigits.training.validate import Validation

DIGITS_REJECTED = 0.005
"""Share of varied true digits that the shipped threshold may reject."""

UNSURE = 0.4
"""Below this calibrated probability a guess is more often wrong than right, and no digit is named."""


def calibrate(check: Validation) -> Calibration:
    """Fits the calibration on validation digits.

    The temperature minimizes the negative log-likelihood of the true digits (Guo et al., 2017). The threshold is
    chosen on pens, photos and drawings rather than on MNIST, whose tidy digits score higher than real ones.
    """
    digits = check.is_digit
    temperature = fit_temperature(check.logits[digits, :NON_DIGIT], check.labels[digits])
    varied = digits & (check.kinds != "mnist")
    varied = varied if varied.any() else digits
    threshold = float(np.quantile(check.score[varied], DIGITS_REJECTED))
    slope = _fit_slope(check.score - threshold, digits)
    return Calibration(round(temperature, 4), round(threshold, 4), round(slope, 4), UNSURE)


def moved(old: Calibration, before: Validation, after: Validation) -> Calibration:
    """The calibration of a model after an adaptation: moved as far as its answers to the same glyphs moved.

    These glyphs are few, drawn, and tidier than those on which the old calibration was fitted. With no mistake among
    them before and one after, a fit would make every answer four times as flat; so nothing is fitted. The temperature
    follows how far the two likeliest digits of a glyph lie apart, and the threshold how the scores have moved, both by
    their medians.

    Args:
        old: The calibration before.
        before: What was answered before.
        after: What is answered now to the same glyphs, in the same order.
    """
    digits = before.is_digit
    if not digits.any():
        return old
    stretch = _spread(after.logits[digits]) / _spread(before.logits[digits])
    drift = after.score - before.score
    sides = [drift[side] for side in (digits, ~digits) if side.any()]
    return Calibration(
        round(old.temperature * stretch, 4),
        round(old.threshold + float(np.mean([np.median(side) for side in sides])), 4),
        round(old.slope / stretch, 4),
        old.unsure,
    )


def _spread(logits: npt.NDArray[np.float32]) -> float:
    """How far the two largest of ten digit logits lie apart: the median of (N, 11)."""
    ranked = np.partition(logits[:, :NON_DIGIT], -2, axis=1)
    return max(float(np.median(ranked[:, -1] - ranked[:, -2])), 1e-3)


def fit_temperature(logits: npt.NDArray[np.float32], labels: npt.NDArray[np.int64]) -> float:
    """Temperature in [0.1, 10] of least negative log-likelihood, by golden-section search on its logarithm.

    Of N digits each counts as right with N + 1 in N + 2, as Platt (1999) advises: by the plain likelihood, a model
    that misreads none of a few digits could not be too sure of itself.

    Args:
        logits: (N, 10).
        labels: (N,), the true digits.
    """
    true = np.arange(logits.shape[1]) == labels[:, None]
    rest = 1 / (len(labels) + 2)

    def loss(log_temperature: float) -> float:
        scaled = logits.astype(np.float64) / np.exp(log_temperature)
        right, wrong = (np.logaddexp.reduce(np.where(side, scaled, -np.inf), axis=1) for side in (true, ~true))
        return float((np.logaddexp(right, wrong) - (1 - rest) * right - rest * wrong).mean())

    return float(np.exp(golden(loss, np.log(0.1), np.log(10.0))))


def _fit_slope(margin: npt.NDArray[np.float32], digits: npt.NDArray[np.bool_]) -> float:
    """Scale of the logistic function through the threshold, by the likelihood of both sides, weighted evenly."""
    weight = np.where(digits, 0.5 / max(1, digits.sum()), 0.5 / max(1, (~digits).sum()))
    sign = np.where(digits, 1.0, -1.0)

    def loss(log_slope: float) -> float:
        return float((weight * np.logaddexp(0, -sign * np.exp(log_slope) * margin)).sum())

    return float(np.exp(golden(loss, np.log(0.05), np.log(5.0))))


def golden(loss: Callable[[float], float], low: float, high: float, rounds: int = 40) -> float:
    """The lowest point of a function with one valley between two bounds (golden-section search)."""
    ratio = (np.sqrt(5) - 1) / 2
    for _ in range(rounds):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return float((low + high) / 2)

"""From summed path probabilities to those that keep their word: a temperature, then a line through the log-odds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from inkdigits.images.page import Grey
from inkdigits.recognition.decode import merge, search
from inkdigits.recognition.line import LineCalibration
from inkdigits.recognition.transcript import OTHER
from inkdigits.recognition.views import read_views
from inkdigits.training.calibrate import golden
from inkdigits.training.lines.loss import line_loss
from inkdigits.training.lines.strings import ALPHABET, SEPARATORS
from inkdigits.training.lines.validate import Frames, LineValidation, digits_of, run_lines

UNSURE = 0.4
"""Below this probability a reading is more often wrong than right, and no number is named."""

_SURE = 1e-6  # probabilities are kept this far from 0 and 1
_FIRM = 2.0  # of the slope and the offset expected: 1 / variance
_FLATTEST = 0.1  # slope: more probable is never told as less sure
_FIRM_TEMPERATURE = 16.0  # the same of the temperature's logarithm


def calibrate_lines(
    check: LineValidation, network: nn.Module, lines: Sequence[Grey], expected: LineCalibration | None = None
) -> LineCalibration:
    """Fits the calibration on labelled lines.

    The temperature minimizes the negative log-likelihood of the true digits, summed over all paths (Guo et al., 2017,
    with CTC's likelihood); the line through the log-odds is Platt's (1999), on whether the number that is read with
    all views is right. Both stay near what is expected where the lines are few: by ten lines, all of them right, no
    model could ever be too sure of itself.

    Args:
        check: What the network says of the lines as they are.
        network: The network, for the other views.
        lines: The lines, uint8 (32, W) each.
        expected: The calibration of the model that was begun with; None changes nothing.
    """
    expected = expected or LineCalibration()
    temperature = fit_line_temperature(check, expected.temperature)
    shares, right = _read_numbers(check, network, lines, temperature)
    slope, offset = fit_platt(shares, right, (expected.slope, expected.offset))
    return LineCalibration(round(temperature, 4), round(slope, 4), round(offset, 4), UNSURE)


def _read_numbers(
    check: LineValidation, network: nn.Module, lines: Sequence[Grey], temperature: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Probability of each number that would be named, and whether it is right: (N,) each."""

    def frames_of(some: Sequence[Grey]) -> list[Frames]:
        return [tempered(frames, temperature) for frames in run_lines(network, some)]

    shares, right = [], []
    for (_, transcript), label in zip(read_views(frames_of, ALPHABET, lines), check.labels, strict=True):
        if transcript.candidates and transcript.number >= max(transcript.blank, transcript.other):
            best = transcript.candidates[0]
            shares.append(best.probability)
            right.append(best.text == digits_of(label).replace(OTHER, ""))
    return np.array(shares), np.array(right, np.bool_)


def fit_line_temperature(check: LineValidation, expected: float = 1.0) -> float:
    """Temperature in [0.3, 5], by golden-section search on its logarithm; near what is expected where lines are few."""

    def loss(log_temperature: float) -> float:
        far = log_temperature - np.log(expected)
        held = 0.5 * _FIRM_TEMPERATURE * far**2 / max(1, len(check.labels))
        return mean_loss(check, float(np.exp(log_temperature))) + float(held)

    return float(np.exp(golden(loss, np.log(0.3), np.log(5.0), 14)))


def mean_loss(check: LineValidation, temperature: float) -> float:
    """Mean negative log-likelihood of the true digits, separators merged; that of a line counts at most 20."""
    losses = [_nll(frames, label, temperature) for frames, label in zip(check.frames, check.labels, strict=True)]
    return float(np.minimum(losses, 20.0).mean())  # a wrong label must not decide


def best_strings(check: LineValidation, temperature: float) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Probability of each line's best string, separators merged, and whether it is right: (N,) each."""
    shares, right = [], []
    for frames, label in zip(check.frames, check.labels, strict=True):
        best = search(*merge(tempered(frames, temperature), ALPHABET, SEPARATORS), 8)
        shares.append(best[0].probability if best else 0.0)
        right.append(bool(best) and best[0].text == digits_of(label))
    return np.array(shares), np.array(right)


def tempered(frames: Frames, temperature: float) -> Frames:
    """Log-probabilities divided by a temperature and normalized again: float32 (T, C)."""
    scaled = frames / np.float32(temperature)
    return scaled - np.logaddexp.reduce(scaled, axis=1, keepdims=True)


def _nll(frames: Frames, label: str, temperature: float) -> float:
    return float(line_loss(torch.from_numpy(tempered(frames, temperature))[None], [label], 1)) * max(1, len(label))


def fit_platt(
    shares: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], expected: tuple[float, float] = (1.0, 0.0)
) -> tuple[float, float]:
    """Platt scaling (1999): slope and offset on log-odds, of greatest posterior probability, by damped Newton steps.

    Args:
        shares: (N,) probabilities.
        right: (N,), whether what they are of is right.
        expected: Slope and offset where there is little to learn from.
    """
    kept = np.clip(shares, _SURE, 1 - _SURE)
    basis = np.stack([np.log(kept / (1 - kept)), np.ones_like(kept)], axis=1)
    center = np.array(expected)

    def loss(weights: npt.NDArray[np.float64]) -> float:
        odds = basis @ weights
        return float((np.logaddexp(0, odds) - right * odds).sum() + 0.5 * _FIRM * ((weights - center) ** 2).sum())

    weights = center
    for _ in range(30):
        guess = 1 / (1 + np.exp(-np.clip(basis @ weights, -500, 500)))
        gradient = basis.T @ (guess - right) + _FIRM * (weights - center)
        curve = (basis * (guess * (1 - guess))[:, None]).T @ basis + _FIRM * np.eye(2)
        step = np.linalg.solve(curve, gradient)
        while loss(weights - step) > loss(weights) and np.abs(step).max() > _SURE:
            step = step / 2  # where most are right and sure, the curve is so flat that a whole step goes too far
        weights = weights - step
    return max(_FLATTEST, float(weights[0])), float(weights[1])


def coverage(shares: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], errors: float = 0.01) -> float:
    """Largest share of strings that can be accepted, the surest first, with at most this share of them wrong."""
    order = np.argsort(-shares, kind="stable")
    wrong = np.cumsum(~right[order])
    count = np.arange(1, len(order) + 1)
    fine = np.flatnonzero(wrong <= errors * count)
    return float(count[fine[-1]] / len(order)) if len(fine) else 0.0

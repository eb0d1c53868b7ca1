"""Figures from two arrays: how sure a model was of each digit, and whether it was right."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Labels = npt.NDArray[np.int64]
Interval = tuple[float, float]

BINS = 15
LEAST = 1e-12  # of probability: what is called impossible and happens costs 27.6, not infinity


@dataclass(frozen=True, slots=True)
class Bin:
    """Digits of about the same confidence.

    Attributes:
        low: Least confidence in the bin, in [0, 1].
        high: Its upper end; only in the last bin it belongs to it.
        count: Digits in it.
        confidence: Their mean confidence; the middle of the bin when it is empty.
        accuracy: Share of them that is right; 0 when it is empty.
        interval: 95 % Wilson interval of ``accuracy``.
    """

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a risk-coverage curve.

    Attributes:
        coverage: Share of all digits that is taken as read.
        risk: Share of these that is wrong.
        least: Score of the least sure of them: its confidence, less 1 where the reader refused it.
    """

    coverage: float
    risk: float
    least: float


def wilson(successes: int, count: int, z: float = 1.96) -> Interval:
    """95 % interval of a proportion (Wilson, 1927); (0, 1) when nothing was counted."""
    if count == 0:
        return 0.0, 1.0
    share = successes / count
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    center, scale = share + z * z / (2 * count), 1 + z * z / count
    return max(0.0, (center - spread) / scale), min(1.0, (center + spread) / scale)


def log_loss(probabilities: Floats, labels: Labels) -> float:
    """Mean negative natural logarithm of the probability of the true label.

    Args:
        probabilities: (N, 10); a row of zeros, as of a blank, counts as ten even chances.
        labels: (N,) in 0-9.
    """
    known = probabilities.sum(axis=1) > 0
    chosen = np.where(known, probabilities[np.arange(len(labels)), labels], 1 / probabilities.shape[1])
    return float(-np.log(np.clip(chosen, LEAST, 1)).mean())


def reliability(confidence: Floats, right: Flags, bins: int = BINS) -> tuple[Bin, ...]:
    """Confidence (N,) in [0, 1] against accuracy, over bins of equal width."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    return tuple(_bin(b / bins, (b + 1) / bins, confidence[place == b], right[place == b]) for b in range(bins))


def _bin(low: float, high: float, confidence: Floats, right: Flags) -> Bin:
    count = len(right)
    if not count:
        return Bin(low, high, 0, (low + high) / 2, 0.0, wilson(0, 0))
    return Bin(low, high, count, float(confidence.mean()), float(right.mean()), wilson(int(right.sum()), count))


def calibration_error(confidence: Floats, right: Flags, bins: int = BINS) -> float:
    """Expected calibration error: mean gap between confidence and accuracy over equal-width bins (Naeini, 2015)."""
    found = reliability(confidence, right, bins)
    return sum(abs(one.confidence - one.accuracy) * one.count for one in found) / max(1, len(right))


def risk_coverage(score: Floats, right: Flags) -> tuple[Point, ...]:
    """The share of errors among the surest digits, for every share that could be taken (El-Yaniv & Wiener, 2010).

    Digits of the same score are taken together, so a score given to all of them makes a single point.

    Args:
        score: (N,), more is surer.
        right: (N,).
    """
    order = np.argsort(-score, kind="stable")
    ranked = score[order]
    wrong = np.cumsum(~right[order])
    ends = np.flatnonzero(np.append(np.diff(ranked) != 0, True)) if len(ranked) else np.empty(0, int)
    return tuple(
        Point(float(end + 1) / len(score), float(wrong[end]) / float(end + 1), float(ranked[end])) for end in ends
    )


def coverage_at(points: tuple[Point, ...], risk: float) -> float:
    """The largest share that can be taken with at most this share of errors among it; 0 when there is none."""
    return max((point.coverage for point in points if point.risk <= risk), default=0.0)


def thinned(points: tuple[Point, ...], most: int = 200) -> tuple[Point, ...]:
    """At most about so many points of a curve, evenly spread over the coverage, the last one among them."""
    step = 1 / most
    kept: list[Point] = []
    for point in points:
        if not kept or point.coverage - kept[-1].coverage >= step:
            kept.append(point)
    if points and kept[-1] is not points[-1]:
        kept.append(points[-1])
    return tuple(kept)

"""Digits of our own to measure on where there is no other data: drawn in haste, so that some are misread."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from inkdigits.training.datasets import Stroke, Writing
from inkdigits.training.vector_digits import draw_digit

DRAWN = 300
_SEED = 4_711
_SLANT, _TURN, _LEFT_OUT = 0.7, 35.0, 0.3


def drawn_digits(count: int = DRAWN, seed: int = _SEED) -> Writing:
    """As many of each digit, written by :func:`inkdigits.training.vector_digits.draw_digit` and then spoiled.

    Half of them are as that function draws them; the others are slanted, turned, and end too early, ever more.
    """
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 10
    haste = np.clip(np.linspace(-1, 1, count), 0, 1)
    samples = [_spoil(draw_digit(int(label), rng), float(much), rng) for label, much in zip(labels, haste, strict=True)]
    return Writing(samples, labels.astype(str), np.zeros(count, np.int32))


def _spoil(strokes: list[npt.NDArray[np.float64]], much: float, rng: np.random.Generator) -> list[Stroke]:
    slant, turn = rng.uniform(-1, 1, 2) * (_SLANT, math.radians(_TURN)) * much
    change = np.array([[1, slant], [0, 1]]) @ [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]
    bent = [(stroke @ change.T).astype(np.float32) for stroke in strokes]
    kept = max(2, round(len(bent[-1]) * (1 - rng.uniform(0, _LEFT_OUT) * much)))
    return [*bent[:-1], bent[-1][:kept]]

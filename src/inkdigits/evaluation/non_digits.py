"""Drawings that are no digit: kinds that training draws, under a fresh seed, and two that it never saw."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from inkdigits.training.datasets import Writing
from inkdigits.training.vector_digits import NON_DIGITS
from inkdigits.training.vector_pen import spline

Points = npt.NDArray[np.float64]

_SCRIBBLES = ("zigzag", "wave", "coil", "spiral", "scrawl", "tangle", "crossed_out", "dots")
_SEVERAL = ("two_digits", "three_digits", "overwritten")

DRAWN = {
    "drawn scribbles": ("scribbled", _SCRIBBLES),
    "drawn signs and pieces": ("scribbled", tuple(kind for kind in NON_DIGITS if kind not in _SCRIBBLES + _SEVERAL)),
    "drawn pairs and heaps": ("several", _SEVERAL),
}
"""Name of a set -> what its drawings are, and the kinds of ``draw_non_digit`` in it."""


def random_walk(rng: np.random.Generator) -> list[Points]:
    """A pen led by chance: one to three smooth strokes whose direction drifts at random."""
    strokes = []
    for _ in range(int(rng.integers(1, 4))):
        count = int(rng.integers(8, 20))
        heading = np.cumsum(rng.normal(0, 1.1, count)) + rng.uniform(0, 2 * np.pi)
        steps = rng.uniform(0.3, 1.0, (count, 1)) * np.stack([np.cos(heading), np.sin(heading)], axis=1)
        strokes.append(spline(np.cumsum(steps, axis=0) + rng.uniform(-1, 1, 2), 5))
    return strokes


def pairs_of(pens: Writing, rng: np.random.Generator) -> list[Points]:
    """Two real digits of one height side by side, as one drawing."""
    right, drawing = 0.0, []
    for index in rng.choice(len(pens), 2, replace=False):
        strokes = pens.samples[index]
        points = np.concatenate(strokes)
        low, high = points.min(axis=0), points.max(axis=0)
        scale = 1 / max(float(high[1] - low[1]), 1e-6)
        drawing += [(stroke - low) * scale + (right, 0.0) for stroke in strokes]
        right += float(high[0] - low[0]) * scale + rng.uniform(0.08, 0.35)
    return drawing

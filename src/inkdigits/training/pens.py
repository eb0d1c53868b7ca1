"""Pen strokes as other hands and pens would have written them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from inkdigits.images import render_strokes
from inkdigits.images.page import Grey

Stroke = npt.NDArray[np.floating]
Rng = np.random.Generator


def vary_strokes(strokes: Sequence[Stroke], rng: Rng, strength: float = 1.0) -> list[npt.NDArray[np.float64]]:
    """Changes slant, rotation, aspect and proportions, smoothly, as another writer would.

    Args:
        strokes: (n, 2) arrays, x right, y down, any unit.
        rng: Source of chance.
        strength: 0 changes nothing, 1 as much as stays legible.

    Returns:
        As many (n, 2) float64 arrays, the drawing's longer side about 1.
    """
    points = np.concatenate(strokes).astype(np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    size = max(float((high - low).max()), 1e-9)
    center = (low + high) / 2
    matrix = _affine(rng, strength)
    warp = _Warp(rng, strength)
    return [warp((np.asarray(stroke, np.float64) - center) / size) @ matrix.T for stroke in strokes]


def draw(strokes: Sequence[Stroke], rng: Rng, widest: float = 0.24) -> Grey:
    """Renders strokes with a pen of random width, at most ``widest`` of the drawing: uint8 (H, W), ink 255 on 0."""
    arrays = [np.asarray(stroke, np.float64) for stroke in strokes]
    return render_strokes(arrays, thickness=float(np.clip(rng.lognormal(np.log(0.10), 0.4), 0.035, widest)))


def _affine(rng: Rng, strength: float) -> npt.NDArray[np.float64]:
    angle = np.deg2rad(rng.normal(0, 6) * strength)
    slant = rng.normal(0, 0.16) * strength
    aspect = np.exp(rng.normal(0, 0.16) * strength)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return turn @ np.array([[1, slant], [0, 1]]) @ np.diag([aspect, 1 / aspect])


class _Warp:
    """A smooth displacement: a few low-frequency waves across the drawing."""

    def __init__(self, rng: Rng, strength: float) -> None:
        self._wave = rng.uniform(1.5, 6, (3, 2)) * rng.choice([-1, 1], (3, 2))
        self._phase = rng.uniform(0, 2 * np.pi, (3, 2))
        self._height = rng.normal(0, 0.022 * strength, (3, 2))

    def __call__(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        angle = points @ self._wave.T
        shift = [(np.sin(angle + self._phase[:, axis]) * self._height[:, axis]).sum(axis=1) for axis in (0, 1)]
        return points + np.stack(shift, axis=1)

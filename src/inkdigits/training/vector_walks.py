"""Pens without a plan: paths led by chance, of several constructions, too tangled or too broken for a digit."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from inkdigits.training.vector_clutter import crossings

Rng = np.random.Generator
Points = npt.NDArray[np.float64]

_NARROW = 0.45  # shorter by longer side: in a narrower one nothing is left of the path but a 1


def draw_walk(rng: Rng, kind: str | None = None) -> list[Points]:
    """Draws an aimless path.

    Args:
        rng: Where the variation comes from.
        kind: One of ``WALKS``; None picks one.

    Returns:
        Strokes (n, 2), x right, y down, their longer side about 1.

    Raises:
        KeyError: There is no such kind.
    """
    chosen = kind or WALKS[int(rng.integers(len(WALKS)))]
    while True:
        strokes = _KINDS[chosen](rng)
        points = np.concatenate(strokes)
        low, size = points.min(axis=0), np.ptp(points, axis=0)
        if size.min() > _NARROW * size.max():
            return [(stroke - low) / size.max() for stroke in strokes]


def _drift(rng: Rng) -> list[Points]:
    """The pen moves on at an even pace while its curvature wanders about a mean of nothing (Ornstein & Uhlenbeck)."""
    while True:
        count = int(rng.integers(60, 160))
        pull, push = rng.uniform(0.03, 0.25), rng.uniform(0.04, 0.16)
        curvature = np.empty(count)
        bend = rng.normal(0, 0.15)
        for index, shock in enumerate(rng.normal(0, push, count)):
            bend += shock - pull * bend
            curvature[index] = bend
        heading = rng.uniform(0, 2 * np.pi) + np.cumsum(curvature)
        path = np.cumsum(np.stack((np.cos(heading), np.sin(heading)), axis=1), axis=0)
        turned = float(np.abs(curvature).sum())
        if turned > 3.2 * np.pi and (crossings(path[::2]) >= 3 or turned > 7 * np.pi):
            return [path]


def _jagged(rng: Rng) -> list[Points]:
    """Straight pieces between places anywhere."""
    while True:
        corners = rng.uniform(0, 1, (int(rng.integers(6, 13)), 2)) * np.array([1.0, rng.uniform(0.6, 1.6)])
        path = np.concatenate([np.linspace(a, b, 6) for a, b in pairwise(corners)])
        if crossings(path[::2]) >= 3:
            return [path]


def _loops(rng: Rng) -> list[Points]:
    """Waves of several periods in each direction, as a closed or open tangle."""
    while True:
        t = np.linspace(0, 2 * np.pi * rng.uniform(0.7, 1.0), 140)
        waves = np.arange(1, int(rng.integers(4, 7)))
        size = rng.normal(0, 1, (2, 2, len(waves))) / waves ** rng.uniform(0.2, 0.8)
        angle = t[:, None] * waves
        path = np.stack([np.cos(angle) @ size[axis, 0] + np.sin(angle) @ size[axis, 1] for axis in (0, 1)], axis=1)
        if crossings(path[::2]) >= 3:
            return [path]


def _bounce(rng: Rng) -> list[Points]:
    """A speed that changes by chance, thrown back from the sides of a box."""
    while True:
        count = int(rng.integers(70, 160))
        place, speed = rng.uniform(0.2, 0.8, 2), rng.normal(0, 0.05, 2)
        path = np.empty((count, 2))
        for index, shock in enumerate(rng.normal(0, 0.022, (count, 2))):
            speed = 0.94 * speed + shock
            place = place + speed
            outside = (place < 0) | (place > 1)
            speed = np.where(outside, -speed, speed)
            place = np.clip(place, 0, 1)
            path[index] = place
        if crossings(path[::2]) >= 3:
            return [path]


def _bits(rng: Rng) -> list[Points]:
    """Four to eight short strokes that have nothing to do with each other."""
    strokes = []
    for _ in range(int(rng.integers(4, 9))):
        t = np.linspace(0, 1, 12)
        heading = rng.uniform(0, 2 * np.pi) + rng.normal(0, 2.5) * t
        path = np.cumsum(np.stack((np.cos(heading), np.sin(heading)), axis=1), axis=0) / 12
        strokes.append(rng.uniform(0, 1, 2) + path * rng.uniform(0.2, 0.7))
    return strokes


def _together(rng: Rng) -> list[Points]:
    """Two or three aimless strokes over each other, none of them a tangle of its own."""
    strokes = []
    for _ in range(int(rng.integers(2, 4))):
        t = np.linspace(0, 1, 60)[:, None]
        waves = np.array([1.0, 2.0, 3.0, 4.0])
        sides = [np.sin(t * waves * np.pi + rng.uniform(0, 6.28, 4)) @ rng.normal(0, 0.35, 4) for _ in "xy"]
        path = np.stack(sides, axis=1)
        strokes.append(path + rng.uniform(-0.4, 0.4, 2))
    return strokes if crossings(np.concatenate([stroke[::2] for stroke in strokes])) >= 3 else _together(rng)


_KINDS: dict[str, Callable[[Rng], list[Points]]] = {
    "drift": _drift,
    "jagged": _jagged,
    "loops": _loops,
    "bounce": _bounce,
    "bits": _bits,
    "together": _together,
}
WALKS: tuple[str, ...] = tuple(_KINDS)
"""What :func:`draw_walk` can draw."""

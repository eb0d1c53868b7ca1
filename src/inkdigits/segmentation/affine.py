"""Affine maps of the plane: composed, turned around, and the upright box around a box that they turn."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Affine = npt.NDArray[np.float64]
"""float64 (2, 3): takes (x, y, 1) to (x, y)."""


def compose(outer: Affine, inner: Affine) -> Affine:
    """The map that does ``inner`` first."""
    return outer @ np.vstack([inner, [0.0, 0.0, 1.0]])


def invert(affine: Affine) -> Affine:
    """The map backwards."""
    return np.linalg.inv(np.vstack([affine, [0.0, 0.0, 1.0]]))[:2]


def bounds_of(affine: Affine, x: tuple[float, float], y: tuple[float, float]) -> tuple[Affine, Affine]:
    """The lowest and the highest (x, y) of a box once it is mapped: its upright bounds.

    Args:
        affine: The map.
        x: First and last of the box across.
        y: First and last of the box down.
    """
    corners = affine @ np.array([[x[0], x[1], x[0], x[1]], [y[0], y[0], y[1], y[1]], [1, 1, 1, 1]], np.float64)
    return corners.min(axis=1), corners.max(axis=1)

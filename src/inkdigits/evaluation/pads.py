"""Digits drawn on a pad by the project's own generator of strokes."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.training.vector_digits import draw_digit

SIDE = 280


def canvases(count: int, seed: int = 20_029) -> list[npt.NDArray[np.uint8]]:
    """Drawings of digits 0-9 in turn, any size and place: uint8 (280, 280), every other one light on dark."""
    rng = np.random.default_rng(seed)
    return [_canvas(index % 10, rng, dark=index // 10 % 2 == 1) for index in range(count)]


def _canvas(label: int, rng: np.random.Generator, dark: bool) -> npt.NDArray[np.uint8]:
    pad = np.zeros((SIDE, SIDE), np.uint8)
    strokes = draw_digit(label, rng)
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0).max()
    size = float(rng.uniform(80, 220))
    corner = rng.uniform(15, SIDE - 15 - size, 2)
    width = int(rng.integers(8, 22))
    for stroke in strokes:
        fixed = np.round(((stroke - low) / extent * size + corner) * 16).astype(np.int32)
        cv2.polylines(pad, [fixed.reshape(-1, 1, 2)], False, 255, width, cv2.LINE_AA, 4)
    return pad if dark else 255 - pad

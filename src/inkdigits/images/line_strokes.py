"""Pen strokes of a whole number, drawn on one line."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from inkdigits.images.page import Grey
from inkdigits.images.strokes import Points, is_tap

_HEIGHT = 72  # pixels: of the writing
_WIDEST = 4000  # pixels
_MARGIN = 24
_FRACTION = 4  # bits after the point in OpenCV's fixed-point coordinates


def render_line(strokes: Sequence[Points], thickness: float = 0.06) -> Grey:
    """Draws a number's strokes as they would look on paper, whatever their unit.

    Args:
        strokes: Checked (n, 2) arrays, x right, y down.
        thickness: Width of the pen as a share of the writing's height.

    Returns:
        uint8 (H, W), ink 255 on 0, the writing about 72 pixels high; all 0 when there are no strokes, or a tap of the
        pen is all there is.
    """
    if not strokes:
        return np.zeros((_HEIGHT, _HEIGHT), np.uint8)
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    wide, tall = (float(extent) for extent in points.max(axis=0) - low)
    size = max(wide, tall)
    if is_tap(points, size):
        return np.zeros((_HEIGHT, _HEIGHT), np.uint8)
    scale = min(_HEIGHT / max(tall, 0.02 * wide), _WIDEST / size)
    picture = np.zeros((round(tall * scale) + 2 * _MARGIN, round(wide * scale) + 2 * _MARGIN), np.uint8)
    pen = max(1, round(thickness * _HEIGHT))
    for stroke in strokes:
        fixed = np.round(((stroke - low) * scale + _MARGIN) * (1 << _FRACTION)).astype(np.int32)
        if len(fixed) == 1:
            fixed = np.repeat(fixed, 2, axis=0)
        cv2.polylines(picture, [fixed.reshape(-1, 1, 2)], False, 255, pen, cv2.LINE_AA, _FRACTION)
    return picture

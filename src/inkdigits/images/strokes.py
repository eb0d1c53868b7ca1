"""Pen strokes become ink: checked, scaled to a fixed height and drawn anti-aliased."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.errors import LimitError, StrokeError
from inkdigits.images.page import Grey
from inkdigits.settings import Settings

Strokes: TypeAlias = "Sequence[npt.ArrayLike]"
Points = npt.NDArray[np.float64]

_INNER = 80  # longer side of the drawing in pixels: 4 times the 20-pixel box of the normal form
_MARGIN = 12
_DOT = 1e-12  # of the coordinates' size: the drawing is a dot
_NOTHING = 1e-305  # too little to divide by
_FRACTION = 4  # bits after the point in OpenCV's fixed-point coordinates


def check_strokes(strokes: Strokes, settings: Settings) -> list[Points]:
    """Returns the strokes as float arrays, those without points left out.

    Args:
        strokes: (n, 2) arrays or lists of points, x right, y down, in any unit.
        settings: The limit on points.

    Raises:
        StrokeError: Not a list of finite (n, 2) arrays.
        LimitError: Too many points.
    """
    if getattr(strokes, "shape", None) == ():
        raise StrokeError("strokes must be a list of (n, 2) arrays, not a single number")
    if isinstance(strokes, (str, bytes)) or not isinstance(strokes, Sequence | np.ndarray):
        raise StrokeError(f"strokes must be a list of (n, 2) arrays, not {type(strokes).__name__}")
    checked: list[Points] = []
    for index, stroke in enumerate(strokes):
        points = _to_points(stroke, index)
        if len(points):
            checked.append(points)
    total = sum(len(points) for points in checked)
    if total > settings.max_points:
        raise LimitError(
            f"the drawing has {total:,} points, the limit is {settings.max_points:,}: "
            "send fewer, or raise INKDIGITS_MAX_POINTS"
        )
    return checked


def _to_points(stroke: Any, index: int) -> Points:
    try:
        if np.iscomplexobj(stroke):
            raise TypeError("it holds complex numbers")
        points = np.asarray(stroke, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise StrokeError(f"stroke {index} is not an (n, 2) array of numbers: {error}") from error
    if points.size == 0:
        return np.empty((0, 2))
    if points.ndim != 2 or points.shape[1] != 2:
        raise StrokeError(f"stroke {index} has shape {points.shape}, not (n, 2)")
    if not np.isfinite(points).all() or np.abs(points).max() > 1e12:
        raise StrokeError(f"stroke {index} has coordinates that are not finite or beyond 1e12")
    return points


def render_strokes(strokes: Sequence[Points], thickness: float = 0.11) -> Grey:
    """Draws strokes as they would look on paper, whatever their unit.

    Args:
        strokes: Checked (n, 2) arrays, x right, y down.
        thickness: Width of the pen as a share of the drawing's longer side.

    Returns:
        uint8 (H, W), ink 255 on 0, the longer side about 100 pixels; all 0 when there are no strokes.
    """
    if not strokes:
        return np.zeros((_INNER, _INNER), np.uint8)
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    extent = points.max(axis=0) - low
    longer = float(extent.max())
    if is_tap(points, longer):
        longer = np.inf
    size = np.ceil(extent / longer * _INNER).astype(int) + 2 * _MARGIN
    picture = np.zeros((size[1], size[0]), np.uint8)
    width = max(1, round(thickness * _INNER))
    for stroke in strokes:
        fixed = np.round(((stroke - low) / longer * _INNER + _MARGIN) * (1 << _FRACTION)).astype(np.int32)
        if len(fixed) == 1:
            fixed = np.repeat(fixed, 2, axis=0)
        cv2.polylines(picture, [fixed.reshape(-1, 1, 2)], False, 255, width, cv2.LINE_AA, _FRACTION)
    return picture


def is_tap(points: Points, longer: float) -> bool:
    """Whether all points are one, but for rounding: the pen has only tapped.

    Args:
        points: float64 (N, 2).
        longer: The longer side of their box.
    """
    return longer <= max(_DOT * float(np.abs(points).max()), _NOTHING)

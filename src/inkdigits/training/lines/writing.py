"""A laid-out line as ink: strokes drawn with one pen, bitmaps scaled to match, at a size and with margins."""

from __future__ import annotations

import cv2
import numpy as np

from inkdigits.images.page import Grey
from inkdigits.training.lines.hands import thin_or_thicken
from inkdigits.training.lines.layout import Layout, Placed
from inkdigits.training.lines.strings import chance

Rng = np.random.Generator

_FRACTION = 4  # bits behind the point for OpenCV's lines


def draw_ink(layout: Layout, size: float, window: tuple[float, float, float, float], binary: bool, rng: Rng) -> Grey:
    """Draws a line.

    Args:
        layout: Where the glyphs stand.
        size: Pixels for the text's height.
        window: left, top, right, bottom of the picture in units of the text's height.
        binary: The bitmaps are hard-edged and small.
        rng: Source of chance.

    Returns:
        uint8 (H, W), ink 255 on 0.
    """
    left, top, right, bottom = window
    shape = (max(4, round((bottom - top) * size)), max(4, round((right - left) * size)))
    canvas = np.zeros(shape, np.uint8)
    origin = np.array([left, top])
    level, slope = float(rng.uniform(85, 185)), float(rng.uniform(1.4, 4))
    by_width: dict[int, list[np.ndarray[tuple[int, ...], np.dtype[np.int32]]]] = {}
    for placed in layout.placed:
        if placed.bitmap is not None:
            _paste(canvas, placed, size, origin, (level, slope), binary)
            continue
        width = max(1, round(layout.pen * size * placed.weight))
        for stroke in placed.strokes:
            fixed = np.round((stroke - origin) * (size * (1 << _FRACTION))).astype(np.int32)
            by_width.setdefault(width, []).append(fixed.reshape(-1, 1, 2))
    for width, lines in by_width.items():
        cv2.polylines(canvas, lines, False, 255, width, cv2.LINE_AA, _FRACTION)
    return canvas


def _paste(
    canvas: Grey,
    placed: Placed,
    size: float,
    origin: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    tone: tuple[float, float],
    binary: bool,
) -> None:
    """Draws a bitmap through its affine map; the brighter of old and new stays."""
    assert placed.bitmap is not None
    x0, y0 = np.floor((np.array(placed.box[:2]) - origin) * size).astype(int) - 2
    x1, y1 = np.ceil((np.array(placed.box[2:]) - origin) * size).astype(int) + 3
    x0, y0 = max(0, int(x0)), max(0, int(y0))
    x1, y1 = min(canvas.shape[1], int(x1)), min(canvas.shape[0], int(y1))
    if x1 <= x0 or y1 <= y0:
        return
    matrix = placed.matrix * size
    matrix[:, 2] -= origin * size + (x0, y0)
    bitmap = cv2.copyMakeBorder(placed.bitmap, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    matrix[:, 2] += matrix[:, :2] @ (-0.5, -0.5)
    patch = cv2.warpAffine(bitmap, matrix, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR)
    grain = float(matrix[1, 1]) * (0.75 if binary else 0.35)
    if grain > 0.3:
        patch = cv2.GaussianBlur(patch, (0, 0), grain)
    patch = thin_or_thicken(patch, *tone)
    region = canvas[y0:y1, x0:x1]
    np.maximum(region, patch, out=region)


def wear(ink: Grey, size: float, pen: float, rng: Rng) -> Grey:
    """What a pen leaves: the strokes of a slanted nib, soft edges. ``pen`` is its width in text heights."""
    drawn = rng.random() + max(0.0, pen - 0.08) * 3  # a felt pen has no nib
    if drawn < 0.12:
        reach = max(2, round(size * float(rng.uniform(0.03, 0.07))))
        kernel = np.eye(reach, dtype=np.uint8)
        ink = cv2.dilate(ink, kernel if chance(rng, 0.3) else kernel[::-1])
    elif drawn < 0.2:
        ink = cv2.dilate(ink, np.ones((max(1, round(size * 0.04)), 1), np.uint8))
    elif drawn < 0.26:  # a felt pen
        reach = max(2, round(size * float(rng.uniform(0.03, 0.09))))
        ink = cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    if chance(rng, 0.3):
        blur = float(rng.uniform(0.3, 0.025 * size + 0.4))
        ink = cv2.GaussianBlur(ink, (0, 0), blur)
    return ink

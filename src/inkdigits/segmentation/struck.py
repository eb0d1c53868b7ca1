"""Whether writing was struck through: a straight stroke along its middle, or scribbles over all of it."""

from __future__ import annotations

import cv2
import numpy as np

from inkdigits.images.page import Grey

_INK = 96  # of 255: from here on a pixel of a line is ink
_SLOPES = np.linspace(-0.45, 0.45, 19)
_MIDDLE = (0.2, 0.8)  # of the ink's height: where a stroke that crosses out is, other than an underline
_ALONG = 0.85  # of the ink's width: no row of letters or digits is inked as far on one straight band
_BAND = 3  # pixels
_WIDER = 1.2  # width by height: of narrower ink, the bar of a 7 or a T would do


def is_struck(pixels: Grey) -> bool:
    """Whether a line's writing was crossed out.

    Args:
        pixels: uint8 (32, W), a line, ink bright on 0.
    """
    mask = cv2.threshold(pixels, _INK - 1, 1, cv2.THRESH_BINARY)[1]
    left, top, width, height = cv2.boundingRect(mask)
    if not width or width < _WIDER * height or width >= pixels.shape[1] - 2:  # too narrow, or a ruling goes across
        return False
    ink = mask[top : top + height, left : left + width]
    middle = width / 2
    low, high = (round(height * share) for share in _MIDDLE)
    for slope in _SLOPES:
        if abs(slope) * width > height:
            continue
        shear = np.array([[1, 0, 0], [-slope, 1, slope * middle]], np.float64)
        level = cv2.warpAffine(ink, shear, (width, height), flags=cv2.INTER_NEAREST)
        band = cv2.dilate(level, np.ones((_BAND, 1), np.uint8))
        if band[low:high].mean(axis=1).max(initial=0.0) >= _ALONG:
            return True
    return False

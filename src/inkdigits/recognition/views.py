"""Other views of a line, for a second opinion: leaning to the left, to the right, and narrower."""

from __future__ import annotations

import cv2
import numpy as np

from inkdigits.images.page import Grey

_LEAN = 0.2  # columns a row
_NARROW = 0.87  # of the width


def other_views(line: Grey) -> tuple[Grey, ...]:
    """The same writing, slanted and squeezed a little.

    Args:
        line: uint8 (32, W), ink 255 on 0.

    Returns:
        Three lines, uint8 (32, W'), of about the same width.
    """
    height, width = line.shape
    narrow = cv2.resize(line, (max(1, round(width * _NARROW)), height), interpolation=cv2.INTER_LINEAR)
    return _lean(line, _LEAN), _lean(line, -_LEAN), narrow


def _lean(line: Grey, slope: float) -> Grey:
    height, width = line.shape
    matrix = np.array([[1, slope, -slope * height / 2], [0, 1, 0]], np.float32)
    return cv2.warpAffine(line, matrix, (width, height))

"""Pictures brought to the size that they are looked at in."""

from __future__ import annotations

import cv2

from inkdigits.images.page import Grey


def shrink_to(grey: Grey, height: int, width: int) -> tuple[Grey, float]:
    """Scales a picture down, aspect kept, until it is no larger than so many pixels.

    Args:
        grey: uint8 (H, W).
        height: At most.
        width: At most.

    Returns:
        uint8 (h, w), the very picture when it is small enough, and h by H, at most 1.
    """
    scale = min(1.0, height / grey.shape[0], width / grey.shape[1])
    if scale == 1:
        return grey, 1.0
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA), scale

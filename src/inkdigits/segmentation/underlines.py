"""Lines drawn under writing: found where they stand free below it, and dropped."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey

_FLAT = 4.0  # times as wide as high, or more,
_WIDE = 0.7  # of the writing's width,
_GAP = 0.08  # of the writing's height below it: nearer ones may be the foot of a 1 or a 2,
_LONG = 8.0  # times the writing's height, or twice its width: longer lines are of the paper
_TALL = 0.4  # of the highest mark: others do not say where the writing ends


def drop_underlines(mask: Grey) -> Grey:
    """Removes lines under writing.

    Args:
        mask: uint8 (H, W), 255 where there is ink.

    Returns:
        uint8 (H, W) without underlines; the very mask when nothing is underlined.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_16U)
    if count <= 2:
        return mask
    under = find_underlines(stats)
    return np.where(under[labels], 0, mask).astype(np.uint8) if under.any() else mask


def find_underlines(stats: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Which connected parts are lines under the others.

    Args:
        stats: int32 (N, 5), of ``cv2.connectedComponentsWithStats``; the first is the background.

    Returns:
        bool (N,).
    """
    left, top, width, height = (stats[:, column] for column in range(4))
    right, bottom = left + width, top + height
    flat = width >= _FLAT * height
    flat[0] = False
    written = ~flat
    written[0] = False
    if not flat.any() or not written.any():
        return np.zeros(len(stats), bool)
    written &= height >= _TALL * height[written].max()
    foot, head = bottom[written].max(), top[written].min()
    size = foot - head
    across = right[written].max() - left[written].min()
    beneath = (left < right[written].max()) & (right > left[written].min())
    return (
        flat
        & beneath
        & (top >= foot + _GAP * size)
        & (width >= _WIDE * across)
        & (width <= np.maximum(_LONG * size, 2 * across))
    )

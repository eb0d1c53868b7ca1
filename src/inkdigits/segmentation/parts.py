"""Parts: the connected pieces of ink, by their boxes."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey

Numbers = npt.NDArray[np.int32]

_LONG = 7.0  # longer side by shorter: lines, not digits
_SPECK = 4  # pixels


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Connected pieces of ink; ``labels`` holds 1 + the index of each.

    Attributes:
        labels: int32 (h, w).
        left: First column of each part.
        top: First row.
        width: In pixels.
        height: In pixels.
        area: Pixels of ink.
    """

    labels: Numbers
    left: Numbers
    top: Numbers
    width: Numbers
    height: Numbers
    area: Numbers

    def __len__(self) -> int:
        """How many."""
        return len(self.left)

    @property
    def right(self) -> Numbers:
        """The column after the last."""
        return self.left + self.width

    @property
    def bottom(self) -> Numbers:
        """The row after the last."""
        return self.top + self.height


def find_parts(mask: Grey) -> Parts:
    """Labels a mask.

    Args:
        mask: uint8 (h, w), 255 where there is ink.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    left, top, width, height, area = stats[1:].T
    return Parts(labels, left, top, width, height, area)


def text_height(parts: Parts) -> float:
    """Height of most writing in pixels; 0 when there is none.

    Frames, rulings and specks are left out; a taller part counts more, since a digit is worth many crumbs.
    """
    page_height, page_width = parts.labels.shape
    long, short = np.maximum(parts.width, parts.height), np.maximum(1, np.minimum(parts.width, parts.height))
    level = (parts.width > _LONG * parts.height) | ((parts.height > 2 * _LONG * parts.width) & (long > 40))
    frame = (parts.width > 0.5 * page_width) & (parts.area < 0.25 * parts.width * parts.height)
    frame |= (parts.height > 0.5 * page_height) & (parts.area < 0.1 * parts.width * parts.height)
    written = ~level & ~frame & (long > _SPECK) & (short >= 1)
    if not written.any():
        return 0.0
    heights, weights = parts.height[written], np.sqrt(parts.area[written].astype(np.float64)) * parts.height[written]
    order = np.argsort(heights)
    share = np.cumsum(weights[order])
    return float(heights[order][np.searchsorted(share, 0.5 * share[-1])])

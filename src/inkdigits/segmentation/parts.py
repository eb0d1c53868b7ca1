"""Parts: the connected pieces of ink, by their boxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey

Numbers = npt.NDArray[np.int32]
Shares = Mapping[int, Mapping[int, float]]
"""Indices of parts -> cells with their ink -> the share of it there, in (0, 1]."""

_LONG = 7.0  # longer side by shorter: lines, not digits
_SPECK = 4  # pixels
_FILLING = 0.12  # of a frame's ink: with less ink beside it, a large hollow part is a digit that fills the picture,
_MANY = 12  # parts of about one height,
_MUCH = 2.5  # and other estimates this many times higher are of something else
_SEVERAL = 4  # parts of the size of digits beside it say the same
_SIDE = 0.85  # unless this share of each of its four sides is straight


@dataclass(frozen=True, eq=False)
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

    @cached_property
    def right(self) -> Numbers:
        """The column after the last."""
        return self.left + self.width

    @cached_property
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


def number_parts(labels: Numbers) -> Parts:
    """Parts by their labels, int32 (h, w), numbered anew without gaps; each label is one part."""
    ys, xs = np.nonzero(labels)
    index = np.unique(labels[ys, xs], return_inverse=True)[1].reshape(-1).astype(np.int32)
    count = int(index.max(initial=-1)) + 1
    low, high = np.full((2, count), np.iinfo(np.int32).max, np.int32), np.zeros((2, count), np.int32)
    for axis, values in enumerate((xs.astype(np.int32), ys.astype(np.int32))):
        np.minimum.at(low[axis], index, values)
        np.maximum.at(high[axis], index, values + 1)
    numbered = np.zeros_like(labels)
    numbered[ys, xs] = index + 1
    area = np.bincount(index, minlength=count).astype(np.int32)
    return Parts(numbered, low[0], low[1], high[0] - low[0], high[1] - low[1], area)


def text_height(parts: Parts) -> float:
    """Height of most writing in pixels; 0 when there is none.

    Frames, rulings and specks are left out; a taller part counts more, since a digit is worth many crumbs.
    """
    long = np.maximum(parts.width, parts.height)
    level = (parts.width > _LONG * parts.height) | ((parts.height > 2 * _LONG * parts.width) & (long > 40))
    written = ~level & (long > _SPECK)
    frames = written & _may_be_frames(parts)
    if frames.any():
        inside = written & ~frames
        filled = float(parts.area[inside].sum()) > _FILLING * float(parts.area[frames].sum())
        sized = parts.height[inside] >= max(8.0, 0.02 * parts.labels.shape[0])
        filled = filled or int(np.count_nonzero(sized)) >= _SEVERAL
        written &= ~frames if filled else ~_are_frames(parts, frames)
    if not written.any():
        return 0.0
    heights, weights = parts.height[written], np.sqrt(parts.area[written].astype(np.float64)) * parts.height[written]
    order = np.argsort(heights)
    share = np.cumsum(weights[order])
    height = float(heights[order][np.searchsorted(share, 0.5 * share[-1])])
    common = _common_height(parts, long > 2 * _SPECK)
    return common if common and height > _MUCH * common else height


def _common_height(parts: Parts, sized: npt.NDArray[np.bool_]) -> float:
    """The height that many parts share, when they hold much of the page's ink; else 0.

    A grid whose lines bend stays in one part with shadows and headings, and outweighs the digits in its cells.
    """
    heights, areas = parts.height[sized], parts.area[sized].astype(np.float64)
    best, ink = 0.0, 0.0
    for height in np.unique(heights):
        alike = (heights > 0.75 * height) & (heights < 1.33 * height)
        if np.count_nonzero(alike) >= _MANY and areas[alike].sum() > ink:
            best, ink = float(height), float(areas[alike].sum())
    return best if ink > _FILLING * float(parts.area.sum()) else 0.0


def _may_be_frames(parts: Parts) -> npt.NDArray[np.bool_]:
    """Parts as large as the page, and hollow or at its edge: frames, grids, desks, and digits that fill the picture."""
    height, width = parts.labels.shape
    boxes = parts.width.astype(np.int64) * parts.height
    wide = (parts.width > 0.5 * width) & (parts.area < 0.25 * boxes)
    tall = (parts.height > 0.5 * height) & (parts.area < 0.1 * boxes)
    at_edge = (parts.left <= 0) | (parts.top <= 0) | (parts.right >= width) | (parts.bottom >= height)
    return wide | tall | (at_edge & ((parts.width > 0.5 * width) | (parts.height > 0.5 * height)))


def _are_frames(parts: Parts, frames: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Of parts that may be frames, those with straight lines along most of all four sides."""
    found = np.zeros_like(frames)
    for index in np.flatnonzero(frames):
        left, top = int(parts.left[index]), int(parts.top[index])
        width, height = int(parts.width[index]), int(parts.height[index])
        part = parts.labels[top : top + height, left : left + width] == index + 1
        band_y, band_x = max(2, height // 9), max(2, width // 9)
        sides = (part[:band_y].any(axis=0), part[-band_y:].any(axis=0))
        flanks = (part[:, :band_x].any(axis=1), part[:, -band_x:].any(axis=1))
        found[index] = all(side.mean() > _SIDE for side in (*sides, *flanks))
    return found

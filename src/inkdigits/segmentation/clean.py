"""Which marks belong to the digit: rulings, cell borders and specks dropped, broken strokes kept."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey
from inkdigits.segmentation.rings import drop_rings
from inkdigits.segmentation.underlines import find_underlines

_LINE = 0.7  # of the picture's side: a straight run this long is a ruling, not a stroke
_RIM = 0.25  # of the picture's side: straight runs out here are the sides of a cell
_FRAME = 0.6  # of the picture's sides: outlines this large are cells
_BAND = 0.16  # of the picture's side: marks wholly inside this rim, touching the edge, belong to the neighbors


def drop_rulings(mask: Grey) -> Grey:
    """Removes the lines of ruled and squared paper and of cells, unless that would cut a tightly cropped digit.

    Args:
        mask: uint8 (H, W), 255 where there is ink.

    Returns:
        A mask of the same shape.
    """
    mask = drop_frames(mask)
    level, upright = _level_lines(mask), np.ascontiguousarray(_level_lines(np.ascontiguousarray(mask.T)).T)
    lines = cv2.bitwise_or(level, upright)
    if not lines.any():
        return mask
    rest = cv2.bitwise_and(mask, cv2.bitwise_not(lines))
    if not rest.any():
        return mask if _may_be_one(level, upright) else rest
    return _heal(rest, mask, level, upright) if _stands_free(rest) else mask


def _level_lines(mask: Grey) -> Grey:
    """Straight horizontal runs that cross the whole picture, or most of it near its rim."""
    height, width = mask.shape
    lines = np.zeros_like(mask)
    if width < 24 or height < 24:
        return lines
    slack = max(1, round(height * 0.02))
    closed = cv2.dilate(mask, np.ones((2 * slack + 1, 1), np.uint8))  # a slightly skewed line is still one run
    runs = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, round(width * _LINE)), np.uint8))
    reach = max(2, round(width * 0.04))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    for index in range(1, count):
        left, top, length, thickness, _ = stats[index]
        if thickness > height * 0.2:
            continue
        crosses = left <= reach and left + length >= width - reach
        at_rim = top + thickness <= height * _RIM or top >= height * (1 - _RIM)
        run = labels == index
        if crosses or (at_rim and _is_apart(mask, run)):
            lines[run] = 255
    return lines


def _is_apart(mask: Grey, run: npt.NDArray[np.bool_]) -> bool:
    """True for a line of its own; false for the foot of a 2 and the bar of a 7."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    touched = np.unique(labels[run & (mask > 0)])
    return bool(np.count_nonzero(run & (mask > 0)) > 0.8 * stats[touched, cv2.CC_STAT_AREA].sum())


def drop_frames(mask: Grey) -> Grey:
    """Removes the outline of a cell: one part that is nothing but four straight sides around most of the picture."""
    _, _, wide, tall = cv2.boundingRect(mask)
    if not may_frame(wide, tall, mask.shape):
        return mask
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    for index in range(1, count):
        left, top, width, height, area = stats[index]
        if width < mask.shape[1] * _FRAME or height < mask.shape[0] * _FRAME or area > 0.4 * width * height:
            continue
        part = labels[top : top + height, left : left + width] == index
        band_y, band_x = max(2, height // 9), max(2, width // 9)
        sides = (part[:band_y].any(axis=0), part[-band_y:].any(axis=0))
        flanks = (part[:, :band_x].any(axis=1), part[:, -band_x:].any(axis=1))
        inside = part[band_y:-band_y, band_x:-band_x].sum()
        if inside <= 0.03 * area and all(side.mean() > 0.9 for side in (*sides, *flanks)):
            mask = mask.copy()
            mask[labels == index] = 0
    return mask


def may_frame(width: int, height: int, shape: tuple[int, ...]) -> bool:
    """True when marks of this width and height are large enough to hold the outline of a cell."""
    return width >= shape[1] * _FRAME and height >= shape[0] * _FRAME


def _may_be_one(level: Grey, upright: Grey) -> bool:
    """Nothing but lines: a tightly cropped 1 when it is a single upright in the middle, or all there is room for."""
    if level.any():
        return False
    height, width = upright.shape
    left, _, length, _ = cv2.boundingRect(upright)
    middle = left + length / 2
    return length < 0.35 * width and (0.3 * width < middle < 0.7 * width or width < 0.5 * height)


def _heal(rest: Grey, mask: Grey, level: Grey, upright: Grey) -> Grey:
    """Gives back the ink of strokes that cross a removed line: where ink stands on both sides of it."""
    healed = rest
    for lines, axis in ((level, 0), (upright, 1)):
        if lines.any():
            thickness = int(np.count_nonzero(lines, axis=axis).max()) + 2
            kernel = np.ones((thickness, 1) if axis == 0 else (1, thickness), np.uint8)
            bridge = cv2.bitwise_and(cv2.morphologyEx(rest, cv2.MORPH_CLOSE, kernel), mask)
            healed = cv2.bitwise_or(healed, bridge)
    return healed


def _stands_free(rest: Grey) -> bool:
    """True when the largest of what is left does not reach the picture's edge."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(rest, connectivity=8)
    height, width = rest.shape
    left, top, wide, tall, _ = stats[1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))]
    return bool(left > 0 and top > 0 and left + wide < width and top + tall < height)


def keep_digit(mask: Grey, alone: bool) -> Grey:
    """Drops specks, underlines, and marks that come in from the picture's edge when something stands free inside.

    Args:
        mask: uint8 (H, W), 255 where there is ink.
        alone: True for a drawing on an empty canvas, where even small marks were meant and nothing comes in.

    Returns:
        A mask of the same shape; all 0 when nothing is left.
    """
    mask = drop_rings(mask)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_16U)
    if count <= 2:
        return mask
    keep = np.ones(count, dtype=bool)
    keep[0] = False
    if not alone:
        keep &= ~_intruders(labels, stats)
    areas = np.where(keep, stats[:, cv2.CC_STAT_AREA], 0)
    largest = int(areas.max())
    keep &= areas >= max(2, largest * (0.012 if alone else 0.03))
    keep[keep] &= ~find_underlines(np.vstack((stats[:1], stats[keep])))[1:]
    if keep[1:].all():
        return mask
    return np.where(keep, 255, 0).astype(np.uint8)[labels]


def _intruders(labels: npt.NDArray[np.integer], stats: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Parts that reach the picture's edge and lie in its rim, run around it, or are small beside a part inside."""
    height, width = labels.shape
    left, top, areas = stats[:, 0], stats[:, 1], stats[:, cv2.CC_STAT_AREA]
    right, bottom = left + stats[:, 2], top + stats[:, 3]
    at_edge = (left <= 1) | (top <= 1) | (right >= width - 1) | (bottom >= height - 1)
    free = ~at_edge
    free[0] = at_edge[0] = False
    if not free.any():
        return np.zeros(len(stats), dtype=bool)
    in_rim = (
        (right <= width * _BAND)
        | (left >= width * (1 - _BAND))
        | (bottom <= height * _BAND)
        | (top >= height * (1 - _BAND))
    )
    margin_y, margin_x = round(height * _BAND), round(width * _BAND)
    central = np.bincount(
        labels[margin_y : height - margin_y, margin_x : width - margin_x].ravel(), minlength=len(stats)
    )
    around = central < 0.15 * areas
    return at_edge & (in_rim | around | ((areas < 0.5 * areas[free].max()) & (central < 0.5 * areas)))

"""Where the writing of a field is: its height is not fooled by dust, rulings, boxes and long tails."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey
from inkdigits.segmentation.ranks import medians, quantile

Floats = npt.NDArray[np.float64]

_RULING = 0.55  # of the picture's width: a straight run this long is a ruling, not a stroke
_LONG = 1.6  # the same by the picture's height, for wide pictures
_SPECK = 0.03  # of the largest mark's area: smaller marks do not say where the writing is,
_DOT = 0.003  # but those larger than this may be points and commas,
_NEAR = 1.2  # when they are no farther from the writing than this many text heights
_CRUMBS = 25  # marks, none of them a tenth of all: grain
_GRAIN = 0.25  # of the height of all marks: most ink in lower ones is grain, not writing
_TAILS = 0.06  # of the columns: their upper and lower ends may stick out
_STEEP = 0.2  # dy / dx: writing that rises more than this is not leveled
_TALLER = 1.1  # times the height of all other ink, at least: a cell's wall
_CUT_GAP = 0.7  # heights of a number between it and what the picture's side cuts off of the next number,
_CUT_WIDTH = 0.8  # which is narrower than this,
_CUT_HEIGHT = 0.35  # and higher than this
_TIGHT = 0.05  # heights between a number and the picture's upper and lower side: it was cropped tightly all around
_WIDE = 2.2  # width by height from which a line's slope can be told


@dataclass(frozen=True, slots=True)
class Extent:
    """Where the writing is, in pixels of the mask. All y are as on a level line: ``slope * x`` is taken off.

    Attributes:
        left: First column with ink.
        right: One past the last.
        top: Upper end of the text, which some strokes may pass.
        bottom: Lower end of the text.
        highest: Upper and lower end of all ink.
        span: The same in the picture as it is, without leveling.
        widest: Width of the widest mark.
        slope: dy / dx of the line.
    """

    left: float
    right: float
    top: float
    bottom: float
    highest: tuple[float, float]
    span: tuple[float, float]
    widest: float
    slope: float


def find_extent(mask: Grey) -> Extent | None:
    """Finds the writing's extent.

    Args:
        mask: uint8 (H, W), 255 where there is ink.

    Returns:
        The extent, or None when nothing is there but rulings and specks.
    """
    writing = _writing(cv2.bitwise_and(mask, cv2.bitwise_not(_rulings(mask))))
    if writing is None:
        return None
    mask, widest = writing
    columns = np.flatnonzero(mask.any(axis=0))
    tops = (mask[:, columns] > 0).argmax(axis=0).astype(np.float64)
    bottoms = mask.shape[0] - (mask[::-1, columns] > 0).argmax(axis=0).astype(np.float64)
    slope = _slope(columns.astype(np.float64), tops, bottoms)
    span = float(tops.min()), float(bottoms.max())
    tops, bottoms = tops - slope * columns, bottoms - slope * columns
    tops.sort()
    bottoms.sort()
    top, bottom = quantile(tops, _TAILS), quantile(bottoms, 1 - _TAILS)
    highest = float(tops[0]), float(bottoms[-1])
    return Extent(float(columns[0]), float(columns[-1] + 1), top, bottom, highest, span, widest, slope)


def _rulings(mask: Grey) -> Grey:
    """Long straight runs: level ones, also when slightly skewed, and upright ones at the sides of the picture."""
    height, width = mask.shape
    length = round(max(_RULING * width, min(_LONG * height, 0.8 * width)) if width < 3 * height else _LONG * height)
    level = _runs(mask, max(length, 12), 0.22)
    upright = np.ascontiguousarray(_runs(np.ascontiguousarray(mask.T), max(12, round(0.85 * height)), 0.06).T)
    rim = max(3, round(0.12 * height))
    upright[:, rim : max(rim, width - rim)] = 0
    if width < 3 * height and np.count_nonzero(upright.any(axis=0)) > 0.5 * np.count_nonzero(mask.any(axis=0)):
        return level  # a single 1 cropped tightly
    if cv2.countNonZero(upright) and not _is_taller(upright, mask, level):
        return level  # a 1 at the side of a tight crop
    return cv2.bitwise_or(level, upright)


def _is_taller(upright: Grey, mask: Grey, level: Grey) -> bool:
    """Whether upright runs reach clearly beyond all other ink, as a cell's walls do, and no 1."""
    others = np.flatnonzero(cv2.subtract(mask, cv2.bitwise_or(level, upright)).any(axis=1))
    rows = np.flatnonzero(upright.any(axis=1))
    return len(others) == 0 or len(rows) > _TALLER * (others[-1] - others[0] + 1)


def _runs(mask: Grey, length: int, thickest: float) -> Grey:
    """Level runs of at least ``length`` that are thinner than a share of the picture's height."""
    height, width = mask.shape
    if length > width:
        return np.zeros_like(mask)
    slack = max(1, round(height * 0.015))
    thick = cv2.dilate(mask, np.ones((2 * slack + 1, 1), np.uint8))  # a slightly skewed line is still one run
    kernel = np.ones((1, length), np.uint8)
    cores = cv2.erode(thick, kernel)
    if not cv2.countNonZero(cores):
        return cores
    runs = cv2.dilate(cores, kernel)
    solid = cv2.morphologyEx(runs, cv2.MORPH_OPEN, np.ones((max(3, round(height * thickest)) + 2 * slack, 1), np.uint8))
    return cv2.bitwise_and(runs, cv2.bitwise_not(solid))


def _writing(mask: Grey) -> tuple[Grey, float] | None:
    """The marks that count, without specks and what comes in at the upper and lower rim, and the widest one's width."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_16U)
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    areas[0] = 0
    areas[_intruders(stats, mask.shape[0])] = 0
    largest = areas.max(initial=0.0)
    if largest < 4 or (count - 1 > _CRUMBS and largest < 0.1 * areas.sum() and _is_grain(stats, areas)):
        return None
    keep = areas >= max(3.0, _SPECK * largest)
    cut = _cut_off(stats, keep, mask.shape)
    keep[cut] = False
    areas[cut] = 0
    tallest = float(stats[keep, cv2.CC_STAT_HEIGHT].max())
    keep |= (areas >= max(3.0, _DOT * largest)) & _is_near(stats, keep, _NEAR * tallest)
    widest = float(stats[keep, cv2.CC_STAT_WIDTH].max())
    kept = mask if keep[1:].all() else np.where(keep, 255, 0).astype(np.uint8).take(labels)
    return kept, widest if np.count_nonzero(keep) == 1 else 0.0


def _is_grain(stats: npt.NDArray[np.int32], areas: Floats) -> bool:
    """Whether most of the ink is in marks much lower than all of it together; the digits of a long number are not."""
    inked = areas > 0
    top, height = stats[inked, cv2.CC_STAT_TOP], stats[inked, cv2.CC_STAT_HEIGHT]
    order = np.argsort(height)
    middle = np.searchsorted(np.cumsum(areas[inked][order]), 0.5 * areas.sum())
    return bool(height[order][middle] < _GRAIN * ((top + height).max() - top.min()))


def _intruders(stats: npt.NDArray[np.int32], height: int) -> npt.NDArray[np.bool_]:
    """Marks of the lines above and below: they touch the rim and lie within it, while others stand free."""
    top, bottom = stats[:, cv2.CC_STAT_TOP], stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT]
    at_rim = ((top <= 1) & (bottom < 0.3 * height)) | ((bottom >= height - 1) & (top > 0.7 * height))
    central = (bottom > 0.3 * height) & (top < 0.7 * height) & (stats[:, cv2.CC_STAT_HEIGHT] > 0.25 * height)
    central[0] = False
    return at_rim if central.any() else np.zeros(len(stats), bool)


def _cut_off(stats: npt.NDArray[np.int32], keep: npt.NDArray[np.bool_], shape: tuple[int, int]) -> list[int]:
    """Marks of the numbers beside: a side of the picture cuts them, and a wide gap parts them from what stands free."""
    height, width = shape
    order = np.flatnonzero(keep)[np.argsort(stats[keep, cv2.CC_STAT_LEFT], kind="stable")]
    left, top, wide, tall = stats[order, :4].T
    right, text = np.maximum.accumulate(left + wide), tall.max()
    gaps = left[1:] - right[:-1]
    parts = np.split(np.arange(len(order)), np.flatnonzero(gaps > _CUT_GAP * text) + 1)
    cut = [
        part
        for part, is_at in ((parts[0], left[0] == 0), (parts[-1], right[-1] == width))
        if is_at
        and (left + wide)[part].max() - left[part].min() < _CUT_WIDTH * text
        and tall[part].max() > _CUT_HEIGHT * text
    ]
    if not cut:
        return []
    free = np.setdiff1d(np.arange(len(order)), np.concatenate(cut))
    if len(free) == 0 or tall[free].max() < 0.8 * text:
        return []
    if min(top[free].min(), height - (top + tall)[free].max()) <= _TIGHT * text:
        return []
    return [int(order[place]) for part in cut for place in part]


def _is_near(stats: npt.NDArray[np.int32], keep: npt.NDArray[np.bool_], reach: float) -> npt.NDArray[np.bool_]:
    """Marks whose gap to the columns between the first and the last kept mark is within reach, and as for rows."""
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    right, bottom = left + stats[:, cv2.CC_STAT_WIDTH], top + stats[:, cv2.CC_STAT_HEIGHT]
    beside = (right >= left[keep].min() - reach) & (left <= right[keep].max() + reach)
    height = bottom[keep].max() - top[keep].min()
    level = (bottom >= top[keep].min() - 0.1 * height) & (top <= bottom[keep].max() + 0.2 * height)
    return beside & level


def _slope(columns: Floats, tops: Floats, bottoms: Floats) -> float:
    """Slope of the line through the middles of all columns, by iteratively reweighted least squares."""
    width = columns[-1] - columns[0] + 1
    ranked = np.sort(tops)
    height = quantile(np.sort(bottoms - tops), 0.5) + quantile(ranked, 0.9) - quantile(ranked, 0.1)
    if width < _WIDE * height or len(columns) < 16:
        return 0.0
    x = (columns - columns.mean()) / width
    powers = np.stack([np.ones_like(x), x, x * x], axis=1)
    targets = np.stack([tops, bottoms])
    weights = np.ones_like(targets)
    rises = np.zeros(2)
    for _ in range(4):
        total, mean, square = (weights @ powers).T
        level, moment = ((weights * targets) @ powers[:, :2]).T
        rises = (moment - mean * level / total) / np.maximum(square - mean * mean / total, 1e-6)
        offsets = (level - rises * mean) / total
        rest = np.abs(targets - offsets[:, None] - rises[:, None] * x)
        spread = np.maximum(1.0, 1.5 * medians(rest))
        weights = 1 / (1 + (rest / spread[:, None]) ** 2)
    slope = float(rises.sum()) / width / 2
    return float(slope) if abs(slope) <= _STEEP else 0.0

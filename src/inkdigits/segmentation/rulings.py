"""Rulings: the straight lines of forms, tables and ruled paper, found and taken out of the ink."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.images.page import Grey
from inkdigits.segmentation.parts import find_parts, text_height

_LEVEL_LENGTH = 2.5  # text heights: bars of digits are shorter,
_UPRIGHT_LENGTH = 1.7  # and so are ones and strokes down,
_SIDE_LENGTH = 1.12  # but between two level rulings the side of a cell may be as short as this
_THICK = 0.45  # text heights: thicker things are no rulings
_SOLID = 0.9  # text heights: no stroke is as thick, but desks, fingers and headings in reverse are


@dataclass(frozen=True, slots=True, eq=False)
class Rulings:
    """A page's rulings and what is left without them.

    Attributes:
        mask: uint8 (h, w), the ink without rulings and solid areas; strokes that cross a ruling are whole.
        level: uint8 (h, w), 255 on rulings from left to right.
        upright: uint8 (h, w), 255 on rulings from top to bottom.
        solid: uint8 (h, w), 255 on areas too thick to be written.
        height: The text's height in pixels, 0 when there is no text.
    """

    mask: Grey
    level: Grey
    upright: Grey
    solid: Grey
    height: float


def find_rulings(mask: Grey) -> Rulings:
    """Separates rulings from writing.

    Args:
        mask: uint8 (h, w), the ink of a level page.
    """
    nothing = np.zeros_like(mask)
    height = text_height(find_parts(mask))
    if height == 0:
        return Rulings(nothing, nothing, nothing, nothing, 0.0)
    solid = _solids(mask, height)
    ink = cv2.bitwise_and(mask, cv2.bitwise_not(solid))
    level = _lines(ink, round(_LEVEL_LENGTH * height), height)
    long = _lines(_transposed(ink), round(_UPRIGHT_LENGTH * height), height)
    upright = cv2.bitwise_or(_transposed(long), _sides(ink, level, height))
    rest = _without(ink, level, upright)
    return Rulings(rest, level, upright, solid, text_height(find_parts(rest)))


def _solids(mask: Grey, height: float) -> Grey:
    reach = max(9, round(_SOLID * height))
    if min(mask.shape) <= reach:
        return np.zeros_like(mask)
    core = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((reach, reach), np.uint8), borderValue=0)
    return cv2.dilate(core, np.ones((5, 5), np.uint8)) if core.any() else core


def _transposed(mask: Grey) -> Grey:
    return np.ascontiguousarray(mask.T)


def _lines(mask: Grey, length: int, height: float) -> Grey:
    """Runs from left to right at least so long, slightly slanted ones too, without thick ones."""
    if mask.shape[1] < 12:
        return np.zeros_like(mask)
    length = min(max(length, 10), max(12, round(0.9 * mask.shape[1])))
    slack = max(1, round(length * 0.02))
    widened = cv2.dilate(mask, np.ones((2 * slack + 1, 1), np.uint8))
    runs = cv2.morphologyEx(widened, cv2.MORPH_OPEN, np.ones((1, length), np.uint8), borderValue=0)
    runs = cv2.bitwise_and(runs, mask)
    thickness = max(3, round(_THICK * height))
    if runs.shape[0] > thickness + 2:
        thick = cv2.morphologyEx(runs, cv2.MORPH_OPEN, np.ones((thickness + 2 * slack, 1), np.uint8), borderValue=0)
        runs = cv2.bitwise_and(runs, cv2.bitwise_not(thick))
    return runs


def _sides(ink: Grey, level: Grey, height: float) -> Grey:
    """Sides of cells: upright runs from one level ruling, or the picture's edge, to the next."""
    sides = np.zeros_like(ink)
    tall = ink.shape[0] <= 2.2 * height
    if not level.any() and not tall:
        return sides
    length = round(_SIDE_LENGTH * height)
    runs = _transposed(_lines(_transposed(ink), length, height))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8, ltype=cv2.CV_32S)
    reach = max(3, round(0.15 * height))
    edges = cv2.dilate(level, np.ones((2 * reach + 1, 1), np.uint8))
    edges[:reach] = edges[-reach:] = 255
    for index in range(1, count):
        left, top, width, tall_by, _ = (int(value) for value in stats[index])
        if tall_by < length or width > 0.5 * height:
            continue
        here = labels[top : top + tall_by, left : left + width] == index
        at = edges[top : top + tall_by, left : left + width] > 0
        ends = max(2, tall_by // 6)
        if (here & at)[:ends].any() and (here & at)[-ends:].any():
            sides[top : top + tall_by, left : left + width][here] = 255
    return sides


def _without(ink: Grey, level: Grey, upright: Grey) -> Grey:
    """Takes lines out; where ink stands on both sides of one, a stroke crosses it and is kept."""
    lines = cv2.bitwise_or(level, upright)
    if not lines.any():
        return ink
    wide = cv2.dilate(lines, np.ones((3, 3), np.uint8))
    rest = cv2.bitwise_and(ink, cv2.bitwise_not(wide))
    healed = rest
    for ruling, axis in ((level, 0), (upright, 1)):
        if ruling.any():
            thickness = _thickness(ruling, axis) + 4
            kernel = np.ones((thickness, 1) if axis == 0 else (1, thickness), np.uint8)
            bridge = cv2.bitwise_and(cv2.morphologyEx(rest, cv2.MORPH_CLOSE, kernel), cv2.bitwise_and(ink, wide))
            healed = cv2.bitwise_or(healed, bridge)
    return healed


def _thickness(ruling: Grey, axis: int) -> int:
    """Of the rulings in pixels: how many there are in a line's cross-section, by its runs."""
    on = (ruling > 0).astype(np.int8)
    starts = int(np.count_nonzero(np.diff(on, axis=axis, prepend=0) == 1))
    return max(1, round(float(on.sum()) / max(1, starts)))

"""Rulings: the straight lines of forms, tables and ruled paper, found and taken out of the ink."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey
from inkdigits.segmentation.parts import Parts, find_parts, text_height

_PAGE_STEP, _PAGE_LENGTH = 0.025, 0.25  # of the page's side: runs and lines before the text's height is known
_PAGE_THICK = 0.045  # of the page's longer side: thickest border before the text's height is known
_STEP = 0.8  # text heights: runs of ink that may be pieces of a line,
_LEAST_STEP = 10  # pixels
_SLANT = 0.06  # fall by length of lines that are still level
_SLIM = 8.0  # times as long as thick,
_SLIM_SIDE = 4.0  # for the sides of cells
_LEVEL_LENGTH = 3.0  # text heights: bars of digits are shorter,
_UPRIGHT_LENGTH = 1.8  # and so are ones and strokes down,
_SIDE_LENGTH = 1.12  # but between two level rulings the sides of cells may be as short as this
_SURE_LENGTH = 8.0  # text heights: shorter lines must stand free of the writing
_CROSSED = 0.16  # of its length may have ink on both sides: a line through a number is part of it
_TOUCHED = 0.3  # of its length may have ink on one side
_DIGIT = 0.6, 1.5  # text heights: the longer side of a digit
_DARKER = 1.6  # times as dark as a line mostly is: ink on it
_STRAIGHT = 0.7  # pixels, or
_BENT = 0.03  # text heights: a ruling strays no further from a straight line
_THICK = 0.45  # text heights: thicker things are no rulings
_DOTS = 0.35  # text heights: gaps in dotted and faint lines
_FILLED = 0.55  # of a dotted line that is ink
_SOLID = 0.9  # text heights: no stroke is as thick, but desks, fingers and headings in reverse are
_BLOT = 1.6  # times that: areas that are no longer,
_BLOTTED = 0.5  # and less of the piece of ink that they are in, are strokes that meet


@dataclass(frozen=True, slots=True, eq=False)
class Rulings:
    """A page's rulings and what is left without them.

    Attributes:
        mask: uint8 (h, w), the ink without rulings and solid areas; strokes that cross a ruling are whole.
        parts: The connected pieces of that.
        level: uint8 (h, w), 255 on rulings from left to right.
        upright: uint8 (h, w), 255 on rulings from top to bottom.
        solid: uint8 (h, w), 255 on areas too thick to be written.
        height: The text's height in pixels, 0 when there is no text.
    """

    mask: Grey
    parts: Parts
    level: Grey
    upright: Grey
    solid: Grey
    height: float


def find_rulings(mask: Grey, faint: Grey, contrast: Grey) -> Rulings:
    """Separates rulings from writing.

    Args:
        mask: uint8 (h, w), the ink of a level page.
        faint: uint8 (h, w), the same at a lower level, where lines go on that fade.
        contrast: uint8 (h, w), the page's contrast to its paper, of 255.
    """
    nothing = np.zeros_like(mask)
    height = _first_height(mask)
    if height == 0:
        return Rulings(nothing, find_parts(nothing), nothing, nothing, nothing, 0.0)
    solid = _solids(mask, height)
    ink = cv2.subtract(mask, solid)
    level = _lines(ink, _LEVEL_LENGTH, height)
    turned = _transposed(ink)
    upright = _lines(_without_digits(turned, height), _UPRIGHT_LENGTH, height)
    sides = _sides(cv2.subtract(turned, upright), _transposed(faint), _transposed(level), height)
    upright = _transposed(cv2.bitwise_or(upright, sides))
    dark = cv2.bitwise_or(_darker(level, contrast), _transposed(_darker(_transposed(upright), _transposed(contrast))))
    level, upright = cv2.subtract(level, dark), cv2.subtract(upright, dark)
    rest = _with_what_touches(_without(ink, level, upright), dark)
    parts = find_parts(rest)
    return Rulings(rest, parts, level, upright, solid, text_height(parts))


def _without_digits(mask: Grey, height: float) -> Grey:
    """The ink without parts of the size of a digit: ones above each other are no line."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    longer = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    digits = (longer > _DIGIT[0] * height) & (longer < _DIGIT[1] * height)
    digits[0] = False
    return np.where(digits[labels], 0, mask).astype(np.uint8)


def _darker(lines: Grey, contrast: Grey) -> Grey:
    """Where lines from left to right are much darker than along most of their way: there is ink on them."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8, ltype=cv2.CV_32S)
    dark = np.zeros_like(lines)
    for index in range(1, len(stats)):
        left, top, width, height, _ = (int(value) for value in stats[index])
        here = np.s_[top : top + height, left : left + width]
        own = np.where(labels[here] == index, contrast[here], 0)
        dark[here][own > _DARKER * float(np.median(own.max(axis=0)))] = 255
    return dark


def _with_what_touches(ink: Grey, dark: Grey) -> Grey:
    """Ink, and what is dark on lines where it goes on in that: other dark spots are blots."""
    if not dark.any():
        return ink
    both = cv2.bitwise_or(ink, dark)
    count, labels = cv2.connectedComponents(both, connectivity=8, ltype=cv2.CV_32S)
    touching = np.zeros(count, np.uint8)
    touching[labels[ink > 0]] = 255
    return cv2.bitwise_and(both, touching[labels])


def _first_height(mask: Grey) -> float:
    """The text's height when no ruling is known yet: lines are what is long on the scale of the page, and free."""
    scale = max(mask.shape) * _PAGE_STEP / _STEP
    thickest = _PAGE_THICK * max(mask.shape)
    level = _free(_runs(mask, _PAGE_LENGTH * mask.shape[1], scale, thickest), mask, scale)
    turned = _transposed(mask)
    upright = _transposed(_free(_runs(turned, _PAGE_LENGTH * mask.shape[0], scale, thickest), turned, scale))
    rest = cv2.subtract(mask, cv2.bitwise_or(level, upright))
    return text_height(find_parts(rest)) or text_height(find_parts(mask))


def _solids(mask: Grey, height: float) -> Grey:
    reach = max(9, round(_SOLID * height))
    if min(mask.shape) <= reach:
        return np.zeros_like(mask)
    core = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((reach, reach), np.uint8), borderValue=0)
    core = _without_blots(core, mask, _BLOT * reach) if core.any() else core
    return cv2.dilate(core, np.ones((5, 5), np.uint8)) if core.any() else core


def _without_blots(core: Grey, mask: Grey, longest: float) -> Grey:
    """Solid areas, but for small ones in a larger piece of ink: the filled loops of digits among smaller print."""
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(core, connectivity=8, ltype=cv2.CV_32S)
    small = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) < longest
    small[0] = False
    if not small.any():
        return core
    count, parts = cv2.connectedComponents(mask, connectivity=8, ltype=cv2.CV_32S)
    inside = core > 0
    ink = np.bincount(parts.ravel(), minlength=count)
    filled = np.bincount(parts[inside], minlength=count) < _BLOTTED * ink
    blot = inside & small[pieces] & filled[parts]
    return np.where(blot, 0, core).astype(np.uint8)


def _transposed(mask: Grey) -> Grey:
    return np.ascontiguousarray(mask.T)


def _lines(mask: Grey, lengths: float, height: float) -> Grey:
    """Lines from left to right: runs of ink, and dotted ones that stand free."""
    found = _free(_runs(mask, lengths * height, height), mask, height)
    gap = max(2, round(_DOTS * height))
    rest = cv2.subtract(mask, found)
    closed = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    dotted = _runs(closed, max(1.5 * lengths, 3.0) * height, height)
    if dotted.any():
        found = cv2.bitwise_or(found, _free(dotted, rest, height, strict=True))
    return found


def _runs(mask: Grey, least: float, height: float, thickest: float = 0.0, slim: float = _SLIM) -> Grey:
    """Thin lines from left to right at least so long: short runs of ink that go on in each other, slightly slanted."""
    nothing = np.zeros_like(mask)
    step = max(_LEAST_STEP, round(_STEP * height))
    if max(step, least) > mask.shape[1]:
        return nothing
    widened = cv2.dilate(mask, np.ones((3, 1), np.uint8))
    runs = cv2.morphologyEx(widened, cv2.MORPH_OPEN, np.ones((1, step), np.uint8), borderValue=0)
    thickness = max(3, round(thickest or _THICK * height)) + 2
    if runs.shape[0] > thickness + 2 and runs.any():
        thick = cv2.morphologyEx(runs, cv2.MORPH_OPEN, np.ones((thickness, 1), np.uint8), borderValue=0)
        runs = cv2.subtract(runs, thick)
    # A closing takes OpenCV's own border value: with 0 there it would eat lines that end at the picture's edge.
    joined = cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((3, max(3, step // 3)), np.uint8))
    if not joined.any():
        return nothing
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8, ltype=cv2.CV_32S)
    wide, tall = (stats[:, column].astype(np.float64) for column in (2, 3))
    wide, area = np.maximum(wide, 1), np.maximum(stats[:, 4], 1)  # of the background there may be nothing
    long = (wide >= least) & (tall <= area / wide * 2 + _SLANT * wide) & (wide >= slim * area / wide)
    long[0] = False
    return cv2.bitwise_and(np.where(long, 255, 0).astype(np.uint8)[labels], mask) if long.any() else nothing


def _free(runs: Grey, mask: Grey, height: float, strict: bool = False) -> Grey:
    """Drops runs that are strokes: short ones with ink along them, on one side or on both."""
    if not runs.any():
        return runs
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        cv2.dilate(runs, np.ones((3, 3), np.uint8)), connectivity=8, ltype=cv2.CV_32S
    )
    labels[runs == 0] = 0
    keep = np.zeros(count, bool)
    share = 0.4 if strict else 1.0
    for index in range(1, count):
        left, top, width, tall, _ = (int(value) for value in stats[index])
        if width >= _SURE_LENGTH * height and not strict:
            keep[index] = True
            continue
        both, one, filled = _contacts(labels, index, mask, (left, top, width, tall))
        free = both <= share * _CROSSED and one <= share * _TOUCHED and filled >= _FILLED
        bend = _bend(labels[top : top + tall, left : left + width] == index)
        keep[index] = free and bend <= max(_STRAIGHT, _BENT * height)
    return np.where(keep, 255, 0).astype(np.uint8)[labels]


def _bend(run: npt.NDArray[np.bool_]) -> float:
    """How far in pixels a run strays from a straight line; rulings are ruled, feet in a row are not."""
    counts = run.sum(axis=0)
    x = np.flatnonzero(counts)
    if len(x) < 2:
        return 0.0
    middle = (run * np.arange(len(run))[:, None]).sum(axis=0)[x] / counts[x]
    across, down = x - x.mean(), middle - middle.mean()
    fall = float(across @ down) / max(1.0, float(across @ across))
    return float(np.sqrt(np.mean((down - fall * across) ** 2)))


def _contacts(
    labels: npt.NDArray[np.int32], index: int, mask: Grey, box: tuple[int, int, int, int]
) -> tuple[float, float, float]:
    """Shares of a run's columns with ink right above and right below, with ink on either side, and with ink in it."""
    left, top, width, tall = box
    low, high = max(0, top - 4), min(mask.shape[0], top + tall + 4)
    run = labels[low:high, left : left + width] == index
    ink = mask[low:high, left : left + width] > 0
    rows = np.arange(high - low)[:, None]
    columns = run.any(axis=0)
    first = np.where(columns, run.argmax(axis=0), 0)
    last = np.where(columns, len(rows) - 1 - run[::-1].argmax(axis=0), 0)
    above = (ink & (rows < first) & (rows >= first - 3)).sum(axis=0) >= 2
    below = (ink & (rows > last) & (rows <= last + 3)).sum(axis=0) >= 2
    total = max(1, int(columns.sum()))
    both, one = (above & below)[columns].sum(), (above | below)[columns].sum()
    return float(both) / total, float(one) / total, float((ink & run).any(axis=0).sum()) / total


def _sides(mask: Grey, faint: Grey, level: Grey, height: float) -> Grey:
    """Sides of cells, on the page laid on its side: several like runs from one level ruling or edge to the next."""
    sides = np.zeros_like(mask)
    if not level.any() and mask.shape[1] > 2.2 * height:
        return sides
    least = min(_SIDE_LENGTH * height, 0.9 * mask.shape[1])
    runs = _runs(faint, least, height, slim=_SLIM_SIDE)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8, ltype=cv2.CV_32S)
    edges = cv2.dilate(level, np.ones((1, 5), np.uint8))
    margin = max(2, round(0.15 * height))
    edges[:, :margin] = edges[:, -margin:] = 255
    found: list[tuple[int, int, int]] = []
    touched: list[tuple[int, int, int]] = []  # by a digit, it may be
    for index in range(1, count):
        left, top, width, tall, area = (int(value) for value in stats[index])
        if width < least or tall > 0.45 * height or area > 0.4 * height * width:
            continue
        here = labels[top : top + tall, left : left + width] == index
        at = here & (edges[top : top + tall, left : left + width] > 0)
        ends = max(2, width // 8)
        both, one, _ = _contacts(labels, index, mask, (left, top, width, tall))
        if at[:, :ends].any() and at[:, -ends:].any():
            clean = both <= _CROSSED and one <= _TOUCHED
            (found if clean else touched).append((index, left, left + width))
    slack = 0.35 * height
    for index, start, end in found + touched:
        alike = sum(abs(start - left) < slack and abs(end - right) < slack for _, left, right in found)
        if alike >= 2:  # itself among them, when nothing touches it
            sides[labels == index] = 255
    return sides


def _without(ink: Grey, level: Grey, upright: Grey) -> Grey:
    """Takes lines out; where ink stands on both sides of one, a stroke crosses it and is kept."""
    lines = cv2.bitwise_or(level, upright)
    if not lines.any():
        return ink
    wide = cv2.dilate(lines, np.ones((3, 3), np.uint8))
    rest = cv2.subtract(ink, wide)
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
    starts = cv2.subtract(ruling, np.roll(ruling, 1, axis=axis))
    return max(1, round(cv2.countNonZero(ruling) / max(1, cv2.countNonZero(starts))))

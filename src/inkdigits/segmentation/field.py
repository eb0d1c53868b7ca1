"""A field: the picture of one number, cut from the page upright, with its neighbors painted over."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.images.page import Grey
from inkdigits.segmentation.normalize import Box
from inkdigits.segmentation.parts import Parts
from inkdigits.segmentation.rows import Group
from inkdigits.segmentation.skew import Affine, LevelPage, compose, invert

_TALLEST = 80  # pixels: digits in a field's picture are no higher
_MARGIN = 0.5  # text heights around the ink


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """Where a number may stand.

    Attributes:
        picture: uint8 (h, w), upright, dark ink on light paper; other ink is painted over where it can be told apart.
        to_page: float64 (2, 3), from (x, y) in the picture to (x, y) on the page.
        box: Left, top, width, height of its ink in page pixels.
        row: Number of its row on the page, from the top.
        cell: True when it stands in a cell of a table or a comb.
    """

    picture: Grey
    to_page: Affine
    box: Box
    row: int
    cell: bool = False


def cut_field(
    grey: Grey, page: LevelPage, parts: Parts, lines: Grey, group: Group, slope: float, light_on_dark: bool, cell: bool
) -> Field:
    """Cuts one group from the page at the page's own resolution.

    Args:
        grey: uint8 (H, W), the page as seen.
        page: The page made level.
        parts: Its parts.
        lines: uint8 (h, w), rulings and solid areas of the level page.
        group: What to cut.
        slope: Fall of its line on the level page, pixels down by pixels right.
        light_on_dark: True to turn the picture's light around.
        cell: Whether it stands in a cell.
    """
    scale = min(1.0 / page.scale, _TALLEST / max(group.height, 1.0))  # picture pixels by level pixels
    from_level, size = _frame(group, slope, scale)
    to_page = invert(compose(from_level, page.from_page))
    picture = _sample(grey, to_page, size)
    if light_on_dark:
        picture = cv2.bitwise_not(picture)
    picture = _paint(picture, page, parts, lines, group, from_level, size)
    picture = _paint_outside(picture, page, grey, to_page, from_level, size)
    return Field(picture, to_page, _page_box(group, page, grey), group.row, cell)


def _frame(group: Group, slope: float, scale: float) -> tuple[Affine, tuple[int, int]]:
    """The map from the level page to the picture, and the picture's size."""
    margin = max(2.0, _MARGIN * group.height)
    x, y = (group.left + group.right) / 2, (group.top + group.bottom) / 2
    turn: Affine = cv2.getRotationMatrix2D((x, y), float(np.degrees(np.arctan(slope))), scale)
    width = (group.right - group.left + 2 * margin) * scale
    height = (group.bottom - group.top + 2 * margin) * scale
    if slope:
        height = max(height - abs(slope) * (group.right - group.left) * scale, group.height * scale * (1 + 2 * _MARGIN))
    size = (max(1, round(width)), max(1, round(height)))
    turn[:, 2] += (size[0] / 2 - x, size[1] / 2 - y)
    return turn, size


def _sample(grey: Grey, to_page: Affine, size: tuple[int, int]) -> Grey:
    """Reads the picture from the page; scaled down by area first, so that thin strokes do not fall between pixels."""
    corners = to_page @ np.array([[0, size[0], 0, size[0]], [0, 0, size[1], size[1]], [1, 1, 1, 1]], np.float64)
    left, top = np.maximum(0, np.floor(corners.min(axis=1)).astype(int) - 2)
    right, bottom = np.ceil(corners.max(axis=1)).astype(int) + 3
    crop = grey[top:bottom, left:right]
    shrink = float(np.hypot(to_page[0, 0], to_page[1, 0]))
    inside = to_page.copy()
    inside[:, 2] -= (left, top)
    if shrink > 1.2:
        small = (max(1, round(crop.shape[1] / shrink)), max(1, round(crop.shape[0] / shrink)))
        factor = np.array([[small[0] / crop.shape[1], 0, 0], [0, small[1] / crop.shape[0], 0]], np.float64)
        # Pixel centers: OpenCV's maps count from the middle of the first pixel.
        factor[:, 2] = (factor[[0, 1], [0, 1]] - 1) / 2
        crop = cv2.resize(crop, small, interpolation=cv2.INTER_AREA)
        inside = compose(factor, inside)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(crop, inside, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)


def _paint(
    picture: Grey, page: LevelPage, parts: Parts, lines: Grey, group: Group, from_level: Affine, size: tuple[int, int]
) -> Grey:
    """Paints over what is not of the group, in the color of the paper."""
    to_level = invert(from_level)
    corners = to_level @ np.array([[0, size[0], 0, size[0]], [0, 0, size[1], size[1]], [1, 1, 1, 1]], np.float64)
    left, top = np.maximum(0, np.floor(corners.min(axis=1)).astype(int) - 2)
    right, bottom = np.ceil(corners.max(axis=1)).astype(int) + 3
    here = np.s_[top:bottom, left:right]
    labels = parts.labels[here]
    own = np.isin(labels, np.array(group.members) + 1)
    other = ((labels > 0) & ~own) | ((lines[here] > 0) & ~own)
    if not other.any():
        return picture
    kernel = np.ones((3, 3), np.uint8)
    protected = cv2.dilate(own.astype(np.uint8), kernel)
    covered = cv2.dilate(other.astype(np.uint8), np.ones((5, 5), np.uint8)) & ~(protected & ~other.astype(np.uint8))
    inside = to_level.copy()
    inside[:, 2] -= (left, top)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cover = cv2.warpAffine(covered * np.uint8(255), inside, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    paper = cv2.warpAffine(page.paper[here], inside, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    share = cover.astype(np.float32) / 255
    return (picture * (1 - share) + paper * share + 0.5).astype(np.uint8)


def _paint_outside(
    picture: Grey, page: LevelPage, grey: Grey, to_page: Affine, from_level: Affine, size: tuple[int, int]
) -> Grey:
    """Gives what lies beyond the page's edge the color of the paper: repeated edge pixels look like strokes."""
    corners = to_page @ np.array([[0, size[0], 0, size[0]], [0, 0, size[1], size[1]], [1, 1, 1, 1]], np.float64)
    height, width = grey.shape
    if corners.min() >= 0 and corners[0].max() <= width - 1 and corners[1].max() <= height - 1:
        return picture
    y, x = np.mgrid[: size[1], : size[0]].astype(np.float64)
    across = to_page[0, 0] * x + to_page[0, 1] * y + to_page[0, 2]
    down = to_page[1, 0] * x + to_page[1, 1] * y + to_page[1, 2]
    outside = (across < 0) | (across > width - 1) | (down < 0) | (down > height - 1)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    paper = cv2.warpAffine(page.paper, invert(from_level), size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.where(outside, paper, picture)


def _page_box(group: Group, page: LevelPage, grey: Grey) -> Box:
    to_page = invert(page.from_page)
    x, y = (group.left, group.right), (group.top, group.bottom)
    corners = to_page @ np.array([[x[0], x[1], x[0], x[1]], [y[0], y[0], y[1], y[1]], [1, 1, 1, 1]], np.float64)
    low, high = np.floor(corners.min(axis=1)).astype(int), np.ceil(corners.max(axis=1)).astype(int)
    left, top = max(0, int(low[0])), max(0, int(low[1]))
    right, bottom = min(grey.shape[1], int(high[0])), min(grey.shape[0], int(high[1]))
    return left, top, max(1, right - left), max(1, bottom - top)

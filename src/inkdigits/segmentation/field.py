"""A field: the picture of one number, cut from the page upright, with its neighbors painted over."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.images.page import Grey
from inkdigits.segmentation.affine import Affine, bounds_of, compose, invert
from inkdigits.segmentation.normalize import Box
from inkdigits.segmentation.parts import Parts
from inkdigits.segmentation.rows import Group
from inkdigits.segmentation.skew import LevelPage

_TALLEST = 80  # pixels: digits in a field's picture are no higher
_MARGIN = 0.5  # text heights around the ink
_SHRUNK = 1.2  # page pixels by picture pixels: from here on some would fall between


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


class Scissors:
    """Cuts fields from one page, at the page's own resolution."""

    def __init__(self, grey: Grey, page: LevelPage, parts: Parts, lines: Grey, light_on_dark: bool) -> None:
        """Takes what all fields of a page have in common.

        Args:
            grey: uint8 (H, W), the page as seen.
            page: The page made level.
            parts: Its parts.
            lines: uint8 (h, w), rulings and solid areas of the level page.
            light_on_dark: True to turn the light of pictures around.
        """
        self._grey = grey
        self._page = page
        self._parts = parts
        self._lines = lines
        self._light_on_dark = light_on_dark
        self._level_to_page = invert(page.from_page)

    def cut(self, group: Group, slope: float, cell: bool) -> Field:
        """Cuts one group.

        Args:
            group: What to cut.
            slope: Fall of its line on the level page, pixels down by pixels right.
            cell: Whether it stands in a cell.
        """
        scale = min(1.0 / self._page.scale, _TALLEST / max(group.height, 1.0))  # picture pixels by level pixels
        from_level, size = _frame(group, slope, scale)
        to_level, to_page = invert(from_level), invert(compose(from_level, self._page.from_page))
        picture = _sample(self._grey, to_page, size)
        if self._light_on_dark:
            picture = cv2.bitwise_not(picture)
        picture = self._paint(picture, group, to_level)
        picture = self._paint_outside(picture, to_page, to_level)
        return Field(picture, to_page, self._page_box(group), group.row, cell)

    def _paint(self, picture: Grey, group: Group, to_level: Affine) -> Grey:
        """Paints over what is not of the group, in the color of the paper."""
        here, inside = _around(to_level, picture.shape[::-1])
        labels = self._parts.labels[here]
        mine = np.zeros(len(self._parts) + 1, bool)
        mine[np.array(group.members) + 1] = True
        own = mine[labels]
        other = ((labels > 0) | (self._lines[here] > 0)) & ~own
        if not other.any():
            return picture
        protected = cv2.dilate(own.view(np.uint8), np.ones((3, 3), np.uint8))
        covered = cv2.dilate(other.view(np.uint8), np.ones((5, 5), np.uint8)) & ~(protected & ~other.view(np.uint8))
        cover = _warp(covered * np.uint8(255), inside, picture.shape[::-1])
        paper = _warp(self._page.paper[here], inside, picture.shape[::-1])
        share = cover.astype(np.float32) / 255
        return (picture * (1 - share) + paper * share + 0.5).astype(np.uint8)

    def _paint_outside(self, picture: Grey, to_page: Affine, to_level: Affine) -> Grey:
        """Gives what lies beyond the page's edge the color of the paper: repeated edge pixels look like strokes."""
        width, height = picture.shape[::-1]
        last = np.array(self._grey.shape[::-1]) - 1
        low, high = bounds_of(to_page, (0, width), (0, height))
        if (low >= 0).all() and (high <= last).all():
            return picture
        y, x = np.mgrid[:height, :width].astype(np.float64)
        across = to_page[0, 0] * x + to_page[0, 1] * y + to_page[0, 2]
        down = to_page[1, 0] * x + to_page[1, 1] * y + to_page[1, 2]
        outside = (across < 0) | (across > last[0]) | (down < 0) | (down > last[1])
        return np.where(outside, _warp(self._page.paper, to_level, (width, height)), picture)

    def _page_box(self, group: Group) -> Box:
        low, high = bounds_of(self._level_to_page, (group.left, group.right), (group.top, group.bottom))
        left, top = np.maximum(0, np.floor(low).astype(int)).tolist()
        right, bottom = np.minimum(self._grey.shape[::-1], np.ceil(high).astype(int)).tolist()
        return left, top, max(1, right - left), max(1, bottom - top)


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


def _around(affine: Affine, size: tuple[int, ...]) -> tuple[tuple[slice, slice], Affine]:
    """The part of a larger picture that one of a size comes from by a map, with some margin; and the map into it."""
    low, high = bounds_of(affine, (0, size[0]), (0, size[1]))
    left, top = np.maximum(0, np.floor(low).astype(int) - 2)
    right, bottom = np.ceil(high).astype(int) + 3
    inside = affine.copy()
    inside[:, 2] -= (left, top)
    return np.s_[top:bottom, left:right], inside


def _sample(grey: Grey, to_page: Affine, size: tuple[int, int]) -> Grey:
    """Reads the picture from the page; scaled down by area first, so that thin strokes do not fall between pixels."""
    here, inside = _around(to_page, size)
    crop = grey[here]
    shrink = float(np.hypot(to_page[0, 0], to_page[1, 0]))
    if shrink > _SHRUNK:
        small = (max(1, round(crop.shape[1] / shrink)), max(1, round(crop.shape[0] / shrink)))
        factor = np.array([[small[0] / crop.shape[1], 0, 0], [0, small[1] / crop.shape[0], 0]], np.float64)
        # Pixel centers: OpenCV's maps count from the middle of the first pixel.
        factor[:, 2] = (factor[[0, 1], [0, 1]] - 1) / 2
        crop = cv2.resize(crop, small, interpolation=cv2.INTER_AREA)
        inside = compose(factor, inside)
    return _warp(crop, inside, size)


def _warp(source: Grey, inside: Affine, size: tuple[int, ...]) -> Grey:
    """A picture (width, height) whose pixels come from ``source`` at where the map takes them."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(source, inside, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)

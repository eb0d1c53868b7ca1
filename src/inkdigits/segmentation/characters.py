"""Where the characters of a line are: their ink, and which of them stand alone."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey
from inkdigits.segmentation.normalize import Box

_INK = 96  # of 255: from here on a pixel of a line is ink
_NEAR = 8.0  # pixels, a third of the writing's height: broken parts this close belong to a character
_DUST = 4  # pixels: parts with less ink are none
_SLANT = 2.0  # pixels that a character's middle may lie beside its ink


@dataclass(frozen=True, slots=True, eq=False)
class Character:
    """One character's ink.

    Attributes:
        box: Left, top, width, height in pixels of the line.
        alone: True when its ink touches no other character's.
        ink: uint8 (height, width), its soft ink within the box, and none of its neighbors' when it stands alone.
    """

    box: Box
    alone: bool
    ink: Grey


def cut_characters(pixels: Grey, middles: Sequence[float]) -> list[Character]:
    """Gives each character its ink.

    Args:
        pixels: uint8 (H, W), a line, ink bright on 0.
        middles: The column at which each character was read, left to right.

    Returns:
        A character for each middle; one without ink there has a box of the columns around it.
    """
    mask = cv2.threshold(pixels, _INK - 1, 255, cv2.THRESH_BINARY)[1]
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_16U)
    places = np.asarray(middles, np.float64)
    owners = _owners(stats[1:], places)
    cuts = _cuts(mask, places)
    belongs = np.append(np.int16(_NOBODY), owners.astype(np.int16)).take(labels)
    boxes = _boxes(stats[1:], owners, len(places))
    return [_cut_one(pixels, belongs, index, boxes[index], cuts[index : index + 2]) for index in range(len(places))]


_NOBODY, _SHARED = -1, -2
_NEIGHBORS = np.ones((3, 3), np.uint8)


def _owners(stats: npt.NDArray[np.int32], places: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """The character that each connected part belongs to."""
    owners = np.full(len(stats), _NOBODY, np.intp)
    if not len(places):
        return owners
    lefts, rights = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_LEFT] + stats[:, cv2.CC_STAT_WIDTH]
    inside = (places >= lefts[:, None] - _SLANT) & (places <= rights[:, None] + _SLANT)
    counts = inside.sum(axis=1)
    owners[counts == 1] = inside[counts == 1].argmax(axis=1)
    owners[counts > 1] = _SHARED
    middles = (lefts + rights) / 2
    nearest = np.abs(places - middles[:, None]).argmin(axis=1)
    gaps = np.maximum(lefts - places[nearest], places[nearest] - rights)
    broken = (counts == 0) & (gaps < _NEAR)
    owners[broken] = nearest[broken]
    owners[stats[:, cv2.CC_STAT_AREA] < _DUST] = _NOBODY
    return owners


def _cuts(mask: Grey, places: npt.NDArray[np.float64]) -> list[int]:
    """Columns between neighbors, where the least ink is crossed; the first and last are the line's ends."""
    ink = np.count_nonzero(mask, axis=0)
    axis = np.arange(len(ink))
    cuts = [0]
    for left, right in itertools.pairwise(places.tolist()):
        start = min(round(left + 0.25 * (right - left)), len(ink) - 1)
        between = np.s_[start : max(round(right - 0.25 * (right - left)), start) + 1]
        cost = ink[between] + 0.02 * np.abs(axis[between] - (left + right) / 2)
        cuts.append(max(cuts[-1], start + int(cost.argmin())))
    return [*cuts, mask.shape[1]]


def _boxes(stats: npt.NDArray[np.int32], owners: npt.NDArray[np.intp], count: int) -> list[Box | None]:
    """Around all parts that are each character's own."""
    corners: list[tuple[int, int, int, int] | None] = [None] * count
    for owner, (left, top, width, height, _) in zip(owners.tolist(), stats.tolist(), strict=True):
        if owner >= 0:
            x, y, right, bottom = corners[owner] or (left, top, 0, 0)
            corners[owner] = min(x, left), min(y, top), max(right, left + width), max(bottom, top + height)
    return [item and (item[0], item[1], item[2] - item[0], item[3] - item[1]) for item in corners]


def _cut_one(
    pixels: Grey, belongs: npt.NDArray[np.int16], index: int, own: Box | None, cut: Sequence[int]
) -> Character:
    """One character's ink; ``belongs`` says whose each pixel is, ``own`` where its own parts are."""
    start, end = cut
    alone = own is not None and not (belongs[:, start:end] == _SHARED).any()
    box = own if own is not None and alone else _ink_between(_theirs(belongs[:, start:end], index), start)
    left, top, width, height = box
    here = belongs[top : top + height, left : left + width]
    ours = here == index if alone else _theirs(here, index)
    near = cv2.dilate(ours.view(np.uint8), _NEIGHBORS)
    return Character(box, alone, pixels[top : top + height, left : left + width] * near)


def _theirs(belongs: npt.NDArray[np.int16], index: int) -> npt.NDArray[np.bool_]:
    """A character's own ink, and that which it shares."""
    theirs: npt.NDArray[np.bool_] = (belongs == index) | (belongs == _SHARED)
    return theirs


def _ink_between(ink: npt.NDArray[np.bool_], start: int) -> Box:
    """Around the ink of a strip of the line that begins at column ``start``; the whole strip when it has none."""
    if not ink.any():
        return start, 0, max(1, ink.shape[1]), ink.shape[0]
    left, top, width, height = cv2.boundingRect(ink.view(np.uint8))
    return start + left, top, width, height

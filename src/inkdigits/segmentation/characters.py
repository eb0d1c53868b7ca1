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
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    places = np.asarray(middles, np.float64)
    owners = _owners(stats[1:], places)
    cuts = _cuts(mask, places)
    return [_cut_one(pixels, labels, stats, owners, index, cuts[index : index + 2]) for index in range(len(places))]


_NOBODY, _SHARED = -1, -2


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
    cuts = [0]
    for left, right in itertools.pairwise(places.tolist()):
        start, end = round(left + 0.25 * (right - left)), round(right - 0.25 * (right - left))
        columns = np.arange(start, max(end, start) + 1).clip(0, len(ink) - 1)
        cost = ink[columns] + 0.02 * np.abs(columns - (left + right) / 2)
        cuts.append(max(cuts[-1], int(columns[cost.argmin()])))
    return [*cuts, mask.shape[1]]


def _cut_one(
    pixels: Grey,
    labels: npt.NDArray[np.int32],
    stats: npt.NDArray[np.int32],
    owners: npt.NDArray[np.intp],
    index: int,
    cut: Sequence[int],
) -> Character:
    own = np.flatnonzero(owners == index) + 1
    shared = np.flatnonzero(owners == _SHARED) + 1
    here = labels[:, cut[0] : cut[1]]
    alone = bool(len(own)) and not np.isin(here, shared).any()
    if alone:
        box = _around(stats[own])
        left, top, width, height = box
        ours = np.isin(labels[top : top + height, left : left + width], own)
    else:
        box = _ink_between(np.isin(labels, [*own, *shared]), cut, labels.shape)
        left, top, width, height = box
        ours = np.isin(labels[top : top + height, left : left + width], [*own, *shared])
    near = cv2.dilate(ours.astype(np.uint8), np.ones((3, 3), np.uint8))
    return Character(box, alone, pixels[top : top + height, left : left + width] * near)


def _around(stats: npt.NDArray[np.int32]) -> Box:
    left, top = stats[:, cv2.CC_STAT_LEFT].min(), stats[:, cv2.CC_STAT_TOP].min()
    right = (stats[:, cv2.CC_STAT_LEFT] + stats[:, cv2.CC_STAT_WIDTH]).max()
    bottom = (stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT]).max()
    return int(left), int(top), int(right - left), int(bottom - top)


def _ink_between(ink: npt.NDArray[np.bool_], cut: Sequence[int], shape: tuple[int, ...]) -> Box:
    start, end = cut
    part = ink[:, start:end]
    columns, rows = np.flatnonzero(part.any(axis=0)), np.flatnonzero(part.any(axis=1))
    if not len(columns):
        return start, 0, max(1, end - start), shape[0]
    left, top = int(columns[0]), int(rows[0])
    return start + left, top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1

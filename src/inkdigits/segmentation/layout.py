"""``find_fields``: where numbers may stand on a page, in reading order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress

import cv2
import numpy as np

from inkdigits.images.page import Grey
from inkdigits.segmentation.cells import find_cells, join_combs, lines_of
from inkdigits.segmentation.field import Field, Scissors
from inkdigits.segmentation.glyph import Stage
from inkdigits.segmentation.layers import slope_of
from inkdigits.segmentation.normalize import Box
from inkdigits.segmentation.page_ink import PageInk, lift_page
from inkdigits.segmentation.parts import Parts
from inkdigits.segmentation.rings import drop_rings
from inkdigits.segmentation.rows import Group, group_parts
from inkdigits.segmentation.rulings import Rulings, find_rulings
from inkdigits.segmentation.skew import LevelPage, level_page
from inkdigits.segmentation.touching import part_touching

_SMALLEST = 5  # pixels: smaller pictures hold nothing
_CRUMB = 0.3  # text heights: smaller marks are no digits
_LEAST_HEIGHT = 6  # pixels at working size
_LEAST_ON_PAPER = 10  # pixels of the page: grain, and a damaged JPEG's blocks of 8, hide what is smaller
_REMNANT = 2.8  # text heights: slim parts as long are pieces of bent rulings
_FRINGE = 0.6  # text heights around solid areas, where what is left is their edge
_STRIP = 0.35  # as wide as long, or less,
_AT_EDGE = 0.002  # of the picture's longer side from its edge
_FAINT = 1.35  # times the floor: what never gets darker is grain


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The fields of a page.

    Attributes:
        fields: In reading order.
        angle: Degrees by which the page's lines fall to the right.
        stages: The pictures on the way, in order.
    """

    fields: tuple[Field, ...]
    angle: float = 0.0
    stages: tuple[Stage, ...] = ()


def find_fields(grey: Grey, trace: bool = False) -> Layout:
    """Finds where numbers may stand; words and drawings are among the fields.

    Args:
        grey: uint8 (H, W), as seen: 0 black, 255 white; any polarity, size and light.
        trace: Keep the pictures on the way.
    """
    if min(grey.shape) < _SMALLEST:
        return Layout(())
    ink = lift_page(grey)
    page = level_page(ink)
    bare = drop_rings(page.mask)
    rulings = find_rulings(bare, page.faint, page.ink)
    cells = find_cells(rulings)
    rulings = part_touching(rulings, cells)
    parts = rulings.parts
    held = cells.shares(parts)
    written = _written(parts, page, ink, rulings)
    groups = _legible(group_parts(parts, written, rulings.upright, rulings.height, held), ink, rulings)
    groups = join_combs(groups, cells, held, parts, rulings)
    lines = cv2.bitwise_or(lines_of(rulings), cv2.subtract(page.mask, bare))
    scissors = Scissors(grey, page, parts, lines, ink.light_on_dark)
    slopes = [slope_of(parts, group.members, group.height) for group in groups]
    fields = tuple(scissors.cut(group, slope, cells.at(group) > 0) for group, slope in zip(groups, slopes, strict=True))
    if not ink.clean and len(fields) > 1:
        inside = [not _is_edge(field.box, grey.shape) for field in fields]
        fields, groups = tuple(compress(fields, inside)), list(compress(groups, inside))
    return Layout(fields, page.angle, _stages(grey, ink, page, rulings, groups) if trace else ())


def _written(parts: Parts, page: LevelPage, ink: PageInk, rulings: Rulings) -> list[int]:
    """Parts that may be writing: no specks, no grain."""
    longer = np.maximum(parts.width, parts.height)
    keep = (longer >= 4) & (parts.area >= 6) & (longer >= 0.12 * rulings.height)
    keep &= (parts.height < _REMNANT * rulings.height) | (parts.width > 0.25 * parts.height)
    keep &= (parts.width < 2 * _REMNANT * rulings.height) | (parts.height > 0.12 * parts.width)
    if rulings.solid.any():
        reach = max(5, round(_FRINGE * rulings.height)) | 1
        near = cv2.dilate(rulings.solid, np.ones((reach, reach), np.uint8)) > 0
        beside = np.bincount(parts.labels[near & (rulings.mask > 0)], minlength=len(parts) + 1)[1:]
        keep &= beside < 0.3 * parts.area
    if not ink.clean:
        peak = np.zeros(len(parts) + 1, np.uint8)
        np.maximum.at(peak, parts.labels[rulings.mask > 0], page.ink[rulings.mask > 0])
        keep &= peak[1:] >= _FAINT * ink.floor
    return [int(index) for index in np.flatnonzero(keep)]


def _legible(groups: list[Group], ink: PageInk, rulings: Rulings) -> list[Group]:
    least = max(_LEAST_HEIGHT, _CRUMB * rulings.height, 0 if ink.clean else _LEAST_ON_PAPER * ink.scale)
    return [group for group in groups if group.bottom - group.top >= least]


def _is_edge(box: Box, shape: tuple[int, ...]) -> bool:
    """Whether a field of a photo is a slim strip along the picture's very edge: of a desk, a next sheet, a ruling."""
    left, top, width, height = box
    reach = _AT_EDGE * max(shape)
    if width <= _STRIP * height:
        return left <= reach or left + width >= shape[1] - reach
    return height <= _STRIP * width and (top <= reach or top + height >= shape[0] - reach)


def _stages(grey: Grey, ink: PageInk, page: LevelPage, rulings: Rulings, groups: list[Group]) -> tuple[Stage, ...]:
    drawn = cv2.bitwise_not(rulings.mask)
    for group in groups:
        cv2.rectangle(drawn, (group.left - 2, group.top - 2), (group.right + 1, group.bottom + 1), 128, 2)
    lines = cv2.bitwise_or(rulings.level, rulings.upright)
    return (
        Stage("grey", "In grey", grey),
        Stage("light", "Light evened, paper removed", cv2.bitwise_not(ink.ink)),
        Stage("level", "Turned level, ink found", cv2.bitwise_not(page.mask)),
        Stage("rulings", "Rulings found", cv2.bitwise_not(lines)),
        Stage("fields", "Fields found", drawn),
    )

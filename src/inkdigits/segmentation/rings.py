"""Rings around writing, as teachers draw them around marks: found by their shape, and dropped.

A ring is a thin round stroke, closed or nearly so, with separate ink inside that may be writing. A zero with a dot or a
slash in it is none; a box is one only where it is asked for. Of a ring that crosses some of the writing its own stroke
is dropped; where all of the writing hangs on it, it is left: what belongs to which is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey

_LEAST = 20  # pixels: what is in a smaller ring is not legible
_THIN = 0.1  # of a ring's shorter side: its stroke is no thicker
_ROUNDEST, _BOXY = 0.6, 0.92  # share of its turned box that a ring's outline fills: an ellipse 0.79, a box 1
_DIRECTIONS = 60  # seen from its middle, a ring lies in so many directions,
_CLOSED = 0.85  # in at least this share of them,
_NEAR = 0.75  # mostly no nearer than this share of the way to the side of its box,
_NEAREST = 0.5  # and nearer than this in one of ten at most
_STROKE = 1.5  # times its thickness: ink of a ring farther from its outer edge is not of its stroke
_PIECE = 0.08  # of the ring's shorter side: smaller pieces of what is written over it are of the ring
_NEARLY = 0.05  # of the way to an ellipse: a hand strays from it by twice as much
_REFITS = 5  # of the ellipse, each without what strayed from the one before
_INSIDE = 0.95  # of the way to the ring: what is in it reaches no further
_WRITTEN = 0.3  # of the ring's shorter side: writing is as large,
_SMALL = 0.18  # or as this where several parts of it stand in a ring
_WIDE = 1.3  # times as wide as high: no zero
_SLIM = 3.0  # times as long as thick: a stroke; in a ring whose shorter side is less than
_NARROW = 0.85  # of its longer one, or where it leans by more than
_LEANING = 32.0  # degrees, or is longer than
_CROSSING = 0.65  # of the ring's height, it is the slash of a zero
_ROUND, _FULL = 1.6, 0.6  # longer by shorter side, and share of its box: a dot

Points = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Shape:
    """A connected piece of ink.

    Attributes:
        outline: int32 (N, 1, 2), x and y of its outer edge's pixels.
        holes: The same around each of its holes.
    """

    outline: Points
    holes: Sequence[Points]


def drop_rings(mask: Grey, boxes: bool = False) -> Grey:
    """Removes the rings around writing.

    Args:
        mask: uint8 (H, W), 255 where there is ink.
        boxes: Remove boxes as well.

    Returns:
        uint8 (H, W) without rings; the very mask when there is none.
    """
    contours, hierarchy = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    if len(contours) <= 1:
        return mask
    parents = hierarchy[0, :, 3]
    outer = np.flatnonzero(parents < 0)
    if len(outer) <= 1:
        return mask
    places = np.array([cv2.boundingRect(contours[index]) for index in outer], np.int32)
    fullest = np.inf if boxes else _BOXY
    rings = []
    for place in np.flatnonzero(places[:, 2:].min(axis=1) >= _LEAST):
        inside = _within(places, int(place))
        if len(inside):
            shape, *others = (_shape(contours, parents, int(outer[one])) for one in (place, *inside))
            if _is_ring(shape, others, fullest):
                rings.append(shape)
    return _without(mask, rings) if rings else mask


def _shape(contours: Sequence[Points], parents: Points, index: int) -> _Shape:
    return _Shape(contours[index], [contours[hole] for hole in np.flatnonzero(parents == index).tolist()])


def _without(mask: Grey, rings: Sequence[_Shape]) -> Grey:
    """A mask without rings, but with the writing that touches them."""
    _, labels = cv2.connectedComponents(mask, connectivity=8)
    found = [labels[y, x] for x, y in (ring.outline[0, 0] for ring in rings)]
    bare = np.where(np.isin(labels, found), 0, mask).astype(np.uint8)
    for ring, label in zip(rings, found, strict=True):
        if ring.holes:  # the outline of an open ring runs along both edges, of what touches it as well
            left, top, width, height = cv2.boundingRect(ring.outline)
            here = np.s_[top : top + height, left : left + width]
            own = np.where(labels[here] == label, np.uint8(255), np.uint8(0))
            bare[here] |= _touching(own, ring, (left, top))
    return bare


def _touching(own: Grey, ring: _Shape, corner: tuple[int, int]) -> Grey:
    """Of a ring's ink, what is written over it: all but the ring's stroke, where some of that is large."""
    outline, thickness = ring.outline - corner, _STROKE * _thickness(ring)
    stroke = (
        _stroke_of_ring(own, outline, thickness) if _fill(ring) <= _BOXY else _stroke_of_box(own, outline, thickness)
    )
    rest = cv2.subtract(own, stroke)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(rest, connectivity=8)
    size = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    size[0] = 0
    side = min(own.shape)
    if size.max() < _SMALL * side:
        return np.zeros_like(own)
    return np.where((size >= _PIECE * side)[labels], rest, 0).astype(np.uint8)


def _stroke_of_box(own: Grey, outline: Points, thickness: float) -> Grey:
    """What lies along the outline, 255."""
    return cv2.drawContours(np.zeros_like(own), [outline], 0, 255, 2 * round(thickness) + 5)


def _stroke_of_ring(own: Grey, outline: Points, thickness: float) -> Grey:
    """What lies along the ring's own edge, 255, also where writing crosses it."""
    y, x = np.nonzero(own)
    ellipse = _fit_ellipse(outline)
    direction, distance = _polar(np.stack((x, y), axis=1).astype(np.int32)[:, None, :], *ellipse)
    edge = _edge(*_polar(outline, *ellipse))
    pixel = 2 / min(ellipse[1])  # in what distances are measured
    near = (distance >= (edge - (thickness + 1) * pixel)[direction]) & (distance <= (edge + 2 * pixel)[direction])
    stroke = np.zeros_like(own)
    stroke[y[near], x[near]] = 255
    return stroke


_Ellipse: TypeAlias = tuple[tuple[float, float], tuple[float, float], float]


def _fit_ellipse(outline: Points) -> _Ellipse:
    """Middle, sides and degrees of the ellipse that most of an outline lies on."""
    points = outline
    ellipse: _Ellipse = cv2.minAreaRect(outline)
    for _ in range(_REFITS):
        fitted: _Ellipse = cv2.fitEllipseAMS(points)
        if not (np.isfinite(fitted[1]).all() and min(fitted[1]) >= _LEAST / 2):
            break  # points on a straight line lie on no ellipse
        ellipse = fitted
        off = np.abs(_polar(outline, *ellipse)[1] - 1)
        points = outline[off <= max(_NEARLY, float(np.median(off)))]
    return ellipse


def _edge(direction: npt.NDArray[np.intp], distance: Floats) -> Floats:
    """Distance of a ring's outer edge in each direction, where it strays from the ellipse by no more than a hand."""
    edge = np.full(_DIRECTIONS, np.nan)
    for one in range(_DIRECTIONS):
        here = distance[(direction == one) & (np.abs(distance - 1) <= 2 * _NEARLY)]
        if len(here):
            edge[one] = np.percentile(here, 80)
    known = np.flatnonzero(np.isfinite(edge))
    if not len(known):
        return np.ones(_DIRECTIONS)
    return np.interp(np.arange(_DIRECTIONS), known, edge[known], period=_DIRECTIONS)


def _within(boxes: Points, place: int) -> npt.NDArray[np.intp]:
    """Which boxes (N, 4) lie inside one of them, and are large enough beside it to be of writing."""
    left, top, width, height = boxes.T
    x, y, wide, tall = boxes[place].tolist()
    inside = (left > x) & (top > y) & (left + width < x + wide) & (top + height < y + tall)
    return np.flatnonzero(inside & (np.maximum(width, height) >= _SMALL * min(wide, tall)))


def _is_ring(shape: _Shape, others: Sequence[_Shape], fullest: float) -> bool:
    """Whether a shape is thin and fills no more of its box, and some of the others are writing inside."""
    (x, y), sides, degrees = cv2.minAreaRect(shape.outline)
    if min(sides) < _LEAST or not _ROUNDEST <= _fill(shape) <= fullest:
        return False
    if _thickness(shape) > _THIN * min(sides):
        return False
    points = np.concatenate([shape.outline, *shape.holes])
    nearest = np.full(_DIRECTIONS, np.inf)
    np.minimum.at(nearest, *_polar(points, (x, y), sides, degrees))
    seen = nearest[np.isfinite(nearest)]
    if len(seen) < _CLOSED * _DIRECTIONS or np.median(seen) < _NEAR or np.percentile(seen, 10) < _NEAREST:
        return False
    nearest[np.isinf(nearest)] = 1.0
    inside = []
    for other in others:
        direction, distance = _polar(other.outline, (x, y), sides, degrees)
        if (distance < _INSIDE * nearest[direction]).all():
            inside.append(other)
    return _is_writing(inside, shape)


def _fill(shape: _Shape) -> float:
    """Share of its turned box that its hull fills."""
    _, sides, _ = cv2.minAreaRect(shape.outline)
    return _area(cv2.convexHull(shape.outline)) / max(sides[0] * sides[1], 1.0)


def _polar(
    points: Points, middle: tuple[float, float], sides: tuple[float, float], degrees: float
) -> tuple[npt.NDArray[np.intp], Floats]:
    """Directions of points (N, 1, 2) from the middle of a turned box, and distances: 1 at the middles of its sides."""
    turn = np.radians(degrees)
    across, down = (points[:, 0, :] - np.array(middle)).T
    along = (across * np.cos(turn) + down * np.sin(turn)) / (sides[0] / 2)
    aside = (down * np.cos(turn) - across * np.sin(turn)) / (sides[1] / 2)
    direction = np.floor((np.arctan2(aside, along) / (2 * np.pi) + 0.5) * _DIRECTIONS).astype(np.intp)
    return direction % _DIRECTIONS, np.hypot(along, aside)


def _thickness(shape: _Shape) -> float:
    """Mean width of its stroke in pixels: its ink by half the length of its edges."""
    edges = sum(cv2.arcLength(edge, True) for edge in (shape.outline, *shape.holes))
    return 1 + 2 * _ink(shape) / max(edges, 1.0)


def _ink(shape: _Shape) -> float:
    """Its area in pixels without its holes."""
    return _area(shape.outline) - sum(_area(hole) for hole in shape.holes)


def _area(outline: Points) -> float:
    return float(cv2.contourArea(outline))


def _is_writing(inside: Sequence[_Shape], ring: _Shape) -> bool:
    """Whether what stands in a ring is written: no dot, no slash, no specks."""
    if not inside:
        return False
    _, _, width, height = cv2.boundingRect(ring.outline)
    side = min(width, height)
    largest = max(max(cv2.boundingRect(shape.outline)[2:]) for shape in inside)
    several = len(inside) > 1 and width >= _WIDE * height
    if largest < (_SMALL if several else _WRITTEN) * side:
        return False
    return len(inside) > 1 or not _is_mark(inside[0], ring)


def _is_mark(shape: _Shape, zero: _Shape) -> bool:
    """Whether one part is the dot or the slash of what may be a zero around it."""
    long, short = _sides(shape)
    if long < _ROUND * short:
        return _ink(shape) > _FULL * long * short
    if long < _SLIM * short:
        return False
    across, down, _, _ = cv2.fitLine(shape.outline, cv2.DIST_L2, 0, 0.01, 0.01).ravel().tolist()
    leaning = float(np.degrees(np.arctan2(abs(across), abs(down))))
    _, _, width, height = cv2.boundingRect(zero.outline)
    longer, shorter = _sides(zero)
    narrow = shorter < _NARROW * longer and width < _WIDE * height
    return narrow or leaning > _LEANING or long > _CROSSING * height


def _sides(shape: _Shape) -> tuple[float, float]:
    """The longer and the shorter side of its turned box, in pixels."""
    _, sides, _ = cv2.minAreaRect(shape.outline)
    return max(sides) + 1.0, min(sides) + 1.0

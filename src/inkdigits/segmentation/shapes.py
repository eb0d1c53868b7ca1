"""How many parts there are, and shapes that no pen writes: soft round blots, lines of forms and squared paper."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey

_ELLIPSE = 0.985  # area by that of the ellipse with the same moments; a stroke of even width has 0.94 to 0.97
_TAPERED = 0.72  # width near both ends by that in the middle: an ellipse has 0.61, a stroke up to 1
_PLUMP = 0.84  # area by that of the convex hull: strokes are bent,
_FULL = 0.93  # and none is as thick and as full as this,
_ROUND = 0.94  # even when its outline is not quite an ellipse
_THICK = 0.3  # thickness by longer side
_LINE = 0.85  # of the shape's side: rows and columns inked so far are lines of a form,
_THIN = 0.45  # when they are no thicker than this share of it
_REST = 0.06  # of the ink may lie beside the lines


def count_parts(mask: Grey) -> int:
    """How many connected pieces a mask (H, W) has, those within the holes of others among them."""
    outlines = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)[1]
    return 0 if outlines is None else int(np.count_nonzero(outlines[0, :, 3] < 0))  # not the outlines of holes


def thickness_of(mask: Grey) -> float:
    """Width in pixels of the thickest place of a mask (H, W); beyond the picture there is nothing."""
    padded = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    return 2 * float(cv2.distanceTransform(padded, cv2.DIST_L2, 3).max())


def is_ellipse(mask: Grey, thickness: float) -> bool:
    """Whether a mark is one filled ellipse: widest in the middle, and round at its ends.

    Args:
        mask: uint8 (h, w), 255 where the mark is.
        thickness: Width of its thickest place in pixels.
    """
    outlines = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)[0]
    if len(outlines) != 1:  # several parts, or a hole
        return False
    moments = cv2.moments(mask, binaryImage=True)
    area = moments["m00"]
    spread = moments["mu20"] * moments["mu02"] - moments["mu11"] ** 2
    round_enough = area**2 / (4 * math.pi * math.sqrt(max(spread, 1.0)))
    if round_enough < _ROUND:
        return False
    hull = cv2.convexHull(outlines[0])
    full = area / (cv2.contourArea(hull) + 0.5 * cv2.arcLength(hull, True) + 1)  # of pixels, not of their middles
    if full > _FULL and thickness > _THICK * max(cv2.boundingRect(mask)[2:]):
        return True
    return bool(round_enough >= _ELLIPSE and full >= _PLUMP and _taper(mask, moments) <= _TAPERED)


def _taper(mask: Grey, moments: dict[str, float]) -> float:
    """Width near both ends by that in the middle, along the longer axis."""
    area = moments["m00"]
    angle = 0.5 * math.atan2(2 * moments["mu11"], moments["mu20"] - moments["mu02"])
    y, x = np.nonzero(mask)
    along = np.abs((x - moments["m10"] / area) * math.cos(angle) + (y - moments["m01"] / area) * math.sin(angle))
    half = 2 * math.sqrt(max(float(np.mean(along**2)), 0.1))
    ends = np.count_nonzero((along >= 0.7 * half) & (along < 0.9 * half)) / 0.2
    return ends / max(1.0, np.count_nonzero(along < 0.4 * half) / 0.4)


def is_lattice(mask: Grey) -> bool:
    """Whether a mark is nothing but two or more level and upright lines from end to end, as of a cell or its corner.

    Args:
        mask: uint8 (h, w), 255 where the mark is.
    """
    left, top, width, height = cv2.boundingRect(mask)
    part = mask[top : top + height, left : left + width]
    columns = _inked(cv2.dilate(part, np.ones((1, 3), np.uint8)), 0)
    rows = _inked(cv2.dilate(part, np.ones((3, 1), np.uint8)), 1)
    if _lines(columns) + _lines(rows) < 2:
        return False
    rest = np.count_nonzero(part[np.ix_(~rows, ~columns)])
    return bool(rest <= _REST * np.count_nonzero(part))


def _inked(part: Grey, axis: int) -> npt.NDArray[np.bool_]:
    """Which columns (axis 0) or rows (axis 1) are inked nearly from end to end."""
    inked: npt.NDArray[np.bool_] = np.count_nonzero(part, axis=axis) >= _LINE * part.shape[axis]
    return inked


def _lines(inked: npt.NDArray[np.bool_]) -> int:
    """How many lines there are, 0 when one of them is too thick."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], inked.astype(np.int8), [0]))))
    thickness = edges[1::2] - edges[::2]
    return 0 if (thickness > max(3.0, _THIN * len(inked))).any() else len(thickness)

"""Rows: parts beside each other become units, numbers and the rows of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey
from inkdigits.segmentation.layers import REACH, rows_of, usual_height
from inkdigits.segmentation.parts import Parts, Shares

_BAND = 0.2  # of the height above and below that does not count as being beside
_LEAST_BREAK = 0.75  # heights: narrower gaps never part two numbers
_LONE_BREAK = 1.7  # heights: wider ones always do when there is no other gap to compare with
_WIDE_BREAK = 2.4  # heights, whatever the other gaps
_LARGE = 3.0  # times the usual height
_ALIKE = 0.6  # of a digit's height: others of its number are at least as high
_LEVEL = 0.35  # of it: how far their middles are from its own
_TINY = 0.4  # heights: dots, dashes and crumbs
_INSIDE = 0.7  # of a part's ink in cells that is in the one where it stands,
_LEAST_INSIDE = 0.5  # of all its ink, or it stands on walls,
_MOSTLY = 0.8  # and of a run's ink that is in such parts


@dataclass(slots=True, eq=False)
class Group:
    """Parts that stand together: a number, a word, a drawing.

    Attributes:
        members: Indices of its parts.
        left: First column.
        top: First row.
        right: The column after the last.
        bottom: The row after the last.
        height: Usual height of its digits in pixels.
        row: Number of its row on the page.
    """

    members: list[int]
    left: int
    top: int
    right: int
    bottom: int
    height: float
    row: int = 0


def group_parts(parts: Parts, keep: Sequence[int], upright: Grey, height: float, cells: Shares) -> list[Group]:
    """Groups parts into numbers and words.

    Args:
        parts: All parts of a page.
        keep: Indices of those that are writing.
        upright: uint8 (h, w), rulings that part what stands beside them.
        height: Usual height of the page's writing in pixels.
        cells: Which cells the parts stand in.

    Returns:
        Groups in reading order, their rows numbered.
    """
    # Headings, pictures and shadows reach over many rows; they are linked among themselves, so that they join none.
    linked = [run for size in _by_size(parts, keep, _LARGE * height) if size for run in _link(parts, size, upright)]
    linked = [piece for run in linked for piece in _by_cell(parts, run, cells)]
    runs = [row for run in linked for row in rows_of(parts, run)]
    groups = [_group(parts, pieces) for run in runs for pieces in _break(parts, run)]
    groups = _absorb(groups, _LARGE * height)
    return number_rows(groups)


def _by_size(parts: Parts, keep: Sequence[int], limit: float) -> tuple[list[int], list[int]]:
    """Parts up to a height and those above, with which go the ones beside them that are nearly as high."""
    indices = np.array(keep, np.intp)
    heights = parts.height[indices]
    large, rest = indices[heights > limit], indices[(heights > _ALIKE * limit) & (heights <= limit)]
    fresh = large
    while len(fresh) and len(rest):
        beside = _beside(parts, rest, fresh).any(axis=1)
        fresh, rest = rest[beside], rest[~beside]
        large = np.concatenate((large, fresh))
    return np.setdiff1d(indices, large).tolist(), np.sort(large).tolist()


def _beside(parts: Parts, some: npt.NDArray[np.intp], large: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Which parts stand at the height of which large ones, within their reach and nearly as high: (some, large)."""
    left, top, height = (value[some, None] for value in (parts.left, parts.top, parts.height))
    right, lefts, rights = parts.right[some, None], parts.left[large], parts.right[large]
    tops, heights = parts.top[large], parts.height[large]
    gap = np.maximum(left - rights, lefts - right)
    level = np.abs(top + height / 2 - tops - heights / 2) < _LEVEL * heights
    return level & (gap < REACH * heights) & (height > _ALIKE * heights)


def _link(parts: Parts, keep: Sequence[int], upright: Grey) -> list[list[int]]:
    """Parts beside each other within reach: each is drawn wider than it is, and what overlaps belongs together."""
    canvas = np.zeros(parts.labels.shape, np.uint8)
    for index in keep:
        height = int(parts.height[index])
        reach, band = round(REACH * height), int(_BAND * height)
        left, right = int(parts.left[index]) - reach, int(parts.right[index]) + reach
        top, bottom = int(parts.top[index]) + band, int(parts.bottom[index]) - band
        cv2.rectangle(canvas, (max(0, left), top), (right - 1, max(top, bottom - 1)), 255, -1)
    canvas[upright > 0] = 0
    labels = cv2.connectedComponents(canvas, connectivity=4, ltype=cv2.CV_32S)[1]
    runs: dict[int, list[int]] = {}
    loose = 0
    for index in keep:
        row = labels[int(parts.top[index]) + int(parts.height[index]) // 2]
        here = row[int(parts.left[index]) : int(parts.right[index])]
        found = np.bincount(here)
        found[0] = 0
        label = int(found.argmax()) if found.any() else 0
        if label == 0:
            loose -= 1
        runs.setdefault(label or loose, []).append(index)
    return list(runs.values())


def _by_cell(parts: Parts, run: list[int], cells: Shares) -> list[list[int]]:
    """Parts a run by the cells that its parts stand in, unless much of it stands on their walls."""
    pieces: dict[int, list[int]] = {}
    sure = 0
    for index in run:
        own = cells.get(index, {0: 0.0})
        cell = max(own, key=lambda cell: own[cell])
        pieces.setdefault(cell, []).append(index)
        sure += int(parts.area[index]) * (own[cell] > _INSIDE * max(sum(own.values()), _LEAST_INSIDE))
    if len(pieces) == 1 or sure < _MOSTLY * int(parts.area[run].sum()):
        return [run]
    return list(pieces.values())


def _units(parts: Parts, run: list[int]) -> list[list[int]]:
    """Parts above each other are one unit: the bar of a 5, a broken 8."""
    order = sorted(run, key=lambda index: int(parts.left[index]))
    units: list[list[int]] = []
    end = -1
    for index in order:
        left, right = int(parts.left[index]), int(parts.right[index])
        if units and left < end - 0.3 * min(right - left, end - int(parts.left[units[-1][0]])):
            units[-1].append(index)
        else:
            units.append([index])
        end = max(end, right)
    return units


def _break(parts: Parts, run: list[int]) -> list[list[int]]:
    """Breaks a run at its gaps that are clearly wider than those between digits."""
    units = _units(parts, run)
    if len(units) == 1:
        return [run]
    height = usual_height(np.array([_tall(parts, unit) for unit in units]))
    ends = [max(int(parts.right[i]) for i in unit) for unit in units]
    starts = [min(int(parts.left[i]) for i in unit) for unit in units]
    gaps = np.maximum(0, np.array(starts[1:]) - np.maximum.accumulate(ends)[:-1]) / height
    limit = break_width(gaps)
    pieces: list[list[int]] = [list(units[0])]
    for unit, gap in zip(units[1:], gaps, strict=True):
        if gap >= limit:
            pieces.append([])
        pieces[-1] += unit
    return pieces


def break_width(gaps: np.ndarray) -> float:
    """The gap from which on two numbers are meant.

    Args:
        gaps: Gaps between neighbors in text heights, none below 0.
    """
    ordered = np.sort(gaps)
    if len(ordered) == 1:
        return _LONE_BREAK
    for small, large in pairwise(ordered.tolist()):
        if large >= max(_LEAST_BREAK, 1.8 * small + 0.3):
            return float(large)
    return max(_WIDE_BREAK, 2.0 * float(ordered[0]) + 0.3)


def _tall(parts: Parts, unit: list[int]) -> int:
    return int(max(parts.bottom[i] for i in unit) - min(parts.top[i] for i in unit))


def _group(parts: Parts, members: list[int]) -> Group:
    units = _units(parts, members)
    return Group(
        members,
        int(parts.left[members].min()),
        int(parts.top[members].min()),
        int(parts.right[members].max()),
        int(parts.bottom[members].max()),
        usual_height(np.array([_tall(parts, unit) for unit in units])),
    )


def _absorb(groups: list[Group], tallest: float) -> list[Group]:
    """Gives crumbs, commas and loose bars to the number they stand by, of several to the tallest."""
    kept: list[Group] = []
    hosts = np.zeros((5, len(groups)))
    for group in sorted(groups, key=lambda group: -group.height):
        fits = _stands_by(group, hosts[:, : len(kept)]) & (hosts[4, : len(kept)] <= tallest)
        place = int(fits.argmax()) if fits.any() else len(kept)
        if place == len(kept):
            kept.append(group)
        else:
            host = kept[place]
            host.members += group.members
            host.left, host.right = min(host.left, group.left), max(host.right, group.right)
            host.top, host.bottom = min(host.top, group.top), max(host.bottom, group.bottom)
        host = kept[place]
        hosts[:, place] = host.left, host.top, host.right, host.bottom, host.height
    return kept


def _stands_by(group: Group, hosts: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """By which of N others a group stands: rows of ``hosts`` (5, N) are left, top, right, bottom and height."""
    x, y = (group.left + group.right) / 2, (group.top + group.bottom) / 2
    left, top, right, bottom, height = hosts
    inside = (left <= x) & (x <= right) & (top <= y) & (y <= bottom) & (group.height < 0.8 * height)
    across, down = 0.35 * height, 0.25 * height
    beside = (left - across <= x) & (x <= right + across) & (top - down <= y) & (y <= bottom + down)
    tiny = (group.height < _TINY * height) & (group.right - group.left < 1.2 * height)
    stands: npt.NDArray[np.bool_] = inside | (beside & tiny)
    return stands


def number_rows(groups: list[Group]) -> list[Group]:
    """Sorts groups into reading order: rows from top to bottom, from left to right within."""
    rows: list[list[Group]] = []
    for group in sorted(groups, key=lambda group: group.top + group.bottom):
        middle = (group.top + group.bottom) / 2
        for row in reversed(rows[-3:]):
            near = min(row, key=lambda other: abs(other.left - group.left))
            reach = 0.5 * min(near.height, group.height)
            if abs((near.top + near.bottom) / 2 - middle) < reach:
                row.append(group)
                break
        else:
            rows.append([group])
    ordered = []
    for number, row in enumerate(rows):
        for group in sorted(row, key=lambda group: group.left):
            group.row = number
            ordered.append(group)
    return ordered

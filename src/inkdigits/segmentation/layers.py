"""Parts of one run, beside each other and above each other: which of them stand in one row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from inkdigits.segmentation.parts import Parts
from inkdigits.segmentation.ranks import quantile

REACH = 1.25  # heights to either side within which parts may belong together
_SMALL, _SPANNING = 0.5, 1.7  # heights: digits of one row
_SHARED = 0.5  # of its height that a digit has in common with its neighbor's
_MOST_SLOPED = 400  # parts whose pairs tell a line's slope: more are texture, and all their pairs would fill the memory


def rows_of(parts: Parts, run: list[int]) -> list[list[int]]:
    """Parts a run whose parts lie on top of each other: a row's digits stand beside their neighbors at one height."""
    height = usual_height(parts.height[run])
    middle = (parts.top[run] + parts.bottom[run]) / 2
    if len(run) < 3 or float(np.ptp(middle)) < 0.9 * height:
        return [run]
    tall = [index for index in run if _SMALL * height <= parts.height[index] <= _SPANNING * height]
    if not 2 <= len(tall) <= _MOST_SLOPED:
        return _layers(parts, run, middle, height)
    rows = _neighbors(parts, tall)
    if rows.max() == 0:
        return [run]
    own = dict(zip(tall, rows.tolist(), strict=True))
    found: list[list[int]] = [[] for _ in range(int(rows.max()) + 1)]
    for index in run:
        found[own[index] if index in own else int(rows[_nearest(parts, tall, index)])].append(index)
    return found


def _layers(parts: Parts, run: list[int], middle: npt.NDArray[np.float64], height: float) -> list[list[int]]:
    """Parts a run where, its slope taken off, no part's middle lies for half a height."""
    flat = middle - slope_of(parts, run, height) * (parts.left[run] + parts.width[run] / 2)
    order = np.argsort(flat)
    breaks = np.flatnonzero(np.diff(flat[order]) > 0.5 * height) + 1
    return [[run[place] for place in piece] for piece in np.split(order, breaks)]


def _neighbors(parts: Parts, tall: list[int]) -> npt.NDArray[np.int64]:
    """The row of each of some parts: the nearest on either side at the same height is of the same."""
    left, right, top, bottom, height = (
        array[tall].astype(np.float64) for array in (parts.left, parts.right, parts.top, parts.bottom, parts.height)
    )
    gap = np.maximum(0, left[None] - right[:, None])
    shared = np.minimum(bottom[:, None], bottom[None]) - np.maximum(top[:, None], top[None])
    shared /= np.minimum(height[:, None], height[None])
    center = left + right
    after = (center[None] > center[:, None]) & (gap <= REACH * (height[:, None] + height[None]))
    row = np.arange(len(tall))
    for least in (_SHARED, _SHARED / 2):  # whoever is left alone then may stand higher or lower
        alone = np.bincount(row, minlength=len(tall))[row] == 1
        beside = after & (shared >= least) & (alone[:, None] | alone[None])
        cost = np.where(beside, gap + (1 - shared) * height[:, None], np.inf)
        for one, two in ((np.arange(len(tall)), cost.argmin(axis=1)), (cost.argmin(axis=0), np.arange(len(tall)))):
            for a, b in zip(one, two, strict=True):
                if np.isfinite(cost[a, b]):
                    row[row == row[a]] = row[b]
    return np.unique(row, return_inverse=True)[1].reshape(-1)


def _nearest(parts: Parts, tall: list[int], index: int) -> int:
    """Which of some parts another one is nearest to; above or below counts more than beside."""
    across = np.maximum(parts.left[tall] - parts.right[index], parts.left[index] - parts.right[tall])
    middle = (parts.top[index] + parts.bottom[index]) / 2
    down = np.maximum(parts.top[tall] - middle, middle - parts.bottom[tall])
    return int((np.maximum(across, 0) + 2 * np.maximum(down, 0)).argmin())


def usual_height(heights: np.ndarray) -> float:
    """Usual height of what is not a dot or a dash."""
    ranked = np.sort(heights)
    return quantile(ranked[ranked >= 0.45 * quantile(ranked, 0.9)], 0.6)


def slope_of(parts: Parts, members: Sequence[int], height: float) -> float:
    """Fall of a line by its parts' middles, pixels down by pixels right (Theil-Sen); 0 for short lines."""
    tall = [index for index in members if parts.height[index] > 0.6 * height]
    if len(tall) < 3:
        return 0.0
    tall = tall[:: -(-len(tall) // _MOST_SLOPED)]
    x = (parts.left[tall] + parts.width[tall] / 2).astype(np.float64)
    y = (parts.top[tall] + parts.height[tall] / 2).astype(np.float64)
    if np.ptp(x) < 2.5 * height:
        return 0.0
    across, down = x[:, None] - x[None], y[:, None] - y[None]
    far = across > 1.0 * height
    slope = float(np.median(down[far] / across[far])) if far.any() else 0.0
    return slope if abs(slope) < 0.36 else 0.0

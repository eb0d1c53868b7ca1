"""Ink that touches what stands in the next row or cell: one connected piece, parted where they meet."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey
from inkdigits.segmentation.cells import Cells
from inkdigits.segmentation.parts import Numbers, Parts, number_parts

_TALL, _TALLEST = 1.45, 5.0  # text heights: parts that may reach over several rows
_DIGIT = 0.55, 1.35  # text heights: those that tell where the rows are,
_NEAR = 3.0  # no further from it
_APART = 0.75  # text heights: rows are no closer
_FLUSH = 0.5  # text heights: it ends where they end, or it is a large sign beside small ones
_CORE = 0.12  # text heights above and below a row's middle that are its own
_WITHIN = 0.2  # text heights: a row's middle is as far from the ends of a part that has digits of it
_SHARE = 0.2  # of its ink, at least, is in each cell that it has digits of
_INSIDE = 0.25  # text heights, or
_INSET = 0.3  # of the cell: so far from its walls ink is the cell's own
_MOST = 400  # parts: more are texture

Bool = npt.NDArray[np.bool_]
Slices = tuple[slice, slice]


def part_touching(parts: Parts, cells: Cells, height: float) -> Parts:
    """Parts pieces of ink that reach over rows of digits, or over cells.

    Args:
        parts: All parts of a level page.
        cells: Its cells.
        height: The text's height in pixels.

    Returns:
        The same parts when none reaches that far; else all of them, the pieces among them.
    """
    labels = parts.labels.copy()
    count = len(parts)
    for cut in (_over_cells(parts, cells, height), _over_rows(parts, height)):
        for index, here, seeds in cut:
            own = labels[here] == index + 1
            pieces = _share(own, seeds)
            if pieces.max() > 1:
                labels[here][own] = pieces[own] + count
                count += int(pieces.max())
    return parts if count == len(parts) else number_parts(labels)


def _over_cells(parts: Parts, cells: Cells, height: float) -> Iterator[tuple[int, Slices, Grey]]:
    """Parts with ink well inside several cells: index, place, and what is surely whose, numbered from 1."""
    found = cells.shares(parts)
    several = [(index, own) for index, own in found.items() if sum(share > _SHARE for share in own.values()) > 1]
    for index, own in several[:_MOST]:
        here = _place(parts, index)
        seeds = np.zeros((here[0].stop - here[0].start, here[1].stop - here[1].start), np.uint8)
        held = [cell for cell, share in own.items() if share > _SHARE][:250]
        for number, cell in enumerate(held, 1):
            left, top, width, tall = (int(value) for value in cells.boxes[cell])
            x, y = (int(min(_INSIDE * height, _INSET * side)) for side in (width, tall))
            rows = slice(max(0, top + y - here[0].start), max(0, top + tall - y - here[0].start))
            seeds[rows, max(0, left + x - here[1].start) : max(0, left + width - x - here[1].start)] = number
        yield index, here, seeds


def _over_rows(parts: Parts, height: float) -> Iterator[tuple[int, Slices, Grey]]:
    """Parts that reach over rows of digits beside them, as :func:`_over_cells`."""
    tall = np.flatnonzero((parts.height > _TALL * height) & (parts.height < _TALLEST * height))
    usual = np.flatnonzero((parts.height > _DIGIT[0] * height) & (parts.height < _DIGIT[1] * height))
    for index in tall[:_MOST].tolist():
        rows = _rows_beside(parts, usual, index, height)
        if len(rows) < 2:
            continue
        here = _place(parts, index)
        reach = max(1, round(_CORE * height))
        seeds = np.zeros((int(parts.height[index]), int(parts.width[index])), np.uint8)
        for number, row in enumerate(rows, 1):
            middle = round(row) - here[0].start
            seeds[max(0, middle - reach) : middle + reach + 1] = number
        yield index, here, seeds


def _place(parts: Parts, index: int) -> Slices:
    return (
        slice(int(parts.top[index]), int(parts.bottom[index])),
        slice(int(parts.left[index]), int(parts.right[index])),
    )


def _rows_beside(parts: Parts, usual: npt.NDArray[np.int64], index: int, height: float) -> list[float]:
    """The middles of the rows beside a part, when it goes from the top of the first to the bottom of the last."""
    left, right = int(parts.left[index]) - _NEAR * height, int(parts.right[index]) + _NEAR * height
    top, bottom = int(parts.top[index]), int(parts.bottom[index])
    middle = (parts.top[usual] + parts.bottom[usual]) / 2
    within = (middle > top + _WITHIN * height) & (middle < bottom - _WITHIN * height)
    beside = within & (parts.right[usual] > left) & (parts.left[usual] < right)
    order = np.argsort(middle[beside])
    found, middle = usual[beside][order], middle[beside][order]
    rows = np.split(np.arange(len(found)), np.flatnonzero(np.diff(middle) > 0.4 * height) + 1)
    if len(rows) < 2:
        return []
    ends = float(np.median(parts.top[found[rows[0]]])) - top, bottom - float(np.median(parts.bottom[found[rows[-1]]]))
    middles = [float(np.median(middle[row])) for row in rows]
    fits = max(map(abs, ends)) < _FLUSH * height and min(np.diff(middles)) >= _APART * height
    return middles if fits else []


def _share(ink: Bool, seeds: Grey) -> Numbers:
    """Gives each pixel to the seed from which the way through the ink is shortest; pieces are numbered from 1."""
    shares = _spread(np.where(ink, seeds, 0).astype(np.uint8), ink)
    found = np.zeros(ink.shape, np.int32)
    count = 0
    for number in range(1, int(shares.max()) + 1):
        pieces, labels = cv2.connectedComponents((shares == number).view(np.uint8), connectivity=8, ltype=cv2.CV_32S)
        found[labels > 0] = labels[labels > 0] + count
        count += pieces - 1
    return found


def _spread(shares: Grey, ink: Bool) -> Grey:
    """Lets numbered seeds grow through the ink, all at the same speed."""
    kernel = np.ones((3, 3), np.uint8)
    while True:
        grown = np.where(ink & (shares == 0), cv2.dilate(shares, kernel), shares)
        if np.array_equal(grown, shares):
            return shares
        shares = grown

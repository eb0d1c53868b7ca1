"""Ink that touches what stands in the next row or cell: one connected piece, parted where they meet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey
from inkdigits.segmentation.cells import Cells
from inkdigits.segmentation.parts import Numbers, Parts, number_parts, text_height
from inkdigits.segmentation.rulings import Rulings

_TALL, _TALLEST = 1.45, 5.0  # text heights: parts that may reach over several rows
_DIGIT = 0.55, 1.35  # text heights: those that tell where the rows are,
_HALF = 0.42, 0.6  # of the text's height: perhaps its height, when so many parts
_SEVERAL = 6  # have it
_SAME_PEN = 0.35  # logarithm of the thickness of strokes that one pen writes
_NEAR = 3.0  # no further from it
_APART = 0.75  # text heights: rows are no closer
_FLUSH = 0.5  # text heights: it ends where they end, or it is a large sign beside small ones
_CORE = 0.12  # text heights above and below a row's middle that are its own
_WITHIN = 0.2  # text heights: a row's middle is as far from the ends of a part that has digits of it
_SHARE = 0.2  # of its ink is in each cell that it has digits of, or
_PIECE = 0.35  # of the ink of a digit
_INSIDE = 0.25  # text heights, or
_INSET = 0.3  # of the cell: so far from its walls ink is the cell's own
_ROUNDS, _LOWER = 3, 0.8  # where the text is that much lower without what touched, it is looked at again
_FARTHEST = 3.0  # text heights: the way through the ink to where it is surely a row's or a cell's
_LOOKED_AT = 3  # times the page's size: boxes of parts may lie in each other
_MOST_CELLS = 250
_MOST = 400  # parts: more are texture

Bool = npt.NDArray[np.bool_]
Slices = tuple[slice, slice]


def part_touching(rulings: Rulings, cells: Cells) -> Rulings:
    """Parts pieces of ink that reach over rows of digits, or over cells.

    Args:
        rulings: A level page's ink and rulings.
        cells: Its cells.

    Returns:
        The same when no piece reaches that far; else with more parts, and the text's height by them.
    """
    for _ in range(_ROUNDS):
        height = rulings.height
        parts = _parted(rulings.parts, cells, height)
        if parts is rulings.parts:
            break
        rulings = replace(rulings, parts=parts, height=text_height(parts))
        if rulings.height > _LOWER * height:
            break
    return rulings


def _parted(parts: Parts, cells: Cells, height: float) -> Parts:
    labels = parts.labels.copy()
    count = len(parts)
    steps = round(_FARTHEST * height)
    left = _LOOKED_AT * labels.size
    for cut in (_over_cells(parts, cells, height), _over_rows(parts, height)):
        for index, here, seeds in cut:
            own = labels[here] == index + 1
            left -= own.size
            if left < 0:
                break
            pieces = _share(own, seeds, steps)
            if pieces.max() > 1:
                labels[here][own] = pieces[own] + count
                count += int(pieces.max())
    return parts if count == len(parts) else number_parts(labels)


def _over_cells(parts: Parts, cells: Cells, height: float) -> Iterator[tuple[int, Slices, Grey]]:
    """Parts with ink well inside several cells: index, place, and what is surely whose, numbered from 1."""
    usual = (parts.height > _DIGIT[0] * height) & (parts.height < _DIGIT[1] * height)
    digit = _PIECE * float(np.median(parts.area[usual])) if usual.any() else np.inf
    several = []
    for index, shares in cells.shares(parts).items():
        least = min(_SHARE, digit / int(parts.area[index]))
        held = [cell for cell, share in shares.items() if share > least]
        if len(held) > 1:
            several.append((index, held[:_MOST_CELLS]))
    for index, held in several[:_MOST]:
        here = _place(parts, index)
        seeds = np.zeros((here[0].stop - here[0].start, here[1].stop - here[1].start), np.uint8)
        for number, cell in enumerate(held, 1):
            left, top, width, tall = (int(value) for value in cells.boxes[cell])
            x, y = (int(min(_INSIDE * height, _INSET * side)) for side in (width, tall))
            rows = slice(max(0, top + y - here[0].start), max(0, top + tall - y - here[0].start))
            seeds[rows, max(0, left + x - here[1].start) : max(0, left + width - x - here[1].start)] = number
        yield index, here, seeds


def _over_rows(parts: Parts, height: float) -> Iterator[tuple[int, Slices, Grey]]:
    """Parts that reach over rows of digits beside them, as :func:`_over_cells`."""
    # Where most digits touch, the text seems to be as high as two rows of it.
    half = parts.height[(parts.height > _HALF[0] * height) & (parts.height < _HALF[1] * height)]
    heights = [height, float(np.median(half))] if len(half) >= _SEVERAL else [height]
    done: set[int] = set()
    pens = None
    for size in heights:
        tall = np.flatnonzero((parts.height > _TALL * size) & (parts.height < _TALLEST * size))
        usual = np.flatnonzero((parts.height > _DIGIT[0] * size) & (parts.height < _DIGIT[1] * size))
        if not len(tall) or len(usual) < 2:
            continue
        pens = _pens(parts) if pens is None else pens
        for index in tall[:_MOST].tolist():
            alike = usual[np.abs(np.log(pens[usual] / pens[index])) < _SAME_PEN]
            rows = [] if index in done else _rows_beside(parts, alike, index, size)
            if len(rows) < 2:
                continue
            done.add(index)
            here = _place(parts, index)
            reach = max(1, round(_CORE * size))
            seeds = np.zeros((int(parts.height[index]), int(parts.width[index])), np.uint8)
            for number, row in enumerate(rows, 1):
                middle = round(row) - here[0].start
                seeds[max(0, middle - reach) : middle + reach + 1] = number
            yield index, here, seeds


def _pens(parts: Parts) -> npt.NDArray[np.float64]:
    """How thick each part's strokes are: the mean distance of its ink from the edge."""
    depth = cv2.distanceTransform((parts.labels > 0).view(np.uint8), cv2.DIST_L2, 3)
    inked = parts.labels > 0
    total = np.bincount(parts.labels[inked], depth[inked], len(parts) + 1)[1:]
    return np.asarray(total / np.maximum(parts.area, 1), np.float64)


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


def _share(ink: Bool, seeds: Grey, steps: int) -> Numbers:
    """Gives each pixel to the seed from which the way through the ink is shortest; pieces are numbered from 1."""
    shares = _spread(np.where(ink, seeds, 0).astype(np.uint8), ink, steps)
    shares[ink & (shares == 0)] = shares.max() + 1  # too far from all
    found = np.zeros(ink.shape, np.int32)
    count = 0
    own = number_parts(shares.astype(np.int32))
    for index in range(len(own)):
        here = _place(own, index)
        mine = (own.labels[here] == index + 1).view(np.uint8)
        pieces, labels = cv2.connectedComponents(mine, connectivity=8, ltype=cv2.CV_32S)
        found[here][labels > 0] = labels[labels > 0] + count
        count += pieces - 1
    return found


def _spread(shares: Grey, ink: Bool, steps: int) -> Grey:
    """Lets numbered seeds grow through the ink, all at the same speed."""
    kernel = np.ones((3, 3), np.uint8)
    for _ in range(steps):
        grown = np.where(ink & (shares == 0), cv2.dilate(shares, kernel), shares)
        if np.array_equal(grown, shares):
            break
        shares = grown
    return shares

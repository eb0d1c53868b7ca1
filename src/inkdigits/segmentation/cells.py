"""Cells: the areas that rulings enclose, and combs, whose cells hold one digit each of the same number."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey
from inkdigits.segmentation.parts import Parts, Shares
from inkdigits.segmentation.rows import Group, number_rows
from inkdigits.segmentation.rulings import Rulings

_BRIDGED = 0.4  # text heights: gaps in rulings through which a cell does not leak
_NARROW = 1.55  # digit heights: the cells of a comb are no wider,
_TALL = 2.2  # and no taller
_DIGIT = 1.15  # heights: one digit is no wider
_WIDE = 0.5  # of a comb's digits may be, where a neighbor's ink touches them
_HELD = 0.2  # of a group's ink is in each cell that it fills
_ALIKE = 0.3  # difference of the sides of cells by their size
_HEAVY = 2.5  # times as thick as the lines inside: the frame of one number
_SPREAD = 3.2  # heights: digits of one number in a box are no further apart, nor from its sides
_LONGEST = 24  # digits


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Areas that rulings enclose.

    Attributes:
        labels: int32 (h, w), the cell of each pixel, 0 on rulings and in the open.
        boxes: int32 (n, 4), left, top, width and height of each; row 0 is nothing.
    """

    labels: npt.NDArray[np.int32]
    boxes: npt.NDArray[np.int32]

    def at(self, group: Group) -> int:
        """The cell a group stands in, 0 for none."""
        return int(self.labels[(group.top + group.bottom) // 2, (group.left + group.right) // 2])

    def shares(self, parts: Parts) -> Shares:
        """How much of each part's ink is in which cells; parts without ink in any are left out."""
        inside = (parts.labels > 0) & (self.labels > 0)
        pairs, counts = np.unique(
            parts.labels[inside].astype(np.int64) * len(self.boxes) + self.labels[inside], return_counts=True
        )
        found: dict[int, dict[int, float]] = {}
        for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
            index, cell = pair // len(self.boxes) - 1, pair % len(self.boxes)
            found.setdefault(index, {})[cell] = count / int(parts.area[index])
        return found


def find_cells(rulings: Rulings) -> Cells:
    """Labels what rulings enclose; small gaps in them do not matter, large areas are no cells."""
    height, width = rulings.mask.shape
    nothing = np.zeros((1, 4), np.int32)
    if not (rulings.level.any() or rulings.upright.any()):
        return Cells(np.zeros((height, width), np.int32), nothing)
    reach = max(3, round(_BRIDGED * rulings.height)) | 1
    level = cv2.dilate(rulings.level, np.ones((1, reach), np.uint8))
    upright = cv2.dilate(rulings.upright, np.ones((reach, 1), np.uint8))
    walls = cv2.bitwise_or(cv2.bitwise_or(level, upright), rulings.solid)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.bitwise_not(walls), connectivity=4, ltype=cv2.CV_32S)
    boxes = stats[:, :4]
    small = (boxes[:, 2] < 0.6 * width) & (stats[:, cv2.CC_STAT_AREA] < 0.25 * height * width)
    small[0] = False
    return Cells(np.where(small, np.arange(len(small), dtype=np.int32), 0)[labels], boxes)


def join_combs(groups: list[Group], cells: Cells, held: Shares, parts: Parts, rulings: Rulings) -> list[Group]:
    """Joins the digits of a comb into one number.

    A comb is a row of like, narrow cells with one digit each and no such row above or below (that is a grid); or a
    box whose frame is much heavier than the lines that part its digits.

    Args:
        groups: In reading order, their rows numbered.
        cells: The page's cells.
        held: What :meth:`Cells.shares` says of the parts.
        parts: All parts of the page.
        rulings: The page's rulings.
    """
    filled = [_cells_of(group, held, parts) for group in groups]
    inside: dict[int, list[int]] = {}
    for index, own in enumerate(filled):
        for cell in own:
            inside.setdefault(cell, []).append(index)
    boxed = _boxed(groups, rulings)
    joined, gone = [], {index for chain in boxed for index in chain}
    joined += [_joined([groups[index] for index in chain]) for chain in boxed]
    for chain in _filled_rows(list(inside), cells):
        indices = sorted({index for cell in chain for index in inside[cell]})
        several = [groups[index] for index in indices]
        room = [len(filled[index]) for index in indices]
        if not gone.intersection(indices) and len(chain) <= _LONGEST and _is_comb(several, room, chain, cells, rulings):
            joined.append(_joined(several))
            gone.update(indices)
    return number_rows([group for index, group in enumerate(groups) if index not in gone] + joined)


def _cells_of(group: Group, held: Shares, parts: Parts) -> list[int]:
    """The cells that hold much of a group's ink."""
    ink: dict[int, float] = {}
    for member in group.members:
        for cell, share in held.get(member, {}).items():
            ink[cell] = ink.get(cell, 0.0) + share * int(parts.area[member])
    least = _HELD * float(parts.area[group.members].sum())
    return [cell for cell, own in ink.items() if own >= least]


def _filled_rows(filled: list[int], cells: Cells) -> list[list[int]]:
    """Cells with something in them, in rows of two and more like ones side by side."""
    follows = {cell: _beside(cells, cell, filled) for cell in filled}
    later = set(follows.values())
    chains: list[list[int]] = []
    for cell in filled:
        if cell in later:
            continue
        chain = [cell]
        while follows[chain[-1]]:
            chain.append(follows[chain[-1]])
        chains.append(chain)
    return [chain for chain in chains if len(chain) > 1]


def _beside(cells: Cells, cell: int, others: list[int]) -> int:
    """Of other cells the one of like size that stands right of a cell, 0 for none."""
    left, top, width, height = cells.boxes[cell]
    x, y, wide, tall = cells.boxes[others].T
    size = np.maximum(height, tall)
    gap = x - left - width
    alike = (np.abs(top - y) < _ALIKE * size) & (np.abs(height - tall) < _ALIKE * size)
    alike &= np.abs(width - wide) < _ALIKE * np.maximum(width, wide) + 4
    alike &= (x > left) & (gap >= -2) & (gap < 0.35 * size)
    found = np.flatnonzero(alike)
    return others[int(found[gap[found].argmin()])] if len(found) else 0


def _boxed(groups: list[Group], rulings: Rulings) -> list[list[int]]:
    """Single digits, spread out, that are all there is between two uprights close to them: one number in its box."""
    lines = cv2.bitwise_or(rulings.upright, rulings.solid)
    if not lines.any():
        return []
    chains: list[list[int]] = []
    walls: list[tuple[int, int]] = []
    for index, group in enumerate(groups):
        sides = _sides_of(group, lines)
        if chains and groups[chains[-1][-1]].row == group.row and _same_box(walls[-1], sides, group.height):
            chains[-1].append(index)
        else:
            chains.append([index])
            walls.append(sides)
    return [
        chain
        for chain, sides in zip(chains, walls, strict=True)
        if 2 <= len(chain) <= _LONGEST and _fill_box([groups[index] for index in chain], sides)
    ]


def _sides_of(group: Group, lines: Grey) -> tuple[int, int]:
    """The end of the nearest upright to the left and the start of that to the right, or -1."""
    quarter = max(1, (group.bottom - group.top) // 4)
    columns = (lines[group.top + quarter : max(group.top + quarter + 1, group.bottom - quarter)] > 0).mean(axis=0) > 0.5
    before, after = np.flatnonzero(columns[: group.left]), np.flatnonzero(columns[group.right :])
    return (
        int(before[-1]) if len(before) else -1,
        int(after[0]) + group.right if len(after) else -1,
    )


def _same_box(one: tuple[int, int], two: tuple[int, int], height: float) -> bool:
    """Whether two digits stand between the same uprights, which may lean."""
    return min(*one, *two) >= 0 and all(abs(a - b) < 0.35 * height for a, b in zip(one, two, strict=True))


def _fill_box(groups: list[Group], sides: tuple[int, int]) -> bool:
    height = float(np.median([group.height for group in groups]))
    if min(sides) < 0 or any(_is_wide(group) for group in groups):
        return False
    edges = [sides[0], *[edge for group in groups for edge in (group.left, group.right)], sides[1]]
    gaps = np.diff(edges)[::2]
    return bool(gaps.max() < _SPREAD * height)


def _is_wide(group: Group, room: int = 1) -> bool:
    """Whether a group is wider than so many digits."""
    return group.right - group.left > room * _DIGIT * max(group.height, group.bottom - group.top)


def _is_comb(groups: list[Group], room: list[int], chain: list[int], cells: Cells, rulings: Rulings) -> bool:
    """Whether like cells side by side hold the digits of one number; ``room`` is how many of them each group fills."""
    boxes = cells.boxes[chain]
    wide = sum(_is_wide(group, own) for group, own in zip(groups, room, strict=True))
    tall = np.array([group.bottom - group.top for group in groups])
    height = float(np.median(tall[tall > 0.5 * tall.max()]))
    if np.median(boxes[:, 2]) <= _NARROW * height and np.median(boxes[:, 3]) <= _TALL * height:
        return len(chain) >= 3 and wide <= _WIDE * len(chain) and not _in_grid(boxes, cells)
    return not wide and bool(np.median(boxes[:, 2] / boxes[:, 3]) > 1.2) and _in_heavy_frame(boxes, rulings)


def _in_grid(boxes: npt.NDArray[np.int32], cells: Cells) -> bool:
    """Whether most cells have a like cell right above or below."""
    found = 0
    for left, top, width, height in boxes:
        others = cells.boxes[1:]
        alike = (np.abs(others[:, 0] - left) < _ALIKE * width) & (np.abs(others[:, 2] - width) < _ALIKE * width)
        alike &= np.abs(others[:, 3] - height) < _ALIKE * height
        distance = np.abs(others[:, 1] - top)
        found += bool((alike & (distance > 0.8 * height) & (distance < 1.5 * height)).any())
    return found > 0.5 * len(boxes)


def _in_heavy_frame(boxes: npt.NDArray[np.int32], rulings: Rulings) -> bool:
    """Whether the uprights at both ends are much thicker than those between."""
    top = int(boxes[:, 1].min() + boxes[:, 3].min() // 4)
    bottom = max(top + 1, int((boxes[:, 1] + boxes[:, 3]).max() - boxes[:, 3].min() // 4))
    reach = max(4, round(0.5 * rulings.height))
    lines = cv2.bitwise_or(rulings.upright, rulings.solid)[top:bottom] > 0

    def thickness(x: int) -> float:
        return float(lines[:, max(0, x - reach) : x + reach].sum(axis=1).mean())

    inner = max(thickness(int(left)) for left in boxes[1:, 0])
    outer = min(thickness(int(boxes[0, 0])), thickness(int(boxes[-1, 0] + boxes[-1, 2])))
    return outer > _HEAVY * max(inner, 1.0)


def _joined(groups: list[Group]) -> Group:
    return Group(
        [member for group in groups for member in group.members],
        min(group.left for group in groups),
        min(group.top for group in groups),
        max(group.right for group in groups),
        max(group.bottom for group in groups),
        float(np.median([group.height for group in groups])),
        row=groups[0].row,
    )


def lines_of(rulings: Rulings) -> Grey:
    """uint8 (h, w), 255 on all that is no writing."""
    return cv2.bitwise_or(cv2.bitwise_or(rulings.level, rulings.upright), rulings.solid)

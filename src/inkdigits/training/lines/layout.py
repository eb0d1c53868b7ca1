"""Signs side by side: where each glyph of a line stands, from far apart to touching, in units of the text's height."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey
from inkdigits.training.lines.glyphs import glyph_of
from inkdigits.training.lines.hands import Hand
from inkdigits.training.lines.marks import MARKS
from inkdigits.training.lines.strings import DIGITS, Sign, chance
from inkdigits.training.vector_pen import Points

Rng = np.random.Generator

_BANDS = 14  # of a profile, from _TOP to _BOTTOM
_TOP, _BOTTOM = -0.4, 1.4
_DEEPEST = -0.09  # how far a glyph's ink may lie inside its neighbour's, so that both stay legible


@dataclass(slots=True, eq=False)
class Placed:
    """A glyph in its place: strokes in line coordinates, or a bitmap with its affine map.

    Attributes:
        strokes: Points in line units, where the baseline is 1; empty for bitmaps.
        bitmap: The bitmap, ink 255 on 0; None for strokes.
        matrix: (2, 3) from bitmap pixels to line units.
        box: left, top, right, bottom in line units.
        weight: The pen's width as a multiple of the line's.
    """

    strokes: list[Points]
    bitmap: Grey | None
    matrix: npt.NDArray[np.float64]
    box: tuple[float, float, float, float]
    weight: float = 1.0


@dataclass(slots=True, eq=False)
class Layout:
    """A line: its glyphs, its pen as a share of the text's height, and where a comb's rules stand (x, units)."""

    placed: list[Placed]
    pen: float
    rules: list[float] = field(default_factory=list)

    def box(self) -> tuple[float, float, float, float]:
        """left, top, right, bottom of all ink in units; a small empty box when there is none."""
        if not self.placed:
            return 0.0, 0.0, 1.0, 1.0
        boxes = np.array([glyph.box for glyph in self.placed])
        half = self.pen / 2
        low, high = boxes[:, :2].min(axis=0) - half, boxes[:, 2:].max(axis=0) + half
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])


@dataclass(frozen=True, slots=True)
class Manner:
    """How a line is laid out; lengths in units of the text's height."""

    spacing: str
    gap: float
    touching: float
    slant: float
    aspect: float
    size_jitter: float
    shift_jitter: float
    slope: float
    curve: float
    descend: float
    join: float
    native: bool
    pitch: float

    @classmethod
    def choose(cls, hand: Hand, comb: bool, rng: Rng) -> Manner:
        """Draws a manner: a good third of the lines touch somewhere."""
        drawn = rng.random()
        spacing, gap = "box", float(rng.uniform(0.02, 0.35))
        if comb:
            spacing = "comb"
        elif drawn < 0.24:
            spacing, gap = "kern", float(rng.uniform(0.02, 0.25))
        elif drawn < 0.54:
            spacing = "touch"
        elif drawn < 0.63:
            gap = float(rng.uniform(0.4, 1.2))
        untidy = float(rng.lognormal(0, 0.5))
        return cls(
            spacing,
            gap,
            float(rng.uniform(0.25, 1.0)),
            float(rng.normal(0.08, 0.17)),
            float(np.exp(rng.normal(0, 0.16))),
            0.06 * untidy,
            0.04 * untidy,
            float(rng.normal(0, 0.03)),
            float(rng.normal(0, 0.02)) if chance(rng, 0.3) else 0.0,
            float(rng.uniform(0.05, 0.35)) if chance(rng, 0.3) else 0.0,
            float(rng.uniform(0.3, 1.0)) if hand.strokes and chance(rng, 0.2) else 0.0,
            chance(rng, 0.6),
            float(rng.uniform(0.95, 1.9)),
        )


def lay_out(text: Sequence[Sign], hand: Hand, pen: float, comb: bool, rng: Rng) -> Layout:
    """Writes signs side by side.

    Args:
        text: What to write.
        hand: Who writes.
        pen: Width of the pen as a share of the text's height.
        comb: Every digit stands in a cell of its own.
        rng: Source of chance.
    """
    manner = Manner.choose(hand, comb, rng)
    pitch = manner.pitch * max(1.0, manner.aspect)
    layout = Layout([], pen)
    edge = np.full(_BANDS, -np.inf)  # how far right ink reaches, by height
    right = 0.0
    room = 0.0
    for index, sign in enumerate(text):
        if sign.kind == "gap":
            room += float(rng.uniform(0.25, 0.8))
            continue
        placed, lefts, rights = _form(sign, hand, manner, layout.pen, rng)
        if manner.spacing == "comb":
            x = (index + 0.5 + float(rng.normal(0, 0.06))) * pitch - (placed.box[0] + placed.box[2]) / 2
        elif not layout.placed:
            x = -placed.box[0]
        else:
            width = layout.pen if hand.strokes else 0.0
            x = _place(placed.box[0], lefts, right, edge, manner, width, rng) + room
            if sign.kind in MARKS or text[index - 1].kind in MARKS:  # a mark that is covered cannot be read
                x = max(
                    x, _nearest(lefts, edge, right - placed.box[0]) + layout.pen + 0.03, right - placed.box[0] - 0.2
                )
        y = manner.slope * x + manner.curve * x * x * 0.3 + float(rng.normal(0, manner.shift_jitter))
        _move(placed, x, float(np.clip(y, -0.6, 0.6)))
        if manner.join and room == 0 and layout.placed and sign.kind in DIGITS and chance(rng, manner.join):
            _join(layout.placed[-1], placed, rng)
        edge = np.maximum(edge, rights + x)
        right = max(right, placed.box[2])
        room = 0.0
        layout.placed.append(placed)
    if manner.spacing == "comb":
        layout.rules = [k * pitch for k in range(len(text) + 1)]
    return layout


def _place(left: float, lefts: Points, right: float, edge: Points, manner: Manner, width: float, rng: Rng) -> float:
    """The next glyph's x: by the boxes' gap, or by the gap between the inks where they come nearest."""
    nearest = _nearest(lefts, edge, right - left) + width
    apart = right - left + width + manner.gap + float(rng.normal(0, 0.06))
    if manner.spacing == "kern":
        x = nearest + max(0.0, manner.gap + float(rng.normal(0, 0.05)))
        return max(x, right - left - 0.35)
    if manner.spacing == "touch" and rng.random() < manner.touching:
        x = nearest + float(np.clip(rng.normal(-0.03, 0.04), _DEEPEST, 0.08))
        return max(x, right - left - 0.4)
    return max(apart, nearest + _DEEPEST)


def _nearest(lefts: Points, edge: Points, otherwise: float) -> float:
    """The x at which a glyph's ink meets the ink before it; ``otherwise`` when they share no band of height."""
    both = np.isfinite(edge) & np.isfinite(lefts)
    return float((edge[both] - lefts[both]).max()) if both.any() else otherwise


def _form(sign: Sign, hand: Hand, manner: Manner, pen: float, rng: Rng) -> tuple[Placed, Points, Points]:
    """A sign's glyph at x = 0 with its left and right profiles."""
    glyph, weight = glyph_of(sign, hand, pen, rng)
    crossed = sign.kind == "crossed"
    jitter = float(np.exp(rng.normal(0, manner.size_jitter)))
    size = (1.0 if crossed else sign.scale) * jitter
    drop = 0.0
    if sign.kind == "0" and hand.small_zero < 1:
        size *= hand.small_zero
    elif sign.kind in ("7", "9") and manner.descend:
        drop = manner.descend
        size *= 1 + manner.descend * float(rng.uniform(0, 0.6))
    if sign.kind in MARKS and sign.scale == 1.0:
        size = jitter
    top = 1 - size - sign.rise + drop
    if isinstance(glyph, np.ndarray):
        unit = 1 / 20 if hand.kind == "mnist" and manner.native and sign.kind in DIGITS else 1 / len(glyph)
        return _bitmap(glyph, unit * size, manner, sign, drop)
    aspect = manner.aspect if sign.kind in DIGITS else 1.0
    points = np.concatenate(glyph)
    y = points[:, 1] * size + top
    points = np.stack((points[:, 0] * (size * aspect) - manner.slant * (y - 1), y), axis=1)
    ends = np.cumsum([len(stroke) for stroke in glyph]).tolist()
    strokes = [points[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    low, high = points.min(axis=0), points.max(axis=0)
    placed = Placed(strokes, None, np.zeros((2, 3)), (low[0], low[1], high[0], high[1]), weight)
    return placed, *_profiles(points[:, 0], points[:, 1])


def _bitmap(glyph: Grey, unit: float, manner: Manner, sign: Sign, drop: float) -> tuple[Placed, Points, Points]:
    height, width = glyph.shape
    tall = height * unit
    wide = unit * (manner.aspect if sign.kind in DIGITS else 1.0)
    top = 1 - tall - sign.rise + drop
    slant = manner.slant * 0.6
    matrix = np.array([[wide, -slant * unit, -slant * (top - 1)], [0, unit, top]])
    inked = glyph > 100
    rows = np.flatnonzero(inked.any(axis=1))
    first = inked.argmax(axis=1)[rows]
    last = width - inked[:, ::-1].argmax(axis=1)[rows]
    y = matrix[1, 2] + unit * (rows + 0.5)
    shift = matrix[0, 1] * rows + matrix[0, 2]
    x0, x1 = first * wide + shift, last * wide + shift
    lefts, rights = _profiles(np.concatenate((x0, x1)), np.concatenate((y, y)))
    box = (float(x0.min()), top, float(x1.max()), top + tall)
    return Placed([], glyph, matrix, box), lefts, rights


def _profiles(x: Points, y: Points) -> tuple[Points, Points]:
    """Leftmost and rightmost ink in every band of height; infinite where there is none."""
    band = np.clip((y - _TOP) * (_BANDS / (_BOTTOM - _TOP)), 0, _BANDS - 1).astype(np.intp)
    lefts, rights = np.full(_BANDS, np.inf), np.full(_BANDS, -np.inf)
    np.minimum.at(lefts, band, x)
    np.maximum.at(rights, band, x)
    known = np.flatnonzero(np.isfinite(lefts))
    inside = np.arange(known[0], known[-1] + 1)
    if len(known) < len(inside):  # long straight strokes have no points in between
        lefts[inside] = np.interp(inside, known, lefts[known])
        rights[inside] = np.interp(inside, known, rights[known])
    return lefts, rights


def _move(placed: Placed, x: float, y: float) -> None:
    for stroke in placed.strokes:
        stroke += (x, y)
    placed.matrix[:, 2] += (x, y)
    left, top, right, bottom = placed.box
    placed.box = (left + x, top + y, right + x, bottom + y)


def _join(before: Placed, after: Placed, rng: Rng) -> None:
    """A ligature: the pen stays on the paper on its way to the next digit."""
    if not before.strokes or not after.strokes:
        return
    start, end = before.strokes[-1][-1], after.strokes[0][0]
    reach = end - start
    if not 0.02 < float(np.hypot(*reach)) < 0.9 or reach[0] < -0.1:
        return
    bow = np.array([0.0, float(rng.uniform(0, 0.2))])
    after.strokes.insert(0, np.array([start, start + reach * 0.5 + bow, end]))

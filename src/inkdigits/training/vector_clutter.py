"""Pen strokes that nobody reads as a digit: scribbles, signs, crossed-out and cut digits, pairs of digits.

Left out on purpose is all that a person may read as a digit: circles and ellipses (0), single upright lines (1), and
letters such as Z, S or B.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
import numpy.typing as npt

from inkdigits.training.vector_pen import draw_digit, parse_shape, spline, vary

Points = npt.NDArray[np.float64]
Strokes = list[Points]

_SIGNS = {
    "arrow": ("5,50 50,48 95,50 / 72,28 ; 95,50 72,72", "50,98 50,50 50,2 / 26,30 ; 50,2 74,30"),
    "star": ("50,2 / 78,94 / 4,36 / 96,36 / 22,94 / 50,2",),
    "heart": ("50,30 38,8 14,10 8,36 26,66 50,96 / 74,66 92,36 86,10 62,8 50,30",),
    "triangle": ("50,5 / 95,92 / 5,92 / 50,5", "5,8 / 95,8 / 50,95 / 5,8", "5,50 / 95,5 / 95,95 / 5,50"),
    "square": ("5,5 / 95,5 / 95,95 / 5,95 / 5,5",),
    "rectangle": ("2,25 / 98,25 / 98,75 / 2,75 / 2,25", "2,32 / 98,32 / 98,70 / 2,70 / 2,32"),
    "plus": ("50,8 50,92 ; 8,50 92,50",),
    "cross": ("12,8 88,92 ; 88,8 12,92",),
    "asterisk": ("50,5 50,95 ; 10,25 90,75 ; 90,25 10,75", "50,5 50,95 ; 5,50 95,50 ; 18,18 82,82 ; 82,18 18,82"),
    "equals": ("5,30 95,30 ; 5,70 95,70", "5,38 95,38 ; 5,66 95,66"),
    "minus": ("2,50 50,49 98,50",),
    "percent": (
        "90,5 10,95 ; 26,8 14,12 10,26 22,36 36,30 36,14 26,8 ; 78,64 64,70 64,86 76,94 90,86 88,70 78,64",
        "95,5 5,95 ; 20,10 12,24 22,32 32,22 20,10 ; 80,68 70,80 80,92 90,80 80,68",
    ),
    "hash": ("32,5 28,95 ; 70,5 66,95 ; 5,34 95,32 ; 5,68 95,66",),
    "question": ("25,22 40,4 66,6 76,22 64,40 50,50 50,70 ; 49,95 51,96",),
    "exclamation": ("50,2 50,30 50,62 ; 49,95 51,96",),
    "brackets": (
        "24,5 / 5,5 / 5,95 / 24,95 ; 116,5 / 135,5 / 135,95 / 116,95",
        "22,2 6,30 6,70 22,98 ; 118,2 134,30 134,70 118,98",
        "30,15 / 2,50 / 30,85 ; 90,15 / 118,50 / 90,85",
    ),
    "tick": ("2,52 16,66 30,88 / 64,44 130,2", "0,60 14,74 24,90 / 70,50 120,22"),
    "ampersand": ("92,94 60,62 30,26 34,6 54,4 60,20 36,44 14,66 20,92 48,94 76,70 88,50",),
    "infinity": ("50,50 74,32 98,36 98,64 74,68 26,32 2,36 2,64 26,68 50,50",),
    "dollar": ("78,22 54,10 26,20 30,40 68,58 76,78 50,92 22,80 ; 50,-4 50,108",),
    "euro": ("84,16 58,6 32,24 26,50 32,78 58,96 84,84 ; 8,42 64,40 ; 8,60 60,58",),
    "stairs": ("2,98 / 2,74 / 26,74 / 26,50 / 50,50 / 50,26 / 74,26 / 74,2 / 98,2",),
    "house": ("10,98 / 10,42 / 50,4 / 90,42 / 90,98 / 10,98 ; 42,98 / 42,66 / 60,66 / 60,98",),
    "smile": (
        "50,2 14,14 2,50 14,86 50,98 86,86 98,50 86,14 50,2 ; 34,34 35,40 ; 66,34 65,40 ; 26,60 38,76 62,76 74,60",
    ),
}

_HALVES = ((0, "upper"), (0, "lower"), (2, "upper"), (5, "lower"), (3, "lower"), (8, "left"))


def _sign(name: str, rng: np.random.Generator) -> Strokes:
    shape = str(rng.choice(_SIGNS[name]))
    strokes = []
    for pieces in parse_shape(shape):
        parts = [spline(piece) for piece in pieces]
        strokes.append(np.vstack([parts[0], *(part[1:] for part in parts[1:])]))
    return vary(strokes, rng, float(rng.uniform(0.3, 1.0)), upright=True)


def _zigzag(rng: np.random.Generator) -> Strokes:
    teeth = int(rng.integers(6, 14))
    x = np.linspace(0, rng.uniform(0.8, 1.8), teeth) + rng.normal(0, 0.02, teeth)
    y = np.where(np.arange(teeth) % 2, 0.0, 1.0) + rng.normal(0, 0.1, teeth)
    control = np.stack([x, y], axis=1)
    if rng.random() < 0.5:
        return vary([spline(control)], rng)
    pieces = [spline(control[index : index + 2]) for index in range(teeth - 1)]
    return vary([np.vstack(pieces)], rng)


def _wave(rng: np.random.Generator) -> Strokes:
    turns = float(rng.uniform(2.5, 5))
    t = np.linspace(0, 1, 120)
    height = rng.uniform(0.1, 0.3) * (1 + 0.3 * np.sin(t * rng.uniform(2, 6)))
    return vary([np.stack([t * 1.4, 0.5 + height * np.sin(2 * np.pi * turns * t)], axis=1)], rng, upright=True)


def _coil(rng: np.random.Generator) -> Strokes:
    """A row of loops, as when trying a pen."""
    turns = int(rng.integers(3, 7))
    t = np.linspace(0, 2 * np.pi * turns, 30 * turns)
    across = t / (2 * np.pi) * rng.uniform(0.28, 0.5)
    radius = rng.uniform(0.3, 0.5)
    return vary([np.stack([across + radius * np.cos(t), radius * 1.3 * np.sin(t)], axis=1)], rng)


def _spiral(rng: np.random.Generator) -> Strokes:
    turns = float(rng.uniform(2.6, 5))
    t = np.linspace(0, 1, int(40 * turns))
    radius = rng.uniform(0, 0.06) + 0.5 * t
    angle = rng.choice([-1, 1]) * 2 * np.pi * turns * t + rng.uniform(0, 6.28)
    return vary([0.5 + radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)], rng)


def _scrawl(rng: np.random.Generator) -> Strokes:
    """A dense scribble that fills its place."""
    count = int(rng.integers(25, 60))
    steps = rng.normal(0, 0.3, (count, 2))
    walk = np.empty((count, 2))
    place = rng.uniform(0.2, 0.8, 2)
    for index, step in enumerate(steps):
        place = np.clip(place + step, rng.uniform(0, 0.1), rng.uniform(0.9, 1.0))
        walk[index] = place
    return vary([spline(walk, 6)], rng)


def _tangle(rng: np.random.Generator) -> Strokes:
    """A smooth random curve that crosses itself at least five times."""
    while True:
        control = rng.uniform(0, 1, (int(rng.integers(8, 15)), 2))
        curve = spline(control, 6)
        if crossings(curve) >= 5:
            return vary([curve], rng)


def _crossed_out(rng: np.random.Generator) -> Strokes:
    strokes = draw_digit(int(rng.integers(0, 10)), rng)
    low, high = _box(strokes)
    low, high = low - 0.12 * (high - low), high + 0.12 * (high - low)
    passes = int(rng.integers(5, 9))
    if rng.random() < 0.5:
        x = np.tile([low[0], high[0]], passes)[:passes] + rng.normal(0, 0.06, passes)
        y = np.linspace(low[1], high[1], passes) + rng.normal(0, 0.04, passes)
        return [*strokes, spline(np.stack([x, y], axis=1), 8)]
    lines = []
    for share in (np.arange(4) + 0.5) / 4 + rng.normal(0, 0.03, 4):
        y = low[1] + share * (high[1] - low[1])
        ends = np.array([[low[0] - 0.15, y + rng.normal(0, 0.06)], [high[0] + 0.15, y + rng.normal(0, 0.06)]])
        lines.append(spline(ends))
    return [*strokes, *lines]


def _dots(rng: np.random.Generator) -> Strokes:
    count = int(rng.integers(3, 9))
    centers: list[Points] = []
    while len(centers) < count:
        center = rng.uniform(0, 1, 2)
        if all(np.hypot(*(center - other)) > 0.22 for other in centers):
            centers.append(center)
    return [center + rng.normal(0, 0.006, (4, 2)) for center in centers]


def _at(rng: np.random.Generator) -> Strokes:
    inner = parse_shape("62,36 46,34 36,50 44,66 58,62 64,36 64,60 74,68 90,58 94,34 70,6 34,6 6,34 8,72 36,96 76,92")
    return vary([spline(inner[0][0])], rng)


def _row(rng: np.random.Generator, count: int) -> Strokes:
    strokes: Strokes = []
    right = 0.0
    for _ in range(count):
        digit = draw_digit(int(rng.integers(0, 10)), rng)
        low, high = _box(digit)
        gap = right + rng.uniform(0.06, 0.4) if strokes else 0.0
        shift = np.array([gap - low[0], rng.normal(0, 0.06)])
        strokes += [stroke + shift for stroke in digit]
        right = gap + high[0] - low[0]
    return strokes


def _stack(rng: np.random.Generator) -> Strokes:
    """One digit written over another."""
    first, second = rng.choice([2, 3, 4, 5, 7, 8, 9], 2, replace=False)
    shift = rng.uniform(0.18, 0.3, 2) * rng.choice([-1, 1], 2)
    return [*draw_digit(int(first), rng), *(stroke + shift for stroke in draw_digit(int(second), rng))]


def _half(rng: np.random.Generator) -> Strokes:
    label, side = _HALVES[int(rng.integers(len(_HALVES)))]
    strokes = draw_digit(label, rng, {0: "round", 2: "angular", 3: "round", 5: "one_stroke", 8: "figure"}[label])
    low, high = _box(strokes)
    axis = 0 if side == "left" else 1
    cut = low[axis] + rng.uniform(0.4, 0.5) * (high[axis] - low[axis])
    kept = []
    for stroke in strokes:
        inside = stroke[:, axis] >= cut if side == "lower" else stroke[:, axis] <= cut
        borders = np.flatnonzero(np.diff(inside.astype(np.int8))) + 1
        runs = np.split(stroke, borders)
        kept += [run for run in runs if len(run) > 3 and (run[0, axis] >= cut) == (side == "lower")]
    return kept or _zigzag(rng)


def crossings(curve: Points) -> int:
    """How often a line (n, 2) crosses itself."""
    a, b = curve[:-1], curve[1:]
    first, second = np.array([pair for pair in combinations(range(len(a)), 2) if pair[1] - pair[0] > 1]).T

    def side(p: Points, q: Points, r: Points) -> Points:
        turn: Points = (q[:, 0] - p[:, 0]) * (r[:, 1] - p[:, 1]) - (q[:, 1] - p[:, 1]) * (r[:, 0] - p[:, 0])
        return turn

    over = side(a[first], b[first], a[second]) * side(a[first], b[first], b[second]) < 0
    across = side(a[second], b[second], a[first]) * side(a[second], b[second], b[first]) < 0
    return int(np.count_nonzero(over & across))


def _box(strokes: Strokes) -> tuple[Points, Points]:
    points = np.vstack(strokes)
    return points.min(axis=0), points.max(axis=0)


_DRAWN: dict[str, Callable[[np.random.Generator], Strokes]] = {
    "zigzag": _zigzag,
    "wave": _wave,
    "coil": _coil,
    "spiral": _spiral,
    "scrawl": _scrawl,
    "tangle": _tangle,
    "crossed_out": _crossed_out,
    "dots": _dots,
    "at": _at,
    "two_digits": lambda rng: _row(rng, 2),
    "three_digits": lambda rng: _row(rng, 3),
    "overwritten": _stack,
    "half": _half,
}

NON_DIGITS: tuple[str, ...] = (*_DRAWN, *_SIGNS)


def draw_non_digit(rng: np.random.Generator, kind: str | None = None) -> Strokes:
    """Draws something that is surely no digit.

    Args:
        rng: Where the variation comes from.
        kind: One of ``NON_DIGITS``; None picks one.

    Returns:
        Strokes of shape (n, 2), x right, y down, in a box of about 0 to 1, wider for pairs and rows.

    Raises:
        KeyError: There is no such kind.
    """
    chosen = str(rng.choice(NON_DIGITS)) if kind is None else kind
    if chosen in _DRAWN:
        return _DRAWN[chosen](rng)
    return _sign(chosen, rng)

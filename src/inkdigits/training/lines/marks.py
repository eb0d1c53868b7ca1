"""Separators, currency signs and fillers as pen strokes, in units of the text's height: 0 its top, 1 its baseline."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from inkdigits.training.lines.strings import chance
from inkdigits.training.vector_pen import Points, parse_shape, spline

Rng = np.random.Generator
Strokes = list[Points]

STYLES: dict[int, dict[str, str]] = {
    0: {
        "chained": "52,6 24,14 14,52 30,92 66,92 84,54 70,14 46,4 58,22 108,6",
        "inner_loop": "60,20 48,34 62,40 72,20 50,2 20,20 14,60 36,97 70,88 84,50 70,12",
        "small": "50,30 24,36 16,64 24,90 48,98 74,90 84,64 74,38 50,30",
    },
    1: {
        "loop": "26,58 48,34 62,12 54,2 46,14 45,54 46,97",
        "slash": "78,2 52,50 26,98",
        "caret": "4,74 36,40 62,4 / 60,50 56,98",
        "wide_caret": "0,98 34,50 60,3 / 60,50 58,98",
        "tick_foot": "22,40 44,20 60,3 / 58,50 54,95 ; 24,97 54,95 90,94",
    },
    2: {
        "curl": "44,34 26,26 34,8 58,2 76,16 66,46 40,76 14,94 20,80 40,84 64,97 94,88",
        "tall_loop": "24,24 44,2 70,8 64,38 42,72 22,94 16,82 30,76 60,92 92,88",
        "z": "20,18 48,3 74,14 66,44 20,96 / 52,92 88,94",
    },
    4: {
        "lightning": "62,2 44,30 22,62 / 54,52 84,46 ; 72,28 56,62 40,98",
        "h": "34,3 28,30 22,58 / 56,56 88,50 ; 74,10 70,50 64,98",
        "u": "22,4 20,36 34,54 58,50 74,34 ; 78,3 76,50 72,98",
        "soft_u": "24,10 18,36 30,50 56,44 74,12 / 70,56 64,98",
    },
    5: {
        "root": "22,48 28,70 34,96 / 46,44 58,8 ; 58,8 84,4 112,6",
        "long_hat": "36,8 30,44 / 56,40 74,58 70,86 48,98 22,90 ; 36,8 70,4 124,2",
        "j": "44,8 48,50 48,84 34,98 16,86 ; 44,8 72,4 104,6",
        "swan": "96,4 66,2 42,12 34,42 / 60,42 74,62 62,92 36,97 16,84",
        "s": "84,8 58,2 38,14 42,36 66,54 74,76 56,96 24,92",
    },
    6: {
        "b": "40,2 28,40 26,80 44,98 70,88 74,64 52,54 32,68",
        "open": "60,3 36,30 24,70 40,97 66,94 78,74 60,60 36,72",
    },
    7: {
        "long_bar": "22,22 28,6 52,10 82,5 / 58,52 42,98 ; 16,54 62,50 112,48",
        "curly": "16,24 22,8 42,12 62,10 78,2 64,40 50,98 ; 26,52 82,46",
        "t": "26,20 36,6 56,8 66,12 52,52 44,97 ; 8,54 56,50 104,45",
        "loop": "30,26 50,8 84,4 70,10 58,46 44,98 ; 20,56 80,50",
        "plain_wide": "8,10 50,8 88,4 / 56,50 38,98",
    },
    8: {
        "ribbon": "76,18 58,3 38,14 42,34 60,54 66,78 48,97 28,84 38,60 62,38 78,14",
        "alpha": "82,6 56,34 34,66 38,92 60,94 64,72 48,46 38,22 52,4 68,14",
    },
    9: {
        "p": "40,98 46,50 52,10 / 66,2 84,14 78,36 52,48",
        "rho": "36,98 44,56 54,16 68,2 82,14 72,36 46,46",
        "curl": "52,46 32,38 30,12 52,2 70,14 62,44 48,72 42,98",
        "l": "40,40 26,24 40,4 62,6 64,26 50,60 46,98",
        "g": "74,16 52,3 28,14 26,38 48,49 70,36 77,12 / 78,60 66,96 40,110 22,98",
    },
}
"""How digits are written in a hurry on cheques and forms: shapes as in ``vector_shapes``."""


def rushed_digit(label: int, style: str, rng: Rng) -> Strokes:
    """A digit of ``STYLES``, its control points shaken."""
    size = float(rng.uniform(0.008, 0.028))
    strokes = []
    for pieces in parse_shape(STYLES[label][style]):
        parts = [spline(piece + rng.normal(0, size, piece.shape), 7) for piece in pieces]
        for before, after in pairwise(parts):
            after[0] = before[-1]
        strokes.append(np.vstack(parts))
    return strokes


def _line(*corners: tuple[float, float]) -> Points:
    return np.array(corners, np.float64)


def _dot(x: float, y: float, rng: Rng) -> Points:
    length = float(rng.uniform(0.0, 0.07))
    return _line((x, y), (x - length * float(rng.uniform(-0.4, 0.7)), y + length))


def _point(rng: Rng) -> Strokes:
    level = rng.normal(0.96, 0.04) if chance(rng, 0.8) else rng.uniform(0.45, 0.85)
    return [_dot(0.05, float(level), rng)]


def _comma(rng: Rng) -> Strokes:
    length, top = float(rng.uniform(0.12, 0.38)), float(rng.normal(0.88, 0.05))
    if chance(rng, 0.2):  # as long as half a digit
        length, top = float(rng.uniform(0.3, 0.55)), float(rng.uniform(0.6, 0.85))
    lean = length * float(rng.uniform(0.1, 0.8))
    return [_line((lean, top), (lean * rng.uniform(0.6, 1.15), top + length * 0.5), (0.0, top + length))]


def _slash(rng: Rng) -> Strokes:
    # Longer or more slanted than a 1, or nobody could tell them apart.
    top, foot = float(rng.uniform(-0.25, 0.02)), float(rng.uniform(1.0, 1.3))
    width = float(rng.uniform(0.22, 0.75))
    if chance(rng, 0.2):
        top, foot, width = float(rng.uniform(-0.05, 0.1)), float(rng.uniform(0.93, 1.05)), float(rng.uniform(0.5, 0.85))
    bow = float(rng.normal(0, 0.04))
    return [_line((width, top), (width / 2 + bow, (top + foot) / 2), (0.0, foot))]


def _hyphen(rng: Rng) -> Strokes:
    level, width, tilt = float(rng.normal(0.53, 0.09)), float(rng.uniform(0.18, 0.75)), float(rng.normal(-0.02, 0.05))
    return [_line((0.0, level), (width / 2, level + tilt / 2 + float(rng.normal(0, 0.02))), (width, level + tilt))]


def _colon(rng: Rng) -> Strokes:
    upper = float(rng.uniform(0.15, 0.5))
    return [_dot(0.06, upper, rng), _dot(0.05 + float(rng.normal(0, 0.03)), float(rng.uniform(0.75, 1.0)), rng)]


def _equals(rng: Rng) -> Strokes:
    gap, width, level = float(rng.uniform(0.14, 0.36)), float(rng.uniform(0.25, 0.7)), float(rng.normal(0.55, 0.1))
    tilt = float(rng.normal(-0.03, 0.06))
    ends = rng.normal(0, 0.05, 4)
    bars = [
        _line((ends[0], level - gap / 2), (width + ends[1], level - gap / 2 + tilt)),
        _line((ends[2], level + gap / 2), (width + ends[3], level + gap / 2 + tilt + float(rng.normal(0, 0.03)))),
    ]
    if chance(rng, 0.15):  # without lifting the pen
        return [np.vstack((bars[0], bars[1]))]
    return bars


def _dollar(rng: Rng) -> Strokes:
    body = _line(
        (0.5, 0.2), (0.3, 0.08), (0.08, 0.2), (0.14, 0.42), (0.42, 0.58), (0.5, 0.8), (0.28, 0.95), (0.0, 0.82)
    )
    strokes = [spline(body + rng.normal(0, 0.03, body.shape), 6)]
    lean, reach = float(rng.normal(0.03, 0.05)), float(rng.uniform(0.0, 0.2))
    bars = (0.28,) if chance(rng, 0.55) else (0.2, 0.36)
    for x in bars:
        strokes.append(_line((x + lean, -reach), (x - lean, 1.0 + reach)))
    return strokes


def _hash(rng: Rng) -> Strokes:
    lean = float(rng.uniform(0, 0.2))
    lines = [
        _line((0.25 + lean, 0), (0.15, 1)),
        _line((0.55 + lean, 0), (0.45, 1)),
        _line((0.0, 0.35), (0.75, 0.32)),
        _line((0.0, 0.68), (0.75, 0.65)),
    ]
    return [line + rng.normal(0, 0.03, line.shape) for line in lines]


def _star(rng: Rng) -> Strokes:
    center, half = np.array([0.25, float(rng.uniform(0.3, 0.6))]), float(rng.uniform(0.15, 0.3))
    turns = np.arange(3) * np.pi / 3 + rng.normal(0, 0.15, 3) + np.pi / 2
    return [np.stack([center - half * (c := np.array([np.cos(a), np.sin(a)])), center + half * c]) for a in turns]


def _dash(rng: Rng) -> Strokes:
    """A filler that runs to the end of the field."""
    level, width = float(rng.normal(0.6, 0.12)), float(rng.uniform(0.7, 2.2))
    x = np.linspace(0, width, 6)
    return [np.stack([x, level + rng.normal(0, 0.025, 6) + x * float(rng.normal(0, 0.04))], axis=1)]


def _wave(rng: Rng) -> Strokes:
    width, turns = float(rng.uniform(0.5, 1.6)), float(rng.uniform(1, 3))
    x = np.linspace(0, 1, 30)
    y = rng.normal(0.58, 0.1) + rng.uniform(0.06, 0.16) * np.sin(2 * np.pi * turns * x + rng.uniform(0, 6.28))
    return [np.stack([x * width, y], axis=1)]


MARKS: dict[str, Callable[[Rng], Strokes]] = {
    ".": _point,
    ",": _comma,
    "/": _slash,
    "-": _hyphen,
    ":": _colon,
    "=": _equals,
    "$": _dollar,
    "hash": _hash,
    "star": _star,
    "dash": _dash,
    "wave": _wave,
}


def cross_out(left: float, right: float, rng: Rng) -> Strokes:
    """Strokes that cross out what stands between ``left`` and ``right``."""
    left, right = left - 0.12, right + 0.12
    drawn = rng.random()
    if drawn < 0.35:
        passes = int(rng.integers(5, 9)) + 3 * int(right - left)
        x = np.linspace(left, right, passes) + rng.normal(0, 0.05, passes)
        y = np.where(np.arange(passes) % 2, 0.05, 0.95) + rng.normal(0, 0.1, passes)
        return [spline(np.stack([x, y], axis=1), 4)]
    if drawn < 0.6:
        passes = int(rng.integers(4, 8))
        x = np.where(np.arange(passes) % 2, right, left) + rng.normal(0, 0.08, passes)
        y = np.linspace(0.15, 0.85, passes) + rng.normal(0, 0.05, passes)
        return [spline(np.stack([x, y], axis=1), 6)]
    if drawn < 0.8:
        ends = rng.normal(0, 0.07, (4, 2)) + np.array([[left, 0], [right, 1], [right, 0], [left, 1]])
        return [ends[:2], ends[2:]]
    levels = np.array([0.4, 0.6] if chance(rng, 0.6) else [0.3, 0.5, 0.7]) + rng.normal(0, 0.04)
    return [_line((left, level + rng.normal(0, 0.05)), (right, level + rng.normal(0, 0.05))) for level in levels]

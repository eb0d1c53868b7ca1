"""Handwritten-like letters and signs, as pen strokes made from nothing: what the digit network must refuse.

Few free data sets hold letters of many hands; a network that sees the same few writers every epoch learns those
writers. Here every letter has several skeletons, and no two drawings of one are alike.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from inkdigits.training.vector_letter_shapes import LETTERS, SIGNS
from inkdigits.training.vector_pen import write_shape

Rng = np.random.Generator
Points = npt.NDArray[np.float64]

_HARD = "abdefgqryuABDGJQTUY"  # letters that pass most often as digits are written twice as often
_HARD_SIGNS = ("(", "(", "(", "<", "<", ";", ".", ".", "?", "%", "{", "=")


def draw_letter(rng: Rng, character: str | None = None) -> list[Points]:
    """Writes a letter that nobody reads as a digit.

    Args:
        rng: Where the variation comes from.
        character: One of ``LETTERS``; None picks one, hard ones more often.

    Returns:
        Strokes (n, 2), x right, y down, in a box of about 0 to 1.

    Raises:
        KeyError: There is no such letter.
    """
    chosen = character or _one_of([*LETTERS, *_HARD], rng)
    return _write(LETTERS[chosen], rng)


def draw_symbol(rng: Rng, character: str | None = None) -> list[Points]:
    """Writes a sign; arguments and result as :func:`draw_letter`, with the keys of ``SYMBOLS``."""
    chosen = character or _one_of([*SYMBOLS, *_HARD_SIGNS], rng)
    strokes = _BUILT[chosen](rng) if chosen in _BUILT else _write(SIGNS[chosen], rng)
    return _mirror(strokes) if chosen in "([{<" and rng.random() < 0.5 else strokes


def _one_of(choices: list[str], rng: Rng) -> str:
    return choices[int(rng.integers(len(choices)))]


def _write(shapes: tuple[str, ...], rng: Rng) -> list[Points]:
    strokes = write_shape(shapes[int(rng.integers(len(shapes)))], rng, float(rng.uniform(0.4, 1.6)))
    powers = np.exp(rng.normal(0, 0.16, 2))  # bowls sit higher or lower, stems more to one side
    return [np.clip(stroke + 0.2, 1e-3, None) ** powers for stroke in strokes]


def _mirror(strokes: list[Points]) -> list[Points]:
    return [stroke * np.array([-1.0, 1.0]) for stroke in strokes]


def _arc(height: float, bow: float, tip: float, rng: Rng) -> Points:
    """An upright arc, open to the right; ``tip`` above 0 curls its ends."""
    along = np.linspace(-1, 1, 24)
    lean = rng.normal(0, 0.08)
    skew = rng.normal(0, 0.15)
    depth = 1 - np.abs(along - skew * (1 - along**2)) ** (2 + tip)
    return np.stack((-bow * depth + lean * along, height * along / 2), axis=1)


def _parenthesis(rng: Rng) -> list[Points]:
    """Clearly bent: a stroke that is nearly straight is a 1."""
    return [_arc(1.0, float(rng.uniform(0.16, 0.5)), float(rng.uniform(-0.5, 2.0)), rng)]


def _angle(rng: Rng) -> list[Points]:
    """Two strokes that meet at the left, neither of them level as a seven's bar."""
    width, tip = rng.uniform(0.5, 1.3), rng.uniform(0.3, 0.66)
    rise = np.array([[width, 0.0], [0.0, tip], [width * rng.uniform(0.7, 1.2), 1.0]])
    return [_dense(rise + rng.normal(0, 0.03, (3, 2)), rng)]


def _equals(rng: Rng) -> list[Points]:
    gap = rng.uniform(0.18, 0.6)
    ends = np.array([[[0.0, 0.0], [1.0, 0.0]], [[rng.normal(0, 0.1), gap], [1 + rng.normal(0, 0.12), gap]]])
    return [_dense(line + rng.normal(0, 0.05, (2, 2)), rng, 0.02) for line in ends]


def _minus(rng: Rng) -> list[Points]:
    return [_dense(np.array([[0.0, 0.0], [1.0, rng.normal(0, 0.08)]]), rng, 0.02)]


def _semicolon(rng: Rng) -> list[Points]:
    gap, size = rng.uniform(0.3, 0.6), rng.uniform(0.2, 0.5)
    bow = rng.uniform(0.05, 0.3) * size
    tail = np.array([[0.5, gap], [0.5 + bow, gap + 0.45 * size], [0.5 - rng.uniform(0, 0.6) * size, gap + size]])
    return [_spot(np.array([0.5 + rng.normal(0, 0.05), 0.0]), rng), _dense(tail, rng)]


def _colon(rng: Rng) -> list[Points]:
    gap = rng.uniform(0.3, 1.0)
    return [_spot(np.zeros(2), rng), _spot(np.array([rng.normal(0, 0.08), gap]), rng)]


def _exclamation(rng: Rng) -> list[Points]:
    lean, end = rng.normal(0, 0.12), rng.uniform(0.55, 0.8)
    return [_dense(np.array([[lean, 0.0], [0.0, end]]), rng, 0.02), _spot(np.array([-lean / 3, 1.0]), rng)]


def _spot(center: Points, rng: Rng) -> Points:
    """A dot of a pen that touched, slid or turned."""
    count, size = int(rng.integers(2, 7)), rng.uniform(0.005, 0.06)
    return np.asarray(center + rng.normal(0, size, (count, 2)), np.float64)


def _dense(corners: Points, rng: Rng, bow: float = 0.05) -> Points:
    """Straight pieces between corners, each a little bent."""
    parts = []
    for start, end in pairwise(corners):
        along = np.linspace(0, 1, 9)[:, None]
        across = np.array([start[1] - end[1], end[0] - start[0]])
        parts.append(start + along * (end - start) + 4 * along * (1 - along) * across * rng.normal(0, bow))
    return np.concatenate(parts)


def _touch(rng: Rng) -> list[Points]:
    """A pen's touch seen at the tablet's own resolution: stairs of a few units, neither straight as a 1 nor a ring."""
    while True:
        count = int(rng.integers(4, 13))
        level = rng.random(count) < 0.5
        steps = np.where(level, rng.choice([-1, 1], count), 0), np.where(level, 0, rng.choice([-1, 1, 2], count))
        path = np.cumsum(np.stack(steps, axis=1), axis=0).astype(np.float64)
        spread = np.linalg.svd(path - path.mean(axis=0), compute_uv=False)
        turns = int(np.count_nonzero(np.diff(level)))
        if turns >= 3 and spread[1] > 0.25 * spread[0] and np.abs(path[-1] - path[0]).max() >= 2:
            return [path @ np.array([[rng.choice([-1.0, 1.0]), 0.0], [0.0, 1.0]])]


_BUILT: dict[str, Callable[[Rng], list[Points]]] = {
    "(": _parenthesis,
    "<": _angle,
    "=": _equals,
    "-": _minus,
    ";": _semicolon,
    ":": _colon,
    "!": _exclamation,
    ".": _touch,
}
SYMBOLS: tuple[str, ...] = tuple(sorted({*SIGNS, *_BUILT}))
"""What :func:`draw_symbol` can draw; of brackets it draws both sides."""

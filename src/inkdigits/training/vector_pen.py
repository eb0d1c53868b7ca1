"""A pen in a hand: shapes become splines that slant, shake, overshoot and lift as people write."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from inkdigits.training.vector_shapes import SHAPES

Points = npt.NDArray[np.float64]

STYLES: dict[int, tuple[str, ...]] = {label: tuple(shapes) for label, shapes in SHAPES.items()}

_STEPS = 10  # points a spline segment
_UPRIGHT = {1, 7}  # digits that a stronger slant or width would turn into something else


def draw_digit(label: int, rng: np.random.Generator, style: str | None = None) -> list[Points]:
    """Writes one digit.

    Args:
        label: 0-9.
        rng: Where the variation comes from; the same state writes the same digit.
        style: One of ``STYLES[label]``; None picks one.

    Returns:
        Strokes of shape (n, 2), x right, y down, in a box of about 0 to 1.

    Raises:
        KeyError: There is no such digit or style.
    """
    shapes = SHAPES[label]
    chosen = str(rng.choice(STYLES[label])) if style is None else style
    return write_shape(shapes[chosen], rng, float(rng.uniform(0.25, 1.0)), upright=label in _UPRIGHT)


def write_shape(shape: str, rng: np.random.Generator, care: float, upright: bool = False) -> list[Points]:
    """Writes a shape by hand.

    Args:
        shape: In the notation of :mod:`vector_shapes`.
        rng: Where the variation comes from.
        care: How far this hand strays from the copybook: 0 not at all, 1 as far as digits stay legible.
        upright: Hold back on slant and width.
    """
    strokes = [_bend(pieces, care, rng) for pieces in parse_shape(shape)]
    strokes = _finish_ends(strokes, care, rng)
    return vary(strokes, rng, care, upright=upright)


def parse_shape(shape: str) -> list[list[Points]]:
    """Reads a shape: strokes, each a list of pieces between corners, each piece (n, 2) control points in 0 to 1."""
    strokes = []
    for text in shape.split(";"):
        pieces: list[list[tuple[float, float]]] = [[]]
        for word in text.split():
            if word == "/":
                pieces.append([pieces[-1][-1]])
                continue
            x, y = word.split(",")
            pieces[-1].append((float(x) / 100, float(y) / 100))
        strokes.append([np.array(piece) for piece in pieces if len(piece) > 1 or len(pieces) == 1])
    return strokes


def spline(control: Points, steps: int = _STEPS) -> Points:
    """Draws a smooth curve through control points (Catmull & Rom, 1974).

    Args:
        control: (n, 2), n of at least 2.
        steps: Points a segment.

    Returns:
        ((n - 1) * steps + 1, 2) points.
    """
    if len(control) == 2:
        share = np.linspace(0, 1, steps + 1)[:, None]
        straight: Points = control[0] + share * (control[1] - control[0])
        return straight
    before, after = 2 * control[0] - control[1], 2 * control[-1] - control[-2]
    knots = np.vstack([before, control, after])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    segments = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(knots, knots[1:], knots[2:], knots[3:], strict=False)
    ]
    return np.vstack([*segments, control[-1:]])


def vary(strokes: list[Points], rng: np.random.Generator, care: float = 0.6, upright: bool = False) -> list[Points]:
    """Slants, stretches, bends and shakes strokes as one hand would.

    Args:
        strokes: (n, 2) points in a box of about 0 to 1.
        rng: Where the variation comes from.
        care: 0 copybook to 1 careless.
        upright: Hold back on slant and width.
    """
    limit = 0.5 if upright else 1.0
    slant = float(np.clip(rng.normal(0.06, 0.16), -0.3, 0.45)) * limit
    aspect = float(np.exp(np.clip(rng.normal(0, 0.16), -0.4, 0.3)))
    turn = float(np.clip(rng.normal(0, 0.06), -0.15, 0.15)) * limit
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.array(
        [[aspect, -slant], [0.0, 1.0]]
    )
    warp = _Warp(rng, 0.025 * care)
    shift = 0.012 * care if len(strokes) > 1 else 0.0
    varied = []
    for stroke in strokes:
        points = (stroke - 0.5) @ matrix.T + 0.5 + rng.normal(0, shift or 1e-9, 2)
        varied.append(warp(points) + _tremor(len(points), rng, 0.004 * care))
    return varied


class _Warp:
    """A smooth displacement of the whole paper, the same for all strokes."""

    def __init__(self, rng: np.random.Generator, size: float) -> None:
        self._waves = rng.uniform(1.5, 5.0, (2, 2, 2))
        self._phase = rng.uniform(0, 2 * np.pi, (2, 2))
        self._size = size

    def __call__(self, points: Points) -> Points:
        angle = np.einsum("nd,dkc->nkc", points, self._waves) + self._phase
        moved: Points = points + self._size * np.sin(angle).sum(axis=1)
        return moved


def _bend(pieces: list[Points], care: float, rng: np.random.Generator) -> Points:
    """Jitters the control points, corners as one point, and joins the pieces' splines."""
    size = 0.022 * care
    joint = pieces[0][0] + rng.normal(0, size, 2)
    parts = []
    for piece in pieces:
        control = piece + rng.normal(0, size, piece.shape)
        control[0] = joint
        joint = control[-1]
        parts.append(spline(control))
    return np.vstack([parts[0], *(part[1:] for part in parts[1:])])


def _finish_ends(strokes: list[Points], care: float, rng: np.random.Generator) -> list[Points]:
    """Pens that land late, leave early, overshoot or flick at the end of a stroke."""
    finished = []
    for stroke in strokes:
        points = stroke
        if rng.random() < 0.3 * care and len(points) > 25:
            points = points[int(rng.integers(0, 3)) : len(points) - int(rng.integers(0, 4))]
        direction = points[-1] - points[-4]
        length = float(np.hypot(*direction)) or 1.0
        if rng.random() < 0.35 * care:
            points = np.vstack([points, points[-1] + direction / length * rng.uniform(0.01, 0.05)])
        if rng.random() < 0.2 * care:
            angle = float(rng.choice([-1, 1]) * rng.uniform(1.0, 2.4))
            turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
            points = np.vstack([points, points[-1] + turn @ direction / length * rng.uniform(0.015, 0.05)])
        finished.append(points)
    return finished


def _tremor(count: int, rng: np.random.Generator, size: float) -> Points:
    """Low-frequency shaking along a stroke, (count, 2)."""
    time = np.linspace(0, count / _STEPS, count)
    shake = np.zeros((count, 2))
    for _ in range(3):
        phase = rng.uniform(0, 2 * np.pi, 2)
        shake += size * np.sin(rng.uniform(1.0, 5.0) * time[:, None] + phase)
    return shake

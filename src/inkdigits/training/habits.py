"""Habits that few data sets hold: slashed zeros, crossed sevens, hooked ones; and signs that resemble digits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Rng = np.random.Generator
Points = npt.NDArray[np.float64]


def slash_zero(strokes: Sequence[npt.NDArray[np.floating]], rng: Rng) -> list[Points]:
    """Adds the slash that tells a zero from an O: rising, upright, level, or falling, inside or beyond the ring."""
    points = np.concatenate(strokes).astype(np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    center = (low + high) / 2 + (high - low) * rng.normal(0, 0.06, 2)
    half = (high - low) / 2 * rng.uniform(0.75, 1.5)
    kind = rng.choice(["rising", "upright", "level", "falling"], p=[0.62, 0.16, 0.12, 0.1])
    tilt = {"rising": (1.0, -1.0), "falling": (1.0, 1.0), "upright": (0.15, -1.0), "level": (1.0, 0.1)}[kind]
    reach = half * np.array(tilt) * rng.uniform(0.8, 1.25, 2)
    bow = np.array([-reach[1], reach[0]]) * rng.normal(0, 0.08)
    along = np.linspace(-1, 1, 12)[:, None]
    slash = center + along * reach + (1 - along**2) * bow
    joined = [np.asarray(stroke, np.float64) for stroke in strokes]
    if len(joined) == 1 and rng.random() < 0.25:  # without lifting the pen
        return [np.concatenate((joined[0], slash if rng.random() < 0.5 else slash[::-1]))]
    return [*joined, slash]


def cross_seven(strokes: Sequence[npt.NDArray[np.floating]], rng: Rng) -> list[Points]:
    """Adds the European bar through a seven's stem."""
    points = np.concatenate(strokes).astype(np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    size = high - low
    level = low[1] + size[1] * rng.uniform(0.42, 0.62)
    near = points[np.abs(points[:, 1] - level) < size[1] * 0.12]
    middle = float(near[:, 0].mean()) if len(near) else float(low[0] + size[0] / 2)
    half = max(size) * rng.uniform(0.14, 0.3)
    rise = half * rng.normal(-0.1, 0.2)
    bar = np.array([[middle - half, level - rise], [middle + half, level + rise]])
    return [*(np.asarray(stroke, np.float64) for stroke in strokes), bar]


def write_one(rng: Rng) -> list[Points]:
    """Ones with a flag, a foot or a hook of every length."""
    lean = rng.normal(0.08, 0.12)
    top, foot = np.array([0.5 + lean / 2, 0.0]), np.array([0.5 - lean / 2, 1.0])
    stem = np.linspace(top, foot, 8)
    path = stem
    strokes = []
    if rng.random() < 0.6:
        length = rng.uniform(0.1, 0.45)
        flag = top + np.array([-length * rng.uniform(0.5, 1.0), length * rng.uniform(0.35, 1.1)])
        path = np.concatenate((np.linspace(flag, top, 5), stem[1:]))
    ending = rng.choice(["none", "foot", "hook", "left"], p=[0.4, 0.25, 0.25, 0.1])
    if ending == "foot":
        half = rng.uniform(0.12, 0.35)
        strokes.append(np.array([[foot[0] - half, 1 + rng.normal(0, 0.02)], [foot[0] + half, 1 + rng.normal(0, 0.02)]]))
    elif ending != "none":
        side = 1 if ending == "hook" else -1
        length = rng.uniform(0.06, 0.22)
        curve = (
            foot + np.array([[0.35 * side, 0.05], [0.8 * side, -0.02], [1.0 * side, -rng.uniform(0.05, 0.5)]]) * length
        )
        path = np.concatenate((path, curve))
    return [path, *strokes]


def _arc(center: tuple[float, float], radii: tuple[float, float], start: float, end: float) -> Points:
    angle = np.linspace(np.deg2rad(start), np.deg2rad(end), 24)
    return np.stack((center[0] + radii[0] * np.cos(angle), center[1] + radii[1] * np.sin(angle)), axis=1)


def _dot(x: float, y: float, rng: Rng) -> Points:
    return np.array([x, y]) + rng.normal(0, 0.012, (4, 2))


def _line(*corners: tuple[float, float]) -> Points:
    return np.array(corners, dtype=np.float64)


def _mirror(strokes: list[Points]) -> list[Points]:
    return [np.array([1.0, 0.0]) + stroke * np.array([-1.0, 1.0]) for stroke in strokes]


def _parenthesis(rng: Rng) -> list[Points]:
    bulge = rng.uniform(0.17, 0.42)
    return [_arc((0.5 + bulge, 0.5), (bulge * 2, 0.5), 110, 250)]


def _bracket(rng: Rng) -> list[Points]:
    width = rng.uniform(0.2, 0.4)
    return [_line((width, 0), (0, 0.02), (0, 1), (width, 0.98))]


def _angle(rng: Rng) -> list[Points]:
    width = rng.uniform(0.6, 1.1)
    return [_line((width, 0.1), (0, 0.5), (width, 0.9))]


def _colon(rng: Rng) -> list[Points]:
    return [_dot(0.5, 0.1, rng), _dot(0.5 + rng.normal(0, 0.04), 0.9, rng)]


def _semicolon(rng: Rng) -> list[Points]:
    gap = rng.uniform(0.3, 0.6)
    return [_dot(0.5, 0.0, rng), _line((0.55, gap), (0.5, gap + 0.15), (0.4, gap + rng.uniform(0.25, 0.5)))]


def _exclamation(rng: Rng) -> list[Points]:
    return [_line((0.5 + rng.normal(0, 0.05), 0), (0.5, rng.uniform(0.6, 0.75))), _dot(0.5, 1.0, rng)]


def _question(rng: Rng) -> list[Points]:
    hook = np.concatenate((_arc((0.45, 0.28), (0.3, 0.28), 190, 420), _line((0.5, 0.55), (0.48, 0.75))))
    return [hook, _dot(0.48, 1.0, rng)]


def _percent(rng: Rng) -> list[Points]:
    size = rng.uniform(0.12, 0.22)
    ring = _arc((0.2, 0.22), (size, size), 0, 360), _arc((0.8, 0.78), (size, size), 0, 360)
    return [ring[0], _line((0.85, 0.0), (0.12, 1.0)), ring[1]]


def _caret(rng: Rng) -> list[Points]:
    return [_line((0, 0.6), (0.5, 0), (1, 0.6))]


def _letter_j(rng: Rng) -> list[Points]:
    strokes = [np.concatenate((_line((0.6, 0.0), (0.6, 0.7)), _arc((0.35, 0.72), (0.25, 0.26), 0, 170)))]
    if rng.random() < 0.6:
        strokes.append(_line((0.25, 0.0), (0.95, 0.0)))
    return strokes


def _letter_d(rng: Rng) -> list[Points]:
    depth = rng.uniform(0.5, 0.8)
    return [_line((0.1, 0.0), (0.1, 1.0)), _arc((0.1, 0.5), (depth, 0.5), -95, 95)]


def _letter_b(rng: Rng) -> list[Points]:
    waist = rng.uniform(0.42, 0.52)
    upper = _arc((0.1, waist / 2), (0.5, waist / 2), -95, 90)
    lower = _arc((0.1, (1 + waist) / 2), (0.6, (1 - waist) / 2), -90, 95)
    return [_line((0.1, 0.0), (0.1, 1.0)), np.concatenate((upper, lower))]


def _letter_y(rng: Rng) -> list[Points]:
    fork = rng.uniform(0.4, 0.6)
    return [_line((0.0, 0.0), (0.45, fork)), _line((0.9, 0.0), (0.45, fork), (rng.uniform(0.1, 0.5), 1.0))]


def _letter_f(rng: Rng) -> list[Points]:
    if rng.random() < 0.5:
        return [_line((0.7, 0), (0.1, 0.0), (0.1, 1.0)), _line((0.1, 0.45), (0.6, 0.45))]
    stem = np.concatenate((_arc((0.55, 0.2), (0.2, 0.2), -20, -180), _line((0.35, 0.4), (0.33, 1.0))))
    return [stem, _line((0.1, 0.45), (0.65, 0.43))]


def _letter_t(rng: Rng) -> list[Points]:
    if rng.random() < 0.5:
        return [_line((0.0, 0.0), (0.8, 0.0)), _line((0.4, 0.0), (0.4, 1.0))]
    level = rng.uniform(0.2, 0.5)
    return [_line((0.4, 0.0), (0.4, 0.9), (0.6, 1.0)), _line((0.1, level), (0.75, level))]


def _letter_p(rng: Rng) -> list[Points]:
    belly = rng.uniform(0.22, 0.3)
    return [_line((0.1, 0.0), (0.1, 1.0)), _arc((0.1, belly), (0.5, belly), -95, 95)]


def _letter_a(rng: Rng) -> list[Points]:
    return [_line((0.0, 1.0), (0.4, 0.0), (0.8, 1.0)), _line((0.15, 0.6), (0.65, 0.6))]


def _equals(rng: Rng) -> list[Points]:
    gap = rng.uniform(0.25, 0.5)
    return [_line((0, 0), (1, 0)), _line((0, gap), (1, gap + rng.normal(0, 0.05)))]


_MIRRORED = (_parenthesis, _bracket, _angle)
_SIGNS: tuple[Callable[[Rng], list[Points]], ...] = (
    *(_parenthesis, _parenthesis, _bracket, _angle, _colon, _semicolon, _exclamation, _question, _percent, _caret),
    *(_letter_j, _letter_d, _letter_b, _letter_y, _letter_f, _letter_t, _letter_p, _letter_a, _equals),
)


def draw_sign(rng: Rng) -> list[Points]:
    """A sign or letter that is often misread as a digit; strokes (n, 2), x right, y down, about 0 to 1."""
    sign = _SIGNS[int(rng.integers(len(_SIGNS)))]
    strokes = sign(rng)
    return _mirror(strokes) if sign in _MIRRORED and rng.random() < 0.5 else strokes

"""Pictures and drawings on which nobody wrote anything: paper, light, dirt, rulings, a touch of the pen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.training.scenes import empty_paper

Rng = np.random.Generator
Picture = npt.NDArray[Any]


def _size(rng: Rng, low: int = 28, high: int = 400) -> tuple[int, int]:
    return int(rng.integers(low, high)), int(rng.integers(low, high))


def _flat(rng: Rng, low: int, high: int) -> Picture:
    return np.full(_size(rng), int(rng.integers(low, high)), np.uint8)


def _noisy(sheet: Picture, sigma: float, rng: Rng) -> Picture:
    return np.clip(sheet + rng.normal(0, sigma, sheet.shape), 0, 255).astype(np.uint8)


def _noise(rng: Rng, low: float, high: float) -> Picture:
    return _noisy(_flat(rng, 60, 256), float(rng.uniform(low, high)), rng)


def _coarse_noise(rng: Rng) -> Picture:
    shape = _size(rng)
    grain = cv2.GaussianBlur(rng.normal(0, 1, shape), (0, 0), float(rng.uniform(1, 6)))
    return np.clip(rng.uniform(120, 250) + grain / grain.std() * rng.uniform(1, 8), 0, 255).astype(np.uint8)


def _gradient(rng: Rng) -> Picture:
    height, width = _size(rng)
    y, x = np.mgrid[-1 : 1 : complex(0, height), -1 : 1 : complex(0, width)]
    angle = rng.uniform(0, 2 * np.pi)
    slope = np.cos(angle) * x + np.sin(angle) * y if rng.random() < 0.6 else np.hypot(x, y)
    return np.clip(rng.uniform(100, 240) + slope * rng.uniform(5, 80), 0, 255).astype(np.uint8)


def _jpeg(rng: Rng) -> Picture:
    quality = int(rng.integers(10, 90))
    _, data = cv2.imencode(".jpg", _noisy(_gradient(rng), 3, rng), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)


def _paper_edge(rng: Rng) -> Picture:
    """Paper that ends inside the picture: on one side the table."""
    height, width = _size(rng, 60)
    edge = rng.uniform(0.15, 0.85) * width + np.arange(height)[:, None] * rng.uniform(-0.2, 0.2)
    paper = 1 / (1 + np.exp((np.arange(width)[None] - edge) / rng.uniform(0.3, 6)))
    dark, light = rng.uniform(20, 140), rng.uniform(190, 250)
    picture = _noisy(dark + (light - dark) * paper, float(rng.uniform(0, 5)), rng)
    return np.ascontiguousarray(np.rot90(picture, int(rng.integers(4))))


def _glare(rng: Rng) -> Picture:
    height, width = _size(rng, 60)
    spot = np.zeros((height, width), np.float32)
    center = int(rng.uniform(0, width)), int(rng.uniform(0, height))
    cv2.circle(spot, center, max(4, min(height, width) // 6), 1, -1)
    spot = cv2.GaussianBlur(spot, (0, 0), max(height, width) / 8)
    return _noisy(rng.uniform(120, 200) + spot / spot.max() * rng.uniform(20, 60), 3, rng)


def _sheet(rng: Rng, low: int = 80) -> Picture:
    sheet = np.full(_size(rng, low), int(rng.integers(200, 256)), np.uint8)
    return sheet if rng.random() < 0.4 else _noisy(sheet, float(rng.uniform(0.5, 5)), rng)


def _dot(rng: Rng) -> Picture:
    """One touch of the pen on a pad."""
    pad = np.full((280, 280), 255, np.uint8)
    center = int(rng.integers(20, 260)), int(rng.integers(20, 260))
    cv2.circle(pad, center, int(rng.integers(1, 10)), int(rng.integers(0, 100)), -1, cv2.LINE_AA)
    return pad if rng.random() < 0.5 else 255 - pad


def _specks(rng: Rng) -> Picture:
    sheet = _sheet(rng)
    height, width = sheet.shape
    for _ in range(int(rng.integers(1, 9))):
        center = int(rng.integers(width)), int(rng.integers(height))
        cv2.circle(sheet, center, int(rng.integers(0, 2)), int(rng.integers(0, 150)), -1)
    return sheet


def _smudge(rng: Rng) -> Picture:
    sheet = _sheet(rng)
    height, width = sheet.shape
    blot = np.zeros(sheet.shape, np.float32)
    axes = int(rng.uniform(2, width / 12)) + 1, int(rng.uniform(2, height / 12)) + 1
    center = int(rng.uniform(0, width)), int(rng.uniform(0, height))
    cv2.ellipse(blot, center, axes, float(rng.uniform(0, 180)), 0, 360, 1.0, -1)
    blot = cv2.GaussianBlur(blot, (0, 0), float(rng.uniform(2, 8)))
    return (sheet * (1 - rng.uniform(0.03, 0.3) * blot)).astype(np.uint8)


def _lines(sheet: Picture, rng: Rng, across: bool) -> None:
    height, width = sheet.shape
    ink, thick = int(rng.integers(40, 190)), int(rng.integers(1, 4))
    gap = rng.uniform(0.12, 0.7) * (height if across else width)
    for place in np.arange(rng.uniform(0.1, 1) * gap, height if across else width, gap):
        ends = ((0, int(place)), (width, int(place))) if across else ((int(place), 0), (int(place), height))
        cv2.line(sheet, *ends, ink, thick, cv2.LINE_AA)


def _ruled(rng: Rng) -> Picture:
    sheet = _sheet(rng)
    _lines(sheet, rng, across=True)
    return sheet


def _squared(rng: Rng) -> Picture:
    sheet = _sheet(rng)
    _lines(sheet, rng, across=True)
    _lines(sheet, rng, across=False)
    return sheet


def _cell(rng: Rng) -> Picture:
    sheet = _sheet(rng, 40)
    height, width = sheet.shape
    rim = (rng.uniform(0, 0.1, 4) * min(height, width)).astype(int)
    corners = (int(rim[0]), int(rim[1])), (int(width - 1 - rim[2]), int(height - 1 - rim[3]))
    cv2.rectangle(sheet, *corners, int(rng.integers(0, 150)), int(rng.integers(1, 4)))
    return sheet


def _transparent(rng: Rng) -> Picture:
    height, width = _size(rng)
    picture = np.zeros((height, width, 4), np.uint8)
    picture[..., :3] = rng.integers(0, 256, 3)
    return picture


def _tiny(rng: Rng) -> Picture:
    shape = _size(rng, 1, 9)
    return _noisy(np.full(shape, 200.0), 3, rng) if rng.random() < 0.5 else np.full(shape, 255, np.uint8)


PICTURES: dict[str, Callable[[Rng], Picture]] = {
    "white": lambda rng: _flat(rng, 240, 256),
    "black": lambda rng: _flat(rng, 0, 16),
    "grey": lambda rng: _flat(rng, 16, 240),
    "faint noise": lambda rng: _noise(rng, 0.5, 5),
    "noise": lambda rng: _noise(rng, 5, 20),
    "strong noise": lambda rng: _noise(rng, 20, 80),
    "coarse noise": _coarse_noise,
    "gradient or vignette": _gradient,
    "compressed gradient": _jpeg,
    "paper, shadows, stains, rulings": empty_paper,
    "edge of the paper": _paper_edge,
    "glare": _glare,
    "one dot": _dot,
    "a few specks": _specks,
    "faint smudge": _smudge,
    "ruled lines": _ruled,
    "squared paper": _squared,
    "empty cell": _cell,
    "transparent": _transparent,
    "1 to 8 pixels": _tiny,
}
"""Kind -> maker of a picture with nothing to read: uint8 (H, W) or (H, W, 4)."""

STROKES: dict[str, Callable[[Rng], list[Picture]]] = {
    "no stroke": lambda rng: [],
    "strokes without points": lambda rng: [np.empty((0, 2))] * int(rng.integers(1, 4)),
    "a pen that only touched": lambda rng: [
        np.repeat(rng.uniform(-500, 500, (1, 2)), int(rng.integers(1, 30)), axis=0)
    ],
}
"""Kind -> maker of pen strokes with nothing to read."""

"""What is printed on security paper: waves, guilloches, scales, hatching, dots, fine text; drawn once, by one seed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

Rng = np.random.Generator
Tile = npt.NDArray[np.uint8]
Field = npt.NDArray[np.float32]

_SHAPE = (320, 1_000)
_PATTERNS_OF_A_KIND = 5


def _polylines(tile: Tile, lines: list[npt.NDArray[np.float64]], width: int) -> None:
    fixed = [np.round(line * 16).astype(np.int32).reshape(-1, 1, 2) for line in lines]
    cv2.polylines(tile, fixed, False, 255, width, cv2.LINE_AA, 4)


def _waves(tile: Tile, rng: Rng) -> None:
    """Lines that swing together, each a little later than the one above."""
    height, width = tile.shape
    pitch, swing = float(rng.uniform(4, 11)), float(rng.uniform(0.5, 9))
    length, drift = float(rng.uniform(25, 160)), float(rng.normal(0, 0.25))
    x = np.arange(-10, width + 10, 4.0)
    second = float(rng.uniform(0, 0.6))
    lines = []
    for k, y in enumerate(np.arange(-20, height + 20, pitch)):
        angle = 2 * np.pi * x / length + k * drift
        lines.append(np.stack([x, y + swing * (np.sin(angle) + second * np.sin(2.3 * angle))], axis=1))
    _polylines(tile, lines, 1 if pitch < 7 or rng.random() < 0.6 else 2)


def _hatching(tile: Tile, rng: Rng) -> None:
    """Two families of curves that cross."""
    height, width = tile.shape
    for side in (-1, 1):
        pitch, tilt = float(rng.uniform(6, 14)), side * float(rng.uniform(0.15, 1.2))
        swing, length = float(rng.uniform(0, 6)), float(rng.uniform(50, 200))
        y = np.arange(-10, height + 10, 5.0)
        lines = [
            np.stack([x + tilt * y + swing * np.sin(2 * np.pi * y / length), y], axis=1)
            for x in np.arange(-1.5 * height, width + 1.5 * height, pitch)
        ]
        _polylines(tile, lines, 1)


def _scales(tile: Tile, rng: Rng) -> None:
    """Circles within circles, row over row like scales."""
    height, width = tile.shape
    radius, rings = float(rng.uniform(30, 80)), int(rng.integers(4, 9))
    for row, y in enumerate(np.arange(0, height + radius, radius * float(rng.uniform(0.5, 1.0)))):
        for x in np.arange(-radius * (row % 2), width + radius, radius * 2):
            center = (int(x), int(y))
            for ring in range(1, rings + 1):
                cv2.ellipse(tile, center, (int(radius * ring / rings),) * 2, 0, 180, 360, 255, 1, cv2.LINE_AA)


def _rosettes(tile: Tile, rng: Rng) -> None:
    """Hypotrochoids, as an engraving lathe makes them."""
    height, width = tile.shape
    t = np.linspace(0, 2 * np.pi, 700)
    for _ in range(int(rng.integers(4, 9))):
        center = rng.uniform((0, 0), (width, height))
        size, petals, depth = float(rng.uniform(50, 160)), int(rng.integers(5, 24)), float(rng.uniform(0.1, 0.5))
        for turn in np.linspace(0, 2 * np.pi / petals, int(rng.integers(2, 6)), endpoint=False):
            radius = size * (1 + depth * np.sin(petals * (t + turn)))
            _polylines(tile, [center + radius[:, None] * np.stack([np.cos(t), np.sin(t)], axis=1)], 1)


def _dots(tile: Tile, rng: Rng) -> None:
    """A screen of dots or short dashes, some left out."""
    pitch, size = int(rng.integers(5, 10)), int(rng.integers(1, 4))
    height, width = tile.shape
    lattice = (rng.random((height // pitch + 1, width // pitch + 1)) < rng.uniform(0.5, 1.0)).astype(np.uint8) * 255
    grown = np.kron(lattice, np.pad(np.ones((size, size), np.uint8), ((0, pitch - size), (0, pitch - size))))
    tile[:] = grown[:height, :width]


def _diagonals(tile: Tile, rng: Rng) -> None:
    height, width = tile.shape
    pitch, tilt = float(rng.uniform(4, 14)), float(rng.uniform(-2.5, 2.5))
    ends = np.arange(-3 * height, width + 3 * height, pitch)
    _polylines(tile, [np.array([[x, 0.0], [x + tilt * height, height]]) for x in ends], int(rng.integers(1, 3)))


def _fine_text(tile: Tile, rng: Rng) -> None:
    """Rows of words too small to matter."""
    height, width = tile.shape
    scale = float(rng.uniform(0.25, 0.45))
    letters = np.array(list("BANCOESTDLRMIUNPA "))
    pitch = int(scale * float(rng.uniform(32, 60)))
    for y in range(0, height + pitch, pitch):
        words = "".join(rng.choice(letters, 200))
        cv2.putText(tile, words, (int(rng.integers(-40, 0)), y), cv2.FONT_HERSHEY_SIMPLEX, scale, 255, 1, cv2.LINE_AA)
    if rng.random() < 0.5:
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.uniform(-30, 30)), 1.3)
        tile[:] = cv2.warpAffine(tile, turn, (width, height))


def _fan(tile: Tile, rng: Rng) -> None:
    """Rays and rings around a point outside the field."""
    height, width = tile.shape
    center = np.array([rng.uniform(0, width), rng.choice([-1.0, 2.0]) * height])
    for radius in np.arange(height * 0.5, width * 1.2, float(rng.uniform(8, 22))):
        cv2.circle(tile, (int(center[0]), int(center[1])), int(radius), 255, 1, cv2.LINE_AA)
    if rng.random() < 0.5:
        angles = np.linspace(0, 2 * np.pi, int(rng.integers(120, 360)))
        _polylines(tile, [center + np.outer([0.0, 2_000.0], [np.cos(a), np.sin(a)]) for a in angles], 1)


_KINDS: tuple[Callable[[Tile, Rng], None], ...] = (
    *(_waves, _waves, _waves, _hatching, _scales, _rosettes, _dots, _diagonals, _fine_text, _fan),
)


@cache
def pattern_bank() -> list[Tile]:
    """Tiles (320, 1000) with printed lines 255 on 0, slightly soft; some are two patterns over one another."""
    rng = np.random.default_rng(6_106)
    tiles = []
    for kind in _KINDS:
        for _ in range(_PATTERNS_OF_A_KIND):
            tile = np.zeros(_SHAPE, np.uint8)
            kind(tile, rng)
            if rng.random() < 0.35:
                other = np.zeros(_SHAPE, np.uint8)
                _KINDS[int(rng.integers(len(_KINDS)))](other, rng)
                tile = np.maximum(tile, (other * float(rng.uniform(0.3, 1.0))).astype(np.uint8))
            tiles.append(cv2.GaussianBlur(tile, (0, 0), float(rng.uniform(0.3, 0.9))))
    return tiles


@cache
def grain_bank() -> list[Field]:
    """Noise of unit deviation, from single pixels to clouds: float32 (640, 1600) each."""
    rng = np.random.default_rng(77)
    fields = []
    for sigma in (0.0, 0.0, 0.6, 1.0, 1.8, 4.0, 12.0):
        noise = rng.standard_normal((640, 1_600)).astype(np.float32)
        if sigma:
            noise = cv2.GaussianBlur(noise, (0, 0), sigma)
        fields.append((noise / noise.std()).astype(np.float32))
    return fields


def window(field: npt.NDArray[np.generic], shape: tuple[int, int], rng: Rng) -> npt.NDArray[np.generic]:
    """A random window of a bank's field, mirrored at its borders where the field is too small."""
    height, width = shape
    tall, wide = field.shape
    if height >= tall or width >= wide:
        field = np.pad(field, ((0, max(0, height + 1 - tall)), (0, max(0, width + 1 - wide))), "symmetric")
        tall, wide = field.shape
    top, left = int(rng.integers(tall - height + 1)), int(rng.integers(wide - width + 1))
    return field[top : top + height, left : left + width]

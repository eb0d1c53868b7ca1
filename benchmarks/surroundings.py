"""What handwriting is met on and with: pens, colors, papers, rings, light, cameras, sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Rng = np.random.Generator
Picture = npt.NDArray[np.uint8]
Color = tuple[int, int, int]

_WHITE, _BLACK, _PAPER, _PEN = (255,) * 3, (0,) * 3, (243, 243, 238), (35, 40, 90)
_LINE = (165, 175, 190)  # what squared and ruled paper is printed with


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Strokes to be drawn somewhere.

    Attributes:
        strokes: (n, 2) each, in pixels from the writing's corner.
        width: Of the writing in pixels.
        height: Of the writing in pixels.
        rng: Source of chance.
    """

    strokes: Sequence[npt.NDArray[np.float64]]
    width: float
    height: float
    rng: Rng

    @classmethod
    def of_digit(cls, strokes: Any, rng: Rng) -> Scene:
        """A digit, 160 pixels on its longer side."""
        return cls._of(strokes, lambda width, height: 160 / max(width, height), rng)

    @classmethod
    def of_number(cls, strokes: Any, rng: Rng) -> Scene:
        """A number, 100 pixels high and at most 900 wide."""
        return cls._of(strokes, lambda width, height: min(100 / height, 900 / width), rng)

    @classmethod
    def _of(cls, strokes: Any, scale: Callable[[float, float], float], rng: Rng) -> Scene:
        points = np.concatenate(strokes)
        low, extent = points.min(axis=0), np.maximum(np.ptp(points, axis=0), 1)
        factor = scale(*extent)
        return cls([(stroke - low) * factor for stroke in strokes], *(extent * factor), rng)

    def ink(self, pen: float = 9, size: float = 1.0, rim: float = 80) -> npt.NDArray[np.float32]:
        """How much ink each pixel has, float32 (H, W) in [0, 1], with empty paper around.

        Args:
            pen: Its width in pixels.
            size: Times as large as in the scene.
            rim: Pixels of paper on each side.
        """
        shape = int(self.height * size + 2 * rim), int(self.width * size + 2 * rim)
        canvas = np.zeros(shape, np.uint8)
        for stroke in self.strokes:
            points = np.round((stroke * size + rim) * 16).astype(np.int32).reshape(-1, 1, 2)
            points = np.repeat(points, 2, axis=0) if len(points) == 1 else points
            cv2.polylines(canvas, [points], False, 255, max(1, round(pen)), cv2.LINE_AA, 4)
        return canvas.astype(np.float32) / 255


def _on(paper: Any, color: Color, ink: npt.NDArray[np.float32]) -> Picture:
    share = ink[:, :, None]
    return (np.asarray(paper, np.float32) * (1 - share) + np.asarray(color, np.float32) * share).astype(np.uint8)


def _drawn(scene: Scene, pen: float = 9, size: float = 1.0, rim: float = 80, color: Any = (_WHITE, _BLACK)) -> Picture:
    return _on(*color, scene.ink(pen, size, rim))


def _transparent(scene: Scene, color: int) -> Picture:
    ink = scene.ink()
    return np.dstack((*[np.full(ink.shape, color, np.uint8)] * 3, (ink * 255).astype(np.uint8)))


def _printed(shape: tuple[int, ...], pitch: int, squared: bool, rng: Rng) -> Picture:
    """Squared or ruled paper."""
    picture = np.full((*shape, 3), _PAPER, np.uint8)
    across, down = (int(start) for start in rng.integers(0, pitch, 2))
    for row in range(down, shape[0], pitch):
        cv2.line(picture, (0, row), (shape[1], row), _LINE, 2)
    for column in range(across, shape[1] if squared else 0, pitch):
        cv2.line(picture, (column, 0), (column, shape[0]), _LINE, 2)
    return picture


def _lined(scene: Scene, pitch: int, squared: bool) -> Picture:
    ink = scene.ink()
    return _on(_printed(ink.shape, pitch, squared, scene.rng), _PEN, ink)


def _around(scene: Scene, shape: str) -> Picture:
    picture = _drawn(scene, color=(_PAPER, _PEN))
    height, width = picture.shape[:2]
    if shape == "ring":
        middle = width // 2, height // 2
        axes = min(int(0.71 * scene.width) + 30, width // 2 - 4), min(int(0.71 * scene.height) + 30, height // 2 - 4)
        cv2.ellipse(picture, middle, axes, 3, 0, 360, _PEN, 5, cv2.LINE_AA)
    elif shape == "box":
        cv2.rectangle(picture, (35, 35), (width - 35, height - 35), _PEN, 4)
    else:
        cv2.line(picture, (60, height - 50), (width - 60, height - 45), _PEN, 5, cv2.LINE_AA)
    return picture


def _photo(scene: Scene, of: Callable[[Scene], Picture], turned: float = 2.0, aslant: float = 0.02) -> Picture:
    return photographed(of(scene), turned, aslant, scene.rng)


def photographed(picture: Picture, turned: float, aslant: float, rng: Rng) -> Picture:
    """By a hand-held telephone: turned by degrees, aslant by a share of its size, soft, unevenly lit, grainy, JPEG."""
    height, width = picture.shape[:2]
    matrix = np.vstack((cv2.getRotationMatrix2D((width / 2, height / 2), turned, 1), (0, 0, 1)))
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    moved = corners + np.array([(0, 0), (-width, height), (-width, -height), (0, 0)], np.float32) * np.float32(aslant)
    matrix = cv2.getPerspectiveTransform(corners, moved) @ matrix
    flags = {"flags": cv2.INTER_CUBIC, "borderMode": cv2.BORDER_REPLICATE}
    soft = cv2.GaussianBlur(cv2.warpPerspective(picture, matrix, (width, height), **flags), (0, 0), 1.0)
    lit = soft * np.linspace(0.65, 0.95, width)[None, :, None] + rng.normal(0, 3, (height, width, 1))
    return _jpeg(np.clip(lit, 0, 255).astype(np.uint8), 70)


def _jpeg(picture: Picture, quality: int) -> Picture:
    _, data = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[:, :, ::-1])


def _shadow(scene: Scene, depth: float, softness: float) -> Picture:
    picture = _drawn(scene, color=(_PAPER, _PEN))
    width = picture.shape[1]
    light = 1 - depth / (1 + np.exp(-(np.arange(width) - width / 2) / softness))
    return np.clip(picture * light[None, :, None] + scene.rng.normal(0, 2, (*picture.shape[:2], 1)), 0, 255).astype(
        np.uint8
    )


def _grainy(scene: Scene, sigma: float) -> Picture:
    picture = _drawn(scene, color=((225,) * 3, (60,) * 3))
    return np.clip(picture + scene.rng.normal(0, sigma, (*picture.shape[:2], 1)), 0, 255).astype(np.uint8)


def _blurred(scene: Scene, sigma: float) -> Picture:
    return cv2.GaussianBlur(_drawn(scene, color=(_PAPER, _PEN)), (0, 0), sigma)


CONDITIONS: dict[str, Callable[[Scene], Picture]] = {
    "black on white, pen of 9 pixels": _drawn,
    "pen of 1 pixel": partial(_drawn, pen=1),
    "pen of 3 pixels": partial(_drawn, pen=3),
    "pen of 18 pixels": partial(_drawn, pen=18),
    "pencil": partial(_drawn, color=((245,) * 3, (175,) * 3)),
    "yellow on white": partial(_drawn, color=(_WHITE, (255, 235, 59))),
    "white on black": partial(_drawn, color=(_BLACK, _WHITE)),
    "red on blue, equally light": partial(_drawn, color=((30, 60, 220), (220, 40, 40))),
    "blue on black": partial(_drawn, color=(_BLACK, (0, 0, 200))),
    "black on nothing (transparent)": partial(_transparent, color=0),
    "white on nothing (transparent)": partial(_transparent, color=255),
    "ruled paper, 40 pixels": partial(_lined, pitch=40, squared=False),
    "ruled paper, 90 pixels": partial(_lined, pitch=90, squared=False),
    "squared paper, 30 pixels": partial(_lined, pitch=30, squared=True),
    "squared paper, 60 pixels": partial(_lined, pitch=60, squared=True),
    "squared paper, 110 pixels": partial(_lined, pitch=110, squared=True),
    "a ring around it": partial(_around, shape="ring"),
    "a box around it": partial(_around, shape="box"),
    "underlined": partial(_around, shape="line"),
    "photo": partial(_photo, of=partial(_drawn, color=(_PAPER, _PEN))),
    "photo of ruled paper, 40 pixels": partial(_photo, of=partial(_lined, pitch=40, squared=False)),
    "photo of squared paper, 30 pixels": partial(_photo, of=partial(_lined, pitch=30, squared=True)),
    "photo of squared paper, 60 pixels": partial(_photo, of=partial(_lined, pitch=60, squared=True)),
    "photo of a ring around it": partial(_photo, of=partial(_around, shape="ring")),
    "photo turned by 10 degrees": partial(_photo, of=partial(_drawn, color=(_PAPER, _PEN)), turned=10.0),
    "half in a soft shadow": partial(_shadow, depth=0.45, softness=60),
    "half in a sharp shadow": partial(_shadow, depth=0.45, softness=12),
    "strong grain": partial(_grainy, sigma=30),
    "out of focus": partial(_blurred, sigma=4),
    "JPEG of quality 10": lambda scene: _jpeg(_drawn(scene), 10),
    "a tenth of the size": partial(_drawn, pen=1, size=0.1, rim=10),
    "8 times as large": partial(_drawn, pen=72, size=8, rim=300),
    "small on a large canvas": partial(_drawn, pen=3, size=0.3, rim=900),
}
"""Name -> what makes a picture of a scene: uint8 (H, W, 3) RGB or (H, W, 4) RGBA."""

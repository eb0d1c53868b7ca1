"""What is on the pad: numbered strokes, checked as anything that comes from a browser must be."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import cv2
import numpy as np

from inkdigits.errors import LimitError, StrokeError

SIDE = 1000
"""Height of the pad in its own units, and the width of a square one; x right, y down."""

REACH = 8 * SIDE
"""Furthest that ink can lie on the widest pad."""

MAX_STROKES = 200
MAX_POINTS = 4000

_WIDEST = 200.0
_MARGIN = 100
_FRACTION = 4  # bits after the point in OpenCV's fixed-point coordinates
_OVERSAMPLING = 2

Point: TypeAlias = "tuple[float, float]"


@dataclass(frozen=True, slots=True)
class Stroke:
    """One line of the pen.

    Attributes:
        points: ``(x, y)`` in pad units, 0 to :data:`REACH`.
        widths: Width of the pen at each point, in pad units.
    """

    points: tuple[Point, ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The ink on the pad.

    Attributes:
        revision: Grows with every change; 0 for a pad that was never touched.
        strokes: The strokes, oldest first.
        down: True while the pen is on the pad.
    """

    revision: int = 0
    strokes: tuple[Stroke, ...] = ()
    down: bool = False

    @property
    def points(self) -> list[Sequence[Point]]:
        """The strokes as ``Reader.read_strokes`` takes them."""
        return [stroke.points for stroke in self.strokes]

    @classmethod
    def from_payload(cls, payload: object) -> Drawing:
        """Takes what the pad sends.

        Args:
            payload: ``{"revision": int, "down": bool, "strokes": [{"p": [x, y, x, y, ...], "w": width or widths}]}``.

        Raises:
            StrokeError: It is anything else.
            LimitError: More strokes or points than a pad holds.
        """
        if not isinstance(payload, Mapping) or not isinstance(payload.get("strokes"), list):
            raise StrokeError("the pad sent no list of strokes: reload the page")
        revision, strokes = payload.get("revision"), payload["strokes"]
        if not isinstance(revision, int) or isinstance(revision, bool) or revision < 0:
            raise StrokeError(f"the pad sent revision {revision!r}, not a number from 0: reload the page")
        if len(strokes) > MAX_STROKES:
            raise LimitError(f"the drawing has {len(strokes):,} strokes, a pad holds {MAX_STROKES:,}: clear some")
        parsed = tuple(_to_stroke(stroke, index) for index, stroke in enumerate(strokes))
        points = sum(len(stroke.points) for stroke in parsed)
        if points > MAX_POINTS:
            raise LimitError(f"the drawing has {points:,} points, a pad holds {MAX_POINTS:,}: clear some")
        return cls(revision, parsed, payload.get("down") is True)

    def to_payload(self) -> dict[str, Any]:
        """The same drawing in the pad's own form; :meth:`from_payload` takes it back."""
        strokes = [
            {"p": [value for point in stroke.points for value in point], "w": list(stroke.widths)}
            for stroke in self.strokes
        ]
        return {"revision": self.revision, "down": self.down, "strokes": strokes}

    def to_png(self, side: int = 800) -> bytes:
        """The drawing as a picture: black ink on white, anti-aliased.

        Args:
            side: Height in pixels of a pad's height, and the least width; ink beyond makes the picture larger.

        Returns:
            PNG bytes, grey.
        """
        scale = side * _OVERSAMPLING / SIDE
        across, down = self._extent()
        shape = [round(side * extent / SIDE) for extent in (down, across)]
        picture = np.full([length * _OVERSAMPLING for length in shape], 255, np.uint8)
        for stroke in self.strokes:
            fixed = np.round(np.array(stroke.points) * scale * (1 << _FRACTION)).astype(int)
            ends = list(pairwise(fixed)) or [(fixed[0], fixed[0])]
            for (start, end), width in zip(ends, stroke.widths, strict=False):
                thickness = max(1, round(width * scale) - 1)  # OpenCV's soft edges add a pixel
                cv2.line(picture, start.tolist(), end.tolist(), 0, thickness, cv2.LINE_AA, _FRACTION)
        small = cv2.resize(picture, shape[::-1], interpolation=cv2.INTER_AREA)
        done, data = cv2.imencode(".png", small)
        if not done:
            raise AssertionError("OpenCV could not encode the drawing")
        return bytes(data)

    def _extent(self) -> tuple[float, float]:
        """Width and height in pad units: a square, or what the ink needs with a margin."""
        points = [point for stroke in self.strokes for point in stroke.points]
        most = [max((point[axis] for point in points), default=0.0) for axis in (0, 1)]
        across, down = (SIDE if reach <= SIDE else reach + _MARGIN for reach in most)
        return across, down


def _to_stroke(payload: Any, index: int) -> Stroke:
    if not isinstance(payload, Mapping):
        raise StrokeError(f"stroke {index} of the pad is not a mapping: reload the page")
    flat, widths = payload.get("p"), payload.get("w")
    if not isinstance(flat, list) or not flat or len(flat) % 2 or not all(_within(value, REACH) for value in flat):
        raise StrokeError(f"stroke {index} of the pad is not a list of x, y between 0 and {REACH}: reload the page")
    points = tuple(zip(flat[::2], flat[1::2], strict=True))
    if not isinstance(widths, list):
        widths = [widths] * len(points)
    if len(widths) != len(points) or not all(_within(width, _WIDEST) for width in widths):
        raise StrokeError(f"stroke {index} of the pad has widths that do not fit its points: reload the page")
    return Stroke(points, tuple(widths))


def _within(value: object, most: float) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and 0 <= value <= most
    )

"""Boxes and readings drawn on a frame of the camera."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.reading import Box, Number, Reading
from inkdigits.web.answer.number import figures

Frame = npt.NDArray[np.uint8]

_COLORS = {"sure": (61, 92, 23), "look_again": (0, 73, 127)}  # as on the pages; OpenCV's order is blue, green, red
_WHITE = (255, 255, 255)
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_DASH = 9


def draw_reading(frame: Frame, reading: Reading) -> Frame:
    """Draws what was read on a copy of a frame: solid boxes for what is sure, dashed ones for what is worth a look.

    Args:
        frame: uint8 (H, W, 3), blue, green, red.
        reading: Read from this frame, an older one, or a smaller copy; its boxes are scaled to the frame.
    """
    drawn = frame.copy()
    scale = frame.shape[1] / reading.width
    for number in reading.numbers:
        if number.box is not None and number.state in _COLORS:
            _draw(drawn, number, _scaled(number.box, scale))
    return drawn


def _scaled(box: Box, scale: float) -> tuple[int, int, int, int]:
    left, top, width, height = (round(value * scale) for value in (box.left, box.top, box.width, box.height))
    return left, top, left + width, top + height


def _draw(frame: Frame, number: Number, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    color = _COLORS[number.state]
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    for start, end in pairwise(corners):
        cv2.line(frame, start, end, _WHITE, 4, cv2.LINE_AA)
        for piece in _pieces(start, end, number.state == "look_again"):
            cv2.line(frame, *piece, color, 2, cv2.LINE_AA)
    _label(frame, " or ".join(figures(number)), left, top if top > 30 else bottom + 30, color)


def _pieces(
    start: tuple[int, int], end: tuple[int, int], dashed: bool
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    if not dashed:
        return [(start, end)]
    length = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
    parts = max(1, length // _DASH) | 1
    points = [(round(x), round(y)) for x, y in np.linspace(start, end, parts + 1)]
    return list(zip(points[:-1:2], points[1::2], strict=True))


def _label(frame: Frame, text: str, left: int, bottom: int, color: tuple[int, int, int]) -> None:
    (width, height), _ = cv2.getTextSize(text, _FONT, 0.8, 2)
    left = max(0, min(left, frame.shape[1] - width - 8))
    cv2.rectangle(frame, (left, bottom - height - 12), (left + width + 8, bottom - 2), color, cv2.FILLED)
    cv2.putText(frame, text, (left + 4, bottom - 8), _FONT, 0.8, _WHITE, 2, cv2.LINE_AA)

"""Stages become the ``Step`` pictures that the page, ``--debug`` and the tests look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import cv2
import numpy as np

from inkdigits.images.page import Grey
from inkdigits.reading import Step
from inkdigits.segmentation import SIDE, Stage
from inkdigits.segmentation.normalize import Box

DrawnLine: TypeAlias = tuple[Grey, Sequence[Box], Sequence[bytes | None]]
"""A line's pixels, the boxes of its digits, and their glyphs."""

_ENLARGED = 3  # times: so large are lines shown
_FRAME = 110  # grey level of boxes around digits
_GAP = 4  # pixels between pictures


def to_steps(stages: Iterable[Stage]) -> tuple[Step, ...]:
    """Encodes each stage's picture as PNG, in order."""
    return tuple(Step(stage.name, stage.title, _png(stage)) for stage in stages)


def line_stages(lines: Sequence[DrawnLine]) -> tuple[Stage, ...]:
    """The lines that the networks saw: as they are, with boxes around their digits, and each digit by itself."""
    glyphs = [
        [np.frombuffer(glyph, np.uint8).reshape(SIDE, SIDE) for glyph in row if glyph is not None]
        for _, _, row in lines
    ]
    rows = [_beside(row) for row in glyphs if row]
    return (
        Stage("lines", "What the line network saw", _below([pixels for pixels, _, _ in lines])),
        Stage("boxes", "Digits found", _below([_boxed(pixels, boxes) for pixels, boxes, _ in lines])),
        *([Stage("glyphs", "Digits, each by itself", _below(rows))] if rows else []),
    )


def _boxed(pixels: Grey, boxes: Sequence[Box]) -> Grey:
    height, width = pixels.shape
    large = cv2.resize(pixels, (width * _ENLARGED, height * _ENLARGED), interpolation=cv2.INTER_NEAREST)
    for left, top, wide, tall in boxes:
        corner = ((left + wide) * _ENLARGED, (top + tall) * _ENLARGED)
        cv2.rectangle(large, (left * _ENLARGED - 1, top * _ENLARGED - 1), corner, _FRAME, 1)
    return large


def _beside(pictures: Sequence[Grey]) -> Grey:
    return np.concatenate([_padded(picture, (picture.shape[0], picture.shape[1] + _GAP)) for picture in pictures], 1)


def _below(pictures: Sequence[Grey]) -> Grey:
    width = max(picture.shape[1] for picture in pictures)
    return np.concatenate([_padded(picture, (picture.shape[0] + _GAP, width)) for picture in pictures])


def _padded(picture: Grey, shape: tuple[int, int]) -> Grey:
    canvas = np.zeros(shape, np.uint8)
    canvas[: picture.shape[0], : picture.shape[1]] = picture
    return canvas


def _png(stage: Stage) -> bytes:
    done, data = cv2.imencode(".png", stage.picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not done:
        raise AssertionError(f"OpenCV could not encode stage {stage.name}")
    return bytes(data)

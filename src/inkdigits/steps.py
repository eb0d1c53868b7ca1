"""Stages become the ``Step`` pictures that the page, ``--debug`` and the tests look at."""

from __future__ import annotations

from collections.abc import Iterable

import cv2

from inkdigits.reading import Step
from inkdigits.segmentation import Stage


def to_steps(stages: Iterable[Stage]) -> tuple[Step, ...]:
    """Encodes each stage's picture as PNG, in order."""
    return tuple(Step(stage.name, stage.title, _png(stage)) for stage in stages)


def _png(stage: Stage) -> bytes:
    done, data = cv2.imencode(".png", stage.picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not done:
        raise AssertionError(f"OpenCV could not encode stage {stage.name}")
    return bytes(data)

"""Glyphs looked at again: where the first look leaves a doubt, the same ink turned to both sides is seen as well."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.recognition.scores import Scores

TURNS = (8.0, -8.0)
"""Degrees, counterclockwise, by which a doubtful glyph is turned. People lean their digits by more."""

_SURE = 0.8  # of the likeliest digit; more second looks change hardly an answer
_BETWEEN = (0.3, 0.7)  # of digitness: neither clearly a digit nor clearly none


def doubtful(scores: Scores) -> npt.NDArray[np.intp]:
    """Places of the glyphs that may be digits, but not surely, or not surely which."""
    low, high = _BETWEEN
    undecided = (scores.digitness < high) | (scores.probabilities.max(axis=1) < _SURE)
    return np.flatnonzero((scores.digitness > low) & undecided)


def turn(glyphs: npt.NDArray[np.uint8], degrees: float) -> npt.NDArray[np.uint8]:
    """Turns glyphs (N, 28, 28) about their middle, counterclockwise."""
    side = glyphs.shape[1]
    middle = (side - 1) / 2
    matrix = cv2.getRotationMatrix2D((middle, middle), degrees, 1.0)
    return np.stack([cv2.warpAffine(glyph, matrix, (side, side), flags=cv2.INTER_LINEAR) for glyph in glyphs])

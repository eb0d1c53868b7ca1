"""One digit: from its glyph to a label with probabilities, or to the reason for none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from inkdigits.errors import ImageError
from inkdigits.images import Source, load
from inkdigits.images.page import Grey
from inkdigits.reading import Box, Digit, Reason
from inkdigits.recognition import Classifier, Scores
from inkdigits.segmentation import SIDE, Glyph, find_glyph
from inkdigits.segmentation.normalize import ink_boxes, normal_rows
from inkdigits.settings import Settings

Seen: TypeAlias = "tuple[Box | None, bytes | None]"
"""Where a digit is, and its glyph."""

_BLANK = Digit(None, 0.0, (0.0,) * 10, 0.0, "blank")


class DigitReader:
    """Names glyphs with the single-digit network."""

    def __init__(self, classifier: Classifier) -> None:
        """Takes a network that is open."""
        self._classifier = classifier

    def read(self, glyph: Glyph) -> Digit:
        """Reads one glyph."""
        if glyph.blank:
            return _BLANK
        return self._read_inked([glyph])[0]

    def read_cut(self, pictures: Sequence[Grey | Glyph]) -> list[Digit]:
        """Reads what :func:`cut` gave together, each as if it were alone; with boxes and glyphs."""
        glyphs = _glyphs(pictures)
        inked = [glyph for glyph in glyphs if not glyph.blank]
        named = iter(self._read_inked(inked) if inked else ())
        return [_BLANK if glyph.blank else next(named) for glyph in glyphs]

    def _read_inked(self, glyphs: Sequence[Glyph]) -> list[Digit]:
        scores = self._classifier.scores(_stacked([glyph.pixels for glyph in glyphs]))
        seen = [(Box(*glyph.box) if glyph.box else None, glyph.pixels.tobytes()) for glyph in glyphs]
        return self._to_digits(scores, [True] * len(glyphs), seen)

    def read_many(self, images: Iterable[Source] | npt.NDArray[Any], settings: Settings) -> list[Digit]:
        """Reads many pictures of one digit each, in batches; see :meth:`inkdigits.Reader.read_digits`."""
        glyphs = _normal_forms(images, settings)
        if not len(glyphs):
            return []
        inked = (glyphs.reshape(len(glyphs), -1).max(axis=1) > 0).tolist()
        digits: list[Digit] = []
        for scores in self._classifier.stream(glyphs):
            start = len(digits)
            digits += self._to_digits(scores, inked[start : start + len(scores.digitness)])
        return digits

    def _to_digits(self, scores: Scores, inked: Sequence[bool], seen: Sequence[Seen] | None = None) -> list[Digit]:
        unsure = self._classifier.calibration.unsure
        labels = scores.probabilities.argmax(axis=1).tolist()
        digits = []
        for label, row, digitness, ink, (box, glyph) in zip(
            labels,
            scores.probabilities.tolist(),
            scores.digitness.tolist(),
            inked,
            seen or [(None, None)] * len(inked),
            strict=True,
        ):
            if not ink:
                digits.append(_BLANK)
                continue
            confidence = row[label]
            reason: Reason | None = "not_a_digit" if digitness < 0.5 else "unsure" if confidence < unsure else None
            digits.append(Digit(None if reason else label, confidence, tuple(row), digitness, reason, box, glyph))
        return digits


def cut(grey: Grey) -> Grey | Glyph:
    """The digit of a picture, so that the picture can be let go; one of 28x28 may have the normal form, and stays."""
    return grey if grey.shape == (SIDE, SIDE) else find_glyph(grey)


def _glyphs(pictures: Sequence[Grey | Glyph]) -> list[Glyph]:
    small = [picture for picture in pictures if not isinstance(picture, Glyph)]
    found = iter(_as_they_are(_stacked(small)) if small else ())
    return [one if isinstance(one, Glyph) else next(found) or find_glyph(one) for one in pictures]


def _stacked(pictures: Sequence[Grey]) -> npt.NDArray[np.uint8]:
    """``np.stack`` of 28x28 pictures, at a third of its time."""
    return np.concatenate(pictures).reshape(-1, SIDE, SIDE)


def _as_they_are(stack: npt.NDArray[np.uint8]) -> list[Glyph | None]:
    """Those of a stack (N, 28, 28) that have the normal form; None for the others."""
    boxes = zip(stack, ink_boxes(stack), normal_rows(stack).tolist(), strict=True)
    return [Glyph(pixels, box) if normal else None for pixels, box, normal in boxes]


def _normal_forms(images: Iterable[Source] | npt.NDArray[Any], settings: Settings) -> npt.NDArray[np.uint8]:
    if isinstance(images, np.ndarray) and images.ndim not in (3, 4):
        raise ImageError(f"an array of shape {images.shape} is not a stack of pictures: give (N, H, W) or (N, H, W, C)")
    if isinstance(images, np.ndarray) and images.dtype == np.uint8 and images.shape[1:] == (SIDE, SIDE):
        return _normalize_stack(images)
    glyphs = [_normal_form(image, index, settings) for index, image in enumerate(images)]
    return np.stack(glyphs) if glyphs else np.empty((0, SIDE, SIDE), np.uint8)


def _normalize_stack(stack: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    stack = np.ascontiguousarray(stack)
    others = np.flatnonzero(~normal_rows(stack))
    if not len(others):
        return stack
    stack = stack.copy()
    for index in others:
        stack[index] = find_glyph(stack[index]).pixels
    return stack


def _normal_form(image: Source, index: int, settings: Settings) -> Grey:
    try:
        return find_glyph(load(image, settings).grey).pixels
    except ImageError as error:
        raise type(error)(f"picture {index}: {error}") from error

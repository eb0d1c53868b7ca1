"""The reader: the road from a picture to a reading, on one page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from inkdigits.errors import ImageError, OptionError
from inkdigits.images import Source, Strokes, check_strokes, load, render_strokes
from inkdigits.images.page import Grey
from inkdigits.reading import Box, Digit, Number, Reading, Reason
from inkdigits.recognition import Classifier, Scores, activation_map, occlusion_map
from inkdigits.segmentation import SIDE, Glyph, find_glyph
from inkdigits.segmentation.normalize import normal_rows
from inkdigits.settings import Settings
from inkdigits.steps import to_steps

EXPECTATIONS = ("digit",)
HEATMAPS = ("activation", "occlusion")

_NOTHING = (0.0,) * 10


class Reader:
    """Reads handwritten digits. Loading takes a moment, so make one and share it: it is thread-safe."""

    def __init__(self, settings: Settings | Mapping[str, Any] | None = None) -> None:
        """Loads the network.

        Args:
            settings: A :class:`Settings`, a mapping of some of its fields, or None for the environment and defaults.

        Raises:
            OptionError: A setting is unknown or out of range.
            ModelError: The model file is missing or damaged.
        """
        self.settings = Settings.resolve(settings)
        self._classifier = Classifier(self.settings.model, self.settings.batch_size, self.settings.threads)

    @property
    def model(self) -> str:
        """Name and version of the model."""
        return self._classifier.name

    def read(self, source: Source, *, expect: str = "digit", trace: bool = False) -> Reading:
        """Reads a picture.

        Args:
            source: A path, encoded bytes, a binary file object, a Pillow image, or a numpy array: (H, W) grey or
                (H, W, C) with grey, grey + alpha, RGB or RGBA channels, of uint8, bool, uint16, or float in [0, 1] or
                [0, 255]. Any polarity, size and light.
            expect: What the picture holds: ``"digit"``, one digit anywhere on it.
            trace: Keep every stage as a picture in ``Reading.trace``.

        Returns:
            The reading; its ``text`` is ``""`` when there is no digit, and ``digits[0].reason`` says why.

        Raises:
            ImageError: Not a picture, or a damaged one.
            LimitError: Larger than the settings allow.
            OptionError: ``expect`` is not one of the choices.
        """
        _check_expect(expect)
        page = load(source, self.settings)
        glyph = find_glyph(page.grey, trace)
        digit = self._classify(glyph)
        reading = Reading((Number((digit,), digit.box),), page.width, page.height, page.source, self.model)
        return _with_trace(reading, glyph)

    def read_strokes(self, strokes: Strokes, *, expect: str = "digit", trace: bool = False) -> Reading:
        """Reads what was written with a pen.

        Args:
            strokes: A list of (n, 2) arrays or lists of points, one a stroke; x right, y down, in any unit.
            expect: As for :meth:`read`.
            trace: As for :meth:`read`.

        Returns:
            The reading, as :meth:`read` gives it; without boxes, since strokes have no pixels.

        Raises:
            StrokeError: Not a list of finite (n, 2) arrays.
            LimitError: More points than the settings allow.
            OptionError: ``expect`` is not one of the choices.
        """
        _check_expect(expect)
        ink = render_strokes(check_strokes(strokes, self.settings))
        glyph = find_glyph(255 - ink, trace)
        digit = self._classify(Glyph(glyph.pixels, None) if not glyph.blank else glyph, found=not glyph.blank)
        return _with_trace(Reading((Number((digit,)),), model=self.model), glyph)

    def read_digits(self, images: Iterable[Source] | npt.NDArray[Any]) -> list[Digit]:
        """Reads many pictures of one digit each, batched through the network.

        Args:
            images: A stack (N, H, W) or (N, H, W, C), or an iterable of anything that :meth:`read` takes. Stacks of
                uint8 (N, 28, 28) in MNIST's normal form go straight to the network.

        Returns:
            One :class:`Digit` a picture, in order, without boxes.

        Raises:
            ImageError: A picture cannot be read; the message names its position.
            LimitError: A picture is larger than the settings allow.
        """
        glyphs = self._normal_forms(images)
        if not len(glyphs):
            return []
        inked = (glyphs.reshape(len(glyphs), -1).max(axis=1) > 0).tolist()
        digits: list[Digit] = []
        for scores in self._classifier.stream(glyphs):
            start = len(digits)
            digits += self._to_digits(scores, inked[start : start + len(scores.digitness)])
        return digits

    def explain(self, digit: Digit, label: int | None = None, method: str = "activation") -> npt.NDArray[np.float32]:
        """Shows which ink decided.

        Args:
            digit: A digit of :meth:`read` or :meth:`read_strokes` (it carries its glyph).
            label: The digit to explain, 0-9; None takes the most likely one.
            method: ``"activation"`` (class activation map) or ``"occlusion"``.

        Returns:
            float32 (28, 28) in [0, 1], on the pixels of ``digit.glyph``.

        Raises:
            OptionError: The method or label is unknown, or the digit has no glyph.
        """
        if method not in HEATMAPS:
            raise OptionError(f"unknown heat map {method!r}; choose from {', '.join(HEATMAPS)}")
        if digit.glyph is None:
            raise OptionError("this digit carries no glyph: explain a digit of read() or read_strokes()")
        target = digit.ranking[0][0] if label is None else label
        if target not in range(10):
            raise OptionError(f"unknown label {target!r}; choose from 0 to 9")
        glyph = np.frombuffer(digit.glyph, np.uint8).reshape(SIDE, SIDE)
        draw = activation_map if method == "activation" else occlusion_map
        return draw(self._classifier, glyph, target)

    def _classify(self, glyph: Glyph, found: bool | None = None) -> Digit:
        if glyph.blank if found is None else not found:
            return Digit(None, 0.0, _NOTHING, 0.0, "blank")
        scores = self._classifier.scores(glyph.pixels[None])
        box = Box(*glyph.box) if glyph.box else None
        (digit,) = self._to_digits(scores, [True], box, glyph.pixels.tobytes())
        return digit

    def _to_digits(
        self, scores: Scores, inked: Sequence[bool], box: Box | None = None, glyph: bytes | None = None
    ) -> list[Digit]:
        unsure = self._classifier.calibration.unsure
        labels = scores.probabilities.argmax(axis=1).tolist()
        digits = []
        for label, row, digitness, ink in zip(
            labels, scores.probabilities.tolist(), scores.digitness.tolist(), inked, strict=True
        ):
            if not ink:
                digits.append(Digit(None, 0.0, _NOTHING, 0.0, "blank"))
                continue
            confidence = row[label]
            reason: Reason | None = "not_a_digit" if digitness < 0.5 else "unsure" if confidence < unsure else None
            digits.append(Digit(None if reason else label, confidence, tuple(row), digitness, reason, box, glyph))
        return digits

    def _normal_forms(self, images: Iterable[Source] | npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
        if isinstance(images, np.ndarray) and images.ndim not in (3, 4):
            raise ImageError(
                f"an array of shape {images.shape} is not a stack of pictures: give (N, H, W) or (N, H, W, C)"
            )
        if isinstance(images, np.ndarray) and images.dtype == np.uint8 and images.shape[1:] == (SIDE, SIDE):
            return self._normalize_stack(images)
        glyphs = [self._normal_form(image, index) for index, image in enumerate(images)]
        return np.stack(glyphs) if glyphs else np.empty((0, SIDE, SIDE), np.uint8)

    def _normalize_stack(self, stack: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        stack = np.ascontiguousarray(stack)
        others = np.flatnonzero(~normal_rows(stack))
        if not len(others):
            return stack
        stack = stack.copy()
        for index in others:
            stack[index] = find_glyph(stack[index]).pixels
        return stack

    def _normal_form(self, image: Source, index: int) -> Grey:
        try:
            return find_glyph(load(image, self.settings).grey).pixels
        except ImageError as error:
            raise type(error)(f"picture {index}: {error}") from error


def read(source: Source, *, expect: str = "digit", trace: bool = False) -> Reading:
    """Reads a picture with a shared :class:`Reader`; see :meth:`Reader.read`."""
    return _shared_reader().read(source, expect=expect, trace=trace)


@cache
def _shared_reader() -> Reader:
    return Reader()


def _check_expect(expect: str) -> None:
    if expect not in EXPECTATIONS:
        raise OptionError(f"unknown expectation {expect!r}; choose from {', '.join(EXPECTATIONS)}")


def _with_trace(reading: Reading, glyph: Glyph) -> Reading:
    return Reading(
        reading.numbers, reading.width, reading.height, reading.source, reading.model, to_steps(glyph.stages)
    )

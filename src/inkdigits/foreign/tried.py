"""Glyphs to try foreign models on: digits drawn by us, MNIST's validation digits where they are, and what is none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inkdigits.images import render_strokes
from inkdigits.segmentation import normalize
from inkdigits.training.datasets import load_mnist
from inkdigits.training.sources import MNIST_VALIDATION, NON_DIGIT
from inkdigits.training.vector_digits import draw_digit, draw_non_digit

DRAWN, MNIST, NONE = "drawn", "mnist", "none"
DIGITS, NON_DIGITS = 1000, 500
_MNIST_DIGITS = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """Labelled glyphs.

    Attributes:
        glyphs: uint8 (N, 28, 28), ink 255 on 0.
        labels: (N,), 10 for no digit.
        kinds: (N,): ``drawn``, ``mnist`` or ``none``.
    """

    glyphs: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.str_]

    @classmethod
    def at_hand(cls, data: Path | None) -> Tried:
        """The same every time; MNIST's only where the data folder has it."""
        glyphs = [_drawn()]
        labels = [np.arange(DIGITS) % 10, np.full(NON_DIGITS, NON_DIGIT)]
        kinds = [DRAWN] * DIGITS + [NONE] * NON_DIGITS
        if data is not None and (data / "mnist").exists():
            mnist = load_mnist("train", data)
            part = slice(-MNIST_VALIDATION, None, MNIST_VALIDATION // _MNIST_DIGITS)
            glyphs.append(mnist.images[part])
            labels.append(mnist.labels[part].astype(np.int64))
            kinds += [MNIST] * len(glyphs[-1])
        return cls(np.concatenate(glyphs), np.concatenate(labels), np.array(kinds))

    @property
    def is_digit(self) -> npt.NDArray[np.bool_]:
        """Which are digits (N,)."""
        return self.labels != NON_DIGIT

    def digits(self, every: int = 1) -> Tried:
        """Only digits, all or some of each kind."""
        chosen = np.flatnonzero(self.is_digit)[::every]
        return Tried(self.glyphs[chosen], self.labels[chosen], self.kinds[chosen])


@cache
def _drawn() -> npt.NDArray[np.uint8]:
    rng = np.random.default_rng(0)
    digits = [draw_digit(index % 10, rng) for index in range(DIGITS)]
    others = [draw_non_digit(rng) for _ in range(NON_DIGITS)]
    return np.stack([normalize(render_strokes(strokes)) for strokes in [*digits, *others]])

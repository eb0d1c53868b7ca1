"""Readings and pictures made for the tests of the storage room, without a network."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from inkdigits.reading import Box, Digit, Number, Reading
from inkdigits.storage import Actor

ANN = Actor(1, "Ann", "user")
BOB = Actor(2, "Bob", "user")
EVE = Actor(3, "Eve", "reviewer")
ADA = Actor(4, "Ada", "admin")


def reading_of(*texts: str, confidence: float = 0.99) -> Reading:
    """A page of numbers, 40 pixels apart, each digit with a glyph of its own."""
    numbers = tuple(_number(text, place, confidence) for place, text in enumerate(texts))
    return Reading(numbers, width=200, height=40 * len(texts) + 20, model="line-0 + digit-0")


def picture_of(reading: Reading, seed: int = 0) -> npt.NDArray[np.uint8]:
    """A page that nobody wrote: noise, so that no two seeds give the same picture."""
    return np.random.default_rng(seed).integers(0, 256, (reading.height, reading.width)).astype(np.uint8)


def _number(text: str, place: int, confidence: float) -> Number:
    box = Box(20, 20 + 40 * place, 15 * len(text), 20)
    return Number(tuple(_digit(int(sign), confidence) for sign in text), box, probability=confidence)


def _digit(label: int, confidence: float) -> Digit:
    rest = (1 - confidence) / 9
    glyph = np.zeros((28, 28), np.uint8)
    glyph[4:24, 4 + 2 * label : 6 + 2 * label] = 255
    shares = tuple(confidence if other == label else rest for other in range(10))
    return Digit(label, confidence, shares, glyph=glyph.tobytes())

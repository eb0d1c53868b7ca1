"""Crossed out or not: strokes through numbers, and the lines around them that are none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from handwriting import number_picture
from inkdigits.segmentation import find_line
from inkdigits.segmentation.struck import is_struck

NUMBERS = ["4096", "21857", "1777", "200", "5555555"]


def struck(picture: np.ndarray, slope: float) -> np.ndarray:
    picture = picture.copy()
    height, width = picture.shape
    rise = slope * (width - 60) / 2
    start, end = (30, round(height / 2 + rise)), (width - 30, round(height / 2 - rise))
    cv2.line(picture, start, end, 0, 5, cv2.LINE_AA)
    return picture


@pytest.mark.parametrize("text", NUMBERS)
@pytest.mark.parametrize("slope", [-0.1, 0.0, 0.05, 0.2])
def test_a_stroke_through_all_of_it(text: str, slope: float) -> None:
    assert is_struck(find_line(struck(number_picture(text), slope)).pixels)


@pytest.mark.parametrize("text", [*NUMBERS, "12-34", "7"])
def test_plain_numbers_are_not(text: str) -> None:
    for seed in range(3):
        picture = number_picture(text, seed)
        assert not is_struck(find_line(picture).pixels)


def test_nothing_is_not() -> None:
    assert not is_struck(np.zeros((32, 100), np.uint8))

"""Rulings go and writing stays: where it stands on a line, touches the side of its cell, or makes a line itself."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from handwriting import Picture, number_picture, put
from inkdigits import Reader
from inkdigits.segmentation import find_fields

TALL = 50  # pixels


def number(text: str, seed: int, height: int = TALL, gap: float = 0.35) -> Picture:
    """A number without a margin."""
    picture = number_picture(text, seed, gap, height)
    margin = round(height * 2 / 3) - 2
    return picture[margin:-margin, margin:-margin]


def listed(texts: Sequence[str], step: float, left: int = 40) -> Picture:
    """Numbers below each other, ``step`` heights from one to the next."""
    page = np.full((round(step * TALL * len(texts)) + 120, 360), 235, np.uint8)
    for row, text in enumerate(texts):
        page = put(page, number(text, row), left, 40 + round(row * step * TALL))
    return page


def read(reader: Reader, page: Picture) -> list[str]:
    return [found.text for found in reader.read(page).numbers]


@pytest.mark.parametrize("level", [110, 170, 205])
@pytest.mark.parametrize("below", [0.0, 0.08])
def test_a_number_that_stands_on_a_line_keeps_its_feet(reader: Reader, level: int, below: float) -> None:
    texts = ["28212", "72021", "12322", "20272"]
    page = np.full((560, 460), 235, np.uint8)
    for row, text in enumerate(texts):
        line = 130 + 120 * row
        cv2.line(page, (0, line), (460, line), level, 2)
        page = put(page, number(text, row), 60, line - TALL - 2 + round(below * TALL))
    assert read(reader, page) == texts


def test_ones_below_each_other_are_no_line(reader: Reader) -> None:
    texts = ["1458", "1120", "1818", "1976", "1484", "1607"]
    assert read(reader, listed(texts, 1.3)) == texts


def comb(text: str, cell: int, push: dict[int, int] | None = None) -> Picture:
    """A number with each digit in its box; ``push`` moves some to the right, in pixels."""
    count = len(text)
    page = np.full((cell + 80, count * cell + 80), 245, np.uint8)
    for place in range(count + 1):
        cv2.line(page, (40 + place * cell, 40), (40 + place * cell, 40 + cell), 90, 2)
    for row in (40, 40 + cell):
        cv2.line(page, (40, row), (40 + count * cell, row), 90, 2)
    for place, sign in enumerate(text):
        digit = number(sign, place, round(0.62 * cell))
        left = 40 + place * cell + (cell - digit.shape[1]) // 2 + (push or {}).get(place, 0)
        page = put(page, digit, left, 40 + (cell - digit.shape[0]) // 2)
    return page


@pytest.mark.parametrize("text", ["409952", "5012345678900", "4556737586899855"])
def test_a_comb_is_one_number_however_long(reader: Reader, text: str) -> None:
    assert read(reader, comb(text, 64)) == [text]


@pytest.mark.parametrize("push", [{1: 13}, {2: 16, 4: -14}])
def test_a_comb_whose_digits_touch_a_side_is_one_number(reader: Reader, push: dict[int, int]) -> None:
    page = comb("409952", 64, push)
    assert len(find_fields(page).fields) == 1
    assert read(reader, page) == ["409952"]

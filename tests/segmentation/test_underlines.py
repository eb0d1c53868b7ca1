"""Lines under writing are dropped; bars that belong to digits are not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from handwriting import Picture, draw, likeness, number_picture, paper, put, strokes_of
from inkdigits import Reader
from inkdigits.segmentation import find_glyph, find_line
from inkdigits.segmentation.underlines import drop_underlines


def small_digit(label: int, sheet: int | Picture = 255) -> Picture:
    """A digit with room for a line below."""
    return draw(strokes_of(label), (300, 300), 130, 110, 70, 8, 40, sheet)


def underlined(picture: Picture, below: int, left: int, right: int, fall: int = 5, ink: int = 40) -> Picture:
    return cv2.line(picture.copy(), (left, below), (right, below + fall), ink, 5, cv2.LINE_AA)


@pytest.mark.parametrize("label", range(10))
@pytest.mark.parametrize("on_paper", [False, True])
@pytest.mark.parametrize("lines", [1, 2])
def test_a_line_under_a_digit_does_not_matter(label: int, on_paper: bool, lines: int) -> None:
    plain = small_digit(label, paper((300, 300), label, noise=2, slope=20) if on_paper else 255)
    marked = plain
    for line in range(lines):
        marked = underlined(marked, 225 + 16 * line, 80, 230)
    assert likeness(find_glyph(marked).pixels, find_glyph(plain).pixels) > 0.97


@pytest.mark.parametrize("text", ["15", "407", "28361"])
@pytest.mark.parametrize("expect", ["number", "page"])
def test_a_line_under_a_number_does_not_matter(reader: Reader, text: str, expect: str) -> None:
    number = number_picture(text)
    field = put(np.full((200, number.shape[1] + 60), 255, np.uint8), number, 30, 50)
    marked = underlined(field, 60 + number.shape[0], 20, field.shape[1] - 20)
    one, two = find_line(field), find_line(marked)
    assert one.box is not None
    assert two.box is not None
    assert np.abs(np.subtract(one.box, two.box)).max() <= 2
    assert [found.text for found in reader.read(marked, expect=expect).numbers] == [text]


@pytest.mark.parametrize("gap", [2, 5])
def test_a_bar_close_to_a_digit_stays(gap: int) -> None:
    """The foot of a 1, written apart."""
    mask = np.zeros((140, 140), np.uint8)
    mask[20:110, 66:74] = 255
    mask[110 + gap : 118 + gap, 45:95] = 255
    assert drop_underlines(mask) is mask


def test_what_is_only_bars_stays() -> None:
    mask = np.zeros((140, 140), np.uint8)
    mask[50:60, 30:110] = mask[80:90, 30:110] = 255
    assert drop_underlines(mask) is mask


def test_a_bar_above_stays() -> None:
    """That of a 5, written apart."""
    mask = np.zeros((140, 140), np.uint8)
    cv2.ellipse(mask, (70, 90), (30, 30), 0, -90, 150, 255, 8)
    mask[30:38, 60:110] = 255
    assert drop_underlines(mask) is mask

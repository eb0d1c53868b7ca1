"""Squared and ruled paper: its lines go where writing crosses them, and stay where they are a table's."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handwriting import Picture, draw, strokes_of
from inkdigits import Reader
from inkdigits.segmentation import drop_squares

NUMBER = "4076"


def sheet(
    shape: tuple[int, int], pitch: int, level: int, across: bool = True, paper: int = 240, pen: int = 1
) -> Picture:
    """Paper with level lines, and upright ones where it is squared."""
    height, width = shape
    picture = np.full(shape, paper, np.uint8)
    for row in range(pitch // 3, height, pitch):
        cv2.line(picture, (0, row), (width, row), level, pen)
    for column in range(pitch // 2, width if across else 0, pitch):
        cv2.line(picture, (column, 0), (column, height), level, pen)
    return picture


def write(picture: Picture, size: int, pen: int = 5, left: int = 50, top: int = 70, step: float = 1.1) -> Picture:
    """A number on a sheet, ``size`` pixels high."""
    for place, sign in enumerate(NUMBER):
        picture = draw(
            strokes_of(int(sign)), height=size, left=left + place * step * size, top=top, pen=pen, ink=40, paper=picture
        )
    return picture


def seen(picture: Picture, turned: float = 0.0, aslant: float = 0.0, seed: int = 0) -> Picture:
    """As a camera sees it: turned by degrees, aslant by a share of its size, soft, uneven and grainy."""
    height, width = picture.shape
    matrix = np.vstack((cv2.getRotationMatrix2D((width / 2, height / 2), turned, 1.1), (0, 0, 1)))
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    moved = corners + np.array([(0, 0), (-width, height), (-width, -height), (0, 0)], np.float32) * np.float32(aslant)
    matrix = cv2.getPerspectiveTransform(corners, moved) @ matrix
    warped = cv2.warpPerspective(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    light = np.linspace(0.7, 0.98, width)[None]
    noise = np.random.default_rng(seed).normal(0, 2, picture.shape)
    return np.clip(cv2.GaussianBlur(warped, (0, 0), 0.8) * light + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("pitch", [20, 30, 45])
@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize("level", [150, 200])
def test_lines_go_and_ink_stays(pitch: int, across: bool, level: int) -> None:
    lined = write(sheet((230, 400), pitch, level, across), 70)
    bare = write(np.full((230, 400), 240, np.uint8), 70)
    left = drop_squares(lined)
    away = cv2.dilate((bare < 230).astype(np.uint8), np.ones((5, 5), np.uint8)) == 0
    assert np.percentile(np.abs(left.astype(int) - bare)[away], 99.5) <= 2
    assert (left[bare < 60] < 100).all()


@pytest.mark.parametrize("expect", ["page", "number"])
@pytest.mark.parametrize(("turned", "aslant"), [(0, 0), (2.5, 0), (0, 0.02), (-1.5, 0.03)])
@pytest.mark.parametrize("across", [False, True])
def test_a_number_on_lined_paper_is_read(
    reader: Reader, expect: str, turned: float, aslant: float, across: bool
) -> None:
    photo = seen(write(sheet((440, 900), 40, 165, across, pen=2), 120, 9, 120, 150), turned, aslant)
    reading = reader.read(photo, expect=expect)
    assert [number.text for number in reading.numbers] == [NUMBER]


@pytest.mark.parametrize("expect", ["page", "number"])
def test_two_level_lines_do_where_upright_ones_are_as_far_apart(reader: Reader, expect: str) -> None:
    written = write(sheet((260, 560), 110, 165, pen=3), 100, 9, 80, 70)
    assert drop_squares(written) is not written
    assert [number.text for number in reader.read(written, expect=expect).numbers] == [NUMBER]


def test_strips_at_the_edge_of_a_photo_are_no_numbers(reader: Reader) -> None:
    sheet_and_desk = write(np.full((260, 560), 230, np.uint8), 100, 9, 80, 70)
    sheet_and_desk[150:, :9] = sheet_and_desk[:70, -8:] = 120
    photo = seen(sheet_and_desk)
    assert [number.text for number in reader.read(photo).numbers] == [NUMBER]


@pytest.mark.parametrize("label", [0, 2, 3, 5, 7])
def test_a_digit_on_squared_paper_is_read(reader: Reader, label: int) -> None:
    paper = seen(draw(strokes_of(label), height=160, pen=8, ink=40, paper=sheet((280, 280), 25, 170)), 1)
    assert reader.read(paper, expect="digit").text == str(label)


def test_writing_between_the_lines_of_a_table_leaves_them() -> None:
    table = write(sheet((330, 330), 75, 160), 42, 4, 50, 42, 75 / 42)
    assert drop_squares(table) is table


def test_lines_as_dark_as_ink_are_those_of_a_table() -> None:
    table = write(sheet((330, 330), 40, 40, pen=3), 70)
    assert drop_squares(table) is table


@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 2**32 - 1), st.booleans())
def test_whatever_comes_the_size_stays(height: int, width: int, seed: int, lined: bool) -> None:
    rng = np.random.default_rng(seed)
    picture = rng.integers(0, 256, (height, width), dtype=np.uint8)
    if lined:
        picture = np.minimum(picture, sheet((height, width), int(rng.integers(6, 20)), int(rng.integers(0, 250))))
    assert drop_squares(picture).shape == picture.shape

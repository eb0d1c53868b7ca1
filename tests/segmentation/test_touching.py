"""Ink that touches the next row or cell is parted there; signs that are large by themselves stay whole."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from handwriting import Picture, draw, number_picture, put, strokes_of
from inkdigits.segmentation import find_fields
from inkdigits.segmentation.parts import find_parts, number_parts

HEIGHT = 50
MARGIN = round(HEIGHT * 2 / 3)


def blank(height: int = 700, width: int = 900) -> Picture:
    return np.full((height, width), 250, np.uint8)


def write(page: Picture, text: str, left: int, top: int, height: int = HEIGHT) -> Picture:
    """A number whose box begins there."""
    margin = round(height * 2 / 3)
    return put(page, number_picture(text, height=height), left - margin, top - margin)


def line(page: Picture, start: tuple[int, int], end: tuple[int, int], pen: int = 5, ink: int = 0) -> None:
    cv2.line(page, start, end, ink, pen, cv2.LINE_AA)


@pytest.mark.parametrize("pitch", [1.25, 1.4, 1.7])
def test_rows_that_touch_are_rows(pitch: float) -> None:
    page = blank()
    for row, text in enumerate(["1840", "3927", "5064", "7312"]):
        page = write(page, text, 100, round(100 + row * pitch * HEIGHT))
    for row in range(3):  # the tails of digits reach the row below
        x = 130 + 55 * row
        line(page, (x, 140 + round(row * pitch * HEIGHT)), (x - 4, round(115 + (row + 1) * pitch * HEIGHT)))
    fields = find_fields(page).fields
    assert [field.row for field in fields] == [0, 1, 2, 3]
    assert all(field.box[3] < (0.75 + pitch) * HEIGHT for field in fields)


def test_a_large_digit_beside_two_small_lines_is_whole() -> None:
    page = write(write(blank(), "26004", 100, 120, 30), "31758", 100, 165, 30)
    page = write(write(page, "88230", 100, 300, 30), "45197", 100, 345, 30)
    page = draw(strokes_of(7), page.shape, 110, 330, 102, 6, 0, page)
    boxes = [field.box for field in find_fields(page).fields]
    assert sum(box[3] > 100 for box in boxes) == 1
    assert len(boxes) == 5


def test_low_cells_are_fields_of_their_own_though_their_digits_touch_the_lines() -> None:
    page, tall, wide = blank(), round(1.3 * HEIGHT), 200
    for row in range(5):
        line(page, (60, 80 + row * tall), (60 + 3 * wide, 80 + row * tall), 2, 90)
    for column in range(4):
        line(page, (60 + column * wide, 80), (60 + column * wide, 80 + 4 * tall), 2, 90)
    written = [["12", "940", "7"], ["358", "6", "41"], ["20", "73", "855"], ["9", "164", "30"]]
    for row, texts in enumerate(written):
        for column, text in enumerate(texts):
            page = write(page, text, 90 + column * wide, 88 + row * tall)
    for x, y in ((105, 130), (310, 195), (520, 260)):  # from a row into the next one
        line(page, (x, y), (x + 2, y + 40))
    line(page, (60 + wide - 30, 120), (60 + wide + 45, 125))  # and from a column into the next one
    fields = find_fields(page).fields
    assert [field.row for field in fields] == [row for row in range(4) for _ in range(3)]
    assert all(field.cell and field.box[3] < 1.45 * HEIGHT for field in fields)


def test_digits_of_a_comb_may_touch_each_other_and_its_lines() -> None:
    page, pitch = blank(300), 64
    for x in range(8):
        line(page, (100 + x * pitch, 90), (100 + x * pitch, 178), 2, 90)
    for y in (90, 178):
        line(page, (100, y), (100 + 7 * pitch, y), 2, 90)
    for place, sign in enumerate("4817205"):
        page = draw(strokes_of(int(sign)), page.shape, HEIGHT, 112 + place * pitch, 108, 5, 0, page)
    for place in (1, 3, 6):  # digits that go on into the next cell, and the digit there
        line(page, (100 + place * pitch - 30, 150), (100 + place * pitch + 30, 140))
    (number,) = find_fields(page).fields
    assert number.box[2] > 6 * pitch


def test_numbered_parts_are_those_that_are_found() -> None:
    mask = cv2.bitwise_not(write(write(blank(), "4071", 100, 120), "93", 400, 300))
    mask = cv2.threshold(mask, 100, 255, cv2.THRESH_BINARY)[1]
    found = find_parts(mask)
    again = number_parts(found.labels * 3)
    assert np.array_equal(again.labels, found.labels)
    for one, two in zip(
        (again.left, again.top, again.width, again.height, again.area),
        (found.left, found.top, found.width, found.height, found.area),
        strict=True,
    ):
        assert np.array_equal(one, two)
    assert len(number_parts(np.zeros((5, 5), np.int32))) == 0

"""Ink that touches the next row or cell is parted there; signs that are large by themselves stay whole."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handwriting import Picture, draw, number_picture, put, strokes_of
from inkdigits.segmentation import find_fields
from inkdigits.segmentation.cells import find_cells
from inkdigits.segmentation.parts import find_parts, number_parts
from inkdigits.segmentation.rulings import find_rulings
from inkdigits.segmentation.touching import part_touching

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


def ruled(page: Picture, rows: list[int], columns: list[int]) -> None:
    for y in rows:
        line(page, (columns[0], y), (columns[-1], y), 2, 90)
    for x in columns:
        line(page, (x, rows[0]), (x, rows[-1]), 2, 90)


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


def test_low_cells_are_fields_of_their_own_though_digits_touch_those_of_others() -> None:
    page, tall, wide = blank(), round(1.25 * HEIGHT), 210
    rules = [80 + row * tall for row in range(5)], [60 + column * wide for column in range(4)]
    ruled(page, *rules)
    written = [["861", "948", "738"], ["358", "62", "417"], ["208", "736", "855"], ["98", "164", "308"]]
    for row, texts in enumerate(written):
        for column, text in enumerate(texts):
            page = write(page, text, 80 + column * wide, 86 + row * tall)
    for row, x in ((0, 125), (1, 335), (2, 545)):  # slanting through a digit and the one below it
        line(page, (x, 105 + row * tall), (x + 40, 120 + (row + 1) * tall))
    line(page, (185, 115), (305, 105))  # from the last digit of a column to the first of the next one
    fields = find_fields(page).fields
    assert [field.row for field in fields] == [row for row in range(4) for _ in range(3)]
    assert all(field.cell and field.box[3] < 1.45 * HEIGHT and field.box[2] < wide for field in fields)


@pytest.mark.parametrize("reach", [0, 1, 3])
def test_digits_of_a_comb_may_be_wide_and_touch_each_other_and_its_lines(reach: int) -> None:
    page, pitch = blank(300), 70
    ruled(page, [90, 180], [100 + x * pitch for x in range(8)])
    for place, sign in enumerate("4827205"):
        page = draw(strokes_of(int(sign)), page.shape, HEIGHT, 108 + place * pitch, 110, 5, 0, page)
    line(page, (243, 158), (306, 158))  # the foot of the 2
    for place in range(1, 1 + reach):  # digits that go on into the next cell, and the digit there
        line(page, (60 + 2 * place * pitch, 140), (140 + 2 * place * pitch, 125))
    (number,) = find_fields(page).fields
    assert number.box[2] > 6 * pitch


@given(st.integers(0, 10_000), st.floats(1.05, 1.6), st.booleans())
@settings(max_examples=15, deadline=None)
def test_no_ink_is_lost_where_it_is_parted(seed: int, pitch: float, table: bool) -> None:
    rng = np.random.default_rng(seed)
    page = blank(420, 420)
    if table:
        ruled(page, [70 + round(row * pitch * HEIGHT) for row in range(5)], [50, 380])
    for row in range(4):
        page = write(page, "".join(map(str, rng.integers(0, 10, 4))), 90, round(78 + row * pitch * HEIGHT))
    for _ in range(4):
        x, y = rng.integers(90, 300), rng.integers(80, 250)
        line(page, (int(x), int(y)), (int(x + rng.integers(-30, 30)), int(y + rng.integers(20, 90))))
    mask = cv2.threshold(cv2.bitwise_not(page), 100, 255, cv2.THRESH_BINARY)[1]
    rulings = find_rulings(mask, mask, mask)
    parted = part_touching(rulings, find_cells(rulings)).parts
    assert np.array_equal(parted.labels > 0, rulings.parts.labels > 0)
    assert len(parted) >= len(rulings.parts)
    assert int(parted.area.sum()) == int(rulings.parts.area.sum())
    assert sorted(np.unique(parted.labels)) == list(range(len(parted) + 1))


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

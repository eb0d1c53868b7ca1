"""Fields: numbers on pages of our own making are found, one field each, in reading order."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handwriting import Picture, digit_picture, draw, paper, strokes_of
from inkdigits.segmentation import Field, find_fields

PAGE = (900, 1200)
NUMBERS = [["0629", "4815", "37"], ["16", "23470"], ["508", "9", "6142"]]
"""Rows of numbers as they are laid out on most pages here."""


def write(
    canvas: Picture,
    text: str,
    left: float,
    top: float,
    height: float = 48,
    ink: int = 40,
    pen: int = 5,
    gap: float = 0.25,
) -> tuple[Picture, float]:
    """Writes a number and tells where it ends; ``gap`` between digits in heights."""
    for place, sign in enumerate(text):
        strokes = strokes_of(int(sign), place)
        points = np.concatenate(strokes)
        extent = np.ptp(points, axis=0)
        canvas = draw(strokes, canvas.shape, height, left, top, pen, ink, canvas)
        left += float(extent[0] / extent[1]) * height + gap * height
    return canvas, left - gap * height


def sheet(background: Picture, rows: Sequence[Sequence[str]] = NUMBERS, ink: int = 40, height: float = 48) -> Picture:
    """Rows of numbers, two heights apart."""
    canvas = background
    for row, numbers in enumerate(rows):
        left = 90.0 + 25 * row
        for number in numbers:
            canvas, left = write(canvas, number, left, 130 + row * 4.2 * height, height, ink)
            left += 2.2 * height
    return canvas


def counts(fields: Sequence[Field]) -> list[int]:
    """How many fields each row has, from the top."""
    rows: dict[int, int] = {}
    for field in fields:
        rows[field.row] = rows.get(field.row, 0) + 1
    return [rows[row] for row in sorted(rows)]


def tilted(picture: Picture, degrees: float) -> Picture:
    """Turned clockwise about its middle, on a canvas that holds it all."""
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    turn[:, 2] += 60
    border = int(np.median(picture))
    return cv2.warpAffine(picture, turn, (width + 120, height + 120), borderValue=border)


def plain() -> Picture:
    return sheet(np.full(PAGE, 255, np.uint8))


EXPECTED = [len(row) for row in NUMBERS]


@pytest.mark.parametrize("seed", range(3))
def test_numbers_on_photographed_paper(seed: int) -> None:
    page = sheet(paper(PAGE, seed))
    assert counts(find_fields(page).fields) == EXPECTED
    board = find_fields(255 - page)
    assert counts(board.fields) == EXPECTED
    assert all(np.median(field.picture) > field.picture.min() + 40 for field in board.fields), "the paper is light"


def test_boxes_are_where_the_numbers_are() -> None:
    canvas, end = write(np.full(PAGE, 255, np.uint8), "0629", 300, 400)
    canvas, _ = write(canvas, "75", 800, 600)
    first, second = find_fields(canvas).fields
    assert first.box == pytest.approx((300, 400, end - 300, 48), abs=10)
    assert second.box[:2] == pytest.approx((800, 600), abs=10)


def test_a_field_maps_back_to_the_page() -> None:
    page = tilted(plain(), 4)
    for field in find_fields(page).fields:
        ink = np.argwhere(field.picture < 100)[:, ::-1]
        x, y = field.to_page @ np.vstack([ink.T, np.ones(len(ink))])
        left, top, width, height = field.box
        assert left - 3 <= x.min() <= x.max() <= left + width + 3
        assert top - 3 <= y.min() <= y.max() <= top + height + 3


@pytest.mark.parametrize("degrees", [-5, -2.5, 2.5, 5])
def test_turned_pages_are_leveled(degrees: float) -> None:
    layout = find_fields(tilted(sheet(paper(PAGE, 5, noise=2, slope=20)), degrees))
    assert counts(layout.fields) == EXPECTED
    for field in layout.fields:
        assert field.picture.shape[0] < 150


@settings(max_examples=15, deadline=None)
@given(
    shift=st.tuples(st.integers(-60, 60), st.integers(-60, 60)),
    degrees=st.floats(-5, 5),
    light=st.floats(0.5, 1.0),
    inverted=st.booleans(),
)
def test_what_the_camera_does_changes_nothing(
    shift: tuple[int, int], degrees: float, light: float, inverted: bool
) -> None:
    page = tilted(np.roll(plain(), shift, (0, 1)), degrees)
    page = (page * light).astype(np.uint8)
    layout = find_fields(255 - page if inverted else page)
    assert counts(layout.fields) == EXPECTED


@pytest.mark.parametrize("size", [(300, 400), (900, 1200), (40, 500), (2000, 1500)])
def test_empty_paper_has_no_fields(size: tuple[int, int]) -> None:
    assert not find_fields(np.full(size, 255, np.uint8)).fields
    assert not find_fields(np.zeros(size, np.uint8)).fields
    assert not find_fields(paper(size, 3)).fields


@pytest.mark.parametrize("label", range(10))
def test_one_digit_is_one_field(label: int) -> None:
    picture = digit_picture(label)
    tight = picture[40:250, 60:230]
    small = cv2.resize(255 - picture, (28, 28), interpolation=cv2.INTER_AREA)
    for view in (picture, 255 - picture, tight, small):
        assert len(find_fields(view).fields) == 1


@pytest.mark.parametrize("gap", [0.05, 0.3, 0.7, 1.1])
def test_a_number_is_one_field_however_wide_it_is_written(gap: float) -> None:
    canvas, _ = write(paper((200, 1200)), "4830615", 60, 70, gap=gap)
    assert len(find_fields(canvas).fields) == 1


def test_dashes_and_commas_do_not_part_a_number() -> None:
    canvas, end = write(np.full((200, 900), 230, np.uint8), "415", 60, 70)
    cv2.line(canvas, (round(end + 16), 96), (round(end + 40), 95), 40, 5, cv2.LINE_AA)
    canvas, end = write(canvas, "2039", end + 56, 70)
    cv2.line(canvas, (round(end + 12), 116), (round(end + 8), 128), 40, 5, cv2.LINE_AA)
    canvas, _ = write(canvas, "77", end + 26, 70)
    assert len(find_fields(canvas).fields) == 1


def grid(
    canvas: Picture, left: int, top: int, widths: Sequence[int], rows: int, tall: int, pen: int = 3, ink: int = 60
) -> Picture:
    """Draws the rulings of a table."""
    right, bottom = left + sum(widths), top + rows * tall
    canvas = canvas.copy()
    for row in range(rows + 1):
        cv2.line(canvas, (left, top + row * tall), (right, top + row * tall), ink, pen)
    for x in np.cumsum([left, *widths]).tolist():
        cv2.line(canvas, (x, top), (x, bottom), ink, pen)
    return canvas


def test_each_cell_of_a_table_is_a_field() -> None:
    canvas = grid(paper((700, 1000), noise=2), 80, 80, [180, 180, 180, 180], 4, 110)
    for row in range(4):
        for column in range(4):
            text = str((37 * row + 11 * column) % 90 + 10)
            canvas, _ = write(canvas, text, 120 + 180 * column, 110 + 110 * row, 50)
    layout = find_fields(canvas)
    assert counts(layout.fields) == [4] * 4
    assert all(field.cell for field in layout.fields)
    for field in layout.fields:
        assert field.picture[:, :4].min() > 90, "the side of the cell is painted over"


def test_a_grid_of_digits_gives_its_digits_in_order() -> None:
    canvas = grid(np.full((760, 760), 225, np.uint8), 30, 30, [70] * 9, 9, 70)
    for place in range(81):
        canvas, _ = write(canvas, str(place % 10), 52 + 70 * (place % 9), 45 + 70 * (place // 9), 40, pen=4)
    layout = find_fields(canvas)
    assert counts(layout.fields) == [9] * 9


def test_the_digits_of_a_comb_are_one_number() -> None:
    canvas = grid(np.full((300, 700), 235, np.uint8), 60, 100, [56] * 7, 1, 64)
    for place, sign in enumerate("3061428"):
        canvas, _ = write(canvas, sign, 72 + 56 * place, 112, 42, pen=4)
    (field,) = find_fields(canvas).fields
    assert field.box[2] > 6 * 56


def test_ruled_paper_does_not_join_its_lines() -> None:
    canvas = paper((900, 1000), noise=2)
    for y in range(60, 900, 60):
        cv2.line(canvas, (0, y), (1000, y + 4), 120, 2)
    for row in range(6):
        canvas, _ = write(canvas, "52071", 120, 62 + 120 * row, 60)
        canvas, _ = write(canvas, "384", 600, 62 + 120 * row, 60)
    assert counts(find_fields(canvas).fields) == [2] * 6


def test_a_dark_desk_around_the_paper_is_no_field() -> None:
    desk = paper((1100, 1400), 1, level=70, slope=20)
    desk[100:1000, 100:1300] = sheet(paper(PAGE, 2))
    assert counts(find_fields(desk).fields) == EXPECTED


def test_large_photos_are_cut_from_their_own_pixels() -> None:
    page = cv2.resize(sheet(paper(PAGE, noise=2)), None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
    layout = find_fields(page)
    assert counts(layout.fields) == EXPECTED
    for field in layout.fields:
        assert 60 <= field.picture.shape[0] <= 180
        assert np.hypot(*field.to_page[:, 0]) > 1


def test_the_way_can_be_shown() -> None:
    stages = find_fields(plain(), trace=True).stages
    assert [stage.name for stage in stages] == ["grey", "light", "level", "rulings", "fields"]
    assert all(stage.picture.dtype == np.uint8 for stage in stages)
    assert not find_fields(plain()).stages


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (900, 3), (5, 5), (6, 2000), (2000, 6)])
def test_slim_pictures_are_no_problem(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    for picture in (np.zeros(shape, np.uint8), rng.integers(0, 256, shape, np.uint8)):
        layout = find_fields(picture)
        for field in layout.fields:
            assert field.picture.size > 0


def test_texture_is_looked_through_in_little_memory() -> None:
    page = np.full((720, 720), 255, np.uint8)
    for left in range(0, 720, 9):
        for top in range(left % 2 * 4, 720, 9):  # each beside two of the next column: all are one run
            page[top : top + 6, left : left + 5] = 0
    tracemalloc.start()
    try:
        find_fields(page)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 2**27  # all pairs of its 6,400 marks together took a gigabyte


def test_the_specks_of_a_damaged_photo_are_no_fields() -> None:
    rng = np.random.default_rng(0)
    page, _ = write(paper((500, 900), 1), "6520", 200, 200, 90)
    page, _ = write(page, "31", 700, 60, 18, pen=2)
    for y, x in rng.integers((2, 2), (60, 110), (300, 2)) * 8:
        part = page[y : y + 8, x : x + 8]
        part[:, rng.permutation(8)[:3]] = 30  # the coefficients of a block of a JPEG are stripes
    around = [field.box for field in find_fields(page).fields]
    assert min(box[3] for box in around) >= 10
    assert any(abs(left - 700) < 9 and abs(top - 60) < 9 for left, top, _, _ in around), "small writing stays"


@pytest.mark.parametrize("height", [36, 38, 40, 42, 44, 46])
def test_a_number_about_three_times_as_high_as_the_text_of_its_page_is_one_field(height: int) -> None:
    """Its digits are of several heights: some above the limit from which on signs are large, some below."""
    page = np.full((500, 900), 235, np.uint8)
    for row in range(8):
        for letter in range(40):
            cv2.rectangle(page, (60 + 16 * letter, 30 + 26 * row), (68 + 16 * letter, 43 + 26 * row), 40, 2)
    left = 300.0
    for place, text in enumerate("5026"):
        page, left = write(page, text, left, 320, height + (0, 4, -3, 5)[place], pen=4)
        left += 0.25 * height
    boxes = [field.box for field in find_fields(page).fields if field.box[1] > 260]
    assert len(boxes) == 1
    assert boxes[0][2] > 2.5 * height

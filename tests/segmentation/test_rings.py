"""Rings around writing are dropped; zeros with dots and slashes in them are none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from handwriting import Picture, draw, likeness, number_picture, paper, put, strokes_of
from inkdigits import Reader
from inkdigits.segmentation import find_fields, find_glyph, find_line
from inkdigits.segmentation.rings import drop_rings

LABELS = range(10)


def mask_of(picture: Picture) -> Picture:
    return cv2.threshold(picture, 127, 255, cv2.THRESH_BINARY_INV)[1]


def small_digit(label: int, sheet: int | Picture = 255) -> Picture:
    """A digit with room for a ring around it."""
    return draw(strokes_of(label), (300, 300), 130, 110, 85, 8, 40, sheet)


def circled(picture: Picture, gap: float = 0, ink: int = 40) -> Picture:
    """A ring drawn by hand around the middle: no true ellipse, with a gap of so many degrees, or an overlap."""
    height, width = picture.shape
    turn = np.radians(np.arange(-60, 300 - gap))
    wobble = 1 + 0.03 * np.sin(2 * turn + 1) - 0.02 * np.cos(3 * turn)
    x, y = (1 + 0.88 * wobble * np.cos(turn)) * width / 2, (1 + 0.88 * wobble * np.sin(turn)) * height / 2
    line = np.round(np.stack([x, y], axis=1) * 16).astype(np.int32).reshape(-1, 1, 2)
    return cv2.polylines(picture.copy(), [line], False, ink, 4, cv2.LINE_AA, 4)


def circled_number(text: str) -> tuple[Picture, Picture]:
    """A number on a field with room around it, without and with a ring."""
    number = number_picture(text)
    field = np.full((220, max(220, round(number.shape[1] * 1.25))), 255, np.uint8)
    field = put(field, number, (field.shape[1] - number.shape[1]) // 2, (220 - number.shape[0]) // 2)
    return field, circled(field)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("gap", [-30, 0, 25])
@pytest.mark.parametrize("on_paper", [False, True])
def test_a_ring_around_a_digit_does_not_matter(label: int, gap: float, on_paper: bool) -> None:
    sheet = paper((300, 300), label, noise=2, slope=20) if on_paper else 255
    plain = small_digit(label, sheet)
    assert likeness(find_glyph(circled(plain, gap)).pixels, find_glyph(plain).pixels) > 0.97


@pytest.mark.parametrize("text", ["7", "15", "407", "28361"])
def test_a_ring_around_a_number_does_not_matter(text: str) -> None:
    plain, ringed = circled_number(text)
    one, two = find_line(plain), find_line(ringed)
    assert one.box is not None
    assert two.box is not None
    assert np.abs(np.subtract(one.box, two.box)).max() <= 2


def test_a_circled_number_is_read(reader: Reader) -> None:
    plain, ringed = circled_number("28361")
    assert reader.read(plain, expect="number").numbers[0].text == "28361"
    for expect in ("number", "page"):
        (number,) = reader.read(ringed, expect=expect).numbers
        assert number.text == "28361"


def test_a_circled_number_among_others_is_read(reader: Reader) -> None:
    page = np.full((700, 1000), 255, np.uint8)
    for row, text in enumerate(("5204", "837", "69152")):
        page = put(page, number_picture(text), 560, 40 + 210 * row)
    page = put(page, circled_number("407")[1], 60, 220)
    found = [number.text for number in reader.read(page, expect="page").numbers]
    assert found == ["5204", "407", "837", "69152"]
    ring = find_fields(page).fields[1]
    assert ring.box[3] < 80  # without the ring
    assert (ring.picture < 128).mean() < 0.2


def zero(aspect: float = 0.65, pen: int = 12) -> Picture:
    canvas = np.full((280, 280), 255, np.uint8)
    return cv2.ellipse(canvas, (140, 140), (round(100 * aspect), 100), 0, 0, 360, 0, pen, cv2.LINE_AA)


@pytest.mark.parametrize("pen", [2, 6, 12, 20])
@pytest.mark.parametrize("aspect", [0.6, 0.8, 1.0])
def test_a_dotted_or_slashed_zero_stays_a_zero(pen: int, aspect: float) -> None:
    plain = zero(aspect, pen)
    dotted = cv2.circle(plain.copy(), (140, 140), 14, 0, -1)
    short = cv2.line(plain.copy(), (140 - round(25 * aspect), 175), (140 + round(25 * aspect), 105), 0, pen)
    slashed = cv2.line(plain.copy(), (140 - round(40 * aspect), 185), (140 + round(40 * aspect), 95), 0, pen)
    crossed = cv2.line(plain.copy(), (140 - round(100 * aspect), 210), (140 + round(100 * aspect), 70), 0, pen)
    for marked in (dotted, slashed, crossed) + ((short,) if aspect < 0.8 else ()):
        assert drop_rings(mask := mask_of(marked)) is mask
        assert likeness(find_glyph(marked).pixels, find_glyph(plain).pixels) > 0.7


@pytest.mark.parametrize("label", [0, 6, 8, 9])
def test_specks_in_loops_are_no_writing(label: int) -> None:
    rng = np.random.default_rng(label)
    picture = draw(strokes_of(label))
    for x, y in rng.integers(60, 220, (60, 2)).tolist():
        cv2.circle(picture, (x, y), int(rng.integers(1, 5)), 0, -1)
    mask = mask_of(picture)
    assert drop_rings(mask) is mask


def test_boxes_are_no_rings() -> None:
    boxed = cv2.rectangle(small_digit(4), (30, 30), (270, 270), 0, 4)
    assert drop_rings(mask := mask_of(boxed)) is mask


def test_a_ring_that_touches_the_writing_is_left() -> None:
    ringed = circled(small_digit(7))
    cv2.line(ringed, (150, 150), (150, 290), 40, 8)
    assert drop_rings(mask := mask_of(ringed)) is mask


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize(("side", "height", "pen"), [(1000, 30, 3), (2000, 60, 4), (4000, 150, 8)])
def test_a_small_digit_on_a_large_canvas_is_found(label: int, side: int, height: int, pen: int) -> None:
    found = find_glyph(draw(strokes_of(label), (side, side), height, side // 3, side // 2, pen))
    assert likeness(found.pixels, find_glyph(draw(strokes_of(label), pen=180 * pen // height)).pixels) > 0.75


@pytest.mark.parametrize("side", [300, 1000, 2000])
def test_specks_on_a_large_canvas_are_no_digit(side: int) -> None:
    canvas = np.full((side, side), 255, np.uint8)
    assert find_glyph(cv2.circle(canvas.copy(), (side // 3, side // 2), max(3, side // 100), 0, -1)).blank
    for x, y in np.random.default_rng(side).integers(0, side, (12, 2)).tolist():
        cv2.circle(canvas, (x, y), 3, 0, -1)
    assert find_glyph(canvas).blank


def test_a_small_mark_on_paper_is_no_digit() -> None:
    sheet = paper((1000, 1000))
    assert find_glyph(draw(strokes_of(4), sheet.shape, 30, 400, 500, 3, 40, sheet)).blank


@pytest.mark.parametrize("text", ["15", "407", "28361"])
@pytest.mark.parametrize("expect", ["number", "page"])
def test_a_box_around_a_number_does_not_matter(reader: Reader, text: str, expect: str) -> None:
    plain, _ = circled_number(text)
    boxed = cv2.rectangle(plain.copy(), (12, 12), (plain.shape[1] - 13, 207), 40, 4)
    one, two = find_line(plain), find_line(boxed)
    assert one.box is not None
    assert two.box is not None
    assert np.abs(np.subtract(one.box, two.box)).max() <= 2
    assert [number.text for number in reader.read(boxed, expect=expect).numbers] == [text]


@pytest.mark.parametrize("text", ["407", "5204", "28361"])
@pytest.mark.parametrize("share", [0.86, 0.9, 0.94, 0.98, 1.02, 1.06])
def test_digits_that_touch_their_ring_are_not_lost(text: str, share: float) -> None:
    plain, _ = circled_number(text)
    _, _, width, _ = find_line(plain).box or pytest.fail("nothing there")
    middle = (plain.shape[1] // 2, plain.shape[0] // 2)
    ringed = cv2.ellipse(plain.copy(), middle, (round(share * width / 2), 80), 0, 0, 360, 40, 4, cv2.LINE_AA)
    written = mask_of(plain)
    assert (drop_rings(mask_of(ringed))[written > 0] > 0).mean() > 0.7

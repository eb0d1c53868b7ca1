"""Numbers and pictures at the ends of what is allowed: very long, very slim, cut at the edge, next to impossible."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from handwriting import Picture, number_picture, number_strokes
from inkdigits import OptionError, Reader, StrokeError
from inkdigits.allowed import read_allowed


def typed(text: str, pitch: int = 24) -> Picture:
    """A number in plain strokes, its digits far apart."""
    picture = np.full((70, 40 + pitch * len(text)), 255, np.uint8)
    for place, sign in enumerate(text):
        cv2.putText(picture, sign, (20 + pitch * place, 50), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 30, 2)
    return picture


@pytest.mark.parametrize("length", [25, 40])
def test_a_long_number_is_not_taken_for_grain(reader: Reader, length: int) -> None:
    text = ("1234567890" * 4)[:length]
    assert reader.read(typed(text), expect="number").text == text
    assert [number.text for number in reader.read(typed(text)).numbers] == [text]


def test_grain_is_not_taken_for_a_long_number(reader: Reader) -> None:
    rng = np.random.default_rng(4)
    page = np.full((80, 500), 255, np.uint8)
    for x, y in zip(rng.integers(5, 495, 90), rng.integers(5, 75, 90), strict=True):
        cv2.circle(page, (int(x), int(y)), 2, 0, -1)
    assert reader.read(page, expect="number").text == ""


@pytest.mark.parametrize("length", [44, 64])
def test_a_length_that_next_to_nothing_speaks_for(reader: Reader, length: int) -> None:
    strokes = [stroke * (30, 10) for stroke in number_strokes("8888", gap=12)]
    number = reader.read_strokes(strokes, expect="number", expect_length=length).numbers[0]
    assert number.text == ""
    assert number.confidence < 0.01
    assert all(len(other.text) == length for other in number.alternatives)


def test_what_no_legal_number_fits_is_not_called_blank(reader: Reader) -> None:
    number = reader.read(number_picture("123"), expect="number", allowed=["1" * 60]).numbers[0]
    assert number.reason == "not_a_number"
    assert number.free is not None
    assert number.free.text == "123"


def test_readings_that_differ_in_separators_alone_are_one(reader: Reader) -> None:
    number = reader.read(typed("12.34"), expect="number", pattern=r"\d+[.,\-]?\d+").numbers[0]
    assert (number.text, number.state) == ("1234", "sure")
    texts = [number.text, *(other.text for other in number.alternatives)]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("shape", [(5, 5400), (12, 16_000), (16_000, 12), (1, 8_000)])
def test_a_slip_of_a_picture_holds_nothing(reader: Reader, shape: tuple[int, int]) -> None:
    slip = np.tile(np.array([0, 80, 160, 240], np.uint8), (shape[0], -(-shape[1] // 4)))[:, : shape[1]]
    for expect in ("page", "number", "digit"):
        assert reader.read(slip, expect=expect).text == ""


def test_rules_without_paper_between_them_make_no_warning(reader: Reader) -> None:
    page = np.full((41, 40), 255, np.uint8)
    page[::5] = 100
    assert reader.read(page).numbers == ()


def test_boxes_end_where_the_picture_ends(reader: Reader) -> None:
    whole = number_picture("4096", height=90, pen=8)
    rows, columns = np.nonzero(whole < 128)
    cut = whole[rows.min() + 12 : rows.max() - 3, columns.min() : columns.max() + 1]
    digits = reader.read(cut, expect="number").digits
    assert digits
    for digit in digits:
        box = digit.box
        assert box is not None
        assert 0 <= box.left < box.left + box.width <= cut.shape[1]
        assert 0 <= box.top < box.top + box.height <= cut.shape[0]


@pytest.mark.parametrize("end", [(0.0, 0.0), (1e-310, 0.0), (1e-310, 1e-310), (0.0, 5e-324)])
def test_a_tap_of_the_pen_is_no_number(reader: Reader, end: tuple[float, float]) -> None:
    assert reader.read_strokes([[(0.0, 0.0), end]], expect="number").numbers[0].reason == "not_a_number"
    assert reader.read_strokes([[(0.0, 0.0), end]], expect="digit").text == ""


def test_strokes_that_are_one_number_say_so(reader: Reader) -> None:
    with pytest.raises(StrokeError, match="a list of"):
        reader.read_strokes(np.array(5.0))


@pytest.mark.parametrize("alternatives", [-3, True, 2.0])
def test_alternatives_are_counted_in_whole_numbers(reader: Reader, alternatives: object) -> None:
    for expect in ("digit", "number"):
        with pytest.raises(OptionError, match="alternatives is"):
            reader.read(number_picture("1"), expect=expect, alternatives=alternatives)


@pytest.mark.parametrize(
    "change", [lambda page: page.convert("LA").convert("La"), lambda page: Image.merge("LAB", (page, *_even(page)))]
)
def test_rare_kinds_of_pictures(reader: Reader, change: Callable[[Image.Image], Image.Image]) -> None:
    page = change(Image.fromarray(number_picture("4096")))
    assert reader.read(page).text == "4096"


def _even(page: Image.Image) -> tuple[Image.Image, Image.Image]:
    return Image.new("L", page.size, 128), Image.new("L", page.size, 128)


def test_a_rare_file_reads_as_its_picture(reader: Reader) -> None:
    page = Image.fromarray(number_picture("4096"))
    stream = io.BytesIO()
    Image.merge("LAB", (page, *_even(page))).save(stream, "TIFF")
    assert reader.read(stream.getvalue()).text == "4096"


def test_a_long_list_on_the_command_line_is_no_file(tmp_path: Path) -> None:
    given = ",".join(map(str, range(10_000, 10_100)))
    assert read_allowed(given) == given.split(",")
    marked = tmp_path / "list.txt"
    marked.write_text("4096\n17\n", encoding="utf-8-sig")
    assert read_allowed(str(marked)) == ["4096", "17"]

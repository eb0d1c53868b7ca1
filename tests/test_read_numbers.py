"""Numbers through the public door: strings, boxes, alternatives, expectations, and what is no number."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import inkdigits
from handwriting import digit_picture, draw, encode, number_picture, number_strokes, paper, put, sheet
from inkdigits import ImageError, ModelError, Number, OptionError, Reader, Reading
from inkdigits.training.vector_digits import draw_non_digit

NUMBERS = ["7", "55", "4096", "21857", "10203", "98765432", "1234567890"]


def read_number(reader: Reader, source: object, **options: object) -> Number:
    (number,) = reader.read(source, expect="number", **options).numbers  # type: ignore[arg-type]
    return number


@pytest.mark.parametrize("text", NUMBERS)
def test_a_plain_number(reader: Reader, text: str) -> None:
    for seed in range(2):
        picture = number_picture(text, seed)
        number = read_number(reader, picture)
        assert (number.text, number.raw, number.reason) == (text, text, None)
        assert number.confidence > 0.8
        assert [digit.text for digit in number.digits] == list(text)
        assert [
            reader.read(picture).text,
            reader.read_strokes(number_strokes(text, seed=seed), expect="number").text,
        ] == [
            text,
            text,
        ]


@pytest.mark.parametrize("raw", ["555-1234", "24/6/85", "3-4"])
def test_separators_are_read_apart(reader: Reader, raw: str) -> None:
    number = read_number(reader, number_picture(raw))
    assert number.text == "".join(sign for sign in raw if sign.isdigit())
    assert number.raw == raw


def test_touching_digits(reader: Reader) -> None:
    texts = ["4096", "2357", "80352", "66"]
    assert sum(read_number(reader, number_picture(text, gap=-0.02)).text == text for text in texts) >= 3


def test_boxes_lie_on_the_ink(reader: Reader) -> None:
    field = number_picture("4096", gap=0.5)
    page = put(np.full((500, 900), 255, np.uint8), field, 400, 250)
    for number in (read_number(reader, page), reader.read(page).numbers[0]):
        assert number.box is not None
        rows, columns = np.nonzero(page < 128)
        assert number.box.left == pytest.approx(columns.min(), abs=8)
        assert number.box.top == pytest.approx(rows.min(), abs=8)
        assert number.box.width == pytest.approx(np.ptp(columns), abs=14)
        assert number.box.height == pytest.approx(np.ptp(rows), abs=14)
        boxes = [digit.box for digit in number.digits]
        parts, _, stats, _ = cv2.connectedComponentsWithStats((page < 128).astype(np.uint8))
        whole = stats[1:][stats[1:, cv2.CC_STAT_WIDTH].argsort()[::-1][:4]] if parts > 5 else stats[1:]
        for box, left in zip(boxes, sorted(whole[:, cv2.CC_STAT_LEFT]), strict=False):
            assert box is not None
            assert box.left == pytest.approx(left, abs=8)
            assert 40 <= box.height <= 75
        assert all(digit.glyph is not None and len(digit.glyph) == 784 for digit in number.digits)
        assert all(sum(digit.probabilities) == pytest.approx(1, abs=1e-5) for digit in number.digits)


def test_alternatives_are_whole_readings(reader: Reader) -> None:
    picture = number_picture("4096", gap=-0.05, pen=9)
    number = read_number(reader, picture, alternatives=3)
    shares = [other.probability for other in number.alternatives]
    assert len(shares) <= 3
    assert shares == sorted(shares, reverse=True)
    assert number.confidence + sum(shares) <= 1 + 1e-6
    assert number.text not in [other.text for other in number.alternatives]
    assert all(other.text.isdigit() for other in number.alternatives)
    assert read_number(reader, picture, alternatives=0).alternatives == ()


def test_only_legal_readings_are_searched(reader: Reader) -> None:
    picture = number_picture("4096")
    fits = read_number(reader, picture, pattern=r"\d{4}")
    assert (fits.text, fits.free and fits.free.text) == ("4096", "4096")
    assert fits.confidence >= 0.8
    assert read_number(reader, picture, allowed=["4096", 1234]).text == "4096"
    assert read_number(reader, picture, expect_length=4, pattern=r"40[0-9]*").text == "4096"
    other = read_number(reader, picture, allowed=["4036", "1111"])
    assert other.free is not None
    assert (other.free.text, other.free.probability > 0.8) == ("4096", True)
    assert other.state == "look_again"
    assert (other.text or other.alternatives[0].text) == "4036"
    longer = read_number(reader, picture, expect_length=6)
    assert len(longer.text or longer.alternatives[0].text) == 6
    assert longer.state == "look_again"
    dashed = read_number(reader, number_picture("12-34"), pattern=r"\d\d-\d\d")
    assert (dashed.text, dashed.raw) == ("1234", "12-34")


@pytest.mark.parametrize(
    "options",
    [
        {"expect": "digit", "expect_length": 1},
        {"expect": "number", "pattern": "(1"},
        {"expect": "number", "alternatives": -1},
        {"expect": "page", "allowed": ["x"]},
        {"expect": "numbers"},
    ],
)
def test_senseless_options_are_refused_before_anything_is_opened(reader: Reader, options: dict[str, object]) -> None:
    for call in (reader.read, reader.read_pages, reader.read_strokes):
        with pytest.raises(OptionError):
            call("there is no such file", **options)  # type: ignore[operator]


def test_nothing_there_is_said(reader: Reader) -> None:
    blank = np.full((120, 400), 255, np.uint8)
    assert read_number(reader, blank).reason == "blank"
    assert read_number(reader, blank).render() == "nothing to read"
    assert reader.read(blank).numbers == ()
    assert reader.read_strokes([], expect="number").numbers[0].reason == "blank"


@given(st.integers(0, 2**32), st.floats(60, 230), st.floats(0, 8), st.floats(-120, 120), st.booleans())
def test_empty_paper_has_no_numbers(
    reader: Reader, seed: int, level: float, noise: float, slope: float, wide: bool
) -> None:
    assert reader.read(paper((90, 400) if wide else (300, 220), seed, level, noise, slope)).text == ""


def test_a_number_struck_out_is_not_named(reader: Reader) -> None:
    numbers = []
    for index, text in enumerate(["4096", "21857", "80352", "555", "1234567"]):
        picture = number_picture(text, index)
        middle, width = picture.shape[0] // 2, picture.shape[1]
        for row in (middle - 8, middle + 6):
            cv2.line(picture, (25, row), (width - 25, row - 4), 0, 5, cv2.LINE_AA)
        numbers.append(read_number(reader, picture))
    assert sum(number.text == "" for number in numbers) >= 4
    assert "crossed_out" in [number.reason for number in numbers]
    assert all(number.state != "sure" for number in numbers)


def test_what_is_no_number_is_said(reader: Reader) -> None:
    rng = np.random.default_rng(5)
    kinds = ["scrawl", "star", "hash", "spiral", "zigzag"]
    numbers = [
        reader.read_strokes(draw_non_digit(rng, kind), expect="number").numbers[0] for kind in kinds for _ in range(3)
    ]
    refused = [number for number in numbers if number.text == ""]
    assert len(refused) >= 10
    assert {number.reason for number in refused} <= {"not_a_number", "crossed_out", "unsure"}


CHANGES = {
    "as it is": lambda picture: picture,
    "inverted": lambda picture: 255 - picture,
    "brighter": lambda picture: np.clip(picture.astype(int) // 2 + 127, 0, 255).astype(np.uint8),
    "darker": lambda picture: (picture * 0.45).astype(np.uint8),
    "larger": lambda picture: cv2.resize(picture, None, fx=2.2, fy=2.2, interpolation=cv2.INTER_CUBIC),
    "smaller": lambda picture: cv2.resize(picture, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA),
    "shifted": lambda picture: np.pad(picture, ((90, 10), (15, 200)), constant_values=255),
}


@given(
    text=st.text("0123456789", min_size=2, max_size=7), seed=st.integers(0, 3), change=st.sampled_from(sorted(CHANGES))
)
def test_a_changed_picture_reads_the_same(reader: Reader, text: str, seed: int, change: str) -> None:
    picture = number_picture(text, seed, gap=0.4)
    plain = read_number(reader, picture)
    changed = CHANGES[change](picture)
    assert read_number(reader, changed).text == plain.text
    assert reader.read(changed).text == plain.text


def test_json_gives_back_the_same(reader: Reader) -> None:
    reading = reader.read(sheet())
    assert Reading.from_dict(reading.to_dict()) == reading


@pytest.mark.parametrize("expect", ["number", "page"])
def test_every_stage_is_a_picture(reader: Reader, expect: str) -> None:
    for picture in (sheet() if expect == "page" else number_picture("4096"), np.full((90, 90), 255, np.uint8)):
        traced = reader.read(picture, expect=expect, trace=True)
        names = [step.name for step in traced.trace]
        assert len(names) == len(set(names))
        assert all(Image.open(io.BytesIO(step.png)).size[0] > 0 for step in traced.trace)
        assert traced.without_trace() == reader.read(picture, expect=expect)
        if traced.text:
            assert {"grey", "light", "lines", "boxes", "glyphs"} <= set(names)


def test_a_document_is_read_page_by_page(reader: Reader, tmp_path: Path) -> None:
    pages = [Image.fromarray(number_picture(text)) for text in ("12", "345", "6789")]
    path = tmp_path / "three.tiff"
    pages[0].save(path, save_all=True, append_images=pages[1:])
    readings = list(reader.read_pages(path))
    assert [reading.text for reading in readings] == ["12", "345", "6789"]
    assert [(reading.page, reading.pages, reading.source) for reading in readings] == [
        (index, 3, "three.tiff") for index in range(3)
    ]
    with pytest.raises(ImageError, match="read_pages"):
        reader.read(path)
    assert [reading.text for reading in reader.read_pages(digit_picture(7))] == ["7"]


def test_the_line_network_waits_until_it_is_needed(tmp_path: Path) -> None:
    reader = Reader({"line_model": tmp_path / "none.onnx"})
    assert reader.read(digit_picture(7), expect="digit").text == "7"
    with pytest.raises(ModelError, match=r"none\.onnx"):
        reader.read(digit_picture(7))


def test_many_threads_may_read_the_first_number() -> None:
    reader = Reader()
    pictures = [encode(number_picture(text)) for text in NUMBERS[:4]] * 3
    with ThreadPoolExecutor(6) as pool:
        assert [reading.text for reading in pool.map(reader.read, pictures)] == NUMBERS[:4] * 3


def test_strokes_are_one_number_not_a_page(reader: Reader) -> None:
    with pytest.raises(OptionError, match="digit, number"):
        reader.read_strokes(number_strokes("12"), expect="page")
    reading = reader.read_strokes(number_strokes("4096"), expect="number")
    assert (reading.width, reading.height, reading.numbers[0].box) == (0, 0, None)
    assert all(digit.box is None for digit in reading.digits)


@given(st.sampled_from([1e-9, 1e-2, 1.0, 300.0, 1e6]), st.floats(-5, 5))
def test_strokes_of_any_unit(reader: Reader, scale: float, shift: float) -> None:
    strokes = [(stroke + shift) * scale for stroke in number_strokes("20857")]
    assert reader.read_strokes(strokes, expect="number").text == "20857"


def test_a_photo_of_a_number(reader: Reader) -> None:
    shape = (200, 420)
    photo = draw(number_strokes("4096"), shape, 70, 60, 60, 6, ink=60, paper=paper(shape, 3))
    for picture in (photo, 255 - photo):
        assert reader.read(picture).text == read_number(reader, picture).text == "4096"


def test_the_short_form_takes_the_same_options() -> None:
    assert inkdigits.read(number_picture("4096"), expect="number", expect_length=4).text == "4096"
    assert inkdigits.read(number_picture("4096")).text == "4096"

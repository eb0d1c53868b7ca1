"""The reader, through its public door: every kind of input, anywhere on the canvas, and nothing where nothing is."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import inkdigits
from handwriting import digit_picture, draw, encode, paper, strokes_of
from inkdigits import ImageError, ModelError, OptionError, Reader, Reading
from inkdigits.training.vector_digits import draw_non_digit

LABELS = range(10)


def read_digit(reader: Reader, source: Any) -> Reading:
    return reader.read(source, expect="digit")


@pytest.mark.parametrize("label", LABELS)
def test_a_plain_digit(reader: Reader, label: int) -> None:
    reading = read_digit(reader, digit_picture(label))
    assert reading.text == str(label)
    assert reading.confidence > 0.8
    (digit,) = reading.digits
    assert digit.label == label
    assert digit.reason is None
    assert len(digit.probabilities) == 10
    assert sum(digit.probabilities) == pytest.approx(1, abs=1e-5)
    assert digit.probabilities[label] == max(digit.probabilities) == digit.confidence
    assert (reading.width, reading.height) == (280, 280)
    assert reading.model == reader.model


def test_the_box_is_where_the_ink_is(reader: Reader) -> None:
    picture = draw(strokes_of(3), shape=(600, 900), left=500, top=300, height=200, pen=14)
    (digit,) = read_digit(reader, picture).digits
    rows, columns = np.nonzero(picture < 128)
    assert digit.box is not None
    assert digit.box.left == pytest.approx(columns.min(), abs=6)
    assert digit.box.top == pytest.approx(rows.min(), abs=6)
    assert digit.box.width == pytest.approx(np.ptp(columns), abs=10)
    assert digit.box.height == pytest.approx(np.ptp(rows), abs=10)


def kinds(picture: np.ndarray, tmp_path: Path) -> dict[str, object]:
    rgb = np.repeat(picture[:, :, None], 3, axis=2)
    ink = np.zeros((*picture.shape, 4), np.uint8)
    ink[:, :, 3] = 255 - picture
    path = tmp_path / "digit.png"
    path.write_bytes(encode(picture))
    return {
        "grey": picture,
        "grey, one channel": picture[:, :, None],
        "rgb": rgb,
        "rgba, opaque": np.dstack([rgb, np.full(picture.shape, 255, np.uint8)]),
        "rgba, black ink on nothing": ink,
        "grey and alpha": ink[:, :, 2:],
        "float to 1": picture / 255,
        "float32 to 255": picture.astype(np.float32),
        "float16": (picture / 255).astype(np.float16),
        "uint16": picture.astype(np.uint16) * 257,
        "uint16, other byte order": (picture.astype(np.uint16) * 257).astype(">u2"),
        "int64": picture.astype(np.int64),
        "bool": picture > 127,
        "fortran order": np.asfortranarray(picture),
        "strided": np.repeat(np.repeat(picture, 2, axis=0), 2, axis=1)[::2, ::2],
        "light on dark": 255 - picture,
        "path": path,
        "path as text": str(path),
        "bytes": encode(picture),
        "bytearray": bytearray(encode(picture)),
        "memoryview": memoryview(encode(picture)),
        "file object": io.BytesIO(encode(picture)),
        "jpeg": encode(picture, "JPEG", quality=60),
        "webp": encode(picture, "WEBP", quality=60),
        "bmp": encode(picture, "BMP"),
        "tiff": encode(picture, "TIFF"),
        "gif": encode(picture, "GIF"),
        "pgm": encode(picture, "PPM"),
        "pillow": Image.fromarray(picture),
        "pillow rgb": Image.fromarray(rgb),
        "pillow rgba": Image.fromarray(ink),
        "pillow palette": Image.fromarray(rgb).convert("P"),
        "pillow one bit": Image.fromarray(picture).convert("1", dither=Image.Dither.NONE),
        "pillow cmyk": Image.fromarray(rgb).convert("CMYK"),
        "pillow 16 bit": Image.fromarray(picture.astype(np.uint16) * 257),
        "pillow float": Image.fromarray((picture / 255).astype(np.float32)),
    }


@pytest.mark.parametrize("label", [2, 7])
def test_every_kind_of_input_gives_the_same(reader: Reader, tmp_path: Path, label: int) -> None:
    picture = digit_picture(label)
    expected = read_digit(reader, picture).confidence
    for kind, source in kinds(picture, tmp_path).items():
        reading = read_digit(reader, source)
        assert reading.text == str(label), kind
        assert reading.confidence == pytest.approx(expected, abs=0.03), kind


def test_the_source_is_the_file_name(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "seven.png"
    path.write_bytes(encode(digit_picture(7)))
    assert read_digit(reader, path).source == "seven.png"
    with path.open("rb") as file:
        assert read_digit(reader, file).source == "seven.png"
    assert read_digit(reader, digit_picture(7)).source == ""


def test_a_photo_lying_on_its_side_is_put_upright(reader: Reader) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate a quarter clockwise to see it upright
    stream = io.BytesIO()
    Image.fromarray(np.rot90(digit_picture(7, 1)[:, :200])).save(stream, "JPEG", exif=exif)
    reading = read_digit(reader, stream.getvalue())
    assert reading.text == "7"
    assert (reading.width, reading.height) == (200, 280)


@given(
    label=st.sampled_from(LABELS),
    seed=st.integers(0, 3),
    side=st.sampled_from([60, 120, 280, 900]),
    share=st.floats(0.35, 0.85),
    place=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    width=st.floats(0.04, 0.14),
    dark=st.booleans(),
)
def test_drawn_anywhere_any_size_any_pen(
    reader: Reader,
    label: int,
    seed: int,
    side: int,
    share: float,
    place: tuple[float, float],
    width: float,
    dark: bool,
) -> None:
    strokes = strokes_of(label, seed)
    extent = np.ptp(np.concatenate(strokes), axis=0)
    height = share * side / max(1.0, extent[0] / extent[1])
    pen = max(2, round(width * height))
    free = side - 2 * pen - np.array([height * extent[0] / extent[1], height])
    left, top = pen + np.clip(free, 0, None) * place
    picture = draw(strokes, (side, side), height, left, top, pen)
    assert read_digit(reader, 255 - picture if dark else picture).text == str(label)


@given(
    label=st.sampled_from(LABELS),
    scale=st.sampled_from([1e-12, 1e-3, 1.0, 37.5, 1e6]),
    shift=st.tuples(st.floats(-3, 3), st.floats(-3, 3)),
)
def test_strokes_of_any_unit_give_the_same(
    reader: Reader, label: int, scale: float, shift: tuple[float, float]
) -> None:
    strokes = strokes_of(label)
    reading = reader.read_strokes(strokes)
    moved = reader.read_strokes([(stroke + shift) * scale for stroke in strokes])
    assert moved.text == reading.text == str(label)
    assert moved.confidence == pytest.approx(reading.confidence, abs=0.02)


def test_strokes_as_plain_lists(reader: Reader) -> None:
    strokes = strokes_of(5)
    reading = reader.read_strokes([stroke.tolist() for stroke in strokes], expect="digit")
    assert reading == reader.read_strokes(strokes)
    assert reading.text == "5"
    assert (reading.width, reading.height, reading.numbers[0].box) == (0, 0, None)


@pytest.mark.parametrize("strokes", [[], [[]], [np.empty((0, 2))], (), np.empty((0, 5, 2))])
def test_no_strokes_are_blank(reader: Reader, strokes: list[object]) -> None:
    reading = reader.read_strokes(strokes)  # type: ignore[arg-type]
    assert reading.text == ""
    assert reading.digits[0].reason == "blank"


@pytest.mark.parametrize("label", LABELS)
def test_digits_on_photographed_paper(reader: Reader, label: int) -> None:
    photo = draw(strokes_of(label), (400, 300), 200, 90, 90, 12, ink=60, paper=paper((400, 300), label))
    assert read_digit(reader, photo).text == str(label)
    assert read_digit(reader, 255 - photo).text == str(label)


@pytest.mark.parametrize("kind", ["scrawl", "star", "hash", "three_digits", "spiral", "smile", "percent", "zigzag"])
def test_what_is_no_digit_is_rejected(reader: Reader, kind: str) -> None:
    rng = np.random.default_rng(5)
    readings = [reader.read_strokes(draw_non_digit(rng, kind)) for _ in range(12)]
    assert sum(reading.text == "" for reading in readings) >= 10


def test_read_digits_agrees_with_read(reader: Reader) -> None:
    pictures = [digit_picture(label, seed) for label in LABELS for seed in range(2)]
    stack = np.stack(pictures)
    for many in (stack, pictures, iter(pictures), [encode(picture) for picture in pictures]):
        digits = reader.read_digits(many)  # type: ignore[arg-type]
        for digit, picture in zip(digits, pictures, strict=True):
            single = read_digit(reader, picture).digits[0]
            assert digit.label == single.label
            assert digit.probabilities == pytest.approx(single.probabilities, abs=1e-4)
    colors = np.repeat(stack[..., None], 3, axis=3)
    assert [digit.label for digit in reader.read_digits(colors)] == [digit.label for digit in reader.read_digits(stack)]


def test_read_digits_takes_the_normal_form_as_it_is(reader: Reader) -> None:
    readings = [read_digit(reader, digit_picture(label)) for label in LABELS]
    glyphs = np.stack([np.frombuffer(r.digits[0].glyph or b"", np.uint8).reshape(28, 28) for r in readings])
    assert [digit.label for digit in reader.read_digits(glyphs)] == list(LABELS)
    blank = reader.read_digits(np.zeros((2, 28, 28), np.uint8))
    assert [digit.reason for digit in blank] == ["blank", "blank"]


def test_read_digits_of_nothing(reader: Reader) -> None:
    assert reader.read_digits([]) == []
    assert reader.read_digits(np.empty((0, 28, 28), np.uint8)) == []
    assert reader.read_digits(np.empty((0, 90, 50, 3), np.uint8)) == []


def test_read_digits_names_the_bad_picture(reader: Reader) -> None:
    with pytest.raises(ImageError, match="picture 1"):
        reader.read_digits([digit_picture(1), b"nonsense"])
    with pytest.raises(ImageError, match=r"\(28, 28\)"):
        reader.read_digits(np.zeros((28, 28), np.uint8))


@pytest.mark.parametrize("expect", ["", "digits", "Digit", "letter", None, 3])
def test_unknown_expectations_list_the_choices(reader: Reader, expect: str) -> None:
    for call in (reader.read, reader.read_strokes):
        with pytest.raises(OptionError, match=r"choose from .*digit"):
            call([], expect=expect)  # type: ignore[operator]


def test_many_threads_give_the_same(reader: Reader, tmp_path: Path) -> None:
    pictures = [encode(digit_picture(label)) for label in LABELS] * 6
    expected = [read_digit(reader, picture) for picture in pictures]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(partial(read_digit, reader), pictures)) == expected


def test_trace_keeps_every_stage(reader: Reader) -> None:
    reading = reader.read(digit_picture(4), expect="digit", trace=True)
    names = [step.name for step in reading.trace]
    assert names == ["grey", "light", "mask", "ink", "network"]
    assert all(Image.open(io.BytesIO(step.png)).size[0] > 0 for step in reading.trace)
    assert reading.without_trace() == read_digit(reader, digit_picture(4))


@pytest.mark.parametrize("method", ["activation", "occlusion"])
def test_heat_maps_lie_on_the_ink(reader: Reader, method: str) -> None:
    digit = read_digit(reader, digit_picture(6)).digits[0]
    heat = reader.explain(digit, method=method)
    glyph = np.frombuffer(digit.glyph or b"", np.uint8).reshape(28, 28)
    assert heat.shape == (28, 28)
    assert heat.dtype == np.float32
    assert heat.min() >= 0
    assert heat.max() <= 1
    assert not heat[glyph == 0].any()


def test_heat_maps_refuse_what_they_cannot_explain(reader: Reader) -> None:
    digit = read_digit(reader, digit_picture(6)).digits[0]
    with pytest.raises(OptionError, match="choose from activation, occlusion"):
        reader.explain(digit, method="magic")
    with pytest.raises(OptionError, match="0 to 9"):
        reader.explain(digit, label=10)
    with pytest.raises(OptionError, match="glyph"):
        reader.explain(reader.read_digits([digit_picture(6)])[0])


def test_read_uses_one_shared_reader() -> None:
    reading = inkdigits.read(digit_picture(8), expect="digit")
    assert isinstance(reading, Reading)
    assert reading.text == "8"


def test_a_missing_or_wrong_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model file"):
        Reader({"model": tmp_path / "none.onnx"})
    wrong = tmp_path / "wrong.onnx"
    wrong.write_bytes(b"not a model")
    with pytest.raises(ModelError, match=r"wrong\.onnx"):
        Reader({"model": wrong})

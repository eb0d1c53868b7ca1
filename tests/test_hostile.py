"""What attackers and accidents send: every door answers with an InkDigitsError or a reading, soon, and never breaks."""

from __future__ import annotations

import io
import struct
import time
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from handwriting import digit_picture, encode
from inkdigits import ImageError, InkDigitsError, LimitError, Reader, Reading

pytestmark = pytest.mark.timeout(120)
thorough = settings(
    max_examples=max(80, settings.default.max_examples if settings.default else 0),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

PICTURE = np.ascontiguousarray(digit_picture(6)[::4, ::4])
FORMS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF", "PPM")
FILES = {form: encode(PICTURE, form) for form in FORMS}
FILES["TIFF LZW"] = encode(PICTURE, "TIFF", compression="tiff_lzw")
FILES["TIFF JPEG"] = encode(PICTURE, "TIFF", compression="jpeg")
FILES["PNG EXIF"] = encode(PICTURE, "PNG", exif=Image.Exif())


def survives(call: Callable[[], object]) -> object:
    """The result of a call, or None when it was refused properly."""
    try:
        return call()
    except InkDigitsError:
        return None


@thorough
@given(st.binary(max_size=400))
def test_random_bytes(reader: Reader, data: bytes) -> None:
    with pytest.raises(ImageError):
        reader.read(data)


MAGIC = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff\xe0",
    b"RIFF\x10\0\0\0WEBPVP8 ",
    b"BM",
    b"II*\0",
    b"GIF89a",
    b"P5 ",
    b"P6\n",
)


@thorough
@given(st.sampled_from(MAGIC), st.binary(max_size=300))
def test_random_bytes_after_a_real_beginning(reader: Reader, magic: bytes, data: bytes) -> None:
    survives(lambda: reader.read(magic + data))


@pytest.mark.parametrize("form", FILES)
def test_files_cut_off_anywhere(reader: Reader, form: str) -> None:
    data = FILES[form]
    for end in {*range(40), *np.linspace(0, len(data) - 1, 40).astype(int).tolist()}:
        survives(lambda end=end: reader.read(data[:end]))  # type: ignore[misc]


@thorough
@given(
    st.sampled_from(sorted(FILES)), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8)
)
def test_files_with_wrong_bytes(reader: Reader, form: str, changes: list[tuple[float, int]]) -> None:
    data = bytearray(FILES[form])
    for place, value in changes:
        data[int(place * (len(data) - 1))] = value
    result = survives(lambda: reader.read(data))
    assert result is None or isinstance(result, Reading)


def png(width: int, height: int, body: bytes) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def huge_bmp(width: int, height: int) -> bytes:
    return b"BM" + struct.pack("<IHHIIiiHHIIiiII", 100, 0, 0, 54, 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)


def huge_gif(width: int, height: int) -> bytes:
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0)
    return screen + b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x4c\x01\0;"


BOMBS = {
    "PNG of 50,000 x 50,000": png(50_000, 50_000, zlib.compress(b"\0" * 50_000)),
    "PNG of 12,000 x 12,000, all there": png(12_000, 12_000, zlib.compress(b"\0" * (12_001 * 12_000), 9)),
    "PNG of 2 billion wide": png(2**31 - 1, 1, zlib.compress(b"\0")),
    "PNG of 0 x 0": png(0, 0, zlib.compress(b"")),
    "BMP of 60,000 x 60,000": huge_bmp(60_000, 60_000),
    "BMP upside down": huge_bmp(40, -(2**31)),
    "BMP of negative width": huge_bmp(-5, 5),
    "GIF of 65,535 x 65,535": huge_gif(65_535, 65_535),
    "PPM of 10^9 x 10^9": b"P5 1000000000 1000000000 255 ",
    "PPM of a long number": b"P5 " + b"9" * 5000 + b" 1 255 ",
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_before_they_are_decoded(reader: Reader, name: str) -> None:
    start = time.process_time()
    with pytest.raises(ImageError):
        reader.read(BOMBS[name])
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "name", ["PNG of 50,000 x 50,000", "PNG of 12,000 x 12,000, all there", "BMP of 60,000 x 60,000"]
)
def test_the_refusal_is_a_limit(reader: Reader, name: str) -> None:
    with pytest.raises(LimitError):
        reader.read(BOMBS[name])


@thorough
@given(
    hnp.arrays(
        st.sampled_from(["u1", "u2", ">u2", "i1", "i8", "f2", "f4", "f8", "?", "c8", "U2", "M8[s]", "O"]),
        hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=6),
    )
)
def test_arrays_of_any_type_and_shape(reader: Reader, array: np.ndarray) -> None:
    survives(lambda: reader.read(array))
    survives(lambda: reader.read_digits(array))


@pytest.mark.parametrize("shape", [(1, 20_000), (20_000, 1), (2, 9000), (1, 1), (3, 3), (5000, 30)])
def test_extreme_shapes(reader: Reader, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    for picture in (rng.integers(0, 256, shape, dtype=np.uint8), np.where(rng.random(shape) < 0.2, 0, 255)):
        survives(lambda picture=picture: reader.read(picture))  # type: ignore[misc]


def test_the_largest_pictures_allowed_take_seconds_not_minutes(reader: Reader) -> None:
    start = time.process_time()
    survives(lambda: reader.read(np.full((10_000, 10_000), 255, np.uint8)))
    assert time.process_time() - start < 10


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=12,
)


@thorough
@given(anything)
def test_anything_as_strokes(reader: Reader, strokes: object) -> None:
    survives(lambda: reader.read_strokes(strokes))  # type: ignore[arg-type]


@thorough
@given(st.lists(hnp.arrays(np.float64, st.tuples(st.integers(0, 6), st.just(2))), max_size=4))
def test_strokes_of_any_numbers(reader: Reader, strokes: list[np.ndarray]) -> None:
    result = survives(lambda: reader.read_strokes(strokes))
    assert result is None or isinstance(result, Reading)


def test_strokes_at_the_limit_take_seconds(reader: Reader) -> None:
    rng = np.random.default_rng(0)
    start = time.process_time()
    assert reader.read_strokes([rng.normal(0, 1, (200_000, 2))]).text == ""
    assert reader.read_strokes([rng.normal(0, 1, (1, 2)) for _ in range(20_000)]).text == ""
    assert time.process_time() - start < 20
    with pytest.raises(LimitError, match="200,001"):
        reader.read_strokes([np.zeros((200_001, 2))])


@thorough
@given(anything)
def test_anything_as_a_picture(reader: Reader, source: object) -> None:
    with pytest.raises(InkDigitsError):
        reader.read(source)  # type: ignore[arg-type]


class Broken(io.RawIOBase):
    """A file whose reading fails."""

    def read(self, size: int = -1) -> bytes:
        raise OSError("the cable was pulled")


class Endless(io.RawIOBase):
    """A file without an end."""

    def read(self, size: int = -1) -> bytes:
        return b"\x89PNG" * (min(size, 2**20) // 4 + 1)


def test_files_that_fail_or_never_end(reader: Reader) -> None:
    with pytest.raises(ImageError, match="the cable was pulled"):
        reader.read(Broken())  # type: ignore[arg-type]
    with pytest.raises(LimitError):
        reader.read(Endless())  # type: ignore[arg-type]

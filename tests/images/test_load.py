"""Paths, bytes, files and Pillow images become upright grey pages, or one clear error."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from handwriting import digit_picture, encode
from inkdigits import ImageError, LimitError, Settings
from inkdigits.images import load
from inkdigits.images.decode import FORMATS, formats, suffixes
from inkdigits.images.plain_png import decode_plain_png

SETTINGS = Settings()
PICTURE = digit_picture(5)


@pytest.mark.parametrize("form", ["PNG", "BMP", "TIFF", "GIF", "PPM"])
def test_lossless_formats_keep_every_pixel(form: str) -> None:
    assert np.array_equal(load(encode(PICTURE, form), SETTINGS).grey, PICTURE)


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_lossy_formats_come_close(form: str) -> None:
    grey = load(encode(PICTURE, form, quality=90), SETTINGS).grey
    assert np.abs(grey.astype(int) - PICTURE).mean() < 3


def test_heic_when_its_plug_in_is_there() -> None:
    heif = pytest.importorskip("pillow_heif")
    stream = io.BytesIO()
    heif.from_pillow(Image.fromarray(PICTURE).convert("RGB")).save(stream, quality=90)
    grey = load(stream.getvalue(), SETTINGS).grey
    assert np.abs(grey.astype(int) - PICTURE).mean() < 5
    assert "HEIF" in formats()
    assert ".heic" in suffixes()
    with pytest.raises(ImageError, match="HEIC photo is damaged or cut off"):
        load(stream.getvalue()[:60], SETTINGS)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_undone(orientation: int) -> None:
    upright = np.zeros((8, 16), np.uint8)
    upright[:4, :8] = 255
    undo = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # of Image.Transpose
    method = undo[orientation]
    image = Image.fromarray(upright)
    stored = image if method is None else image.transpose(Image.Transpose(method))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stream = io.BytesIO()
    stored.save(stream, "PNG", exif=exif)
    assert np.array_equal(load(stream.getvalue(), SETTINGS).grey, upright)


def test_sixteen_bits_are_scaled_not_cut() -> None:
    deep = (np.arange(256, dtype=np.uint16) * 257).reshape(16, 16)
    stream = io.BytesIO()
    Image.fromarray(deep).save(stream, "PNG")
    assert np.array_equal(load(stream.getvalue(), SETTINGS).grey, np.arange(256, dtype=np.uint8).reshape(16, 16))


def test_a_transparent_level_of_16_bits_is_paper() -> None:
    deep = np.full((40, 40), 65535, np.uint16)
    deep[10:30, 18:22], deep[:5] = 5000, 100
    stream = io.BytesIO()
    Image.fromarray(deep).save(stream, "PNG")
    content, part = stream.getvalue(), b"tRNS" + struct.pack(">H", 100)
    place = content.index(b"IDAT") - 4
    chunk = struct.pack(">I", 2) + part + struct.pack(">I", zlib.crc32(part))
    grey = load(content[:place] + chunk + content[place:], SETTINGS).grey
    assert (grey[:5] == 255).all(), "what is clear shows the paper"
    assert (grey[10:30, 18:22] < 30).all()


def test_thirty_two_bits_below_zero_are_black() -> None:
    image = Image.fromarray(np.array([[-5, 0, 100]], np.int32))
    assert load(image, SETTINGS).grey.tolist() == [[0, 0, 100]]


def test_transparency_is_white_paper_in_palettes_too() -> None:
    image = Image.new("P", (2, 1), 0)
    image.putpalette([0, 0, 0, 10, 10, 10])
    image.putpixel((1, 0), 1)
    stream = io.BytesIO()
    image.save(stream, "PNG", transparency=0)
    assert load(stream.getvalue(), SETTINGS).grey.tolist() == [[255, 10]]


def test_the_first_frame_of_an_animation_counts() -> None:
    frames = [Image.fromarray(PICTURE), Image.fromarray(255 - PICTURE)]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    assert np.array_equal(load(stream.getvalue(), SETTINGS).grey, PICTURE)


class Drip(io.RawIOBase):
    """A raw stream that gives a few bytes at a time, as a socket does."""

    def __init__(self, data: bytes) -> None:
        self._rest = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._rest.read(min(size, 100))


def test_streams_that_drip() -> None:
    assert np.array_equal(load(Drip(encode(PICTURE)), SETTINGS).grey, PICTURE)  # type: ignore[arg-type]


def test_streams_over_the_limit_are_not_read_to_the_end() -> None:
    stream = io.BytesIO(b"x" * 10_000)
    with pytest.raises(LimitError, match="INKDIGITS_MAX_BYTES"):
        load(stream, Settings(max_bytes=100))
    assert stream.tell() == 101


def bad_files(folder: Path) -> dict[str, tuple[object, str]]:
    empty = folder / "empty.png"
    empty.touch()
    text = folder / "text.png"
    text.write_text("hello")
    closed = io.BytesIO(encode(PICTURE))
    closed.close()
    done = Image.open(io.BytesIO(encode(PICTURE)))
    done.close()
    return {
        "missing": (folder / "none.png", "no file"),
        "folder": (folder, "folder"),
        "empty file": (empty, "empty"),
        "empty bytes": (b"", "empty"),
        "text": (text, "use one of PNG, JPEG"),
        "pdf": (b"%PDF-1.7 ...", "PDF"),
        "null in path": ("a\0b", "file"),
        "long path": ("x" * 5000, "x"),
        "text mode": (io.StringIO("hello"), "text mode"),
        "closed file": (closed, "closed"),
        "closed image": (done, "damaged|closed"),
        "number": (7, "int is not a picture"),
        "none": (None, "NoneType is not a picture"),
        "list": ([[0, 1], [1, 0]], "list is not a picture"),
        "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
    }


BAD = """missing, folder, empty file, empty bytes, text, pdf, null in path, long path, text mode, closed file,
closed image, number, none, list, svg"""


@pytest.mark.parametrize("kind", [kind.strip() for kind in BAD.split(",")])
def test_what_cannot_be_opened_says_why(tmp_path: Path, kind: str) -> None:
    source, words = bad_files(tmp_path)[kind]
    with pytest.raises(ImageError, match=words):
        load(source, SETTINGS)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "PPM"])
def test_sizes_are_checked_before_decoding(form: str) -> None:
    data = encode(PICTURE, form)
    with pytest.raises(LimitError, match=r"280 x 280.*100"):
        load(data, Settings(max_side=100))
    with pytest.raises(LimitError, match=r"78,400 pixels.*1,000"):
        load(data, Settings(max_pixels=1000))
    with pytest.raises(LimitError, match=rf"{len(data):,} bytes.*10"):
        load(data, Settings(max_bytes=10))


def test_a_lazy_image_cut_off_is_an_image_error() -> None:
    image = Image.open(io.BytesIO(encode(PICTURE)[:-200]))
    with pytest.raises(ImageError, match="damaged"):
        load(image, SETTINGS)


def test_decoding_leaves_the_warning_filters_alone() -> None:
    data = encode(PICTURE)
    before = list(warnings.filters)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda item: load(item, SETTINGS), [data] * 50))
    assert warnings.filters == before


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 3), st.integers(0, 9))
def test_plain_grey_pngs_are_what_pillow_makes_of_them(width: int, height: int, seed: int, level: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    picture = noise if seed else np.linspace(0, 255, noise.size).astype(np.uint8).reshape(noise.shape)
    data = encode(picture, compress_level=level)
    assert decode_plain_png(data, SETTINGS) is not None
    assert (load(data, SETTINGS).grey == picture).all()


def test_a_plain_png_without_all_its_rows_goes_the_long_way() -> None:
    """Every checksum is right, but the packed rows end half-way: OpenCV would make up the others."""
    picture = digit_picture(3)[::4, ::4]
    whole = encode(picture)
    rows = zlib.decompress(whole[41 : 41 + int.from_bytes(whole[33:37], "big")])
    piece = b"IDAT" + zlib.compress(rows[: len(rows) // 2])
    data = b"".join(
        (whole[:33], (len(piece) - 4).to_bytes(4, "big"), piece, zlib.crc32(piece).to_bytes(4, "big"), whole[-12:])
    )
    assert decode_plain_png(data, SETTINGS) is None


def test_only_the_plainest_pngs_go_the_short_way() -> None:
    picture = digit_picture(3)[::4, ::4]
    colored, turned = Image.fromarray(picture).convert("RGB"), Image.Exif()
    turned[ExifTags.Base.Orientation] = 6
    for data in (
        encode(np.asarray(colored)),
        encode(picture, exif=turned),
        encode(picture, transparency=0),
        encode(picture > 127),
        encode(picture, "BMP"),
        encode(picture)[:-20],
        encode(picture)[:60] + bytes([encode(picture)[60] ^ 1]) + encode(picture)[61:],
    ):
        assert decode_plain_png(data, SETTINGS) is None
    with pytest.raises(LimitError, match="INKDIGITS_MAX_SIDE"):
        load(encode(picture), Settings(max_side=20))

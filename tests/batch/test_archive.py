"""ZIPs that are bombs, encrypted, damaged or empty are told of, and what is beside them is read."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from batch_sources import DIGITS, rows_in, zipped
from inkdigits import ImageError, Settings
from inkdigits.batch import read_batch
from inkdigits.batch.archive import Archive


def bomb() -> bytes:
    return zipped({f"{place}.bmp": bytes(2**21) for place in range(30)})


def encrypted() -> bytes:
    data = bytearray(zipped({"4.png": DIGITS[4]}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def lying() -> bytes:
    """A ZIP whose file unpacks to more than it says."""
    data = bytearray(zipped({"4.bmp": bytes(5000)}))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = (100).to_bytes(4, "little")
    return bytes(data)


def damaged() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("4.png", DIGITS[4])
    data = bytearray(stream.getvalue())
    data[200] ^= 255
    return bytes(data)


def packed(kind: int) -> bytes:
    """A ZIP whose one file is packed in some way, and damaged."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", kind) as archive:
        archive.writestr("4.png", DIGITS[4] * 20)
    data = bytearray(stream.getvalue())
    for place in range(60, data.index(b"PK\x01\x02") - 20):
        data[place] ^= 255
    return bytes(data)


def packed_by_others() -> bytes:
    """A ZIP that says that its file is packed in a way that Python does not know."""
    data = bytearray(zipped({"4.png": DIGITS[4]}))
    for place in (8, data.index(b"PK\x01\x02") + 10):
        data[place : place + 2] = (98).to_bytes(2, "little")
    return bytes(data)


def named_so() -> bytes:
    """A ZIP with a name that is said to be UTF-8, and is not."""
    data = bytearray(zipped({"4é.png": DIGITS[4]}))
    return bytes(data.replace("é".encode(), b"\xff\xff"))


def moved() -> bytes:
    """A ZIP whose list of files says that one lies before its beginning."""
    data = bytearray(zipped({"4.png": DIGITS[4]}))
    end = data.index(b"PK\x05\x06")
    at = int.from_bytes(data[end + 16 : end + 20], "little")
    data[end + 16 : end + 20] = (at + 1000).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (bomb, "would unpack to"),
        (encrypted, "encrypted"),
        (lying, "in the ZIP"),
        (damaged, "damaged"),
        (lambda: packed(zipfile.ZIP_BZIP2), "the file in the ZIP is damaged"),
        (lambda: packed(zipfile.ZIP_LZMA), "the file in the ZIP is damaged"),
        (lambda: packed(zipfile.ZIP_DEFLATED), "the file in the ZIP is damaged"),
        (packed_by_others, "packed in an unknown way"),
        (named_so, "cannot be opened"),
        (moved, "the file in the ZIP is damaged: it would begin before the ZIP"),
        (lambda: b"PK no zip", "cannot be opened"),
        (lambda: zipped({"notes.txt": b"x"}), "no picture in the ZIP"),
        (lambda: zipped({"4.bmp": bytes(2**20 + 1)}), "INKDIGITS_MAX_BYTES"),
    ],
    ids=[
        *("bomb", "encrypted", "lying", "damaged", "bzip2", "lzma", "deflate", "unknown", "name", "moved", "no zip"),
        *("no picture", "large"),
    ],
)
def test_a_bad_zip_is_told_and_the_rest_is_read(here: Path, make: Callable[[], bytes], reason: str) -> None:
    (here / "bad.zip").write_bytes(make())
    (here / "one.png").write_bytes(DIGITS[1])
    summary = read_batch(["bad.zip", "one.png"], "out.csv", expect="digit", settings=Settings(max_bytes=2**20))
    assert [row["text"] for row in rows_in(here / "out.csv")] == ["1"]
    assert summary.refused == 1
    assert reason in rows_in(here / "out.csv.errors.csv")[0]["reason"]


def swelling(kind: int) -> bytes:
    """A ZIP whose file says that it is small, and would unpack to 32 MiB."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", kind) as archive:
        archive.writestr("4.bmp", bytes(2**25))
        archive.infolist()[0].file_size = 5_000
    return stream.getvalue()


@pytest.mark.parametrize("kind", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_swells_beyond_its_word_is_not_unpacked_in_memory(here: Path, kind: int) -> None:
    (here / "swelling.zip").write_bytes(swelling(kind))
    with closing(Archive(here / "swelling.zip")) as archive:
        tracemalloc.start()
        try:
            with pytest.raises(ImageError, match="not as long as it says"):
                archive.read(0, Settings())
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert most < 2**24  # half of it is what LZMA looks back on


@pytest.mark.parametrize("kind", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_files_are_unpacked_whatever_packed_them(here: Path, kind: int) -> None:
    contents = [bytes(70_000), DIGITS[4], b"x"]
    with zipfile.ZipFile(here / "packed.zip", "w", kind) as packed:
        for place, content in enumerate(contents):
            packed.writestr(f"{place}.bmp", content)
    with closing(Archive(here / "packed.zip")) as archive:
        assert [archive.read(place, Settings()) for place in range(3)] == contents

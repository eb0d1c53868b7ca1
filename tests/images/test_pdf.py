"""PDF documents and TIFFs of several pages become pages, or one clear error."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from handwriting import Picture, digit_picture, encode
from inkdigits import ImageError, LimitError, MissingExtraError, Settings
from inkdigits.images import load, load_pages
from inkdigits.images.find import find_pictures

SETTINGS = Settings()
PICTURES = [digit_picture(label) for label in (3, 1, 4)]


def document(pictures: list[Picture], form: str = "PDF", **options: object) -> bytes:
    """The pictures as pages of one document."""
    stream = io.BytesIO()
    first, *rest = [Image.fromarray(picture) for picture in pictures]
    first.save(stream, form, save_all=True, append_images=rest, **options)
    return stream.getvalue()


def written(size: str = "0 0 200 100", extra: str = "", trailer: str = "") -> bytes:
    """A PDF of one page with a thick level line across its middle, written by hand; PDFium rebuilds its table."""
    content = "20 w 20 50 m 180 50 l S"
    parts = [
        "%PDF-1.4",
        "1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj",
        "2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj",
        f"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [{size}] /Contents 4 0 R>> endobj",
        f"4 0 obj <</Length {len(content)}>> stream\n{content}\nendstream endobj",
        extra,
        f"trailer <</Root 1 0 R {trailer}>>",
        "%%EOF",
    ]
    return "\n".join(parts).encode()


@pytest.mark.parametrize("form", ["PDF", "TIFF"])
def test_each_page_of_a_document_in_order(form: str) -> None:
    pages = list(load_pages(document(PICTURES, form), SETTINGS))
    assert [(page.index, page.count) for page in pages] == [(0, 3), (1, 3), (2, 3)]
    for page, picture in zip(pages, PICTURES, strict=True):
        assert page.grey.dtype == np.uint8
        assert page.grey.shape == picture.shape
        assert np.abs(page.grey.astype(int) - picture).mean() < 3


def test_a_document_that_nobody_reads_is_never_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """PDFium may be used by one thread at a time: whoever drops a document must not close it in between."""
    from inkdigits.images import pdf

    opened: list[object] = []
    monkeypatch.setattr(pdf, "_open", lambda data, really=pdf._open: opened.append(found := really(data)) or found)
    pages = load_pages(document(PICTURES), SETTINGS)
    assert [one.raw for one in opened] == [None]  # type: ignore[attr-defined]  # PDFium's document is closed
    del pages
    assert len(opened) == 1


@pytest.mark.parametrize("form", ["PDF", "TIFF"])
def test_several_pages_are_not_taken_for_one_picture(form: str) -> None:
    with pytest.raises(ImageError, match=r"3 pages.*read_pages"):
        load(document(PICTURES, form), SETTINGS)
    assert load(document(PICTURES[:1], form), SETTINGS).grey.shape == PICTURES[0].shape


def test_a_plain_picture_is_one_page() -> None:
    for source in (encode(PICTURES[0]), PICTURES[0], Image.fromarray(PICTURES[0])):
        (page,) = load_pages(source, SETTINGS)
        assert (page.index, page.count) == (0, 1)
        assert np.array_equal(page.grey, PICTURES[0])


def test_pages_are_decoded_when_asked_for() -> None:
    pages = load_pages(document(PICTURES), SETTINGS)
    assert next(pages).index == 0
    pages.close()  # type: ignore[attr-defined]


def test_drawn_pages_get_a_resolution_that_keeps_handwriting() -> None:
    page = load(written(), SETTINGS)
    assert page.grey.shape == pytest.approx((100 / 72 * 250, 200 / 72 * 250), abs=1)
    assert page.grey[page.height // 2, page.width // 2] == 0
    assert page.grey[5, 5] == 255


@pytest.mark.parametrize("dots", [72, 150, 300])
def test_scans_are_rendered_as_they_were_scanned(dots: int) -> None:
    scan = np.tile(PICTURES[0], (3, 2))
    page = load(document([scan], resolution=dots), SETTINGS)
    assert page.grey.shape == pytest.approx(scan.shape, abs=1)


def test_large_pages_are_rendered_within_the_limits() -> None:
    page = load(written("0 0 9000 4500"), Settings(max_pixels=500_000, max_side=900))
    assert page.grey.size <= 500_000
    assert max(page.grey.shape) <= 900
    assert page.width == pytest.approx(2 * page.height, rel=0.02)


@pytest.mark.parametrize("size", ["0 0 1e9 1e9", "0 0 1e38 1e38", "0 0 1 1e8", "0 0 0 0", "0 0 500000 2", "a b"])
def test_absurd_sizes_end_in_a_page_or_one_error(size: str) -> None:
    start = time.process_time()
    with suppress(ImageError):
        assert load(written(size), SETTINGS).grey.size <= SETTINGS.max_pixels
    assert time.process_time() - start < 20


def test_an_encrypted_document_says_so() -> None:
    key = "<" + "5a" * 32 + ">"
    lock = f"5 0 obj <</Filter /Standard /V 1 /R 2 /O {key} /U {key} /P -4>> endobj"
    identity = "/Encrypt 5 0 R /ID [<61616161> <61616161>]"
    with pytest.raises(ImageError, match="encrypted"):
        load(written(extra=lock, trailer=identity), SETTINGS)


def test_too_many_pages_are_refused_before_the_first() -> None:
    for form in ("PDF", "TIFF"):
        with pytest.raises(LimitError, match=r"3 pages.*2.*INKDIGITS_MAX_PAGES"):
            load_pages(document(PICTURES, form), Settings(max_pages=2))


def test_without_the_extra_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'inkdigits\[pdf\]'"):
        load(document(PICTURES[:1]), SETTINGS)


def test_damaged_documents_are_image_errors() -> None:
    data = document(PICTURES)
    rng = np.random.default_rng(0)
    hostile = [data[: int(len(data) * share)] for share in np.linspace(0.02, 0.98, 25)]
    for _ in range(25):
        spoiled = np.frombuffer(data, np.uint8).copy()
        spoiled[rng.integers(8, len(data), 200)] = rng.integers(0, 256, 200)
        hostile.append(spoiled.tobytes())
    hostile += [b"%PDF-1.7\n" + rng.bytes(2000), b"%PDF-", b"%PDF-1.4 trailer <</Root 1 0 R>>"]
    for item in hostile:
        with suppress(ImageError):
            assert all(page.grey.ndim == 2 for page in load_pages(item, SETTINGS))


def test_threads_may_render_at_once() -> None:
    data = document(PICTURES)
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: len(list(load_pages(data, SETTINGS))), range(12)))
    assert counts == [3] * 12


def test_folders_hold_documents_too(tmp_path: Path) -> None:
    for name in ("a.png", "b.PDF", "c.txt"):
        (tmp_path / name).touch()
    assert [Path(found.name).name for found in find_pictures([str(tmp_path)])] == ["a.png", "b.PDF"]


def test_documents_that_were_left_open_do_not_block_others(tmp_path: Path) -> None:
    """The garbage collector closes them while others are rendered, in the same thread. Once, that waited for itself."""
    script = """
import faulthandler, gc, sys
from inkdigits.images import load_pages
from inkdigits.settings import Settings

class Loop: pass

def leave_open():
    loop = Loop()
    loop.itself, loop.pages = loop, load_pages(data, Settings())
    next(loop.pages)

data = open(sys.argv[1], "rb").read()
faulthandler.dump_traceback_later(60, exit=True)
gc.set_threshold(50)
for _ in range(60):
    leave_open()
    list(load_pages(data, Settings()))
"""
    file = tmp_path / "three.pdf"
    file.write_bytes(document(PICTURES))
    ended = subprocess.run([sys.executable, "-c", script, str(file)], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


def test_pages_of_a_tiff_are_counted_no_further_than_is_allowed() -> None:
    """To count them all takes Pillow a time that grows with their square: minutes for a few megabytes."""
    values = {256: 1, 257: 1, 258: 8, 259: 1, 262: 1, 273: 0, 277: 1, 278: 1, 279: 1}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in values.items())
    size = len(entries) + 6
    pages = [b"II*\0" + struct.pack("<I", 8)]
    for page in range(64_000):
        pages.append(struct.pack("<H", len(values)) + entries + struct.pack("<I", 8 + size * (page + 1)))
    begun = time.process_time()
    with pytest.raises(LimitError, match="501 pages or more, the limit is 500"):
        load_pages(b"".join(pages), SETTINGS)
    assert time.process_time() - begun < 10

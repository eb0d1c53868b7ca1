"""PDF documents: each page rendered at a resolution that keeps its handwriting (PDFium, the extra ``pdf``)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any

from inkdigits.errors import ImageError, InkDigitsError, LimitError, MissingExtraError
from inkdigits.images.arrays import array_to_grey
from inkdigits.images.limits import check_bytes, check_pages
from inkdigits.images.page import Grey
from inkdigits.settings import Settings

if TYPE_CHECKING:
    import pypdfium2

_MARK = b"%PDF-"
_DPI = 250.0
_MOST_DPI = 600.0  # of scanned pages, which are rendered as they were scanned
_LEAST_DPI = 150.0  # where something is drawn over the scan
_MOST_PIXELS = 36_000_000  # a sheet of A4 at 600 dpi is 35 million
_POINTS = 72.0  # to the inch
_LARGEST = 1e6  # points: what claims more is damaged
_COVERS = 0.8  # of the page's area: its only content is a scan
_LOOKED_AT = 50  # objects of a page; scans with recognized text have many, the scan is among the first
# PDFium may be used by one thread at a time. That thread may come again: the garbage collector closes in the middle of
# other work what was left open.
_LOCK = RLock()


def is_pdf(data: bytes) -> bool:
    """Whether these are a PDF's bytes."""
    return data[:1024].lstrip(b"\xef\xbb\xbf\x00\t\n\x0c\r ").startswith(_MARK)


def pdf_to_greys(
    data: bytes, settings: Settings, first: int = 0, stop: int | None = None
) -> tuple[int, Iterator[Grey]]:
    """Opens a PDF.

    Args:
        data: The file's bytes.
        settings: Limits on bytes, pages, pixels and sides; pages are rendered at a lower resolution to stay in them.
        first: The page to begin with, from 0.
        stop: The page to stop before; None is the end.

    Returns:
        The number of pages, and each page rendered when it is asked for: uint8 (H, W), on white paper, with its
        annotations and filled-in form fields.

    Raises:
        ImageError: Damaged, encrypted or without pages.
        LimitError: More bytes or pages than the settings allow.
        MissingExtraError: pypdfium2 is not installed.
    """
    count = count_pdf_pages(data, settings)
    return count, _pages(data, range(count)[first:stop], count, settings)


def count_pdf_pages(data: bytes, settings: Settings) -> int:
    """How many pages a PDF has, with the errors of :func:`pdf_to_greys`; none is rendered."""
    document, count = _counted(data, settings)
    with _LOCK:
        document.close()
    return count


def _counted(data: bytes, settings: Settings) -> tuple[pypdfium2.PdfDocument, int]:
    check_bytes(len(data), settings)
    document = _open(data)
    with _explained(), _LOCK:
        count = len(document)
        if count > settings.max_pages or count < 1:
            document.close()
    check_pages(count, settings)
    return document, count


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        import pypdfium2
    except ImportError:
        raise MissingExtraError("Reading a PDF", "pdf") from None
    with _explained(), _LOCK:
        document = pypdfium2.PdfDocument(data)
        document.init_forms()
    return document


def _pages(data: bytes, wanted: range, count: int, settings: Settings) -> Iterator[Grey]:
    document = _open(data)  # only now: what is never begun is never closed
    try:
        for index in wanted:
            with _explained(index, count), _LOCK:
                grey = _render(document, index, settings)
            yield grey
    finally:
        with _LOCK:
            document.close()


def _render(document: pypdfium2.PdfDocument, index: int, settings: Settings) -> Grey:
    page = document[index]
    try:
        width, height = page.get_size()
        if not (0 < width < _LARGEST and 0 < height < _LARGEST):
            raise ImageError(f"it claims to be {width:g} x {height:g} points large")
        scale = _bounded(_resolution(page, width, height) / _POINTS, width, height, settings)
        bitmap = page.render(scale=scale, rev_byteorder=True)
        try:
            return array_to_grey(bitmap.to_numpy(), settings)
        finally:
            bitmap.close()
    finally:
        page.close()


def _bounded(scale: float, width: float, height: float, settings: Settings) -> float:
    """The scale, made smaller until the page is within all limits; rounding up may add a pixel to each side."""
    pixels = min(settings.max_pixels, _MOST_PIXELS)
    side = (settings.max_side - 1) / max(width, height)
    area = math.sqrt(pixels / (width * height))
    scale = min(scale, side, area)
    while math.ceil(width * scale) * math.ceil(height * scale) > pixels and scale > 0:
        scale *= 0.995
        if max(width, height) * scale < 1:
            raise ImageError("it is too narrow to be rendered within the limit on pixels")
    return scale


def _resolution(page: Any, width: float, height: float) -> float:
    """Dots an inch: a scan's own where the page is one, else what handwriting needs."""
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE, FPDFPage_CountObjects

    for looked_at, item in enumerate(page.get_objects(max_depth=2)):
        if looked_at >= _LOOKED_AT:
            break
        if item.type != FPDF_PAGEOBJ_IMAGE:
            continue
        left, bottom, right, top = item.get_bounds()
        if (right - left) * (top - bottom) < _COVERS * width * height:
            continue
        columns, rows = item.get_px_size()
        dots = math.sqrt(columns * rows / ((right - left) * (top - bottom))) * _POINTS
        alone = FPDFPage_CountObjects(page) == 1
        return min(dots if alone else max(dots, _LEAST_DPI), _MOST_DPI)
    return _DPI


@contextmanager
def _explained(index: int = 0, count: int = 0) -> Iterator[None]:
    """Turns PDFium's errors into what a user can act on."""
    where = f"page {index + 1} of {count} of the PDF" if count else "the PDF"
    try:
        yield
    except LimitError:
        raise
    except InkDigitsError as error:
        raise ImageError(f"{where} cannot be rendered: {error}") from error
    except (RuntimeError, ValueError, OverflowError, MemoryError, OSError, AssertionError) as error:
        if "assword" in str(error) or "ecurity" in str(error):
            raise ImageError("the PDF is encrypted: save it without a password") from error
        raise ImageError(f"{where} is damaged or cut off: {str(error) or type(error).__name__}") from error

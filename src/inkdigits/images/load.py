"""``load`` and ``load_pages``: a path, bytes, file object, Pillow image or array becomes pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from inkdigits.errors import ImageError
from inkdigits.images.arrays import array_to_grey
from inkdigits.images.decode import bytes_to_greys, count_frames, image_to_grey
from inkdigits.images.limits import check_bytes
from inkdigits.images.page import Grey, Page
from inkdigits.images.pdf import count_pdf_pages, is_pdf, pdf_to_greys
from inkdigits.settings import Settings

Source: TypeAlias = (
    "str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | Image.Image | npt.NDArray[Any] | Page"
)


def load(source: Source, settings: Settings) -> Page:
    """Opens a picture of any usual kind, or a document of one page.

    Args:
        source: A path, encoded bytes, a binary file object, a Pillow image, an array (see
            :func:`inkdigits.images.arrays.array_to_grey` for shapes and types), or a page that is open already.
        settings: Limits.

    Returns:
        The upright grey page.

    Raises:
        ImageError: The source cannot be opened, is not a picture, or is a document of several pages.
        LimitError: It is larger than the settings allow.
        MissingExtraError: It is a PDF, and pypdfium2 is not installed.
    """
    count, pages = _open(source, settings)
    if count > 1:
        raise ImageError(f"this document has {count} pages: read them with Reader.read_pages()")
    return next(pages)


def load_pages(source: Source, settings: Settings, first: int = 0, stop: int | None = None) -> Iterator[Page]:
    """Opens a document: each page of a PDF or TIFF is decoded when it is asked for; a plain picture is one page.

    Args:
        source: As for :func:`load`.
        settings: Limits; a document of too many pages is refused before the first.
        first: The page to begin with, from 0; those before it are not decoded.
        stop: The page to stop before; None is the end.

    Returns:
        The pages in order, each with its index and their count.

    Raises:
        ImageError: The source cannot be opened or is no picture or document; a damaged page raises when it is reached.
        LimitError: It is larger than the settings allow.
        MissingExtraError: It is a PDF, and pypdfium2 is not installed.
    """
    return _open(source, settings, first, stop)[1]


def count_pages(source: Source, settings: Settings) -> int:
    """How many pages a file or its bytes have: those of a PDF or TIFF, 1 of a plain picture. No page is decoded.

    Raises:
        ImageError: The file cannot be opened, is no picture or document, or is damaged.
        LimitError: It is larger or longer than the settings allow.
        MissingExtraError: It is a PDF, and pypdfium2 is not installed.
    """
    data, _ = _read(source, settings)
    return count_pdf_pages(data, settings) if is_pdf(data) else count_frames(data, settings)


def _open(source: Source, settings: Settings, first: int = 0, stop: int | None = None) -> tuple[int, Iterator[Page]]:
    if isinstance(source, Page):
        return 1, iter((source,))
    if isinstance(source, np.ndarray):
        return 1, iter((Page(array_to_grey(source, settings)),))
    if isinstance(source, Image.Image):
        return 1, iter((Page(image_to_grey(source, settings)),))
    data, name = _read(source, settings)
    decode = pdf_to_greys if is_pdf(data) else bytes_to_greys
    count, greys = decode(data, settings, first, stop)
    return count, _number(greys, name, first, count)


def _number(greys: Iterator[Grey], name: str, first: int, count: int) -> Iterator[Page]:
    for index, grey in enumerate(greys, first):
        yield Page(grey, name, index, count)


def _read(source: Any, settings: Settings) -> tuple[bytes, str]:
    """An encoded picture's bytes and its name."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source), ""
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        return _read_file(path, settings), path.name
    if hasattr(source, "read"):
        name = getattr(source, "name", "")
        return _read_stream(source, settings), Path(name).name if isinstance(name, str) else ""
    raise ImageError(
        f"a {type(source).__name__} is not a picture: "
        "give a path, bytes, a binary file, a Pillow image or a numpy array"
    )


def _read_file(path: Path, settings: Settings) -> bytes:
    try:
        if path.is_dir():
            raise ImageError(f"{path} is a folder: give the pictures in it")
        if not path.is_file():
            raise ImageError(f"there is no file {path}")
        check_bytes(path.stat().st_size, settings)
        return path.read_bytes()
    except ImageError:
        raise
    except OSError as error:
        raise ImageError(f"{path} cannot be opened: {error.strerror or error}") from error
    except ValueError as error:
        raise ImageError(f"{str(path)!r} is not a file name: {error}") from error


def _read_stream(stream: IO[bytes], settings: Settings) -> bytes:
    """Reads to the end or just past the limit; raw streams give a piece at a time."""
    pieces: list[bytes] = []
    missing = settings.max_bytes + 1
    while missing > 0:
        piece = _read_piece(stream, missing)
        if not piece:
            break
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _read_piece(stream: IO[bytes], size: int) -> bytes:
    try:
        piece: object = stream.read(size)
    except UnicodeDecodeError:
        raise ImageError(_TEXT_MODE) from None
    except (OSError, ValueError) as error:
        raise ImageError(f"the file cannot be read: {error}") from error
    if isinstance(piece, str):
        raise ImageError(_TEXT_MODE)
    if not isinstance(piece, (bytes, bytearray)):
        raise ImageError(f"the file gives {type(piece).__name__} instead of bytes")
    return bytes(piece)


_TEXT_MODE = "the file is open in text mode: open it with mode 'rb'"

"""``load``: a path, bytes, file object, Pillow image or array becomes a page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, Any, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from inkdigits.errors import ImageError
from inkdigits.images.arrays import array_to_grey
from inkdigits.images.decode import bytes_to_grey, image_to_grey
from inkdigits.images.limits import check_bytes
from inkdigits.images.page import Page
from inkdigits.settings import Settings

Source: TypeAlias = (
    "str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | Image.Image | npt.NDArray[Any]"
)


def load(source: Source, settings: Settings) -> Page:
    """Opens a picture of any usual kind.

    Args:
        source: A path, encoded bytes, a binary file object, a Pillow image, or an array (see
            :func:`inkdigits.images.arrays.array_to_grey` for shapes and types).
        settings: Limits.

    Returns:
        The upright grey page.

    Raises:
        ImageError: The source cannot be opened or is not a picture.
        LimitError: It is larger than the settings allow.
    """
    if isinstance(source, Page):
        return source
    if isinstance(source, np.ndarray):
        return Page(array_to_grey(source, settings))
    if isinstance(source, Image.Image):
        return Page(image_to_grey(source, settings))
    if isinstance(source, (bytes, bytearray, memoryview)):
        return Page(bytes_to_grey(bytes(source), settings))
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        return Page(bytes_to_grey(_read_file(path, settings), settings), source=path.name)
    if hasattr(source, "read"):
        name = getattr(source, "name", "")
        return Page(
            bytes_to_grey(_read_stream(source, settings), settings),
            source=Path(name).name if isinstance(name, str) else "",
        )
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

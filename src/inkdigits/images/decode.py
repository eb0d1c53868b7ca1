"""Encoded pictures and Pillow images, to 8-bit grey: only known formats, sizes checked before decoding."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from inkdigits.errors import ImageError, InkDigitsError, LimitError
from inkdigits.images.arrays import array_to_grey
from inkdigits.images.limits import check_bytes, check_pages, check_size
from inkdigits.images.page import Grey
from inkdigits.images.plain_png import decode_plain_png
from inkdigits.images.shades import choose_paper, grey_of_colors, grey_on_paper
from inkdigits.settings import Settings

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF", "PPM")
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".pgm", ".ppm")

# What Pillow's decoders are known to raise on damaged files. Warnings are among them for programs that run with
# ``-W error``; catching them here instead would change the filters of all threads.
_DAMAGED = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    ZeroDivisionError,
    AttributeError,
    RuntimeError,
    MemoryError,
    AssertionError,
    Warning,
    struct.error,
    zlib.error,
)


@cache
def formats() -> tuple[str, ...]:
    """The Pillow formats that are opened; HEIF among them when pillow-heif is installed."""
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        return FORMATS
    register_heif_opener()
    return (*FORMATS, "HEIF")


def suffixes() -> tuple[str, ...]:
    """File suffixes, lower case with the dot, of what is opened here."""
    return (*SUFFIXES, ".heic", ".heif") if "HEIF" in formats() else SUFFIXES


def bytes_to_greys(
    data: bytes, settings: Settings, first: int = 0, stop: int | None = None
) -> tuple[int, Iterator[Grey]]:
    """Decodes an encoded picture, which may be a TIFF of several pages.

    Args:
        data: The file's bytes.
        settings: Limits on bytes, pages, pixels and sides.
        first: The page to begin with, from 0.
        stop: The page to stop before; None is the end.

    Returns:
        The number of pages, and each page decoded when it is asked for: uint8 (H, W), upright by its EXIF
        orientation, colors and transparent pixels as in :func:`inkdigits.images.arrays.array_to_grey`. Of
        animations, the first frame is the only page.

    Raises:
        ImageError: Not a picture, of an unsupported format, or damaged.
        LimitError: Larger or longer than the settings allow.
    """
    check_bytes(len(data), settings)
    if (plain := decode_plain_png(data, settings)) is not None:
        return 1, iter((plain,)[first:stop])
    with _damage_explained(), _open(data) as image:
        count = _frames(image, settings)
        if count == 1:
            return 1, iter((_to_grey(image, settings),)[first:stop])
    check_pages(count, settings, at_least=True)
    return count, (_page(data, index, settings) for index in range(count)[first:stop])


def count_frames(data: bytes, settings: Settings) -> int:
    """How many pages :func:`bytes_to_greys` would give; with its errors, but for those of pixels."""
    check_bytes(len(data), settings)
    with _damage_explained(), _open(data) as image:
        count = _frames(image, settings)
    check_pages(count, settings, at_least=True)
    return count


def _frames(image: Image.Image, settings: Settings) -> int:
    """Pages of a TIFF, counted up to one more than are allowed: the time that Pillow takes grows squared."""
    if image.format != "TIFF":
        return 1
    count = 0
    with suppress(EOFError):
        while count <= settings.max_pages:
            image.seek(count)
            count += 1
    image.seek(0)
    return count


def _page(data: bytes, index: int, settings: Settings) -> Grey:
    with _damage_explained(), _open(data) as image:
        image.seek(index)
        return _to_grey(image, settings)


def image_to_grey(image: Image.Image, settings: Settings) -> Grey:
    """Converts a Pillow image of any mode; the same result and errors as :func:`bytes_to_greys`."""
    with _damage_explained():
        return _to_grey(image, settings)


@contextmanager
def _damage_explained() -> Iterator[None]:
    try:
        yield
    except InkDigitsError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise LimitError(f"the picture claims a size that is not safe to open: {error}") from error
    except _DAMAGED as error:
        raise ImageError(f"the picture is damaged or cut off: {str(error) or type(error).__name__}") from error


def _open(data: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data), formats=formats())
    except UnidentifiedImageError:
        raise ImageError(_unknown(data)) from None


def _to_grey(image: Image.Image, settings: Settings) -> Grey:
    check_size(image.width, image.height, settings)
    upright = _upright(image)
    if upright.mode in ("I;16", "I;16B", "I;16L", "I;16N", "I", "F"):
        return array_to_grey(_with_alpha(_deep_to_array(upright), upright.info.get("transparency")), settings)
    if upright.mode == "LAB":  # Pillow converts it to nothing else, but its first band is how light it is
        return np.ascontiguousarray(np.asarray(upright.getchannel(0)))
    if upright.mode == "La":
        upright = upright.convert("LA")
    if upright.mode in ("RGBA", "LA", "PA", "RGBa") or "transparency" in upright.info:
        rgba = upright.convert("RGBA")
        return grey_on_paper(
            lambda paper: _pixels(_over(rgba, paper), "L"), lambda paper: _pixels(_over(rgba, paper), "RGB")
        )
    luma = _pixels(upright, "L")
    return luma if upright.mode in ("1", "L") else grey_of_colors(luma, lambda: _pixels(upright, "RGB"))


def on_paper(image: Image.Image) -> Image.Image:
    """A transparent picture on the paper on which it is read, as RGBA."""
    rgba = image.convert("RGBA")
    return _over(rgba, choose_paper(lambda paper: _pixels(_over(rgba, paper), "L"))[0])


def _pixels(image: Image.Image, mode: str) -> Grey:
    """uint8 (H, W) of mode L, (H, W, 3) of RGB."""
    return np.ascontiguousarray(np.asarray(image.convert(mode)))


def _over(rgba: Image.Image, paper: int) -> Image.Image:
    """The picture on opaque paper of one grey level."""
    return Image.alpha_composite(Image.new("RGBA", rgba.size, (paper, paper, paper, 255)), rgba)


def _upright(image: Image.Image) -> Image.Image:
    """Turned as its EXIF data says; most pictures are upright, and Pillow would copy them."""
    image.load()
    if image.getexif().get(ExifTags.Base.Orientation, 1) == 1:
        return image
    return ImageOps.exif_transpose(image)


def _deep_to_array(image: Image.Image) -> npt.NDArray[Any]:
    """16-bit and float pictures: Pillow's own conversion to 8 bits would cut, not scale."""
    values = np.asarray(image)
    if image.mode == "F":
        return values
    if image.mode == "I":
        return np.clip(values, 0, 65535).astype(np.uint16 if values.max() > 255 else np.uint8)
    return values.astype(np.uint16)


def _with_alpha(values: npt.NDArray[Any], clear: Any) -> npt.NDArray[Any]:
    """Grey levels (H, W) with alpha, where one level is declared to be transparent (PNG's tRNS): (H, W, 2)."""
    if not isinstance(clear, int) or values.dtype.kind == "f":
        return values
    most = np.iinfo(values.dtype).max
    return np.stack((values, np.where(values == clear, 0, most).astype(values.dtype)), axis=2)


def _unknown(data: bytes) -> str:
    if data[4:8] == b"ftyp" and b"hei" in data[8:24]:
        if "HEIF" in formats():
            return "the HEIC photo is damaged or cut off"
        return "this is a HEIC photo: pip install 'inkdigits[heic]', or save it as JPEG"
    return f"this is not a picture that can be opened: use one of {', '.join((*formats(), 'PDF'))}"

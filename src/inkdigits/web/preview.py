"""A small picture of a picture, upright and in color, to show beside its reading."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from inkdigits.images import Page, load
from inkdigits.images.decode import formats, on_paper
from inkdigits.settings import Settings

SIDE = 1280  # what the widest column shows on a screen of usual density
_COLOR = ("1", "L", "P", "RGB", "CMYK", "YCbCr", "LAB", "HSV")
_ALPHA = ("RGBA", "LA", "PA", "RGBa", "La")


def make_preview(data: bytes, settings: Settings) -> bytes:
    """Makes a JPEG of at most ``SIDE`` pixels a side.

    Args:
        data: An encoded picture that the reader has read already, so its size is within limits.
        settings: Limits.

    Raises:
        ImageError: The picture cannot be decoded.
    """
    with Image.open(io.BytesIO(data), formats=formats()) as image:
        if image.mode in _COLOR or image.mode in _ALPHA:
            image.draft("RGB", (SIDE * 2, SIDE * 2))
            return _to_jpeg(_opaque(ImageOps.exif_transpose(image)))
    return _to_jpeg(Image.fromarray(load(data, settings).grey))


def page_preview(page: Page) -> bytes:
    """The same of one page of a document, in grey as it is read."""
    return _to_jpeg(Image.fromarray(page.grey))


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode in _ALPHA or "transparency" in image.info:
        image = on_paper(image)
    return image.convert("RGB")


def _to_jpeg(image: Image.Image) -> bytes:
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    memory = io.BytesIO()
    image.save(memory, "JPEG", quality=88)
    return memory.getvalue()

"""What is too large to open. Checked on headers, before any pixel is decoded."""

from __future__ import annotations

from inkdigits.errors import ImageError, LimitError
from inkdigits.settings import Settings


def check_bytes(size: int, settings: Settings) -> None:
    """Raises LimitError when an encoded picture of ``size`` bytes is too large, ImageError when it is empty."""
    if size == 0:
        raise ImageError("the picture is empty (0 bytes): nothing was uploaded or the file was cut off")
    if size > settings.max_bytes:
        raise LimitError(
            f"the picture has {size:,} bytes, the limit is {settings.max_bytes:,}: "
            "save it smaller, or raise INKDIGITS_MAX_BYTES"
        )


def check_pages(count: int, settings: Settings, *, at_least: bool = False) -> None:
    """Raises LimitError when a document of ``count`` pages (or more) is too long, ImageError when it has none."""
    if count < 1:
        raise ImageError("the document has no pages: there is nothing in it")
    if count > settings.max_pages:
        raise LimitError(
            f"the document has {count:,} pages{' or more' * at_least}, the limit is {settings.max_pages:,}: "
            "split it, or raise INKDIGITS_MAX_PAGES"
        )


def check_size(width: int, height: int, settings: Settings) -> None:
    """Raises LimitError when a picture of ``width`` x ``height`` pixels is too large, ImageError when it has none."""
    if width < 1 or height < 1:
        raise ImageError(f"the picture is {width} x {height} pixels: there is nothing in it")
    if max(width, height) > settings.max_side:
        raise LimitError(
            f"the picture is {width:,} x {height:,} pixels, the longest side allowed is {settings.max_side:,}: "
            "scale it down, or raise INKDIGITS_MAX_SIDE"
        )
    if width * height > settings.max_pixels:
        raise LimitError(
            f"the picture is {width:,} x {height:,} = {width * height:,} pixels, the limit is "
            f"{settings.max_pixels:,}: scale it down, or raise INKDIGITS_MAX_PIXELS"
        )

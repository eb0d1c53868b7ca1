"""Numpy arrays of every usual shape and type, to 8-bit grey."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.errors import ImageError
from inkdigits.images.limits import check_size
from inkdigits.images.page import Grey
from inkdigits.images.shades import grey_of_colors, grey_on_paper
from inkdigits.settings import Settings

_SLACK = 0.001  # of the full range: what interpolation may overshoot


def array_to_grey(array: npt.NDArray[Any], settings: Settings) -> Grey:
    """Converts one picture to grey.

    Args:
        array: (H, W) grey, (H, W, 1) grey, (H, W, 2) grey + alpha, (H, W, 3) RGB or (H, W, 4) RGBA; bool, uint8,
            uint16 (full range 65,535), other integers in [0, 255] or [0, 65535], or floats in [0, 1] or [0, 255].
        settings: Limits on the size.

    Returns:
        uint8 (H, W), the luma of colors. Where that is nearly flat (less than 64 grey levels) and one of R, G and B
        has at least twice its range, and not by noise, it is that channel (red ink on blue). Transparent pixels are
        white paper; black, where most of the picture is transparent and its ink so light that white would hide it.

    Raises:
        ImageError: The shape, type or values are none of these.
        LimitError: The picture is too large.
    """
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 2, 3, 4)):
        raise ImageError(
            f"an array of shape {array.shape} is not a picture: give (H, W), or (H, W, C) with 1 to 4 channels"
        )
    check_size(array.shape[1], array.shape[0], settings)
    pixels = _to_bytes(array)
    if pixels.ndim == 2:
        return np.ascontiguousarray(pixels)
    if pixels.shape[2] == 1:
        return np.ascontiguousarray(pixels[:, :, 0])
    colors, alpha = _split_alpha(pixels)
    colors = np.ascontiguousarray(colors)
    luma = colors[:, :, 0] if colors.shape[2] == 1 else cv2.cvtColor(colors, cv2.COLOR_RGB2GRAY)
    if alpha is None:
        return grey_of_colors(luma, lambda: colors)
    share = alpha.astype(np.float32) / 255
    return grey_on_paper(
        lambda paper: _blend(luma, share, paper), lambda paper: _blend(colors, share[:, :, None], paper)
    )


def _blend(ink: Grey, share: npt.NDArray[np.floating[Any]], paper: int) -> Grey:
    """Ink (H, W) or (H, W, C) over paper of one grey level; ``share`` is the ink's, in [0, 1], of the same axes."""
    return (ink * share + paper * (1 - share) + 0.5).astype(np.uint8)


def _split_alpha(pixels: Grey) -> tuple[Grey, Grey | None]:
    if pixels.shape[2] in (2, 4):
        return pixels[:, :, :-1], pixels[:, :, -1]
    return pixels, None


def _to_bytes(array: npt.NDArray[Any]) -> Grey:
    if array.dtype == np.uint8:
        return array
    if array.dtype == bool:
        return array.astype(np.uint8) * np.uint8(255)
    if not (np.issubdtype(array.dtype, np.integer) or np.issubdtype(array.dtype, np.floating)):
        raise ImageError(f"an array of {array.dtype} is not a picture: give uint8, uint16 or float")
    with np.errstate(over="ignore"):  # beyond float32 becomes inf, which is refused below
        values = array.astype(np.float32)
    if not np.isfinite(values).all():
        raise ImageError("the array has values that are not finite (nan or inf)")
    low, high = float(values.min()), float(values.max())
    scale = _full_range(array.dtype, high)
    if low < -scale * _SLACK or high > scale * (1 + _SLACK):
        raise ImageError(f"the array has values from {low:g} to {high:g}: give 0 to 1, 0 to 255, or 16 bit")
    return np.clip(values * (255 / scale) + 0.5, 0, 255).astype(np.uint8)


def _full_range(dtype: np.dtype[Any], high: float) -> float:
    if dtype.kind == "u" and dtype.itemsize == 2:  # in either byte order
        return 65535.0
    if np.issubdtype(dtype, np.floating):
        return 1.0 if high <= 1 + _SLACK else 255.0
    return 255.0 if high <= 255 else 65535.0

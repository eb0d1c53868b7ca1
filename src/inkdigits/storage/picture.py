"""``Picture``: what is kept of a picture: its pixels as they were read, encoded anew, so that nothing else is left."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.images.page import Grey

LOSSLESS = 4_000_000
"""Pixels up to which every one is kept as it was; larger photos are kept as JPEG of high quality."""

THUMBNAIL = (160, 96)  # most pixels across and down
_QUALITY = 90


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture, and a small one of it (WebP)."""

    data: bytes
    suffix: str
    width: int
    height: int
    thumbnail: bytes

    @classmethod
    def of(cls, grey: Grey) -> Picture:
        """Encodes what was read, uint8 (H, W). Nothing else of the file goes along: no position, no hidden page."""
        height, width = grey.shape
        lossless = grey.size <= LOSSLESS
        suffix = ".png" if lossless else ".jpg"
        options = [cv2.IMWRITE_PNG_COMPRESSION, 3] if lossless else [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
        return cls(_encode(grey, suffix, options), suffix, width, height, _thumbnail(grey))


def _thumbnail(grey: Grey) -> bytes:
    across, down = THUMBNAIL
    scale = min(1.0, across / grey.shape[1], down / grey.shape[0])
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    return _encode(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), ".webp", [cv2.IMWRITE_WEBP_QUALITY, 80])


def _encode(grey: Grey, suffix: str, options: list[int]) -> bytes:
    done, data = cv2.imencode(suffix, np.ascontiguousarray(grey), options)
    if not done:
        raise AssertionError(f"OpenCV could not encode {suffix}")
    return bytes(data)

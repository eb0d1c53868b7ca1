"""The plainest PNGs, decoded five times as quick: small grey pictures as data sets have them by the thousand."""

from __future__ import annotations

import zlib

import cv2
import numpy as np

from inkdigits.images.limits import check_size
from inkdigits.images.page import Grey
from inkdigits.settings import Settings

_BEGIN = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_PLAIN = b"\x08\x00\x00\x00\x00"  # 8 bits, grey, the one compression and filter method, not interlaced
_DATA = 33  # where the first chunk behind the header begins
_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_LARGEST = 2**16  # bytes: of larger ones, decoding takes longer than all around it


def decode_plain_png(data: bytes, settings: Settings) -> Grey | None:
    """Decodes a PNG of 8-bit grey levels that has its pixels in one whole piece and nothing else.

    Args:
        data: Any file's bytes.
        settings: Limits on pixels and sides.

    Returns:
        uint8 (H, W), the same as Pillow gives; None when it is not such a PNG, or is damaged.

    Raises:
        LimitError: It is larger than the settings allow.
    """
    if len(data) > _LARGEST or not data.startswith(_BEGIN) or data[24:29] != _PLAIN:
        return None
    end = _DATA + 8 + int.from_bytes(data[_DATA : _DATA + 4], "big")
    piece = data[_DATA + 4 : end]
    whole = data[end + 4 :] == _END and zlib.crc32(data[12:29]) == int.from_bytes(data[29:33], "big")
    if not whole or not piece.startswith(b"IDAT") or zlib.crc32(piece) != int.from_bytes(data[end : end + 4], "big"):
        return None
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    check_size(width, height, settings)
    if not _has_rows(piece[4:], width, height):
        return None
    grey: Grey | None = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    return grey


def _has_rows(packed: bytes, width: int, height: int) -> bool:
    """Whether all rows are there, each with its filter's byte; OpenCV would make up those that are missing."""
    wanted = (width + 1) * height
    try:
        return len(zlib.decompressobj().decompress(packed, wanted)) == wanted
    except zlib.error:
        return False

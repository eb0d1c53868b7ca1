"""A model and its card in one file: still an ordinary ONNX file, which says what its weights' checksum must be.

An ONNX file is a protocol buffer, where a field may follow all others. The card is such a last field, an entry of the
model's metadata, so every program that opens ONNX opens the sealed file, too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from inkdigits.errors import ModelError

KEY = "inkdigits.card"

_METADATA = 14  # field of ModelProto, see onnx.proto: repeated StringStringEntryProto metadata_props = 14
_OF_BYTES = 2  # wire type: a length and so many bytes
_MARK = bytes([1 << 3 | _OF_BYTES, len(KEY)]) + KEY.encode()


def seal(weights: bytes, card: Mapping[str, Any]) -> bytes:
    """The weights with their card."""
    return weights + _entry(KEY, json.dumps(card))


def unseal(data: bytes, label: str = "the file") -> tuple[bytes, dict[str, Any] | None]:
    """The weights and the card; None when the file was not sealed by us.

    Args:
        data: The file's content.
        label: What errors call it.

    Raises:
        ModelError: The file is damaged: what it says of its weights does not fit them.
    """
    place = data.rfind(_MARK)
    if place < 0:
        return data, None
    text = _after_length(data[place + len(_MARK) + 1 :])
    try:
        card = json.loads(text)
        start = len(data) - len(_entry(KEY, text.decode()))
        if data[start:] != _entry(KEY, text.decode()):
            raise ValueError("its end is missing or not its own")
        weights = data[:start]
        if hashlib.sha256(weights).hexdigest() != card["sha256"]:
            raise ValueError("the checksum of its weights differs")
    except (ValueError, TypeError, KeyError) as error:
        raise ModelError(f"{label} is damaged ({error}): get it again from where it was exported") from error
    return weights, card


def _entry(key: str, value: str) -> bytes:
    pair = _field(1, key.encode()) + _field(2, value.encode())
    return _field(_METADATA, pair)


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | _OF_BYTES]) + _length(len(content)) + content


def _length(size: int) -> bytes:
    """A varint: seven bits a byte, the lowest first, the eighth says that more follow."""
    parts = []
    while size > 0x7F:
        parts.append(size & 0x7F | 0x80)
        size >>= 7
    return bytes([*parts, size])


def _after_length(data: bytes) -> bytes:
    """What follows a varint."""
    place = next((index for index, byte in enumerate(data[:10]) if byte < 0x80), 0)
    return data[place + 1 :]

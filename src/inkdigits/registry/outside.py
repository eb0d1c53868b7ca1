"""Does an ONNX file take weights from other files, which a stranger may have chosen? Its fields are walked by hand.

A search for bytes could be misled: a protocol buffer may write the same numbers in several ways. And no library is
asked that is not installed everywhere, or that would open those files at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

Fields = Mapping[int, str]
"""Number of a field -> the message in it."""

# What leads to tensors, by the numbers of onnx.proto.
_WITHIN: Mapping[str, Fields] = MappingProxyType(
    {
        "model": {7: "graph", 20: "training", 25: "function"},
        "training": {1: "graph", 2: "graph"},
        "function": {7: "node", 11: "attribute"},
        "graph": {1: "node", 5: "tensor", 15: "sparse"},
        "node": {5: "attribute"},
        "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
        "sparse": {1: "tensor", 2: "tensor"},
        "tensor": {},
    }
)
_EXTERNAL, _PLACE = 13, 14  # of a tensor: external_data; data_location, of which 0 is the file itself
_NUMBER, _EIGHT, _BYTES, _BEGIN, _END, _FOUR = range(6)  # wire types
_FIXED = {_EIGHT: 8, _FOUR: 4}
_DEEPEST = 100
_MOST = 5_000_000  # fields; a model of 256 MB has some thousands


def keeps_elsewhere(data: bytes) -> bool:
    """Tells whether weights of a model lie in other files.

    Args:
        data: An ONNX file.

    Raises:
        ValueError: It is none, or damaged.
    """
    waiting = [(memoryview(data), "model", 0)]
    count = 0
    while waiting:
        content, kind, depth = waiting.pop()
        if depth > _DEEPEST:
            raise ValueError("its parts lie too deep in each other")
        for number, wire, value in _fields(content):
            count += 1
            if count > _MOST:
                raise ValueError(f"it has more than {_MOST:,} parts")
            if kind == "tensor" and _is_outside(number, wire, value):
                return True
            if wire == _BYTES and number in _WITHIN[kind]:
                waiting.append((_content(value), _WITHIN[kind][number], depth + 1))
    return False


def _is_outside(number: int, wire: int, value: int | memoryview) -> bool:
    return (number, wire) == (_EXTERNAL, _BYTES) or ((number, wire) == (_PLACE, _NUMBER) and value != 0)


def _content(value: int | memoryview) -> memoryview:
    if not isinstance(value, memoryview):
        raise TypeError("a number has no fields")
    return value


def _fields(content: memoryview) -> Iterator[tuple[int, int, int | memoryview]]:
    """Number, wire type and value of each field, those in groups among them."""
    place = 0
    while place < len(content):
        tag, place = _varint(content, place)
        number, wire = (tag & 0xFFFFFFFF) >> 3, tag & 7
        value: int | memoryview = 0
        if wire == _NUMBER:
            value, place = _varint(content, place)
        elif wire == _BYTES:
            size, place = _varint(content, place)
            value = content[place : place + size]
            place += size
        elif wire in _FIXED:
            place += _FIXED[wire]
        elif wire not in (_BEGIN, _END):
            raise ValueError(f"a field has the unknown type {wire}")
        if place > len(content):
            raise ValueError("its end is missing")
        yield number, wire, value


def _varint(content: memoryview, place: int) -> tuple[int, int]:
    """A number of seven bits a byte, and the place after it."""
    number = 0
    for shift in range(0, 70, 7):
        if place >= len(content):
            raise ValueError("its end is missing")
        byte = content[place]
        place += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, place
    raise ValueError("a number in it is too long")

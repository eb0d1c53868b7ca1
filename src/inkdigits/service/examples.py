"""Examples of requests, for OpenAPI: a test sends every one of them."""

from __future__ import annotations

from typing import Any

SEVEN = """P1
12 14
000000000000
011111111110
011111111110
000000000110
000000001100
000000001100
000000011000
000000011000
000000110000
000000110000
000001100000
000001100000
000011000000
000000000000
"""
"""A seven as a picture that is text: Netpbm's plain bitmap."""

SEVEN_STROKES: Any = [[[20.0, 10.0], [80.0, 10.0], [45.0, 90.0]]]
"""The same with a pen."""

_BINARY = {"type": "string", "format": "binary"}
_FORM = {
    "type": "object",
    "required": ["files"],
    "properties": {
        "files": {"type": "array", "minItems": 1, "items": _BINARY, "description": "Pictures and documents."},
    },
}

READ_BODY: dict[str, Any] = {
    "required": True,
    "description": "One picture or document as it is, or any number of them in a form.",
    "content": {
        "multipart/form-data": {
            "schema": _FORM,
            "examples": {"two": {"summary": "Two pictures", "value": {"files": [SEVEN, SEVEN]}}},
        },
        "image/x-portable-bitmap": {
            "schema": _BINARY,
            "examples": {"seven": {"summary": "A seven as plain text", "value": SEVEN}},
        },
        "image/png": {"schema": _BINARY},
        "image/jpeg": {"schema": _BINARY},
        "application/pdf": {"schema": _BINARY},
        "application/octet-stream": {"schema": _BINARY},
    },
}

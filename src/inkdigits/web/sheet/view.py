"""A reading as the browser draws it: plain JSON, made once for each page."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from inkdigits.reading import Box, Digit, Number, Reading
from inkdigits.web.answer.heat import glyph_png
from inkdigits.web.answer.number import choices, figures, is_blank, spoken, words
from inkdigits.wording import percent

ALTERNATIVES = 3


def sheet_data(name: str, reading: Reading, preview: bytes, corrections: dict[int, str], wide: bool) -> dict[str, Any]:
    """What the component draws.

    Args:
        name: The picture's name.
        reading: What was read.
        preview: The picture, JPEG bytes.
        corrections: Texts that a person typed, by the number's place in the reading.
        wide: Numbers beside the picture rather than below it.
    """
    return {
        "name": name,
        "wide": wide,
        "nothing": nothing_found(reading.numbers),
        "spoken": "; ".join(spoken(number) for number in reading.numbers[:12]),
        "picture": "data:image/jpeg;base64," + base64.b64encode(preview).decode("ascii"),
        "width": reading.width,
        "height": reading.height,
        "numbers": [number_view(number, reading) for number in reading.numbers],
        "corrections": {str(place): text for place, text in corrections.items()},
    }


def number_view(number: Number, reading: Reading) -> dict[str, Any]:
    """One number as the component draws it."""
    return {
        "state": "blank" if is_blank(number) else number.state,
        "text": number.text,
        "raw": number.raw if number.text and number.raw != number.text else "",
        "label": " or ".join(figures(number)) or words(number),
        "words": words(number),
        "spoken": spoken(number),
        "free": number.free.text if number.free and number.free.text != number.text else "",
        "box": None if number.box is None else _share(number.box, reading),
        "digits": [_digit_view(digit) for digit in number.digits if digit.glyph is not None],
        "others": _others(number),
        "note": _note(number),
    }


def nothing_found(numbers: Sequence[Number]) -> str:
    """What is said of a picture when no number of it is one."""
    return "nothing to read" if numbers and all(map(is_blank, numbers)) else "no number found"


def _others(number: Number) -> list[dict[str, str]]:
    doubtful = number.state == "look_again"
    worth = [choice for choice in choices(number, 1 + ALTERNATIVES) if doubtful or choice.text != number.text]
    return [{"text": choice.text, "share": percent(choice.share)} for choice in worth[:ALTERNATIVES]]


def _note(number: Number) -> str:
    if is_blank(number):
        return "There is no ink on it."
    if number.state == "not_a_digit" and number.probability is None and len(number.digits) == 1:
        return f"One whole digit: {percent(number.digits[0].digitness)}"
    return ""


def _digit_view(digit: Digit) -> dict[str, str]:
    assert digit.glyph is not None
    best, share = digit.ranking[0]
    return {
        "text": digit.text or "?",
        "share": percent(share),
        "label": f"{best}, {percent(share)}",
        "glyph": "data:image/png;base64," + base64.b64encode(glyph_png(digit.glyph)).decode("ascii"),
    }


def _share(box: Box, reading: Reading) -> list[float]:
    """Left, top, width and height in percent of the picture."""
    across, down = 100 / reading.width, 100 / reading.height
    values = (box.left * across, box.top * down, box.width * across, box.height * down)
    return [round(value, 3) for value in values]

"""A number in words for every page: what to show large, beside it, and to say aloud."""

from __future__ import annotations

from inkdigits.choices import WORTH_NAMING, Choice, choices, is_blank, words
from inkdigits.reading import Number

__all__ = ["WORTH_NAMING", "Choice", "choices", "figures", "is_blank", "spoken", "words"]

DOUBTS = 2
"""Readings that are named when the number is worth a second look."""


def figures(number: Number) -> list[str]:
    """What to show large: one reading when sure, two in doubt, none when it is no number."""
    if number.state == "not_a_digit":
        return []
    if number.state == "sure":
        return [number.text]
    return [choice.text for choice in choices(number)][:DOUBTS] or [number.text]


def spoken(number: Number) -> str:
    """The number as a sentence for screen readers and for the voice: digit after digit, as one reads a code."""
    said = " or ".join(" ".join(text) for text in figures(number))
    return ", ".join(part for part in (said, words(number).replace(" %", " percent")) if part)

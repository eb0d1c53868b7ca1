"""What was read, in words for people: the same ones in every door."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inkdigits.reading import Digit, Number

SOURCES: dict[str, str] = {
    "draw": "Drawn",
    "upload": "Uploaded",
    "camera": "Photo",
    "live": "Live camera",
    "cli": "Command line",
    "library": "Program",
    "service": "Service",
}
"""Which door a reading came through."""

_NO_NUMBER = {"blank": "nothing to read", "not_a_number": "not a number", "crossed_out": "crossed out"}


def percent(share: float) -> str:
    """A share in [0, 1] with one decimal, rounded down so that 100 % is never claimed of less."""
    return f"{int(share * 1000) / 10:.1f} %"


def describe(digit: Digit) -> str:
    """One line about one digit: ``7 · sure, 99.8 %``; ``4 or 9 · look again``; ``not a digit``; ``nothing to read``."""
    if digit.reason == "blank":
        return "nothing to read"
    if digit.state == "not_a_digit":
        return "not a digit"
    (first, top), (second, _) = digit.ranking[:2]
    if digit.state == "look_again":
        return f"{first} or {second} · look again"
    return f"{first} · sure, {percent(top)}"


def describe_number(number: Number) -> str:
    """One line about one number: ``4096 · sure, 98.2 %``; ``4096 or 4036 · look again``; ``not a number``."""
    if number.probability is None and number.digits:
        return " | ".join(describe(digit) for digit in number.digits)
    if number.state == "sure":
        return f"{number.text} · sure, {percent(number.confidence)}"
    if number.state == "look_again":
        readings = [number.text, *(other.text for other in number.alternatives)]
        return f"{' or '.join([text for text in readings if text][:2])} · look again"
    return _NO_NUMBER[number.reason or "blank"]


def plain(text: str) -> str:
    """Text that Markdown leaves as it is."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()#+!|<>$:~-." else sign for sign in text)


def counted(count: int, noun: str) -> str:
    """``1 reading``, ``1,204 readings``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"

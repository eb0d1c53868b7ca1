"""``show_digit`` and ``show_number``: the answer, large, with its state and its chances; it never moves or flickers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from inkdigits.reading import Digit, Number
from inkdigits.web.answer import number as numbers
from inkdigits.wording import describe, percent

HERE = Path(__file__).parent

# A component rather than st.html: its elements stay in the page while their text changes, so bars glide,
# nothing flickers at ten updates a second, and screen readers announce the live region.
_answer = st.components.v2.component(
    "inkdigits_answer",
    html=(HERE / "answer.html").read_text("utf-8"),
    css=(HERE / "answer.css").read_text("utf-8"),
    js=(HERE / "answer.js").read_text("utf-8"),
)


def show_digit(digit: Digit | None, *, key: str, empty: str, large: str = "") -> None:
    """Draws the answer in a space of constant height.

    Args:
        digit: The digit, or None before anything was read.
        key: Unique on the page and the same on every rerun.
        empty: What to say when there is nothing to read.
        large: The same for the large mode; nothing where it needs no other words.
    """
    _answer(key=key, data=answer_data(digit, empty, large), height="content")


def show_number(number: Number | None, *, key: str, empty: str, large: str = "") -> None:
    """Draws the answer to a number in a space of constant height; arguments as for :func:`show_digit`."""
    _answer(key=key, data=number_data(number, empty, large), height="content")


def number_data(number: Number | None, empty: str, large: str = "") -> dict[str, Any]:
    """What the component draws of a number, as JSON: state, figures, words, other readings, and a bar a digit."""
    if number is None or numbers.is_blank(number):
        return {**_empty(empty, large), "kind": "number"}
    return {
        "kind": "number",
        "state": number.state,
        "figures": numbers.figures(number),
        "words": numbers.words(number),
        "spoken": numbers.spoken(number),
        "others": _others(number),
        "places": [_place(digit) for digit in number.digits],
        "bars": [],
        "top": None,
    }


def answer_data(digit: Digit | None, empty: str, large: str = "") -> dict[str, Any]:
    """What the component draws, as JSON: state, figure, words, spoken sentence and ten bars."""
    if digit is None or digit.reason == "blank":
        return _empty(empty, large)
    return {
        "kind": "digit",
        "others": "",
        "places": [],
        "state": digit.state,
        "figures": figures(digit),
        "words": words(digit),
        "spoken": spoken(digit),
        "bars": _bars(digit.probabilities),
        "top": None if digit.state == "not_a_digit" else digit.ranking[0][0],
    }


def figures(digit: Digit) -> list[str]:
    """The digits to show large: one when sure, two in doubt, none when it is no digit."""
    shown = {"sure": 1, "look_again": 2, "not_a_digit": 0}[digit.state]
    return [str(label) for label, _ in digit.ranking[:shown]]


def words(digit: Digit) -> str:
    """What stands beside the figure: ``sure, 99.8 %``, ``look again``, ``not a digit``."""
    return describe(digit).split(" · ")[-1]


def spoken(digit: Digit) -> str:
    """The answer as a sentence for screen readers."""
    return describe(digit).replace(" · ", ", ").replace(" %", " percent")


def _empty(words: str, large: str) -> dict[str, Any]:
    return {
        "kind": "digit",
        "state": "empty",
        "figures": [],
        "words": words,
        "spoken": words,
        "large": large,
        "others": "",
        "places": [],
        "bars": _bars((0.0,) * 10),
        "top": None,
    }


def _others(number: Number) -> str:
    named = numbers.figures(number)
    others = [choice for choice in numbers.choices(number) if choice.text not in named]
    return "else " + ", ".join(f"{choice.text} · {percent(choice.share)}" for choice in others[:2]) if others else ""


def _place(digit: Digit) -> dict[str, Any]:
    (first, share), (second, other) = digit.ranking[:2]
    worth = other >= numbers.WORTH_NAMING
    return {
        "label": str(first),
        "share": share,
        "second": f"or {second}" if worth else "",
        "said": f"{first}, {percent(share)}" + (f"; or {second}, {percent(other)}" if worth else ""),
    }


def _bars(probabilities: tuple[float, ...]) -> list[dict[str, Any]]:
    return [{"share": share, "text": percent(share)} for share in probabilities]

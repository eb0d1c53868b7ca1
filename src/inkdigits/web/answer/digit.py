"""``show_digit``: the digit, large, with its state and the ten probabilities; it never moves or flickers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from inkdigits.reading import Digit, describe, percent

HERE = Path(__file__).parent

# A component rather than st.html: its elements stay in the page while their text changes, so bars glide,
# nothing flickers at ten updates a second, and screen readers announce the live region.
_answer = st.components.v2.component(
    "inkdigits_answer",
    html=(HERE / "answer.html").read_text("utf-8"),
    css=(HERE / "answer.css").read_text("utf-8"),
    js=(HERE / "answer.js").read_text("utf-8"),
)


def show_digit(digit: Digit | None, *, key: str, empty: str = "Nothing to read yet: write a digit") -> None:
    """Draws the answer in a space of constant height.

    Args:
        digit: The digit, or None before anything was read.
        key: Unique on the page and the same on every rerun.
        empty: What to say when there is nothing to read.
    """
    _answer(key=key, data=answer_data(digit, empty), height="content")


def answer_data(digit: Digit | None, empty: str) -> dict[str, Any]:
    """What the component draws, as JSON: state, figure, words, spoken sentence and ten bars."""
    if digit is None or digit.reason == "blank":
        return {
            "state": "empty",
            "figures": [],
            "words": empty,
            "spoken": empty,
            "bars": _bars((0.0,) * 10),
            "top": None,
        }
    return {
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


def _bars(probabilities: tuple[float, ...]) -> list[dict[str, Any]]:
    return [{"share": share, "text": percent(share)} for share in probabilities]

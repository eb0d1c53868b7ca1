"""``show_details``: folded under an answer, how it came about."""

from __future__ import annotations

import html

import streamlit as st

from inkdigits import Reader
from inkdigits.reading import Digit, Reading, Step
from inkdigits.web.answer.heat import fit_png, glyph_png, heat_png, image_tag, legend_css
from inkdigits.web.answer.number import figures, words
from inkdigits.wording import percent

TITLE = "How it was read"
METHODS = {"activation": "Speaks for it", "occlusion": "Missed if erased"}
EXPLAINED = {
    "activation": "Where the network found evidence for this digit (class activation map).",
    "occlusion": "Where erasing the ink would cost the most confidence (occlusion map).",
}
CHOICES = 3
STEP_SIDE = 900
"""Pixels of a step's longer side; a page's own would be megabytes."""


def details_open(key: str) -> bool:
    """True when the details under ``key`` are unfolded: only then is a trace worth keeping."""
    return bool(st.session_state.get(_fold(key), False))


def show_details(reader: Reader, reading: Reading, *, key: str) -> None:
    """Draws, folded: what the network saw, which ink decided, and the steps. Nothing is computed until unfolded.

    Args:
        reader: The reader that made the reading.
        reading: What was read; its steps are shown when it carries a trace.
        key: Unique on the page and the same on every rerun.
    """
    fold = st.expander(TITLE, key=_fold(key), on_change="rerun", icon=":material/frame_inspect:")
    if not fold.open:
        return
    with fold:
        show_road(reader, reading, key=key)


def show_road(reader: Reader, reading: Reading, *, key: str) -> None:
    """Draws what :func:`show_details` folds; arguments as there, and of many digits the user chooses one."""
    digit = _choose_digit(reading, key)
    if digit is not None:
        saw, decided = st.columns(2, gap="medium")
        with saw:
            _show_glyph(digit)
        with decided:
            _show_heat(reader, digit, key)
    else:
        st.write("There is no ink to explain.")
    _show_steps(reading)
    st.caption(f"Model: {reading.model}")


def _fold(key: str) -> str:
    return f"{key}_details"


def _choose_digit(reading: Reading, key: str) -> Digit | None:
    """The digit to explain: the only one, or the one that the user picks, by its number and its place in it."""
    numbers = [number for number in reading.numbers if any(digit.glyph for digit in number.digits)]
    if not numbers:
        return None
    place = 0
    if len(numbers) > 1:
        labels = [
            f"{place}. {' or '.join(figures(number)) or words(number)}" for place, number in enumerate(numbers, 1)
        ]
        place = st.selectbox("Number", range(len(numbers)), format_func=labels.__getitem__, key=f"{key}_number") or 0
    digits = [digit for digit in numbers[place].digits if digit.glyph is not None]
    if len(digits) == 1:
        return digits[0]
    chosen = st.segmented_control(
        "Digit",
        range(len(digits)),
        default=0,
        format_func=lambda index: digits[index].text or "?",
        wrap=True,
        key=f"{key}_digit_{place}_{len(digits)}",
        required=True,
    )
    return digits[chosen]


def _show_glyph(digit: Digit) -> None:
    assert digit.glyph is not None
    st.subheader("What the network saw", anchor=False)
    st.html(image_tag(glyph_png(digit.glyph), f"The drawing in 28 by 28 pixels, {_name(digit)}", "ink-pixels"))
    st.caption(
        "28 × 28 pixels, cut out, scaled and centered. That this is one whole digit has a probability of "
        f"{percent(digit.digitness)}."
    )


def _show_heat(reader: Reader, digit: Digit, key: str) -> None:
    assert digit.glyph is not None
    st.subheader("Which ink decided", anchor=False)
    picture = st.empty()
    labels = [label for label, _ in digit.ranking[:CHOICES]]
    label = st.segmented_control(
        "Evidence for", labels, default=labels[0], key=f"{key}_label_{'_'.join(map(str, labels))}", required=True
    )
    method = st.segmented_control(
        "Method",
        list(METHODS),
        default="activation",
        format_func=METHODS.__getitem__,
        wrap=True,
        key=f"{key}_method",
        required=True,
    )
    heat = reader.explain(digit, label, method)
    tag = image_tag(
        heat_png(digit.glyph, heat), f"The ink that decided for {label}, brighter where it counted more", "ink-pixels"
    )
    legend = f'<p class="ink-legend"><span>little</span><i style="background: {legend_css()}"></i><span>much</span></p>'
    picture.html(tag + legend)
    st.caption(EXPLAINED[method])


def _show_steps(reading: Reading) -> None:
    st.subheader("The steps", anchor=False)
    if not reading.trace:
        st.caption("The steps of this reading were not kept.")
        return
    pictures = "".join(
        f"<li><figure>{_step_image(step)}<figcaption>{number}. {html.escape(step.title)}</figcaption></figure></li>"
        for number, step in enumerate(reading.trace, start=1)
    )
    st.html(f'<ol class="ink-steps">{pictures}</ol>')


def _step_image(step: Step) -> str:
    return image_tag(fit_png(step.png, STEP_SIDE), step.title, "ink-step")


def _name(digit: Digit) -> str:
    return "no digit" if digit.label is None else f"read as {digit.label}"

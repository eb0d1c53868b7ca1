"""``show_details``: folded under an answer, how it came about."""

from __future__ import annotations

import html

import streamlit as st

from inkdigits import Reader
from inkdigits.reading import Digit, Reading, percent
from inkdigits.web.answer.heat import glyph_png, heat_png, image_tag, legend_css

TITLE = "How it was read"
METHODS = {"activation": "Speaks for it", "occlusion": "Missed if erased"}
EXPLAINED = {
    "activation": "Where the network found evidence for this digit (class activation map).",
    "occlusion": "Where erasing the ink would cost the most confidence (occlusion map).",
}
CHOICES = 3


def details_open(key: str) -> bool:
    """True when the details under ``key`` are unfolded: only then is a trace worth keeping."""
    return bool(st.session_state.get(_fold(key), False))


def show_details(reader: Reader, reading: Reading, *, key: str) -> None:
    """Draws, folded: what the network saw, which ink decided, and the steps. Nothing is computed until unfolded.

    Args:
        reader: The reader that made the reading.
        reading: A reading of one digit; its steps are shown when it carries a trace.
        key: Unique on the page and the same on every rerun.
    """
    fold = st.expander(TITLE, key=_fold(key), on_change="rerun", icon=":material/frame_inspect:")
    if not fold.open:
        return
    with fold:
        show_road(reader, reading, key=key)


def show_road(reader: Reader, reading: Reading, *, key: str) -> None:
    """Draws what :func:`show_details` folds; arguments as there."""
    digit = reading.digits[0] if reading.digits else None
    if digit is not None and digit.glyph is not None:
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


def _show_glyph(digit: Digit) -> None:
    assert digit.glyph is not None
    st.subheader("What the network saw", anchor=False)
    st.html(image_tag(glyph_png(digit.glyph), f"The drawing in 28 by 28 pixels, {_name(digit)}", "ink-pixels"))
    st.caption(
        f"28 × 28 pixels, cut out, scaled and centered. It is one whole digit with a probability of "
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
    figures = "".join(
        f"<li><figure>{image_tag(step.png, step.title, 'ink-step')}<figcaption>{number}. {html.escape(step.title)}"
        "</figcaption></figure></li>"
        for number, step in enumerate(reading.trace, start=1)
    )
    st.html(f'<ol class="ink-steps">{figures}</ol>')


def _name(digit: Digit) -> str:
    return "no digit" if digit.label is None else f"read as {digit.label}"

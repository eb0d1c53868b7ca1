"""Draw a digit and see it read while the pen moves."""

from __future__ import annotations

import json

import streamlit as st

from inkdigits.errors import InkDigitsError
from inkdigits.reading import Reading
from inkdigits.web.answer import details_open, show_details, show_digit
from inkdigits.web.answer.digit import spoken
from inkdigits.web.pad import Drawing, drawing_pad, voice
from inkdigits.web.shared import get_reader

PAD = "draw.pad"
DETAILS = "draw.details"
LIVE = "draw.live"
PREDICT = "draw.predict"
READING = "draw.reading"  # (revision, Reading): the last drawing that was read

NOTHING = "Nothing to read yet: write a digit"
WAITING = "Press Predict to read your drawing"
# For screen readers; to the eye, the empty pad says it.
HEADING = '<h1 style="position: absolute; width: 1px; height: 1px; overflow: hidden; padding: 0">Draw a digit</h1>'


@st.fragment
def draw() -> None:
    """The page: ink, answer, and what can be done with them."""
    left, right = st.columns(2, gap="medium")
    with left:
        with st.container(gap=None):
            st.html(HEADING)
            drawing = _show_pad()
        if not _is_live():
            st.button("Predict", key=PREDICT, width="stretch", disabled=not drawing.strokes)
    with right:
        reading = _read(drawing, asked=st.session_state.get(PREDICT, False))
        digit = reading.digits[0] if reading else None
        show_digit(digit, key="draw.answer", empty=WAITING if drawing.strokes else NOTHING)
        _show_controls(drawing, reading)
    if reading:
        show_details(get_reader(), reading, key=DETAILS)


def _show_pad() -> Drawing:
    try:
        return drawing_pad(key=PAD, live=_is_live())
    except InkDigitsError as error:
        st.error(str(error))
        return Drawing()


def _is_live() -> bool:
    """The switch, as it will be drawn further down; a widget forgets its state on other pages, so a copy is kept."""
    kept = f"{LIVE}.kept"
    st.session_state[kept] = st.session_state.get(LIVE, st.session_state.get(kept, True))
    return bool(st.session_state[kept])


def _read(drawing: Drawing, asked: bool) -> Reading | None:
    if not drawing.strokes:
        return None
    revision, reading = st.session_state.get(READING, (None, None))
    traced = details_open(DETAILS)
    if revision == drawing.revision and (reading.trace or not traced):
        return reading
    if revision != drawing.revision and not (_is_live() or asked):
        return None
    reading = get_reader().read_strokes(drawing.points, trace=traced)
    st.session_state[READING] = (drawing.revision, reading)
    return reading


def _show_controls(drawing: Drawing, reading: Reading | None) -> None:
    live = _is_live()
    words = spoken(reading.digits[0]) if reading else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.toggle("Read while I draw", value=live, key=LIVE)
        voice(words, pad=PAD, revision=drawing.revision)
    with st.container(horizontal=True):
        st.download_button(
            "Drawing",
            drawing.to_png,
            "digit.png",
            "image/png",
            key="draw.png",
            help="Your drawing as a picture (PNG)",
            icon=":material/download:",
            on_click="ignore",
            disabled=not drawing.strokes,
        )
        st.download_button(
            "Result",
            lambda: _to_json(reading),
            "digit.json",
            "application/json",
            key="draw.json",
            help="What was read, with all probabilities (JSON)",
            icon=":material/download:",
            on_click="ignore",
            disabled=reading is None,
        )


def _to_json(reading: Reading | None) -> str:
    return json.dumps(reading.to_dict() if reading else None, indent=2)


draw()

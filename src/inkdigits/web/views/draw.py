"""Draw a digit or a number and see it read while the pen moves."""

from __future__ import annotations

import json
from time import perf_counter

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from inkdigits.errors import InkDigitsError, ModelError
from inkdigits.reading import Reading
from inkdigits.storage.corrections import LONGEST
from inkdigits.web.answer import details_open, show_details, show_digit, show_number
from inkdigits.web.answer.number import spoken
from inkdigits.web.history.keeping import correct_drawing, forget_drawing, keep_drawing
from inkdigits.web.history.notice import show_notice, why_not_kept
from inkdigits.web.kept import kept
from inkdigits.web.pad import Drawing, drawing_pad, large_switch, voice
from inkdigits.web.shared import get_reader

PAD = "draw.pad"
DETAILS = "draw.details"
LIVE = "draw.live"
PREDICT = "draw.predict"
READING = "draw.reading"  # (revision, shape, Reading, models): the last drawing that was read, and by which
SHAPE = "draw.shape"
CORRECTED = "draw.corrected"  # where somebody said what it is, and what they said

SHAPES = {"digit": "One digit", "number": "Number"}
NOTHING = "Nothing to read yet: write a {}"
NO_DIGIT = "no digit"
WAITING = "Press Predict to read your drawing"
RESTING = "Your drawing is read when your pen rests"  # the large mode's words for it
# For screen readers; to the eye, the empty pad says it.
HEADING = '<h1 style="position: absolute; width: 1px; height: 1px; overflow: hidden; padding: 0">Draw</h1>'


@st.fragment
def draw() -> None:
    """The page: ink, answer, and what can be done with them."""
    shape = kept(SHAPE, "digit")
    ink, beside, below = _places(shape)
    with ink:
        with st.container(gap=None):
            st.html(HEADING)
            _choose_shape(shape)
            drawing = _show_pad(shape)
        if not _is_live():
            st.button("Predict", key=PREDICT, width="stretch", disabled=not drawing.strokes)
    reading = _read(drawing, shape, asked=st.session_state.get(PREDICT, False))
    with beside:
        _show_answer(reading, shape, bool(drawing.strokes))
    with below:
        _show_controls(drawing, reading, shape)
    if reading:
        show_details(get_reader(), reading, key=DETAILS)
    show_notice()


def _places(shape: str) -> tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator]:
    """Where ink, answer and controls go: side by side for a digit, the answer under the wide pad for a number."""
    if shape == "digit":
        left, right = st.columns(2, gap="medium")
        return left, right, right
    ink = st.container()
    left, right = st.columns([3, 2], gap="medium")
    return ink, left, right


def _choose_shape(shape: str) -> None:
    st.segmented_control(
        "What to draw",
        list(SHAPES),
        default=shape,
        format_func=SHAPES.__getitem__,
        key=SHAPE,
        required=True,
        label_visibility="collapsed",
    )


def _show_pad(shape: str) -> Drawing:
    try:
        return drawing_pad(key=PAD, live=_is_live(), shape=shape)
    except InkDigitsError as error:
        st.error(str(error))
        return Drawing()


def _show_answer(reading: Reading | None, shape: str, drawn: bool) -> None:
    nothing = NOTHING.format(shape)
    empty, large = (WAITING, RESTING) if drawn else (nothing, nothing)
    number = reading.numbers[0] if reading and reading.numbers else None
    if shape == "number":
        show_number(number, key="draw.answer", empty=empty, large=large)
    else:
        show_digit(number.digits[0] if number else None, key="draw.answer", empty=empty, large=large)


def _is_live() -> bool:
    return bool(kept(LIVE, True))


def _read(drawing: Drawing, shape: str, asked: bool) -> Reading | None:
    if not drawing.strokes:
        forget_drawing()
        return None
    revision, last, reading, read_by = st.session_state.get(READING, (None, None, None, None))
    traced = details_open(DETAILS)
    same = (revision, last) == (drawing.revision, shape)
    if not same and not (_is_live() or asked):
        return None
    reader = get_reader()
    try:
        models = reader.model if shape == "digit" else tuple(reader.models.values())
        if same and read_by == models and (reading.trace or not traced):
            return reading
        begun = perf_counter()
        reading = reader.read_strokes(drawing.points, expect=shape, trace=traced)
    except ModelError as error:
        st.error(str(error))
        return None
    st.session_state[READING] = (drawing.revision, shape, reading, models)
    if not same:  # what was kept of this ink stays, whoever reads it again
        keep_drawing(drawing, reading, {"expect": shape}, 1000 * (perf_counter() - begun))
    return reading


def _show_controls(drawing: Drawing, reading: Reading | None, shape: str) -> None:
    live = _is_live()
    words = spoken(reading.numbers[0]) if reading and reading.numbers else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.toggle("Read while I draw", value=live, key=LIVE)
        voice(words, pad=PAD, drawing=drawing)
        large_switch(key="draw.large")
    with st.container(horizontal=True):
        _show_correction(drawing, reading, shape)
        st.download_button(
            "Drawing",
            drawing.to_png,
            "drawing.png",
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
            "reading.json",
            "application/json",
            key="draw.json",
            help="What was read, with all probabilities (JSON)",
            icon=":material/download:",
            on_click="ignore",
            disabled=reading is None,
        )


def _show_correction(drawing: Drawing, reading: Reading | None, shape: str) -> None:
    """Lets somebody say what the drawing really is; that goes into the history, beside what was read."""
    missing = why_not_kept()
    off = reading is None or bool(missing)
    with st.popover("Not right?", icon=":material/edit:", key="draw.correct", disabled=off, help=missing or None):
        if off:
            return
        key = f"draw.is.{shape}.{drawing.revision}"
        said = _ask_digit(key) if shape == "digit" else _ask_number(key)
        asked, before = st.session_state.get(CORRECTED, (key, None))
        if said != (before if asked == key else None):
            correct_drawing(said)
        st.session_state[CORRECTED] = (key, said)
        if said is not None:
            st.caption(f"Kept in your history: it is {said or NO_DIGIT}.")


def _ask_digit(key: str) -> str | None:
    """What somebody says it is, "" for no digit; None before they say it, or when they took it back."""
    said = st.pills("It is", [*"0123456789", NO_DIGIT], key=key)
    return "" if said == NO_DIGIT else said


def _ask_number(key: str) -> str | None:
    said = st.text_input("It is", key=key, placeholder="As you wrote it", max_chars=LONGEST).strip()
    if any(map(str.isalpha, said)):
        st.error("A number has digits and signs only.")
        return None
    return said or None


def _to_json(reading: Reading | None) -> str:
    return json.dumps(reading.to_dict() if reading else None, indent=2)


draw()

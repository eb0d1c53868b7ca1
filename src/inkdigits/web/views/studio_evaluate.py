"""The Evaluate page of the Studio: models on labelled digits, one or two side by side."""

from __future__ import annotations

import streamlit as st

from inkdigits.errors import InkDigitsError
from inkdigits.evaluation.measured import Measured, measure
from inkdigits.evaluation.models import ACTIVE, open_model
from inkdigits.settings import Settings
from inkdigits.web.studio.evaluation import forget_choices, show_evaluation
from inkdigits.web.studio.evaluation_form import Wanted, ask_evaluation

KEPT = "studio.evaluated"
EMPTY = "Nothing measured yet: choose a model and digits above, then press Measure."


def run(wanted: Wanted, settings: Settings) -> list[Measured]:
    """Reads the digits with each model, with a bar and a stop button; a press of it ends this run of the page."""
    place = st.empty()
    try:
        with place.container(key="progress_evaluate"):
            bar = st.progress(0.0, "Opening the digits")
            st.button("Stop", icon=":material/stop_circle:", key="evaluate_stop")
        data = wanted.load(settings)
        measured = []
        for turn, name in enumerate(wanted.models):
            reader = open_model(name, settings)
            called = reader.model if name == ACTIVE else name

            def show(done: int, turn: int = turn, called: str = called) -> None:
                share = (turn + done / len(data)) / len(wanted.models)
                bar.progress(share, f"{called}: {done:,} of {len(data):,} digits read")

            measured.append(measure(called, reader, data, show))
        return measured
    finally:
        place.empty()


def show_page() -> None:
    """The page, top to bottom."""
    settings = Settings.resolve(None)
    st.title("Evaluate", anchor=False)
    st.caption("How well a model reads labelled digits, where it errs, and whether one model is better than another.")
    wanted = ask_evaluation(settings)
    if wanted is not None:
        st.session_state.pop(KEPT, None)
        forget_choices()
        try:
            st.session_state[KEPT] = (run(wanted, settings), list(wanted.models))
        except InkDigitsError as error:
            st.error(f"**Nothing was measured.** {error}", icon=":material/error:")
            return
    if KEPT not in st.session_state:
        st.html(f'<p class="ink-empty" role="status">{EMPTY}</p>')
        return
    measured, names = st.session_state[KEPT]
    show_evaluation(measured, names, settings)


show_page()

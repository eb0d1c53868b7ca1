"""The Evaluate page of the Studio: models on labelled digits, one or two side by side."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import streamlit as st

from inkdigits.errors import InkDigitsError
from inkdigits.evaluation.background import Asked, list_measurements, make_folder, start_measuring
from inkdigits.settings import Settings
from inkdigits.web.accounts.gate import as_admin
from inkdigits.web.picker import pick
from inkdigits.web.studio.evaluation_form import Wanted, ask_evaluation
from inkdigits.web.studio.evaluation_job import show_measurement

CHOSEN = "studio.evaluate.measurement"
EMPTY = "Nothing measured yet: choose a model and digits above, then press Measure."


def show_page() -> None:
    """The page, top to bottom."""
    settings = Settings.resolve(None)
    place = settings.home / "evaluations"
    st.title("Evaluate", anchor=False)
    st.caption(
        "How well a model reads labelled digits, where it errs, and whether one model is better than another. "
        "It goes on when you close this page."
    )
    wanted = ask_evaluation(settings)
    if wanted is not None:
        try:
            folder = as_admin("training", f"measure: {wanted.data}", lambda: _start(wanted, settings, place))
        except InkDigitsError as error:
            st.error(f"**Nothing was measured.** {error}", icon=":material/error:")
            return
        st.session_state[CHOSEN] = folder.name
    found = list_measurements(place)
    if not found:
        st.html(f'<p class="ink-empty" role="status">{EMPTY}</p>')
        return
    titles = {folder.name: _title(folder) for folder in found}
    show_measurement(place / pick("Measurement", titles, CHOSEN), settings)


def _start(wanted: Wanted, settings: Settings, place: Path) -> Path:
    folder = make_folder(place)
    try:
        data, title = wanted.place(folder, settings)
        start_measuring(folder, wanted.models, data, title)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def _title(folder: Path) -> str:
    """Never changes while it is measured, see :func:`pick`."""
    asked = Asked.read(folder)
    when = f"{datetime.fromisoformat(asked.created).astimezone():%d %b, %H:%M:%S}"
    return " · ".join((asked.title, " and ".join(asked.models), when))


show_page()

"""One measurement: how far it is, and what it came to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import streamlit as st

from inkdigits.errors import InkDigitsError, RightsError
from inkdigits.evaluation.background import Asked, load_measured
from inkdigits.jobs.process import delete, stop
from inkdigits.jobs.standing import Standing, read_standing
from inkdigits.settings import Settings
from inkdigits.web.accounts.gate import as_admin
from inkdigits.web.deleting import ask_to_delete
from inkdigits.web.studio.evaluation import forget_choices, show_evaluation
from inkdigits.wording import plain

KEPT = "studio.evaluated"
PACE = 1.0  # seconds from one look at a measurement at work to the next


def show_measurement(folder: Path, settings: Settings) -> None:
    """Draws a measurement: its progress while it is at work, then all that came of it."""
    standing = read_standing(folder)
    if standing.state == "running":
        st.fragment(_show_progress, run_every=PACE)(folder)
        return
    if standing.state == "finished":
        _show_found(folder, settings)
    elif standing.state == "failed":
        st.error(f"**Nothing was measured.** {standing.message}", icon=":material/error:")
    elif standing.state == "stopped":
        st.info("Stopped before the end: measure again.", icon=":material/pause_circle:")
    else:
        st.warning(
            "**It was cut off,** as after a crash or when the machine was switched off: measure again.",
            icon=":material/bolt:",
        )
    if st.button("Delete this measurement", icon=":material/delete:", key="measurement_delete"):
        words = f"What was measured on **{plain(Asked.read(folder).title)}** is deleted for good."
        ask_to_delete("measurement", words, lambda: _do("delete", lambda: delete(folder)), key="measurement_delete")


def _show_progress(folder: Path) -> None:
    standing = read_standing(folder)
    if standing.state != "running":
        st.rerun()
    asked = Asked.read(folder)
    st.progress(*_progress(standing, asked))
    if st.button("Stop", icon=":material/stop_circle:", key="measurement_stop"):
        _do("stop", lambda: stop(folder))
        st.rerun()


def _progress(standing: Standing, asked: Asked) -> tuple[float, str]:
    total = int(standing.progress.get("total", 0))
    if not total:
        return 0.0, f"Opening {asked.title}"
    done, each = int(standing.progress["done"]), total // len(asked.models)
    turn = min(len(asked.models) - 1, done // each)
    return done / total, f"{asked.models[turn]}: {done - turn * each:,} of {each:,} digits read"


def _show_found(folder: Path, settings: Settings) -> None:
    if st.session_state.get(KEPT, ("",))[0] != folder.name:
        forget_choices()
        try:
            with st.spinner("Opening the measurement"):
                st.session_state[KEPT] = (folder.name, load_measured(folder, settings))
        except InkDigitsError as error:
            st.error(f"**It cannot be shown.** {error}", icon=":material/error:")
            return
    show_evaluation(st.session_state[KEPT][1], Asked.read(folder).models, settings)


def _do(what: str, act: Callable[[], None]) -> None:
    with suppress(RightsError):  # the page starts anew, and says who may do it
        as_admin("training", f"measurement: {what}", act)

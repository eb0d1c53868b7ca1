"""The Tune page of the Studio: let many short trainings find good settings, and train with the best."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from inkdigits.settings import Settings
from inkdigits.web.studio.frame import STUDY, threads
from inkdigits.web.studio.missing import stop_without_tuning
from inkdigits.web.studio.tune_form import Wanted, ask_study
from inkdigits.web.studio.tune_view import show_study

EMPTY = (
    "No study yet. A study runs many short trainings with different settings, cuts hopeless ones short, and shows "
    "which settings are best: choose above what to learn from, and press Start."
)


def show_page() -> None:
    """The page, top to bottom."""
    st.title("Tune", anchor=False)
    stop_without_tuning()
    from inkdigits.training.jobs.tuning import list_studies

    settings = Settings.resolve(None)
    place = settings.home / "studies"
    studies = list_studies(place)
    st.caption("Looks for good settings by many short trainings. It goes on when you close this page.")
    STUDY.show_said()
    with st.expander("New study", icon=":material/tune:", expanded=not studies):
        wanted = ask_study(settings, STUDY.free_name([study.name for study in studies]))
        if wanted is not None:
            STUDY.start(wanted.name, lambda: _start(wanted, settings, place))
    if not studies:
        st.html(f'<p class="ink-empty" role="status">{EMPTY}</p>')
        return
    show_study(place / STUDY.choose({study.name: study.standing.state for study in studies}))


def _start(wanted: Wanted, settings: Settings, place: Path) -> Path:
    from inkdigits.training.jobs.tuning import start_study

    return start_study(
        place,
        wanted.name,
        wanted.fixed,
        wanted.trials,
        wanted.minutes,
        wanted.storage,
        settings.data,
        threads(),
    )


show_page()

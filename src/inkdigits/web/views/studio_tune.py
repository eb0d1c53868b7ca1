"""The Tune page of the Studio: let many short trainings find good settings, and train with the best."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from inkdigits.errors import InkDigitsError
from inkdigits.settings import Settings
from inkdigits.web.accounts.gate import as_admin
from inkdigits.web.studio.missing import stop_without_tuning
from inkdigits.web.studio.train_form import say
from inkdigits.web.studio.tune_form import Wanted, ask_study
from inkdigits.web.studio.tune_view import STATES, show_said, show_study

if TYPE_CHECKING:
    from inkdigits.training.jobs.tuning import StudyJob

CHOSEN = "studio.tune.study"
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
    show_said()
    with st.expander("New study", icon=":material/tune:", expanded=not studies):
        wanted = ask_study(settings, _free_name(studies))
        if wanted is not None:
            _start(wanted, settings, place)
    if not studies:
        st.html(f'<p class="ink-empty" role="status">{EMPTY}</p>')
        return
    show_study(_choose(studies))


def _start(wanted: Wanted, settings: Settings, place: Path) -> None:
    from inkdigits.recognition.engine import processors
    from inkdigits.training.jobs.tuning import start_study

    try:
        with st.spinner("Starting"):
            folder = as_admin(
                "training",
                f"study: start {wanted.name}",
                lambda: start_study(
                    place,
                    wanted.name,
                    wanted.fixed,
                    wanted.trials,
                    wanted.minutes,
                    wanted.storage,
                    settings.data,
                    threads=max(1, processors() - 1),  # the application wants to answer meanwhile
                ),
            )
    except InkDigitsError as error:
        say(error, "The study did not start:")
        return
    st.session_state[CHOSEN] = folder.name
    st.rerun()


def _choose(studies: list[StudyJob]) -> Path:
    by_name = {study.name: study for study in studies}
    names = list(by_name)
    if len(names) == 1:
        return studies[0].plan.folder
    wanted = st.session_state.get(CHOSEN)
    name = st.selectbox(
        "Study",
        names,
        index=names.index(wanted) if wanted in names else 0,
        format_func=lambda one: f"{one} · {STATES[by_name[one].standing.state]}",
    )
    st.session_state[CHOSEN] = str(name)
    return by_name[str(name)].plan.folder


def _free_name(studies: list[StudyJob]) -> str:
    taken = {study.name for study in studies}
    return next(name for name in (f"study-{number}" for number in range(1, len(studies) + 2)) if name not in taken)


show_page()

"""The Train page of the Studio: train a network of your own, and watch it learn."""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from inkdigits.settings import Settings
from inkdigits.web.studio.frame import RUN, threads
from inkdigits.web.studio.missing import stop_without_training
from inkdigits.web.studio.run_view import show_run
from inkdigits.web.studio.train_form import BASES, FILLED, Wanted, ask_training, is_filled, own_folder
from inkdigits.wording import percent

if TYPE_CHECKING:
    from inkdigits.training.jobs.job import Job

EMPTY = "No training yet: choose above what to learn from, or press Start for a small first try."


def show_page() -> None:
    """The page, top to bottom."""
    st.title("Train", anchor=False)
    stop_without_training()
    from inkdigits.training.jobs.job import list_jobs

    settings = Settings.resolve(None)
    runs = settings.home / "runs"
    jobs = list_jobs(runs)
    st.caption("A training goes on when you close this page; come back at any time.")
    RUN.show_said()
    with st.expander("New training", icon=":material/model_training:", expanded=not jobs or is_filled()):
        wanted = ask_training(settings, RUN.free_name([job.name for job in jobs]))
        if wanted is not None:
            RUN.start(wanted.name, lambda: _start(wanted, settings, runs))
    if not jobs:
        st.html(f'<p class="ink-empty" role="status">{EMPTY}</p>')
        return
    show_run(runs / RUN.choose({job.name: job.state for job in jobs}), settings.home)
    if len(jobs) > 1:
        st.subheader("All trainings", anchor=False)
        st.html(_table(jobs))


def _start(wanted: Wanted, settings: Settings, runs: Path) -> Path:
    from inkdigits.training.jobs.launch import start_job

    run = start_job(runs, wanted.name, own_folder(wanted, settings), settings.data, threads())
    st.session_state.pop(FILLED, None)
    return run


def _table(jobs: list[Job]) -> str:
    rows = "".join(_row(job) for job in jobs)
    head = "<thead><tr><th>Name</th><th>Learned from</th><th>State</th><th>Epochs</th><th>Digits read</th></tr></thead>"
    return (
        f'<div class="ink-scroll" tabindex="0" role="region" aria-label="All trainings"><table class="ink-table">'
        f"<caption>All trainings</caption>{head}<tbody>{rows}</tbody></table></div>"
    )


def _learned(config: Mapping[str, Any]) -> str:
    """What a run learned from, in words."""
    if config.get("distill"):
        return "A model, adapted to own pictures"
    own = " and own pictures" if config.get("own") and config.get("base") != "own" else ""
    return BASES.get(str(config.get("base")), "?") + own


def _row(job: Job) -> str:
    cells = (
        _learned(job.config),
        RUN.state(job.state),
        f"{job.epochs} of {job.config.get('epochs', '?')}",
        "–" if job.read is None else percent(job.read),
    )
    return f"<tr><th>{html.escape(job.name)}</th>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>"


show_page()

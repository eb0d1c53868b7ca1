"""One run: how far it is, its curves, and what can be done with it."""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from inkdigits.registry.model import USEFUL
from inkdigits.web.studio.frame import RUN
from inkdigits.web.studio.run_charts import show_curves
from inkdigits.wording import percent

if TYPE_CHECKING:
    from inkdigits.training.jobs.job import Job

STAGES = {"own": "Reading your pictures", "data": "Making digits", "train": "Learning", "export": "Exporting"}
PACE = 1.0  # seconds from one look at a running training to the next


def show_run(run: Path, home: Path) -> None:
    """Draws a run, again and again while it is at work.

    Args:
        run: Its folder.
        home: The home folder, where models are kept.
    """
    from inkdigits.training.jobs.job import read_job

    running = read_job(run).state == "running"
    st.fragment(_show, run_every=PACE if running else None)(run, home, running)


def _show(run: Path, home: Path, was_running: bool) -> None:
    from inkdigits.training.jobs.job import read_job

    job = read_job(run)
    if was_running and job.state != "running":
        st.rerun()
    st.subheader(f"{job.name} · {RUN.state(job.state)}", anchor=False)
    total = int(job.config.get("epochs", 1))
    if job.state == "running":
        st.progress(*_progress(job, total))
    else:
        _show_end(job, total)
    if job.note:
        st.warning(f"From your pictures: {job.note}.", icon=":material/image_not_supported:")
    _show_actions(job, home)
    if job.history:
        st.html(_figures(job))
        show_curves(job.history, total)
    elif job.state == "running":
        st.caption("The curves begin after the first epoch.")
    RUN.show_log(job.run, unfolded=job.state == "failed" and not job.message)


def _progress(job: Job, total: int) -> tuple[float, str]:
    stage, done = job.progress.get("stage", ""), job.progress.get("done", 0)
    if not stage:
        return 0.0, "Starting"
    if stage == "train" or (stage == "data" and job.epochs):
        left = job.progress.get("seconds_left")
        told = f", about {duration(left)} left" if left is not None else ""
        return min(1.0, job.epochs / total), f"Epoch {job.epochs} of {total} done{told}"
    share = 1.0 if stage == "export" else done / max(1, job.progress.get("total", 1))
    return min(1.0, share), STAGES.get(stage, stage)


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    from inkdigits.terminal import duration as told

    return told(seconds)


def _show_end(job: Job, total: int) -> None:
    kept = f"{job.epochs} of {total} epochs are kept"
    if job.state == "finished":
        early = f" after {job.epochs} of {total} epochs" if job.epochs < total else ""
        if job.read is not None and job.read < USEFUL["digit"]:
            st.warning(
                f"Finished{early}, but of the digits it was checked on it reads only {percent(job.read)}. "
                "More pictures or more epochs help.",
                icon=":material/trending_down:",
            )
        else:
            st.success(f"Finished{early}: the model is ready.", icon=":material/check:")
    elif job.state == "stopped":
        st.info(f"Stopped; {kept}. Resume goes on from there.", icon=":material/pause_circle:")
    elif job.state == "failed":
        st.error(f"**It could not go on.** {job.message or 'The log says more.'}", icon=":material/error:")
    else:
        st.warning(
            f"**It stopped unexpectedly,** as after a crash or when the machine was switched off; {kept}. "
            "Resume goes on from there and ends with the same weights.",
            icon=":material/bolt:",
        )


def _show_actions(job: Job, home: Path) -> None:
    from inkdigits.jobs.process import stop
    from inkdigits.training.jobs.launch import resume_job

    with st.container(horizontal=True):
        if job.state == "running":
            RUN.button(job.name, "Stop", "stop_circle", "stop", lambda: stop(job.run))
        if job.resumable:
            RUN.button(job.name, "Resume", "play_arrow", "resume", lambda: resume_job(job.run), primary=True)
        if job.state == "finished":
            RUN.button(job.name, "Add to models", "library_add", "add", lambda: _add(job.run, home), primary=True)
        if job.state != "running":
            stays = " Its model, where it is among the models, stays." if job.state == "finished" else ""
            RUN.delete_button(job.run, f"**{job.name}** and all that it learned are deleted for good.{stays}")


def _add(run: Path, home: Path) -> str:
    from inkdigits.registry import Registry

    model = Registry(home).add(run, "digit", run.name)
    return f"{run.name} is among the models now, as {model.id}: promote it there to read with it."


def _figures(job: Job) -> str:
    last = job.history[-1]
    words = [f"Epoch {job.epochs}", f"loss {last['loss']:.3f}"]
    if job.read is not None:
        words.append(f"validation: {percent(job.read)} of the digits right")
    words.append(f"{last['glyphs_per_second']:,.0f} digits a second")
    return f'<p class="ink-pace">{html.escape(" · ".join(words))}</p>'

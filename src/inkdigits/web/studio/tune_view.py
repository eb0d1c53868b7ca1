"""One study: how far it is, what it found, and what can be done with it."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from inkdigits.errors import InkDigitsError
from inkdigits.jobs.process import stop
from inkdigits.web.studio.frame import STUDY
from inkdigits.web.studio.train_form import fill_form
from inkdigits.web.studio.tune_charts import TITLES, short, show_importances, show_one, show_parallel, show_trials

if TYPE_CHECKING:
    from inkdigits.training.jobs.tuning import StudyJob
    from inkdigits.training.study import Seen, TrialResult

TRAIN_PAGE = Path(__file__).parents[1] / "views" / "studio_train.py"
PACE = 2.0  # seconds from one look at a study at work to the next
MORE = 10
_KINDS = {"complete": "complete", "pruned": "cut short", "running": "running"}


def show_study(folder: Path) -> None:
    """Draws a study, again and again while it is at work."""
    from inkdigits.training.jobs.tuning import read_study

    running = read_study(folder).standing.state == "running"
    st.fragment(_show, run_every=PACE if running else None)(folder, running)


def _show(folder: Path, was_running: bool) -> None:
    from inkdigits.training.jobs.tuning import read_study
    from inkdigits.training.study import best_of, look_at, shipped_of

    job = read_study(folder)
    state = job.standing.state
    if was_running and state != "running":
        st.rerun()
    st.subheader(f"{job.name} · {STUDY.state(state)}", anchor=False)
    try:
        seen = look_at(job.plan)
    except InkDigitsError as error:
        st.error(f"**Its trials cannot be shown.** {error}", icon=":material/error:")
        _show_actions(job, None)
        STUDY.show_log(folder)
        return
    best, shipped = best_of(seen.trials), shipped_of(seen.trials)
    _show_standing(job, seen)
    _show_actions(job, best)
    if best is not None:
        st.html(f'<p class="ink-pace" role="status">{html.escape(_verdict(best, shipped))}</p>')
    if seen.trials:
        _show_found(seen, best)
    STUDY.show_log(folder)


def _show_standing(job: StudyJob, seen: Seen) -> None:
    state = job.standing.state
    if state == "running":
        st.progress(*_progress(job, seen))
    elif state == "failed":
        st.error(f"**It could not go on.** {job.standing.message or 'The log says more.'}", icon=":material/error:")
    elif state == "lost":
        st.warning(
            "**It stopped unexpectedly,** as after a crash or when the machine was switched off. Finished trials are "
            "kept; the one that was cut off is run again.",
            icon=":material/bolt:",
        )
    elif state == "stopped":
        st.info("Stopped; finished trials are kept.", icon=":material/pause_circle:")
    else:
        st.success("Finished: train with the best settings, or add trials.", icon=":material/check:")


def _progress(job: StudyJob, seen: Seen) -> tuple[float, str]:
    stage = job.standing.progress.get("stage", "")
    if not stage:
        return 0.0, "Starting"
    if stage in ("own", "data"):
        done = job.standing.progress.get("done", 0) / max(1, job.standing.progress.get("total", 1))
        return min(1.0, done), "Making digits for all trials"
    done = job.added(seen)
    now = next((trial for trial in reversed(seen.trials) if trial.state == "running"), None)
    epochs = job.plan.base.epochs
    part = min(1.0, len(now.losses) / epochs) if now is not None else 0.0
    told = f"; trial {now.number}: epoch {len(now.losses)} of {epochs}" if now is not None else ""
    return min(1.0, (done + part) / max(1, job.wanted)), f"{done} of {job.wanted} trials done{told}"


def _show_actions(job: StudyJob, best: TrialResult | None) -> None:
    from inkdigits.training.jobs.tuning import go_on

    running = job.standing.state == "running"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if running:
            STUDY.button(job.name, "Stop", "stop_circle", "stop", lambda: stop(job.plan.folder))
        if best is not None and st.button(
            "Train with the best settings",
            icon=":material/model_training:",
            key="study_train",
            type="secondary" if running else "primary",
            help="Opens the Train page with the form filled in",
        ):
            fill_form(job.plan.whole(best.settings), job.name)
            st.switch_page(TRAIN_PAGE)
        if not running:
            more = st.number_input("Trials to add", 1, 1_000, MORE, key="study_more", width=160)
            STUDY.button(job.name, "Go on", "play_arrow", "go_on", lambda: go_on(job.plan.folder, more))
            stays = " Its trials in the database stay." if job.plan.storage else ""
            STUDY.delete_button(job.plan.folder, f"**{job.name}** and what it found are deleted for good.{stays}")


def _show_found(seen: Seen, best: TrialResult | None) -> None:
    st.markdown("**Trials, and the best so far**")
    show_trials(seen.trials)
    if best is not None:
        st.markdown("**How settings go together**")
        st.caption("A line a trial; the thick one is the best. Numbers are the lowest and highest value tried.")
        show_parallel(seen.trials, best)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Which settings matter**")
        if seen.importances:
            st.caption("How much of the difference between trials each setting explains.")
            show_importances(seen.importances)
        else:
            st.caption("Known after four trials that came to their end.")
    with right:
        st.markdown("**One setting**")
        names = [name for name in TITLES if name in seen.trials[0].settings]
        if names:
            name = st.selectbox("Setting", names, format_func=TITLES.__getitem__, key="study_one")
            if any(trial.loss is not None for trial in seen.trials):
                show_one(seen.trials, str(name))
    st.html(_table(seen.trials))


def _table(trials: Sequence[TrialResult]) -> str:
    names = [name for name in TITLES if any(name in trial.settings for trial in trials)]
    heads = "".join(f"<th>{html.escape(TITLES[name])}</th>" for name in names)
    rows = "".join(_row(trial, names) for trial in reversed(trials))
    return (
        '<div class="ink-scroll" tabindex="0" role="region" aria-label="All trials"><table class="ink-table">'
        f"<caption>All trials</caption><thead><tr><th>Trial</th><th>State</th><th>Loss</th>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(trial: TrialResult, names: Sequence[str]) -> str:
    state = _KINDS.get(trial.state, trial.state) + (", shipped settings" if trial.shipped else "")
    loss = "–" if trial.loss is None else f"{trial.loss:.4f}"
    cells = (state, loss, *(short(trial.settings[name]) if name in trial.settings else "–" for name in names))
    return f"<tr><th>{trial.number}</th>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>"


def _verdict(best: TrialResult, shipped: TrialResult | None) -> str:
    told = f"Best so far: trial {best.number}, validation loss {best.loss:.4f}"
    if shipped is None:
        return told
    if shipped.number == best.number:
        return f"{told} · these are the shipped settings"
    return f"{told} · the shipped settings came to {shipped.loss:.4f}"

"""One batch: how far it is, what could not be read, the first rows, and what can be done with it."""

from __future__ import annotations

import html

import streamlit as st

from inkdigits.batch.checks import settled
from inkdigits.batch.kept import Batch
from inkdigits.batch.look import Look
from inkdigits.batch.shelf import Shelf
from inkdigits.errors import InkDigitsError
from inkdigits.jobs.process import last_words
from inkdigits.storage.actor import Actor
from inkdigits.web.accounts.identity import current_actor
from inkdigits.web.batch.actions import show_actions
from inkdigits.web.batch.check import show_check
from inkdigits.web.batch.rows import refused_table, rows_table
from inkdigits.wording import counted, plain

STATES = {
    "running": "at work",
    "finished": "finished",
    "stopped": "stopped",
    "failed": "failed",
    "lost": "stopped unexpectedly",
}
PACE = 1.0  # seconds from one look at a batch at work to the next
SHOWN = 20  # rows, and bad files
LOOK = "batch.look"


def show_batch(shelf: Shelf, actor: Actor, name: str) -> None:
    """Draws a batch, again and again while it is at work.

    Args:
        shelf: Where batches are.
        actor: Who looks.
        name: Which.
    """
    running = shelf.get(actor, name).standing.state == "running"
    st.fragment(_show, run_every=PACE if running else None)(shelf, name, running)


def _show(shelf: Shelf, name: str, was_running: bool) -> None:
    actor = current_actor()
    try:
        batch = shelf.get(actor, name)
    except InkDigitsError:
        st.rerun()  # deleted meanwhile, or not the visitor's any more
    if was_running and batch.standing.state != "running":
        st.rerun()
    st.subheader(f"{plain(batch.asked.title)} · {STATES[batch.standing.state]}", anchor=False)
    _show_standing(batch)
    show_actions(shelf, actor, batch)
    try:
        if batch.standing.state == "finished":
            show_check(shelf, batch, _look(batch))
        _show_found(batch)
    except InkDigitsError as error:
        st.error(f"**What was read cannot be shown.** {error}", icon=":material/error:")
    if actor.manages:
        _show_log(batch)


def _show_standing(batch: Batch) -> None:
    state, told = batch.standing.state, _so_far(batch)
    if state == "running":
        st.progress(*_progress(batch))
    elif state == "failed":
        st.error(f"**It could not go on.** {batch.standing.message or 'The log says more.'}", icon=":material/error:")
    elif state == "lost":
        st.warning(
            f"**It stopped unexpectedly,** as after a crash or when the machine was switched off. {told} Resume goes "
            "on from there: nothing is lost or read twice.",
            icon=":material/bolt:",
        )
    elif state == "stopped":
        st.info(f"Stopped. {told} Resume goes on from there.", icon=":material/pause_circle:")
    else:
        st.success(_came_to(batch), icon=":material/check:")


def _progress(batch: Batch) -> tuple[float, str]:
    """The share that is done, and how much, how fast and how long."""
    from inkdigits.terminal import duration

    now = batch.standing.progress
    done, total = int(now.get("done", 0)), int(now.get("total", 0))
    if not total:
        return 0.0, "Looking for pictures"
    metrics = now.get("metrics") or {}
    pace, refused = metrics.get("pages_per_second"), int(metrics.get("refused", 0))
    left = now.get("seconds_left")
    parts = [
        f"{done:,} of {total:,} pages",
        f"{pace:,.1f} a second" if pace else "",
        f"about {duration(left)} left" if left is not None else "",
        f"{refused:,} could not be read" if refused else "",
    ]
    return min(1.0, done / total), " · ".join(part for part in parts if part)


def _so_far(batch: Batch) -> str:
    """What has been read of a batch that stands still, in a sentence."""
    now = batch.standing.progress
    if not now.get("total"):
        return "Nothing is read yet."
    return f"{int(now['done']):,} of {int(now['total']):,} pages are read."


def _came_to(batch: Batch) -> str:
    """What came of a batch that is done, in a sentence."""
    summary = _look(batch).summary()
    if summary is None:
        return "Finished."
    parts = [
        counted(summary.pages, "page"),
        f"{counted(summary.numbers, 'number')}, {summary.look_again:,} of them to look at again"
        if summary.look_again
        else counted(summary.numbers, "number"),
        f"{summary.refused:,} could not be read" if summary.refused else "",
    ]
    return f"Finished: {'; '.join(part for part in parts if part)}."


def _show_found(batch: Batch) -> None:
    look = _look(batch)
    refused = look.refused(SHOWN)
    if refused:
        st.markdown("**Could not be read**")
        st.html(refused_table(refused))
        if len(refused) == SHOWN:
            st.caption(f"The first {SHOWN}.")
    rows = list(settled(look.rows(SHOWN), batch.checks.read()))
    if rows:
        st.markdown("**The first rows**")
        st.html(rows_table(rows))
    elif batch.standing.state == "running":
        st.html('<p class="ink-note" role="status">The first rows appear here as soon as they are read.</p>')


def _look(batch: Batch) -> Look:
    """One look a visit: it remembers what it has opened."""
    kept: tuple[str, Look] | None = st.session_state.get(LOOK)
    if kept is None or kept[0] != batch.id:
        kept = st.session_state[LOOK] = (batch.id, Look(batch.results))
    return kept[1]


def _show_log(batch: Batch) -> None:
    with st.expander("Log", icon=":material/notes:"):
        st.code(last_words(batch.folder) or "Nothing yet.", language=None, wrap_lines=True)
        st.caption(f"The batch's folder: `{html.escape(str(batch.folder))}`")

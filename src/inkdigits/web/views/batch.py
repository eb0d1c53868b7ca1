"""The Batch page: many files at once, read in the background, as one table."""

from __future__ import annotations

import html
from datetime import datetime

import streamlit as st

from inkdigits.batch.kept import Batch
from inkdigits.batch.shelf import Shelf
from inkdigits.errors import InkDigitsError
from inkdigits.storage.actor import Actor
from inkdigits.web.accounts.identity import current_actor, get_settings
from inkdigits.web.batch.actions import ask_when_doomed, show_said
from inkdigits.web.batch.desk import get_shelf
from inkdigits.web.batch.form import Wanted, ask_batch, empty_form
from inkdigits.web.batch.view import STATES, show_batch
from inkdigits.web.history.store import unless_told
from inkdigits.web.history.words import moment
from inkdigits.web.picker import pick

CHOSEN = "batch.chosen"
EMPTY = "No batch yet: choose files above and press Start. You get one table with a row for each number."
SHARED = "**This app has no accounts: everyone who opens it sees the same batches.**"


def show_page() -> None:
    """The page, top to bottom."""
    actor, settings, shelf = current_actor(), get_settings(), get_shelf()
    st.title("Batch", anchor=False)
    st.caption(
        "Reads many pictures, scans and PDFs into one table. It goes on when you close this page; uploads are deleted "
        "when they are read, but for cut-outs of the numbers to look at again: they go with the batch. "
        f"{'' if unless_told(actor) else SHARED}"
    )
    show_said()
    try:
        shelf.purge()
        batches = shelf.list(actor)
        with st.expander("New batch", icon=":material/stacks:", expanded=not batches):
            wanted = ask_batch(settings, actor)
            if wanted is not None:
                _start(wanted, shelf, actor)
        _tell_damaged(shelf, actor)
        if batches:
            _show_batches(shelf, actor, batches)
        else:
            st.html(f'<p class="ink-empty" role="status">{EMPTY}</p>')
    except InkDigitsError as error:
        st.error(f"**That did not work.** {error}.", icon=":material/error:")


def _start(wanted: Wanted, shelf: Shelf, actor: Actor) -> None:
    """Starts a batch and shows it; what is wrong is drawn, and the page goes on: a batch on it may be why."""
    try:
        with st.spinner("Starting"):
            started = wanted.start(shelf, actor)
    except InkDigitsError as error:
        st.error(f"**The batch did not start:** {error}.", icon=":material/error:")
        return
    empty_form()
    st.session_state[CHOSEN] = started.id
    st.rerun()


def _tell_damaged(shelf: Shelf, actor: Actor) -> None:
    for folder in shelf.damaged(actor):
        st.warning(
            f"**A batch cannot be shown:** its record is damaged. If nothing in `{folder}` is needed, delete it.",
            icon=":material/folder_off:",
        )


def _show_batches(shelf: Shelf, actor: Actor, batches: list[Batch]) -> None:
    chosen = pick("Which batch", {batch.id: _title(batch, actor) for batch in batches}, CHOSEN)
    show_batch(shelf, actor, chosen)
    ask_when_doomed(shelf, shelf.get(actor, chosen))
    if len(batches) > 1:
        st.subheader("All batches", anchor=False)
        st.html(_table(batches, actor))


def _title(batch: Batch, actor: Actor) -> str:
    """Never changes while it is at work, see :func:`pick`."""
    when = f"{moment(datetime.fromisoformat(batch.asked.created))}"
    return " · ".join(part for part in (batch.asked.title, when, _whose(batch, actor)) if part)


def _whose(batch: Batch, actor: Actor) -> str:
    return batch.asked.person if actor.sees_all and batch.asked.person_id != actor.id else ""


def _table(batches: list[Batch], actor: Actor) -> str:
    several = any(_whose(batch, actor) for batch in batches)
    heads = ["Batch", "Started", *(["Person"] if several else []), "Pages", "State"]
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = "".join(_row(batch, actor, several) for batch in batches)
    return (
        '<div class="ink-scroll" tabindex="0" role="region" aria-label="All batches"><table class="ink-table ink-wide">'
        f"<caption>All batches</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(batch: Batch, actor: Actor, several: bool) -> str:
    done = int(batch.standing.progress.get("done", 0))
    cells = [moment(datetime.fromisoformat(batch.asked.created))]
    cells += [_whose(batch, actor) or "you"] if several else []
    cells += [f"{done:,}", STATES[batch.standing.state]]
    told = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
    return f'<tr><th scope="row">{html.escape(batch.asked.title)}</th>{told}</tr>'


show_page()

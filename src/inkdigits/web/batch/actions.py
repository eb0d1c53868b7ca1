"""What can be done with a batch: stop it, go on with it, take its results home, delete it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

import streamlit as st

from inkdigits.batch.kept import Batch
from inkdigits.batch.shelf import Shelf
from inkdigits.errors import InkDigitsError
from inkdigits.storage.actor import Actor
from inkdigits.web.accounts.identity import current_actor
from inkdigits.web.batch.form import TITLES
from inkdigits.web.deleting import ask_to_delete
from inkdigits.wording import plain

SAID = "batch.said"
DOOMED = "batch.doomed"
LARGEST = 512 * 2**20  # bytes of a file that a browser is sent: they pass through the server's memory
MIMES = {"csv": "text/csv", "jsonl": "application/jsonl", "parquet": "application/vnd.apache.parquet"}


def show_said() -> None:
    """Draws what an action could not do, once."""
    words = st.session_state.pop(SAID, "")
    if words:
        st.error(words, icon=":material/error:")


def show_actions(shelf: Shelf, actor: Actor, batch: Batch) -> None:
    """Draws a button for each thing that the visitor may do with a batch as it stands."""
    changes = shelf.may_change(actor, batch)
    running = batch.standing.state == "running"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if running and changes:
            _button("Stop", "stop_circle", partial(shelf.stop, name=batch.id))
        if batch.resumable and changes:
            _button("Resume", "play_arrow", partial(shelf.resume, name=batch.id), "primary")
        if batch.standing.state == "finished":
            _offer_results(shelf, actor, batch)
        if not running and changes:
            _button("Delete", "delete", partial(_doom, name=batch.id))


def ask_when_doomed(shelf: Shelf, batch: Batch) -> None:
    """Asks before a batch is gone, when its Delete was pressed."""
    if st.session_state.pop(DOOMED, None) == batch.id:
        uploads = " with what was uploaded for it" if batch.asked.uploaded and batch.resumable else ""
        words = f"**{plain(batch.asked.title)}** and what was read of it are deleted for good{uploads}."
        ask_to_delete("batch", words, partial(_do, partial(shelf.delete, name=batch.id)), key="batch_delete")


def _doom(actor: Actor, name: str) -> None:
    st.session_state[DOOMED] = name


def _offer_results(shelf: Shelf, actor: Actor, batch: Batch) -> None:
    if not batch.results.is_file():
        st.error("**The results are gone:** the file was removed from the server. Read the pictures again.")
        return
    form = batch.asked.form
    _offer(shelf, actor, batch, batch.results, f"Download {TITLES[form]}", MIMES[form], "primary")
    if batch.errors.is_file():
        _offer(shelf, actor, batch, batch.errors, "Download errors", MIMES["csv"], "secondary")


def _offer(
    shelf: Shelf, actor: Actor, batch: Batch, file: Path, label: str, mime: str, kind: Literal["primary", "secondary"]
) -> None:
    size = file.stat().st_size
    if size > LARGEST:
        st.warning(
            f"{file.name} has {size / 2**20:,.0f} MB, too much to send through the app: an admin finds it in the "
            "folder of the batch.",
            icon=":material/download_off:",
        )
        return
    st.download_button(
        label,
        lambda: shelf.download(actor, batch.id, file.name),
        file.name,
        mime,
        icon=":material/download:",
        type=kind,
        on_click="ignore",
        key=f"batch_{file.name}",
    )


def _button(
    label: str, icon: str, act: Callable[[Actor], None], kind: Literal["primary", "secondary"] = "secondary"
) -> None:
    if st.button(label, icon=f":material/{icon}:", key=f"batch_{label.lower()}", type=kind):
        _do(act)
        st.rerun()


def _do(act: Callable[[Actor], None]) -> None:
    """Does something as the visitor of this moment, and keeps its error for the page."""
    try:
        act(current_actor())
    except InkDigitsError as error:
        st.session_state[SAID] = f"{error}."

"""``show_report``: what the filter shows, as a file to hand over."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import streamlit as st

from inkdigits.errors import InkDigitsError
from inkdigits.reports import Format, report_kept
from inkdigits.storage import Actor
from inkdigits.storage.filter import Filter
from inkdigits.storage.store import Store
from inkdigits.web.accounts.identity import current_actor, get_address
from inkdigits.web.history.words import zone
from inkdigits.wording import counted

MADE = "history.report"
STEPS = 100
"""How often a report tells how far it is, at most."""

FORMATS: dict[Format, tuple[str, str]] = {
    "pdf": ("PDF, to read and print", "application/pdf"),
    "xlsx": ("Excel (XLSX)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": ("CSV", "text/csv"),
    "jsonl": ("JSON Lines, with boxes and probabilities", "application/jsonl"),
    "parquet": ("Parquet", "application/vnd.apache.parquet"),
}


@dataclass(frozen=True, slots=True)
class Made:
    """A report that waits to be downloaded, and what it was asked for."""

    actor: Actor
    wanted: Filter
    form: Format
    name: str
    data: bytes
    readings: int


def show_report(store: Store, wanted: Filter) -> None:
    """Draws, folded: the format, the button that makes the report, how far it is, and the download.

    It is no fragment: Streamlit does not interrupt a fragment for its own buttons, and Stop would come too late.
    """
    actor = current_actor()
    fold = st.expander("Report", icon=":material/summarize:", key="history_report", on_change="rerun")
    if not fold.open:
        return
    with fold:
        count = store.count(actor, wanted)
        if not count:
            st.write("Nothing to report: no reading fits the filter.")
            return
        st.write(f"**{counted(count, 'reading')}** in a file: figures, then each reading with what was corrected.")
        form: Any = st.selectbox(
            "Format", options=list(FORMATS), index=0, format_func=_named, key="history_report_format"
        )
        place = st.container()
        if place.button("Make the report", icon=":material/summarize:", key="history_report_make"):
            with place:
                _make(store, actor, wanted, form, count)
        made: Made | None = st.session_state.get(MADE)
        if made is not None and (made.actor, made.wanted, made.form) == (actor, wanted, form):
            _offer(made)


def _named(form: Format) -> str:
    return FORMATS[form][0]


def _make(store: Store, actor: Actor, wanted: Filter, form: Format, count: int) -> None:
    st.session_state.pop(MADE, None)
    stage = st.empty()
    with stage.container():
        bar = st.progress(0.0, f"Writing {counted(count, 'reading')}")
        st.button("Stop", icon=":material/stop:", key="history_report_stop")
    try:
        with tempfile.TemporaryDirectory() as folder:
            name = f"readings-{datetime.now(zone()):%Y-%m-%d}.{form}"
            path = Path(folder) / name
            listen = _listener(count, bar.progress)
            done = report_kept(store, actor, wanted, path, format=form, address=get_address(), listen=listen)
            st.session_state[MADE] = Made(actor, wanted, form, name, path.read_bytes(), done)
    except InkDigitsError as error:
        st.error(f"**The report was not made.** {error}.", icon=":material/error:")
    stage.empty()


def _listener(count: int, show: Callable[[float, str], object]) -> Callable[[int], None]:
    """Moves a bar, but not for every reading: each move is a message to the browser, and the place where Stop acts."""
    step = max(1, count // STEPS)

    def listen(done: int) -> None:
        if done % step == 0:
            show(min(1.0, done / count), f"{done:,} of {count:,}" if done < count else "Finishing the file")

    return listen


def _offer(made: Made) -> None:
    size = len(made.data) / 1e6
    st.download_button(
        f"Download {made.form.upper()}, {size:,.1f} MB" if size >= 0.1 else f"Download {made.form.upper()}",
        made.data,
        made.name,
        FORMATS[made.form][1],
        icon=":material/download:",
        type="primary",
        on_click="ignore",
        key="history_report_download",
    )
    st.caption(f"{counted(made.readings, 'reading')}, ready.")

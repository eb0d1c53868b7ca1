"""The gallery of an album: reading what waits, the cards, the table and its downloads."""

from __future__ import annotations

import time

import streamlit as st

from inkdigits import Reader
from inkdigits.web.album import Album
from inkdigits.web.card import show_card
from inkdigits.web.table import Row, to_csv, to_html, to_json

COLUMNS = 3
SHOWN = 12
QUIET = 0.7
"""Seconds of reading before a progress bar appears."""


def read_waiting(album: Album, reader: Reader) -> None:
    """Reads every waiting picture, with a bar and a stop button when that takes a while.

    Each Streamlit call in the loop is where a press of the button ends this run; what was read so far stays.
    """
    total, start = len(album.waiting), time.monotonic()
    place, bar = st.empty(), None
    while album.waiting and not album.stopped:
        album.read_one(reader)
        done, spent = total - len(album.waiting), time.monotonic() - start
        if bar is None and spent > QUIET and album.waiting:
            row = place.container(key=f"progress_{album.batch}")
            bar = row.progress(0.0)
            row.button("Stop", icon=":material/stop_circle:", key="stop", on_click=_stop, args=(album,))
        if bar is not None:
            bar.progress(done / total, f"Reading {done} of {total}, {_left(spent / done * (total - done))}")
    place.empty()


def show_gallery(album: Album, reader: Reader, *, key: str) -> None:
    """Draws the cards, the newest first, and under them the table of all."""
    if album.waiting:
        _offer_rest(album)
    limit = st.session_state.setdefault(f"{key}_shown", SHOWN)
    visible = album.pictures[:limit]
    for start in range(0, len(visible), COLUMNS):
        for column, picture in zip(st.columns(COLUMNS), visible[start : start + COLUMNS], strict=False):
            with column:
                show_card(reader, picture, album.outcome(picture), key=f"{key}_{picture.key}")
    if len(album.pictures) > limit:
        st.button(
            f"Show {min(SHOWN, len(album.pictures) - limit)} more of {len(album.pictures)}",
            icon=":material/expand_more:",
            on_click=_show_more,
            args=(f"{key}_shown",),
        )


def show_table(album: Album, *, key: str) -> None:
    """Draws the table of all readings with its downloads."""
    rows = rows_of(album)
    st.subheader("All readings", anchor=False)
    st.html(to_html(rows))
    with st.container(horizontal=True):
        st.download_button(
            "CSV",
            to_csv(rows),
            "readings.csv",
            "text/csv",
            key=f"{key}_csv",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            "JSON",
            to_json(rows),
            "readings.json",
            "application/json",
            key=f"{key}_json",
            icon=":material/download:",
            on_click="ignore",
        )


def rows_of(album: Album) -> list[Row]:
    """The rows of the table, in the order of the cards; what waits has none."""
    found = [(picture, album.outcome(picture)) for picture in album.pictures]
    return [Row(picture.name, outcome.reading, outcome.error) for picture, outcome in found if outcome is not None]


def _offer_rest(album: Album) -> None:
    st.info(f"Stopped: {len(album.waiting)} of {len(album.pictures)} not read yet.", icon=":material/pause_circle:")
    st.button("Read the rest", icon=":material/play_circle:", type="primary", on_click=_go_on, args=(album,))


def _stop(album: Album) -> None:
    album.stopped = True


def _go_on(album: Album) -> None:
    album.stopped = False


def _show_more(key: str) -> None:
    st.session_state[key] += SHOWN


def _left(seconds: float) -> str:
    return "almost done" if seconds < 1.5 else f"about {round(seconds)} s left"

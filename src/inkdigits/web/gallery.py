"""The gallery of an album: reading what waits, the cards, the table and its downloads."""

from __future__ import annotations

import time
from itertools import groupby

import streamlit as st

from inkdigits import ModelError, OptionError, Reader
from inkdigits.web.album import Album
from inkdigits.web.card import is_large, show_card
from inkdigits.web.table import Row, to_csv, to_html, to_json

COLUMNS = 3
SHOWN = 12


def read_waiting(album: Album, reader: Reader) -> bool:
    """Reads every waiting picture, with a bar and a stop button, which appear when that takes a while.

    Each Streamlit call in the loop is where a press of the button ends this run; what was read so far stays.

    Returns:
        True unless the question cannot be asked, which the page then says.
    """
    total, start = len(album.waiting), time.monotonic()
    if not total or album.stopped:
        return True
    place = st.empty()
    with place.container(key=f"progress_{album.batch}"):
        bar = st.progress(0.0, f"Reading {album.waiting[0].name}")
        st.button("Stop", icon=":material/stop_circle:", key="stop", on_click=_stop, args=(album,))
    try:
        while album.waiting and not album.stopped:
            album.read_one(reader)
            share, told = _progress(album, total)
            if share > 0:
                spent = time.monotonic() - start
                bar.progress(share, f"{told}{_left(spent / share * (1 - share))}")
    except (OptionError, ModelError) as error:
        why = "with these limits" if isinstance(error, OptionError) else "on this server"
        st.error(f"**Nothing can be read {why}:** {error}.", icon=":material/error:")
        return False
    finally:
        place.empty()
    return True


def show_gallery(album: Album, reader: Reader, *, key: str) -> None:
    """Draws the cards, the newest first: large ones in a row of their own, small ones side by side."""
    limit = st.session_state.setdefault(f"{key}_shown", SHOWN)
    visible = album.pictures[:limit]
    alone = len(visible) == 1
    for large, group in groupby(visible, lambda picture: alone or is_large(album.outcome(picture))):
        across = 1 if large else COLUMNS
        pictures = list(group)
        for start in range(0, len(pictures), across):
            row = st.columns(across) if across > 1 else [st.container()]
            for column, picture in zip(row, pictures[start : start + across], strict=False):
                with column:
                    show_card(reader, album, picture, key=f"{key}_{picture.key}", wide=large)
    if len(album.pictures) > limit:
        st.button(
            f"Show {min(SHOWN, len(album.pictures) - limit)} more of {len(album.pictures)}",
            icon=":material/expand_more:",
            on_click=_show_more,
            args=(f"{key}_shown",),
        )


def show_table(album: Album, *, key: str) -> None:
    """Draws the table of all readings, if any, with its downloads, which are made when they are asked for."""
    rows = rows_of(album)
    if not rows:
        return
    st.subheader("All readings", anchor=False)
    st.html(to_html(rows))
    with st.container(horizontal=True):
        st.download_button(
            "CSV",
            lambda: to_csv(rows_of(album)),
            "readings.csv",
            "text/csv",
            key=f"{key}_csv",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            "JSON",
            lambda: to_json(rows_of(album)),
            "readings.json",
            "application/json",
            key=f"{key}_json",
            icon=":material/download:",
            on_click="ignore",
        )


def rows_of(album: Album) -> list[Row]:
    """The rows of the table, in the order of the cards, a page a row; what waits has none."""
    rows = []
    for picture in album.pictures:
        outcome = album.outcome(picture)
        if outcome is None:
            continue
        for sheet in outcome.sheets:
            page = sheet.reading.page
            rows.append(Row(picture.name, sheet.reading, "", album.corrections_of(picture, page)))
        if outcome.error:
            rows.append(Row(picture.name, None, outcome.error))
    return rows


def offer_rest(album: Album) -> None:
    """Says that the reading was stopped, and offers to go on."""
    st.info(f"Stopped: {len(album.waiting)} of {len(album.pictures)} not read yet.", icon=":material/pause_circle:")
    st.button("Read the rest", icon=":material/play_circle:", type="primary", on_click=_go_on, args=(album,))


def _progress(album: Album, total: int) -> tuple[float, str]:
    """The share that is done, and what is being read."""
    waiting = album.waiting
    done = total - len(waiting)
    if not waiting:
        return 1.0, "Done"
    outcome = album.outcome(waiting[0])
    if outcome is None or not outcome.sheets:
        return done / total, f"Reading {done + 1} of {total}: {waiting[0].name}"
    pages = len(outcome.sheets)
    share = (done + pages / outcome.pages) / total
    return share, f"Reading page {pages + 1} of {outcome.pages}: {waiting[0].name}"


def _stop(album: Album) -> None:
    album.stopped = True


def _go_on(album: Album) -> None:
    album.stopped = False


def _show_more(key: str) -> None:
    st.session_state[key] += SHOWN


def _left(seconds: float) -> str:
    """Nothing while it is short: after a few quick pictures it says nothing of a slow one that waits."""
    return "" if seconds < 1.5 else f", about {round(seconds)} s left"

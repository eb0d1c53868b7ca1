"""One picture of the album: its sheet of numbers, its pages, what went wrong, and how it was read."""

from __future__ import annotations

import html

import streamlit as st

from inkdigits import Reader, Reading
from inkdigits.web.album import Album, read_again
from inkdigits.web.answer import show_road
from inkdigits.web.answer.details import TITLE
from inkdigits.web.history.keeping import keep_corrections
from inkdigits.web.pictures import Outcome, Picture, Sheet
from inkdigits.web.sheet import show_sheet

FEW = 3
"""Numbers on a picture up to which a third of the page's width is enough for it."""

_TRACED = "card.traced"


def is_large(outcome: Outcome | None) -> bool:
    """True when a picture wants the whole width: several pages, or more than a few numbers."""
    if outcome is None:
        return False
    return outcome.pages > 1 or any(len(sheet.reading.numbers) > FEW for sheet in outcome.sheets)


def show_card(reader: Reader, album: Album, picture: Picture, *, key: str, wide: bool) -> None:
    """Draws one picture of an album.

    Args:
        reader: The reader, for the details.
        album: Where it is, with what came of it.
        picture: Its name.
        key: Unique on the page and the same on every rerun.
        wide: Numbers beside the picture rather than below it.
    """
    outcome = album.outcome(picture)
    with st.container(border=True, key=f"{key}_card", height="stretch"):
        if outcome is None:
            st.html(named(picture.name, '<p class="ink-note">Not read yet.</p>'))
            return
        if outcome.sheets:
            _show_sheets(reader, album, picture, outcome, key, wide)
        if outcome.error:
            st.html(_error(outcome.error) if outcome.sheets else named(picture.name, _error(outcome.error)))


def _show_sheets(reader: Reader, album: Album, picture: Picture, outcome: Outcome, key: str, wide: bool) -> None:
    sheet = _choose_page(outcome, key)
    page = sheet.reading.page
    here = f"{key}_{hash(album.question) & 0xFFFFFFFF:08x}_{page}"
    name = picture.name if outcome.pages == 1 else f"{picture.name}, page {page + 1} of {outcome.pages}"
    corrections = album.corrections_of(picture, page)
    show_sheet(
        name,
        sheet.reading,
        sheet.preview,
        corrections,
        key=f"{here}_sheet",
        wide=wide,
        on_change=lambda: keep_corrections(sheet.kept, corrections),
    )
    if st.button(TITLE, icon=":material/frame_inspect:", key=f"{here}_road"):
        # The title is the file's name, which only the call knows.
        st.dialog(f"{TITLE}: {name}", width="large")(_show_road)(reader, album, picture, page, here)


def _choose_page(outcome: Outcome, key: str) -> Sheet:
    if outcome.pages == 1:
        return outcome.sheets[0]
    done = len(outcome.sheets)
    if not outcome.finished:
        st.html(f'<p class="ink-note" role="status">{done} of {outcome.pages} pages are read so far.</p>')
    page = st.pagination(done, key=f"{key}_pages") if done > 1 else 1
    return outcome.sheets[min(page, done) - 1]


def _show_road(reader: Reader, album: Album, picture: Picture, page: int, key: str) -> None:
    show_road(reader, _traced(reader, album, picture, page), key=key)


def _traced(reader: Reader, album: Album, picture: Picture, page: int) -> Reading:
    """The reading with its steps: read again when it is asked for, and only the last one is kept."""
    asked = (picture.digest, album.question, page)
    last, reading = st.session_state.get(_TRACED, (None, None))
    if last != asked:
        reading = read_again(reader, album.files[picture.digest], album.question, page)
        st.session_state[_TRACED] = (asked, reading)
    return reading


def named(name: str, body: str) -> str:
    """A card without a sheet, as HTML."""
    safe = html.escape(name, quote=True)
    return f'<article class="ink-card"><h3 class="ink-name" title="{safe}">{safe}</h3>{body}</article>'


def _error(message: str) -> str:
    sentence = html.escape(message[:1].upper() + message[1:])
    state = '<p class="ink-state"><span class="ink-mark error" aria-hidden="true"></span>cannot be read</p>'
    return f'<div class="ink-error" role="alert">{state}<p>{sentence}.</p></div>'

"""``show_listing``: a page of readings, the newest first, with their small pictures."""

from __future__ import annotations

import html

import streamlit as st

from inkdigits.storage import Actor, Record
from inkdigits.storage.filter import Cursor, Filter
from inkdigits.storage.store import Store
from inkdigits.web.answer.heat import image_tag
from inkdigits.web.history.filters import clear_filter, is_filtered
from inkdigits.web.history.words import STATES, called, moment, origin, text_of
from inkdigits.wording import counted, percent, plain

EACH = 25
PAGES = "history.pages"  # (filter, cursors of the pages up to this one)
OPEN = "reading"  # in the address

NONE_MATCHES = "No reading matches this filter."


def show_listing(store: Store, actor: Actor, wanted: Filter, empty: str) -> None:
    """Draws a page of readings, or why there is none.

    Args:
        store: Where they are.
        actor: Who looks.
        wanted: Which.
        empty: What to say when nothing was ever kept.
    """
    asked, cursors = st.session_state.get(PAGES, (wanted, [None]))
    if asked != wanted:
        cursors = [None]
    listing = store.list(actor, wanted, EACH, cursors[-1])
    if not listing.records and len(cursors) > 1:  # what was on this page is deleted
        cursors = [None]
        listing = store.list(actor, wanted, EACH)
    st.session_state[PAGES] = (wanted, cursors)
    if not listing.records:
        st.html(f'<p class="ink-empty" role="status">{NONE_MATCHES if is_filtered() else empty}</p>')
        if is_filtered():
            st.button("Show all readings", on_click=clear_filter, key="history_all")
        return
    first = EACH * (len(cursors) - 1) + 1
    total = store.count(actor, wanted)
    place = f"{first:,} to {first + len(listing.records) - 1:,} of " if total > EACH else ""
    st.html(f'<p class="ink-note" role="status">{place}{counted(total, "reading")}</p>')
    thumbnails = store.thumbnails([record.id for record in listing.records], actor)
    for record in listing.records:
        _show_row(record, thumbnails.get(record.id), actor)
    _show_turns(wanted, cursors, listing.after)


def _show_turns(wanted: Filter, cursors: list[Cursor | None], after: Cursor | None) -> None:
    """The buttons to the pages before and behind: each leads to one page, however often it is pressed."""
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.button(
            "Newer",
            icon=":material/chevron_left:",
            disabled=len(cursors) == 1,
            on_click=_turn,
            args=(wanted, cursors[:-1] or [None]),
            key="history_newer",
        )
        st.button(
            "Older",
            icon=":material/chevron_right:",
            disabled=after is None,
            on_click=_turn,
            args=(wanted, cursors if after is None else [*cursors, after]),
            key="history_older",
        )


def _turn(wanted: Filter, cursors: list[Cursor | None]) -> None:
    st.session_state[PAGES] = (wanted, cursors)


def _show_row(record: Record, thumbnail: bytes | None, actor: Actor) -> None:
    row = st.container(horizontal=True, vertical_alignment="center", border=True, key=f"history_row_{record.id}")
    with row:
        st.html(row_html(record, thumbnail, actor), width="stretch")
        st.button(
            f"Open {plain(called(record))}",
            key=f"history_open_{record.id}",
            on_click=open_reading,
            args=(record.id,),
            width="content",
        )


def row_html(record: Record, thumbnail: bytes | None, actor: Actor) -> str:
    """One reading in a line: its picture, what it says, how sure, where from and when."""
    picture = image_tag(thumbnail, "", "ink-thumb", "image/webp") if thumbnail else '<span class="ink-thumb"></span>'
    whose = f" · {html.escape(record.person)}" if actor.sees_all and record.person else ""
    facts = f"{html.escape(origin(record))} · {moment(record.created)}{whose}"
    return (
        f'<div class="ink-row">{picture}<div><p class="ink-read">{html.escape(text_of(record))}</p>'
        f'<p class="ink-note">{html.escape(told(record))}</p><p class="ink-note">{facts}</p></div></div>'
    )


def told(record: Record) -> str:
    """How sure the reader was, or that a person looked."""
    if record.checked:
        changed = record.corrected_text != record.text
        return f"corrected, was {record.text or 'not read'}" if changed else "checked: right"
    states = {number.state for number in record.reading.numbers if number.text or number.reason == "unsure"}
    if "look_again" in states:
        return STATES["look_again"]
    return f"sure, {percent(sure(record))}" if states else STATES["not_a_digit"]


def sure(record: Record) -> float:
    """Confidence of the weakest number that was read."""
    return min((number.confidence for number in record.reading.numbers if number.text), default=0.0)


def open_reading(name: str) -> None:
    """Shows a reading; its id stands in the address."""
    st.query_params[OPEN] = name

"""The History page: what was read, found again, corrected, taken along or deleted."""

from __future__ import annotations

import streamlit as st

from inkdigits.errors import InkDigitsError, StorageError
from inkdigits.storage import Actor
from inkdigits.storage.filter import Filter
from inkdigits.web.accounts.identity import current_actor
from inkdigits.web.history.attempt import show_problem
from inkdigits.web.history.detail import show_reading
from inkdigits.web.history.filters import ask_filter, is_filtered
from inkdigits.web.history.keeping import get_keeper
from inkdigits.web.history.listing import OPEN, show_listing
from inkdigits.web.history.privacy import show_care, show_switch
from inkdigits.web.history.report import show_report
from inkdigits.web.history.store import get_store, has_store
from inkdigits.web.history.teaching import show_teaching
from inkdigits.web.history.waiting import show_waiting
from inkdigits.web.shared import get_reader

EMPTY = "Nothing here yet: draw a digit or upload a picture, and what is read appears here, to look up and to correct."
EMPTY_OFF = "Nothing here: the history is off. Switch it on above, and what you read from then on appears here."
WAIT = 2.0  # seconds for what is still being written


def show_page() -> None:
    """The page, top to bottom."""
    st.title("History", anchor=False)
    actor = current_actor()
    keeper = get_keeper()
    keeper.wait(WAIT, actor.id)
    show_waiting(keeper, actor)
    show_problem()
    try:
        opened = st.query_params.get(OPEN)
        if opened and has_store():
            show_reading(get_store(), actor, get_reader(), opened)
        else:
            show_all(actor)
    except StorageError as error:
        st.error(f"**The history cannot be opened.** {error}.", icon=":material/error:")
        st.button("Try again", icon=":material/refresh:")
    except InkDigitsError as error:
        st.error(f"**The history cannot be opened.** {error}.", icon=":material/error:")


def show_all(actor: Actor) -> None:
    """All readings, behind the filter, with the switch above them and what is made of them below."""
    kept = show_switch(actor)
    empty = EMPTY if kept else EMPTY_OFF
    if not has_store():
        st.html(f'<p class="ink-empty" role="status">{empty}</p>')
        return
    store = get_store()
    if not is_filtered() and not store.list(actor, limit=1).records:
        if kept:
            show_care(store, actor, Filter())
        show_listing(store, actor, Filter(), empty)
        return
    care = st.container()
    wanted = ask_filter(store, actor)
    with care:
        show_care(store, actor, wanted)
    show_listing(store, actor, wanted, empty)
    show_report(store, wanted)
    show_teaching(store, actor)


show_page()

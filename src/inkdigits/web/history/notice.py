"""``show_notice``: on every page that reads, whether what is read is kept."""

from __future__ import annotations

import time

import streamlit as st

from inkdigits.errors import InkDigitsError
from inkdigits.web.accounts.identity import current_actor
from inkdigits.web.history.store import may_keep

KEPT = "What you read here is kept in your history: see History, where you can switch that off."
NOT_KEPT = "Pictures are read in memory and never stored: your history is off."
AWAY = "Your history cannot be reached just now; what you read is kept when it answers again."

_SAID = "history.said"
_FRESH = 5.0  # seconds that an answer is good for: the Draw page asks ten times a second


def show_notice() -> None:
    """Draws one line."""
    st.caption(_words())


def why_not_kept() -> str:
    """Why what is read here is not kept, and so cannot be corrected; "" when it is."""
    words = _words()
    return "" if words == KEPT else words


def _words() -> str:
    """What holds; the database is asked now and then only."""
    said, words = st.session_state.get(_SAID, (-_FRESH, ""))
    if time.monotonic() - said > _FRESH:
        try:
            words = KEPT if may_keep(current_actor()) else NOT_KEPT
        except InkDigitsError:
            words = AWAY
        st.session_state[_SAID] = (time.monotonic(), words)
    return str(words)


def forget_notice() -> None:
    """The switch was turned: the next page asks anew."""
    st.session_state.pop(_SAID, None)
